package query

import (
	"context"
	"math/bits"

	"jejak/analytics/store"
	"jejak/question"
)

// frequency counts in how many units of each interval people were active.
type frequency struct {
	starts []int // by interval, and once more at the end: its first unit
}

func askFrequency(ctx context.Context, snap store.Snapshot, q *question.Frequency, o Options) (*question.FrequencyAnswer, error) {
	now := o.Now()
	line, err := timelineOf(q.Range, q.Interval, now)
	if err != nil {
		return nil, err
	}
	units, err := timelineOf(q.Range, q.Unit, now)
	if err != nil {
		return nil, err
	}
	f := frequencyOf(line, units)
	a := activityOf(snap, units, &q.Selector, o, now)
	a.kind, a.bots = f, q.IncludeBots
	a.breakDown(q.Breakdown, q.TopOrDefault())
	slots, err := a.count(ctx, func() (*activityWanted, error) { return a.wantedFrequency(line, f, q) })
	if err != nil {
		return nil, err
	}
	answer := &question.FrequencyAnswer{Kind: "frequency", Range: line.answerRange(), Intervals: line.answerIntervals()}
	places, count := a.answerPlaces()
	for i, place := range places {
		answer.Tables = append(answer.Tables, question.FrequencyTable{
			Segment: place.Segment, Other: place.Other, People: f.rows(slots[i], q.Exactly)})
	}
	answer.Segments, answer.Explain = count, a.explain()
	return answer, nil
}

// frequencyOf finds the units of each interval: every interval begins with one.
func frequencyOf(line, units *timeline) *frequency {
	f := &frequency{}
	unit := 0
	for _, start := range line.starts {
		for units.starts[unit] < start {
			unit++
		}
		f.starts = append(f.starts, unit)
	}
	f.starts = append(f.starts, len(units.starts))
	return f
}

// width: an interval has a cell for each of its units.
func (f *frequency) width() int { return f.starts[len(f.starts)-1] }

func (f *frequency) cells(bits []uint64, to []int) []int {
	for i, first := range f.starts[:len(f.starts)-1] {
		if n := countBits(bits, first, f.starts[i+1]); n > 0 {
			to = append(to, first+n-1)
		}
	}
	return to
}

// countBits is how many of the bits from lo to below hi are set.
func countBits(words []uint64, lo, hi int) (n int) {
	for i := lo / 64; i*64 < hi; i++ {
		w := words[i]
		if i == lo/64 {
			w &= ^uint64(0) << (lo % 64)
		}
		if hi < i*64+64 {
			w &= 1<<(hi%64) - 1
		}
		n += bits.OnesCount64(w)
	}
	return n
}

// rows divides the cells by interval.
func (f *frequency) rows(cells []int64, exactly bool) [][]int64 {
	out := [][]int64{}
	for i, first := range f.starts[:len(f.starts)-1] {
		row := cells[first:f.starts[i+1]]
		if !exactly {
			upward(row)
		}
		out = append(out, row)
	}
	return out
}
