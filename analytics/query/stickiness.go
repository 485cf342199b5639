package query

import (
	"context"
	"math/big"

	"jejak/analytics/store"
	"jejak/question"
)

// stickiness counts in how many intervals of the range people were active.
type stickiness struct{ intervals int }

func askStickiness(ctx context.Context, snap store.Snapshot, q *question.Stickiness, o Options) (*question.StickinessAnswer, error) {
	now := o.Now()
	line, err := timelineOf(q.Range, q.Interval, now)
	if err != nil {
		return nil, err
	}
	s := stickiness{len(line.starts)}
	a := activityOf(snap, line, &q.Selector, o, now)
	a.kind, a.bots = s, q.IncludeBots
	a.breakDown(q.Breakdown, q.TopOrDefault())
	slots, err := a.count(ctx, func() (*activityWanted, error) { return a.wantedStickiness(s, q) })
	if err != nil {
		return nil, err
	}
	answer := &question.StickinessAnswer{Kind: "stickiness", Range: line.answerRange(), Intervals: line.answerIntervals()}
	places, count := a.answerPlaces()
	for i, place := range places {
		answer.Curves = append(answer.Curves, s.curve(place, slots[i], q.AtLeast))
	}
	answer.Segments, answer.Explain = count, a.explain()
	return answer, nil
}

func (s stickiness) width() int { return s.intervals }

func (s stickiness) cells(bits []uint64, to []int) []int {
	return append(to, countBits(bits, 0, s.intervals)-1)
}

func (s stickiness) curve(place question.Series, people []int64, atLeast bool) question.StickinessCurve {
	c := question.StickinessCurve{Segment: place.Segment, Other: place.Other, People: people}
	active := int64(0) // summed over the intervals
	for i, n := range people {
		c.Active += n
		active += n * int64(i+1)
	}
	c.Ratio = ratio(big.NewInt(active), big.NewInt(c.Active*int64(s.intervals)))
	if atLeast {
		upward(people)
	}
	return c
}
