package main

// trendQuestions count events and people over time and by segment.
var trendQuestions = []asked{
	{
		name: "events by day, three names", target: 20,
		jejak: `{"kind":"trend",RANGE,"interval":"day","metrics":[{"name":"A","event":"event 00","measure":"total"},
			{"name":"B","event":"event 02","measure":"total"},{"name":"C","event":"event 05","measure":"total"}]}`,
		click: `SELECT transform(name, ['event 00', 'event 02', 'event 05'], ['A', 'B', 'C'], ''), toString(day), count()
			FROM events WHERE name IN ('event 00', 'event 02', 'event 05') GROUP BY name, day`,
		duck: `SELECT CASE name WHEN 'event 00' THEN 'A' WHEN 'event 02' THEN 'B' ELSE 'C' END, day::VARCHAR, count(*)
			FROM events WHERE name IN ('event 00', 'event 02', 'event 05') GROUP BY name, day`,
	},
	{
		name:  "all events by day",
		jejak: `{"kind":"trend",RANGE,"interval":"day","metrics":[{"name":"A","any_event":true,"measure":"total"}]}`,
		click: `SELECT 'A', toString(day), count() FROM events GROUP BY day`,
		duck:  `SELECT 'A', day::VARCHAR, count(*) FROM events GROUP BY day`,
	},
	{
		name: "people by day, one name", target: 50,
		jejak: `{"kind":"trend",RANGE,"interval":"day","metrics":[{"name":"A","event":"event 06","measure":"unique"}]}`,
		click: `SELECT 'A', toString(day), uniqExact(person) FROM events WHERE name = 'event 06' GROUP BY day`,
		duck:  `SELECT 'A', day::VARCHAR, count(DISTINCT person) FROM events WHERE name = 'event 06' GROUP BY day`,
	},
	{
		name:  "active people by day",
		jejak: `{"kind":"trend",RANGE,"interval":"day","metrics":[{"name":"A","any_event":true,"measure":"unique"}]}`,
		click: `SELECT 'A', toString(day), uniqExact(person) FROM events GROUP BY day`,
		duck:  `SELECT 'A', day::VARCHAR, count(DISTINCT person) FROM events GROUP BY day`,
	},
	{
		name: "breakdown by 4 values, filter",
		jejak: `{"kind":"trend",RANGE,"interval":"month","metrics":[{"name":"A","event":"event 00","measure":"unique"}],
			"filter":{"property":"country","operator":"is","values":["C01","C02","C03"]},"breakdown":[{"property":"plan"}]}`,
		click: `SELECT 'A', plan, uniqExact(person) FROM events WHERE name = 'event 00' AND country IN ('C01', 'C02', 'C03') GROUP BY plan`,
		duck:  `SELECT 'A', plan, count(DISTINCT person) FROM events WHERE name = 'event 00' AND country IN ('C01', 'C02', 'C03') GROUP BY plan`,
	},
	{
		name: "breakdown by 5,000 values, filter", target: 500,
		jejak: `{"kind":"trend",RANGE,"interval":"month","metrics":[{"name":"A","event":"event 00","measure":"total"}],
			"filter":{"property":"plan","operator":"is","values":["pro","team"]},"breakdown":[{"property":"item"}],"top":100}`,
		click: `SELECT 'A', item, count() AS n FROM events WHERE name = 'event 00' AND plan IN ('pro', 'team')
			GROUP BY item ORDER BY n DESC, item LIMIT 100`,
		duck: `SELECT 'A', item, count(*) AS n FROM events WHERE name = 'event 00' AND plan IN ('pro', 'team')
			GROUP BY item ORDER BY n DESC, item LIMIT 100`,
	},
	{
		name:  "95th percentile of a number by day",
		jejak: `{"kind":"trend",RANGE,"interval":"day","metrics":[{"name":"A","event":"event 03","measure":"percentile","percentile":95,"property":"price"}]}`,
		click: `SELECT 'A', toString(day), quantileExactInclusive(0.95)(price) FROM events WHERE name = 'event 03' GROUP BY day`,
		duck:  `SELECT 'A', day::VARCHAR, quantile_cont(price, 0.95) FROM events WHERE name = 'event 03' GROUP BY day`,
	},
}
