package main

import "fmt"

// somebody is a person of many events.
var somebody = uint32(actorOf(10))

// lifeQuestions are about what each person did, in which order.
var lifeQuestions = []asked{
	{
		name:  "one person's timeline",
		jejak: fmt.Sprintf(`{"kind":"timeline",RANGE,"person":%d,"limit":100}`, somebody),
		click: fmt.Sprintf(`SELECT toUnixTimestamp64Milli(time), name, path, item, price FROM events WHERE person = %d ORDER BY time DESC LIMIT 100`, somebody),
		duck:  fmt.Sprintf(`SELECT epoch_ms(time), name, path, item, price FROM events WHERE person = %d ORDER BY time DESC LIMIT 100`, somebody),
	}, {
		name: "sessions and their length by day",
		jejak: `{"kind":"sessions",RANGE,"interval":"day","metrics":[{"name":"A","measure":"total"},
			{"name":"B","measure":"average","of":"duration"}]}`,
		// No session holds events of two days, so a person's day is all that has to be sorted.
		click: `SELECT m.1, toString(day), m.2 FROM (
			SELECT day, sum(n) AS a, sum(lasted) / 1000 / a AS b FROM (
				SELECT day, person, arrayDifference(arraySort(groupArray(toUnixTimestamp64Milli(time)))) AS gaps,
					1 + arrayCount(x -> x >= 1800000, gaps) AS n, arraySum(x -> if(x < 1800000, x, 0), gaps) AS lasted
				FROM events GROUP BY day, person)
			GROUP BY day) ARRAY JOIN [('A', toFloat64(a)), ('B', b)] AS m`,
		duck: `WITH gaps AS (
				SELECT day, epoch_ms(time) - lag(epoch_ms(time)) OVER (PARTITION BY person, day ORDER BY time) AS gap FROM events),
			days AS (
				SELECT day, count(*) FILTER (gap IS NULL OR gap >= 1800000) AS a, sum(gap) FILTER (gap < 1800000) / 1000 AS lasted
				FROM gaps GROUP BY day)
			SELECT 'A', day::VARCHAR, a::DOUBLE FROM days UNION ALL SELECT 'B', day::VARCHAR, lasted / a FROM days`,
	},
	{
		name:  "flow of three steps",
		jejak: `{"kind":"flow",RANGE,"anchors":[{"event":"event 03","after":3}],"window":86400,"nodes":50}`,
		click: `WITH firsts AS (SELECT person, min(time) AS begin FROM events WHERE name = 'event 03' GROUP BY person)
			SELECT l.1, l.2, l.3, l.4, count() FROM (
				SELECT person, arrayMap(x -> x.2, arraySort(groupArray((time, toString(name))))) AS names,
					arrayConcat([''], arraySlice(names, 2, 3)) AS path
				FROM events INNER JOIN firsts USING (person)
				WHERE time >= begin AND time <= begin + INTERVAL 1 DAY GROUP BY person)
			ARRAY JOIN arrayConcat(
				arrayMap(i -> ('link', i - 1, path[i], path[i + 1]), range(1, length(path))),
				if(length(path) < 4, [('drop', length(path) - 1, path[-1], '')], [])) AS l
			GROUP BY l`,
		duck: `WITH firsts AS (SELECT person, min(time) AS begin FROM events WHERE name = 'event 03' GROUP BY person),
			steps AS (
				SELECT row_number() OVER w - 1 AS step, name, lead(name) OVER w AS next FROM events JOIN firsts USING (person)
				WHERE time >= begin AND time <= begin + INTERVAL 1 DAY WINDOW w AS (PARTITION BY person ORDER BY time)),
			links AS (SELECT step, CASE step WHEN 0 THEN '' ELSE name END AS name, next FROM steps WHERE step < 3)
			SELECT CASE WHEN next IS NULL THEN 'drop' ELSE 'link' END, step, name, coalesce(next, ''), count(*)
			FROM links GROUP BY step, name, next`,
	}, {
		name: "retention by week",
		jejak: `{"kind":"retention",RANGE,"unit":"week","alignment":"calendar","buckets":8,
			"birth":{"event":"event 03"},"return":{"event":"event 06"}}`,
		// In each week all that matters is the first birth and the last return.
		click: `SELECT toString(greatest(b.1, toDate('2026-09-01'))), l, count() FROM (
				SELECT groupArray((week, born, back)) AS weeks FROM (
					SELECT person, toMonday(day) AS week, minIf(time, name = 'event 03') AS born, maxIf(time, name = 'event 06') AS back
					FROM events WHERE name IN ('event 03', 'event 06') GROUP BY person, week)
				GROUP BY person)
			ARRAY JOIN arrayFilter(x -> toUnixTimestamp(x.2) > 0, weeks) AS b
			ARRAY JOIN arrayPushFront(arrayMap(x -> toString(intDiv(x.1 - b.1, 7)),
				arrayFilter(x -> x.3 > b.2 AND x.1 >= b.1 AND x.1 - b.1 < 56, weeks)), 'people') AS l
			GROUP BY b.1, l`,
		duck: `WITH weeks AS (
				SELECT person, date_trunc('week', day)::DATE AS week, min(time) FILTER (name = 'event 03') AS born,
					max(time) FILTER (name = 'event 06') AS back
				FROM events WHERE name IN ('event 03', 'event 06') GROUP BY person, week),
			births AS (SELECT * FROM weeks WHERE born IS NOT NULL)
			SELECT greatest(week, DATE '2026-09-01')::VARCHAR, 'people', count(*) FROM births GROUP BY week
			UNION ALL
			SELECT greatest(b.week, DATE '2026-09-01')::VARCHAR, ((r.week - b.week) // 7)::VARCHAR, count(*)
			FROM births b JOIN weeks r USING (person)
			WHERE r.back > b.born AND r.week >= b.week AND r.week - b.week < 56 GROUP BY b.week, r.week`,
	},
}
