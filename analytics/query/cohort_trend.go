package query

import (
	"context"
	"fmt"
	"math/bits"

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
	for i := range line.starts {
		n, err := t.membersAt(ctx, m.Cohort, line.end(i), wanted == i)
		if err != nil {
			return c, err
		}
		c.values = append(c.values, n)
	}
	c.total, err = t.membersAt(ctx, m.Cohort, line.to, wanted == -1)
	return c, err
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

// membersAt counts the people of a cohort at an instant, and adds them to those wanted.
func (t *trend) membersAt(ctx context.Context, id question.CustomID, at event.Millis, wanted bool) (float64, error) {
	own := t.meter.part()
	defer own.release()
	s := newSight(t.snap, t.o, t.main.zone, at)
	found, err := s.cohort(ctx, id, own)
	if err != nil {
		return 0, err
	}
	whole := found
	if in, _ := absent(t.o.Cohorts, t.o.Cohorts[id]); in {
		if whole, err = s.present(ctx, own); err != nil {
			return 0, err
		}
	}
	n := 0
	for bucket, words := range found.in {
		for i, w := range words {
			n += bits.OnesCount64(w & whole.in[bucket][i])
			if wanted {
				t.o.crowd.addWord(bucket, i, w&whole.in[bucket][i])
			}
		}
	}
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
