package query

import (
	"jejak/event"
	"jejak/question"
)

// funnelCell is the cell of a funnel whose people are wanted, and their crowd.
type funnelCell struct {
	*crowd
	slot     int // 0: the whole
	interval int // -1: the range
	step     int
	dropped  bool
}

// wanted is the cell whose people are wanted; nil mostly.
func (f *funnel) wanted() (*funnelCell, error) {
	if f.o.crowd == nil {
		return nil, nil
	}
	cell := f.o.crowd.cell.(*question.FunnelCell)
	x := &funnelCell{crowd: f.o.crowd, step: cell.Step, dropped: cell.Dropped}
	var err error
	if x.interval, err = f.line.intervalNamed(cell.Interval); err == nil && f.ranking != nil {
		x.slot, err = f.ranking.slotNamed(cell.Spot)
		x.slot++
	}
	return x, err
}

// note adds a person who reached so many steps in a slot and an interval, -1 for the range.
func (x *funnelCell) note(a event.Actor, slot, interval, steps int) {
	if x != nil && slot == x.slot && interval == x.interval && (steps == x.step || steps > x.step && !x.dropped) {
		x.add(a)
	}
}
