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
	}, {
		name: "active people, by day and of 30 days",
		jejak: `{"kind":"trend",RANGE,"interval":"day","metrics":[{"name":"A","any_event":true,"measure":"unique"},
			{"name":"B","any_event":true,"measure":"unique","window":{"last":30,"unit":"day"}}]}`,
		// A person counts from an active day on for 30 days: it is enough to add where such a stretch begins and ends.
		click: `SELECT m, toString(day), if(m = 'A', v, sum(v) OVER (PARTITION BY m ORDER BY day)) AS n FROM (
				SELECT l.1 AS m, l.2 AS day, sum(l.3) AS v FROM (
					SELECT arrayConcat(arrayMap(x -> ('A', x, 1), days),
						arrayMap(x -> ('B', x, 1), arrayFilter((x, before) -> x - before >= 30, days, arrayPushFront(arrayPopBack(days), toDate(0)))),
						arrayMap(x -> ('B', x + 30, -1), arrayFilter((x, after) -> after - x >= 30, days, arrayPushBack(arrayPopFront(days), toDate(65535))))) AS l
					FROM (SELECT arraySort(groupUniqArray(day)) AS days FROM events GROUP BY person)
					UNION ALL SELECT [('B', toDate('2026-09-01') + number, 0)] FROM numbers(60))
				ARRAY JOIN l GROUP BY m, day)
			QUALIFY day <= '2026-10-30' AND n > 0`,
		duck: `WITH active AS (SELECT DISTINCT person, day FROM events),
			edges AS (SELECT day, day - lag(day) OVER w AS since, lead(day) OVER w - day AS until FROM active
				WINDOW w AS (PARTITION BY person ORDER BY day)),
			deltas AS (SELECT 'A' AS m, day, 1 AS v FROM active
				UNION ALL SELECT 'B', day, 1 FROM edges WHERE since IS NULL OR since >= 30
				UNION ALL SELECT 'B', day + 30, -1 FROM edges WHERE until IS NULL OR until >= 30
				UNION ALL SELECT 'B', DATE '2026-09-01' + i::INTEGER, 0 FROM range(60) AS r(i)),
			sums AS (SELECT m, day, sum(v) AS v FROM deltas GROUP BY m, day)
			SELECT m, day::VARCHAR, (CASE m WHEN 'A' THEN v ELSE sum(v) OVER (PARTITION BY m ORDER BY day) END)::DOUBLE AS n
			FROM sums QUALIFY day <= DATE '2026-10-30' AND n > 0`,
	},
}
