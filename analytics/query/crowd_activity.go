package query

import (
	"slices"

	"jejak/event"
	"jejak/question"
)

// activityWanted is the cells of a slot whose people are wanted, and their crowd.
type activityWanted struct {
	*crowd
	slot   int // 0 is the whole
	lo, hi int // cells
}

// note adds a person who counts in cells of a slot.
func (x *activityWanted) note(a event.Actor, slot int, cells []int) {
	if x == nil || slot != x.slot {
		return
	}
	if slices.ContainsFunc(cells, func(c int) bool { return x.lo <= c && c < x.hi }) {
		x.add(a)
	}
}

// wantedIn is some cells of the slot that a spot names.
func (a *activity) wantedIn(s question.Spot, lo, hi int) (*activityWanted, error) {
	slot, err := a.ranking.tableNamed(s)
	return &activityWanted{a.o.crowd, slot, lo, hi}, err
}

// unitsIn are the cells of those active in so many units, where the first cell of several is that of one unit.
func unitsIn(first, cells, units int, more bool) (lo, hi int, err error) {
	if units > cells {
		return 0, 0, notInAnswer("units", "number of units")
	}
	lo = first + units - 1
	if more {
		return lo, first + cells, nil
	}
	return lo, lo + 1, nil
}

func (a *activity) wantedFrequency(line *timeline, f *frequency, q *question.Frequency) (*activityWanted, error) {
	if a.o.crowd == nil {
		return nil, nil
	}
	cell := a.o.crowd.cell.(*question.FrequencyCell)
	i, err := line.intervalNamed(cell.Interval)
	if err != nil {
		return nil, err
	}
	lo, hi, err := unitsIn(f.starts[i], f.starts[i+1]-f.starts[i], cell.Units, !q.Exactly)
	if err != nil {
		return nil, err
	}
	return a.wantedIn(cell.Spot, lo, hi)
}

func (a *activity) wantedStickiness(s stickiness, q *question.Stickiness) (*activityWanted, error) {
	if a.o.crowd == nil {
		return nil, nil
	}
	cell := a.o.crowd.cell.(*question.StickinessCell)
	lo, hi := 0, s.intervals
	if cell.Units > 0 {
		var err error
		if lo, hi, err = unitsIn(0, s.intervals, cell.Units, q.AtLeast); err != nil {
			return nil, err
		}
	}
	return a.wantedIn(question.Spot{Segment: cell.Segment, Other: cell.Other}, lo, hi)
}

func (a *activity) wantedLifecycle(l lifecycle) (*activityWanted, error) {
	if a.o.crowd == nil {
		return nil, nil
	}
	cell := a.o.crowd.cell.(*question.LifecycleCell)
	i, err := a.asked.intervalNamed(cell.Interval)
	if err != nil {
		return nil, err
	}
	at := slices.Index(question.LifecycleStates, cell.State)*l.intervals + i
	return a.wantedIn(cell.Spot, at, at+1)
}
