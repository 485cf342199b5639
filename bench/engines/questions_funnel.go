package main

import (
	"encoding/json"
	"fmt"
	"strings"
)

// funnelSpec is a funnel in no language yet. Every engine gets the exact definition of docs/semantics.md, each in the
// fastest way found for it.
type funnelSpec struct {
	name      string
	steps     []string
	hours     int
	optimized bool // any event of the first step may begin an attempt, which is what ClickHouse's windowFunnel looks for
	countries []string
	byPlan    bool // plans do not change, so that a person is in one segment
	target    float64
}

var funnelQuestions = []asked{
	funnelSpec{name: "funnel, 3 steps, 1 hour", steps: []string{"event 03", "event 04", "event 06"}, hours: 1, optimized: true, target: 200}.asked(),
	funnelSpec{name: "funnel, 3 steps, 14 days", steps: []string{"event 03", "event 04", "event 06"}, hours: 14 * 24, target: 200}.asked(),
	funnelSpec{
		name: "funnel, 5 steps, filter, breakdown", steps: []string{"event 01", "event 03", "event 04", "event 05", "event 06"}, hours: 7 * 24,
		countries: []string{"C01", "C02", "C03", "C04", "C05"}, byPlan: true,
	}.asked(),
}

func (f funnelSpec) asked() asked {
	a := asked{name: f.name, jejak: f.jejak(), click: f.firstEntry(), duck: f.windows(), target: f.target}
	if f.optimized {
		a.click = f.windowFunnel()
	}
	return a
}

func (f funnelSpec) jejak() string {
	steps := make([]string, len(f.steps))
	for i, s := range f.steps {
		steps[i] = fmt.Sprintf(`{"event":%q}`, s)
	}
	more := ""
	if f.optimized {
		more += `,"optimized":true`
	}
	if f.countries != nil {
		values, _ := json.Marshal(f.countries)
		more += fmt.Sprintf(`,"filter":{"property":"country","operator":"is","values":%s}`, values)
	}
	if f.byPlan {
		more += `,"breakdown":[{"property":"plan"}]`
	}
	return fmt.Sprintf(`{"kind":"funnel",RANGE,"steps":[%s],"window":%d%s}`, strings.Join(steps, ","), f.hours*3600, more)
}

// where is the condition on rows.
func (f funnelSpec) where() string {
	where := "name IN (" + quoted(f.steps) + ")"
	if f.countries != nil {
		where += " AND country IN (" + quoted(f.countries) + ")"
	}
	return where
}

func quoted(words []string) string { return "'" + strings.Join(words, "', '") + "'" }

// segment is a column of the answer and what makes it of a person's rows.
func (f funnelSpec) segment() (column, made string) {
	if f.byPlan {
		return "plan, ", "any_value(plan) AS plan, "
	}
	return "", ""
}

const milliseconds = "toUnixTimestamp64Milli(time)"

// windowFunnel is how far a person comes, by ClickHouse's own function.
func (f funnelSpec) windowFunnel() string {
	column, made := f.segment()
	conditions := make([]string, len(f.steps))
	for i, s := range f.steps {
		conditions[i] = fmt.Sprintf("name = '%s'", s)
	}
	return fmt.Sprintf(`SELECT %sstep, count() FROM (
		SELECT %swindowFunnel(%d)(toUInt64(%s), %s) AS reached FROM events WHERE %s GROUP BY person)
		ARRAY JOIN range(1, toInt64(reached) + 1) AS step GROUP BY %sstep`,
		column, made, f.hours*3600*1000, milliseconds, strings.Join(conditions, ", "), f.where(), column)
}

// firstEntry takes the first event of the first step, the first of the second behind it, and so on: arrays are three times
// faster at that than windowFunnel on rows cut off behind each person's window.
func (f funnelSpec) firstEntry() string {
	column, made := f.segment()
	arrays, times, reached := "", "", "2"
	for i, s := range f.steps {
		n := i + 1
		arrays += fmt.Sprintf("groupArrayIf(%s, name = '%s') AS a%d, ", milliseconds, s, n)
		if i == 0 {
			times = "arrayMin(a1) AS t1"
			continue
		}
		times += fmt.Sprintf(", arrayMin(arrayPushBack(arrayFilter(x -> x > t%d AND x <= t1 + %d, a%d), never)) AS t%d", i, f.hours*3600*1000, n, n)
		reached += fmt.Sprintf(" + (t%d < never)", n)
	}
	return fmt.Sprintf(`SELECT %sstep, count() FROM (
		SELECT %s9000000000000 AS never, %s%s FROM events WHERE %s GROUP BY person HAVING notEmpty(a1))
		ARRAY JOIN range(1, %s) AS step GROUP BY %sstep`, column, made, arrays, times, f.where(), reached, column)
}

// windows walks over each person's rows: at an event of a step it knows the latest beginning of an attempt that has
// reached the step before.
func (f funnelSpec) windows() string {
	column, _ := f.segment()
	window := f.hours * 3600 * 1000
	sql := fmt.Sprintf(`WITH rows AS (SELECT person, %sname, epoch_ms(time) AS t, min(epoch_ms(time)) FILTER (name = '%s') OVER (PARTITION BY person) AS begin
		FROM events WHERE %s),
		s1 AS (SELECT *, max(CASE WHEN name = '%s' THEN t END) OVER w AS r1 FROM rows WHERE %s WINDOW w AS (PARTITION BY person ORDER BY t))`,
		column, f.steps[0], f.where(), f.steps[0], f.attempts(window))
	reached := "CASE"
	for i, s := range f.steps[1:] {
		n := i + 2
		sql += fmt.Sprintf(`, s%d AS (SELECT *, max(CASE WHEN name = '%s' AND t - r%d <= %d THEN r%d END) OVER w AS r%d FROM s%d WINDOW w AS (PARTITION BY person ORDER BY t))`,
			n, s, n-1, window, n-1, n, n-1)
	}
	for n := len(f.steps); n > 0; n-- {
		reached += fmt.Sprintf(" WHEN count(r%d) > 0 THEN %d", n, n)
	}
	return fmt.Sprintf(`%s, far AS (SELECT %s%s ELSE 0 END AS reached FROM s%d GROUP BY %sperson)
		SELECT %sstep, count(*) FROM far JOIN range(1, %d) AS r(step) ON step <= reached GROUP BY %sstep`,
		sql, column, reached, len(f.steps), column, column, len(f.steps)+1, column)
}

// attempts keeps the rows that may be part of one.
func (f funnelSpec) attempts(window int) string {
	if f.optimized {
		return "true"
	}
	return fmt.Sprintf("t BETWEEN begin AND begin + %d", window)
}
