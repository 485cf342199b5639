package query

import (
	"jejak/event"
	"jejak/question"
)

// retentionWanted is the cell of a retention whose people are wanted, and their crowd.
type retentionWanted struct {
	*crowd
	slot   int // 0 is the whole
	cohort int
	bucket int // -1: all of the cohort
}

// wanted is the cell whose people are wanted; nil mostly.
func (r *retention) wanted() (*retentionWanted, error) {
	if r.o.crowd == nil {
		return nil, nil
	}
	cell := r.o.crowd.cell.(*question.RetentionCell)
	x := &retentionWanted{crowd: r.o.crowd, bucket: -1}
	if cell.Bucket != nil {
		x.bucket = *cell.Bucket
	}
	var err error
	if x.cohort, err = r.line.intervalNamed(cell.Interval); err == nil {
		x.slot, err = r.ranking.tableNamed(cell.Spot)
	}
	return x, err
}

// tableNamed is the slot of what a cell names, where the whole has slot 0.
func (r *ranking) tableNamed(s question.Spot) (int, error) {
	if r == nil {
		return 0, nil
	}
	slot, err := r.slotNamed(s)
	return slot + 1, err
}

// note adds a person whom some buckets count, if that is the wanted cell.
func (x *retentionWanted) note(a event.Actor, b *birth, kept []reach) {
	if x == nil || b.slot != x.slot || b.cohort != x.cohort {
		return
	}
	if x.bucket < 0 {
		x.add(a)
	}
	for _, s := range kept {
		if s.lo <= x.bucket && x.bucket < s.hi {
			x.add(a)
		}
	}
}
