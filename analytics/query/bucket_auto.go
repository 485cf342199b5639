package query

import (
	"context"

	"jejak/analytics/store"
)

// bucketings are those of the breakdowns. Automatic ones read the numbers of the range first.
func (t *trend) bucketings(ctx context.Context, pieces []piece) ([]*bucketing, error) {
	out := make([]*bucketing, len(t.Breakdown))
	var auto []int
	for i, b := range t.Breakdown {
		switch {
		case b.Buckets == nil:
		case b.Buckets.Auto:
			auto = append(auto, i)
		case b.Buckets.Breakpoints != nil:
			out[i] = bucketingOf(b.Buckets.Breakpoints)
		default:
			out[i] = bucketingOf(evenBounds(b.Buckets))
		}
	}
	if len(auto) == 0 {
		return out, nil
	}
	spreads, err := t.spreads(ctx, pieces, auto)
	for i, place := range auto {
		out[place] = spreads[i].bucketing()
	}
	return out, err
}

// spreads reads the numbers of some of the breakdown's properties on the events of the main range.
func (t *trend) spreads(ctx context.Context, pieces []piece, breakdowns []int) ([]numberSpread, error) {
	s := t.scanOf(t.snap, t.main.whole(), t.meter, t.o)
	s.pieces = pieces
	var workers []counter
	for range t.workers(0) {
		c := &spreadCounter{trendPlan: t.trendPlan, spreads: make([]numberSpread, len(breakdowns)), measured: make([]bool, len(t.groups))}
		for _, i := range breakdowns {
			c.properties = append(c.properties, t.breakdown[i])
		}
		for _, m := range t.metrics {
			c.measured[m.group] = true
		}
		workers = append(workers, c)
	}
	err := s.run(ctx, workers)
	t.read += s.count.read.Load()
	first := workers[0].(*spreadCounter)
	for _, other := range workers[1:] {
		for i := range first.spreads {
			first.spreads[i].merge(&other.(*spreadCounter).spreads[i])
		}
	}
	return first.spreads, err
}

// spreadCounter sees the numbers of properties.
type spreadCounter struct {
	*trendPlan
	properties []int
	measured   []bool // by group: whether it is that of a metric
	spreads    []numberSpread
}

func (c *spreadCounter) begin(int, uint32, int) {}
func (c *spreadCounter) done(*batch)            {}
func (c *spreadCounter) end()                   {}

func (c *spreadCounter) take(group int, b *batch, rows []int32) {
	if !c.measured[group] {
		return
	}
	for i, property := range c.properties {
		column := b.columns[property]
		if column == nil || !column.HasNumbers() {
			continue
		}
		codes, numbers := b.codes(property), b.numbers(property)
		for _, r := range rows {
			if codes[r] == store.NumberCode {
				c.spreads[i].see(numbers[r])
			}
		}
	}
}
