package query

import (
	"context"
	"math/bits"

	"jejak/analytics/store"
	"jejak/event"
	"jejak/question"
)

// lifecycle counts who is new, returns, resurrects and is dormant. Bit 0 of a person tells whether she was active long
// before the range, bit 1 just before it, the others are the intervals.
type lifecycle struct{ intervals int }

// beforeRange is how many bits stand before those of the intervals.
const beforeRange = 2

func askLifecycle(ctx context.Context, snap store.Snapshot, q *question.Lifecycle, o Options) (*question.LifecycleAnswer, error) {
	now := o.Now()
	line, err := timelineOf(q.Range, q.Interval, now)
	if err != nil {
		return nil, err
	}
	l := lifecycle{len(line.starts)}
	a := activityOf(snap, line, &q.Selector, o, now)
	a.kind, a.bots, a.line = l, q.IncludeBots, line.withPast(q.Interval)
	a.breakDown(q.Breakdown, q.TopOrDefault())
	slots, err := a.count(ctx, func() (*activityWanted, error) { return a.wantedLifecycle(l) })
	if err != nil {
		return nil, err
	}
	answer := &question.LifecycleAnswer{Kind: "lifecycle", Range: line.answerRange(), Intervals: line.answerIntervals()}
	places, count := a.answerPlaces()
	for i, place := range places {
		answer.Curves = append(answer.Curves, l.curve(place, slots[i]))
	}
	answer.Segments, answer.Explain = count, a.explain()
	return answer, nil
}

// withPast puts two intervals before the others: all time, and the part before the range of the unit in which it lies.
func (l *timeline) withPast(unit question.Unit) *timeline {
	cut := event.Millis(1000 * cutBefore(int64(l.from/1000), unit, l.zone))
	past := &timeline{zone: l.zone, from: ever, to: l.to, starts: []event.Millis{ever, cut}}
	past.starts = append(past.starts, l.starts...)
	return past
}

func (l lifecycle) width() int { return len(question.LifecycleStates) * l.intervals }

// The states, as places in question.LifecycleStates.
const (
	isNew = iota
	isReturning
	isResurrecting
	isDormant
)

func (l lifecycle) cells(words []uint64, to []int) []int {
	known := false
	for w, word := range words {
		for ; word != 0; word &= word - 1 {
			at := w*64 + bits.TrailingZeros64(word)
			if at >= beforeRange {
				to = append(to, l.stateAt(words, at, known)*l.intervals+at-beforeRange)
			}
			if next := at + 1; next >= beforeRange && next < beforeRange+l.intervals && !hasBit(words, next) {
				to = append(to, isDormant*l.intervals+next-beforeRange)
			}
			known = true
		}
	}
	return to
}

// stateAt is that of a person who is active.
func (l lifecycle) stateAt(words []uint64, at int, known bool) int {
	switch {
	case hasBit(words, at-1):
		return isReturning
	case known:
		return isResurrecting
	}
	return isNew
}

func hasBit(words []uint64, i int) bool { return words[i/64]>>(i%64)&1 != 0 }

func (l lifecycle) curve(place question.Series, cells []int64) question.LifecycleCurve {
	state := func(s int) []int64 { return cells[s*l.intervals : (s+1)*l.intervals] }
	return question.LifecycleCurve{
		Segment: place.Segment, Other: place.Other,
		New: state(isNew), Returning: state(isReturning), Resurrecting: state(isResurrecting), Dormant: state(isDormant),
	}
}
