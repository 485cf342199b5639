package query

import (
	"context"
	"fmt"

	"jejak/event"
	"jejak/question"
)

// cohortCurves are those of the metrics that count the people of cohorts, by name.
func (t *trend) cohortCurves(ctx context.Context, line *timeline) (map[string]curve, error) {
	out := map[string]curve{}
	for i := range t.Trend.Metrics {
		if m := &t.Trend.Metrics[i]; m.Cohort != 0 {
			c, err := t.members(ctx, m, line)
			if err != nil {
				return nil, err
			}
			out[m.Name] = c
		}
	}
	return out, nil
}

// members is how many people are in a saved cohort at the end of each interval and of the whole, as the answer shows a line.
func (t *trend) members(ctx context.Context, m *question.Metric, line *timeline) (c curve, err error) {
	wanted, err := t.wantedMembers(m, line)
	if err != nil {
		return c, err
	}
	own := t.meter.part()
	defer own.release()
	instants := instantsOf(line)
	var there *attendance // nil: who is in the cohort is there
	if in, _ := absent(t.o.Cohorts, t.o.Cohorts[m.Cohort]); in {
		s := newSight(t.snap, t.o, line.zone, line.to)
		if there, err = s.attendance(ctx, instants, own); err != nil {
			return c, err
		}
	}
	for i, at := range instants {
		n, err := t.membersAt(ctx, m.Cohort, at, func(bucket int, actor uint32) bool { return there == nil || there.has(bucket, actor, i) },
			wanted == i || wanted == -1 && i == len(instants)-1)
		if err != nil {
			return c, err
		}
		c.total = n // that of the last is the whole's
		if i < len(line.starts) {
			c.values = append(c.values, n)
		}
	}
	return c, nil
}

// instantsOf are the ends of a line's intervals; of an empty line its own.
func instantsOf(line *timeline) (out []event.Millis) {
	for i := range line.starts {
		out = append(out, line.end(i))
	}
	if out == nil {
		out = append(out, line.to)
	}
	return out
}

// notWanted is none of a line.
const notWanted = -2

// wantedMembers is the interval whose people are wanted, -1 the whole; notWanted mostly.
func (t *trend) wantedMembers(m *question.Metric, line *timeline) (int, error) {
	if t.o.crowd == nil {
		return notWanted, nil
	}
	cell := t.o.crowd.cell.(*question.TrendCell)
	if cell.Metric != m.Name || cell.Compare != (line != t.main) {
		return notWanted, nil
	}
	return line.intervalNamed(cell.Interval)
}

// membersAt counts the people of a cohort at an instant who are there, and adds them to those wanted.
func (t *trend) membersAt(ctx context.Context, id question.CustomID, at event.Millis, there func(bucket int, actor uint32) bool, wanted bool) (float64, error) {
	own := t.meter.part()
	defer own.release()
	found, err := newSight(t.snap, t.o, t.main.zone, at).cohort(ctx, id, own)
	if err != nil {
		return 0, err
	}
	n := 0
	found.each(func(bucket int, actor uint32) {
		if !there(bucket, actor) {
			return
		}
		if n++; wanted {
			t.o.crowd.addIn(bucket, actor)
		}
	})
	return float64(n), nil
}

// refuseReadings refuses a question that would read the events too often.
func (t *trend) refuseReadings(intervals int) error {
	n := 0
	for i := range t.Trend.Metrics {
		if saved := t.o.Cohorts[t.Trend.Metrics[i].Cohort]; saved != nil {
			n += intervals * readings(t.o.Cohorts, saved)
		}
	}
	if n > question.MaxCohortReadings {
		return question.Faults{{Code: question.TooManyPoints, Message: fmt.Sprintf(
			"the events would be read %d times to see who is in the cohorts when, and at most %d are allowed: shorten the range or take longer intervals", n, question.MaxCohortReadings)}}
	}
	return nil
}

// readings is how often the events are read to find the people of a cohort.
func readings(all question.Cohorts, c *question.Cohort) (n int) {
	for i := range c.All {
		n += readings(all, &c.All[i])
	}
	for i := range c.Any {
		n += readings(all, &c.Any[i])
	}
	if c.Not != nil {
		n += readings(all, c.Not)
	}
	if named := all[c.Cohort]; named != nil && c.Cohort != 0 {
		n += readings(all, named)
	}
	if c.Did != nil || c.Sequence != nil || c.Where != "" {
		n++
	}
	return n
}

// absent tells whether somebody without events and profile may be in a cohort, and whether she may not; nil: it was deleted.
func absent(all question.Cohorts, c *question.Cohort) (in, out bool) {
	switch {
	case c == nil || c.Sequence != nil:
		return false, true
	case c.Not != nil:
		out, in = absent(all, c.Not)
		return in, out
	case c.Did != nil:
		in = admitsNothing(c.Did)
		return in, !in
	case c.Cohort != 0:
		return absent(all, all[c.Cohort])
	case c.All == nil && c.Any == nil:
		return true, true // of a profile or a list
	}
	in, out = c.All != nil, c.Any != nil
	for _, part := range append(c.All, c.Any...) {
		i, o := absent(all, &part)
		if c.All != nil {
			in, out = in && i, out || o
		} else {
			in, out = in || i, out && o
		}
	}
	return in, out
}
