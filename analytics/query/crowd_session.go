package query

import (
	"jejak/event"
	"jejak/question"
)

// sessionCell is the cell of an answer about sessions whose people are wanted, and their crowd.
type sessionCell struct {
	*crowd
	slot     int // of the segments; -1: the whole
	interval int // -1: the range
}

// wanted is the cell whose people are wanted; nil mostly.
func (t *sessionTrend) wanted() (*sessionCell, error) {
	if t.o.crowd == nil {
		return nil, nil
	}
	cell := t.o.crowd.cell.(*question.SessionCell)
	x := &sessionCell{crowd: t.o.crowd, slot: -1}
	var err error
	if x.interval, err = t.line.intervalNamed(cell.Interval); err == nil && t.ranking != nil {
		x.slot, err = t.ranking.slotNamed(cell.Spot)
	}
	return x, err
}

// note adds a person who counts in a slot, -1 for the whole, and an interval.
func (x *sessionCell) note(a event.Actor, slot, interval int) {
	if x != nil && slot == x.slot && (x.interval < 0 || interval == x.interval) {
		x.add(a)
	}
}
