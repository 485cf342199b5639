package query

import (
	"math/bits"

	"jejak/event"
	"jejak/question"
)

// maxUnits is how many units a unitFinder can tell apart.
const maxUnits = 64

// unitFinder finds the buckets that count a person, where buckets are whole units of the calendar: of each unit that takes her
// first birth and her last return, in whatever order her events come. Each worker has its own.
type unitFinder struct {
	first, last [maxUnits]event.Millis // by unit
	born, back  uint64                 // units with a birth, with a return
	spans       []uint64               // by bucket: its units, from that of the birth on
}

// newUnitFinder is nil where more than that is needed.
func (r *retention) newUnitFinder() *unitFinder {
	n := len(r.buckets.cuts)
	if n < 2 || n > maxUnits+1 || r.CriterionOrDefault() != question.RetainedOn || r.Measure != "" || r.ranking != nil {
		return nil
	}
	u, lo := &unitFinder{}, 0
	for _, hi := range r.buckets.units {
		u.spans = append(u.spans, 1<<hi-1<<lo)
		lo = hi
	}
	return u
}

// anyOrder implements indifferent.
func (c *retentionCounter) anyOrder(*markSets) bool { return c.units != nil }

// countUnits counts a person by units. It does nothing when it cannot tell whether a return is behind a birth: they are of
// one instant.
func (c *retentionCounter) countUnits(t *trail) bool {
	u := c.units
	if c.findUnits(t); u.inDoubt() {
		return false
	}
	for rest := u.born; rest != 0; rest &= rest - 1 {
		cohort := bits.TrailingZeros64(rest)
		back := u.back >> cohort
		if u.last[cohort] < u.first[cohort] {
			back &^= 1
		}
		c.kept = c.kept[:0]
		for k, span := range u.spans {
			if back&span != 0 {
				c.kept = append(c.kept, reach{k, k + 1})
			}
		}
		c.countKept(t.person, &birth{time: u.first[cohort], cohort: cohort})
	}
	return true
}

// findUnits notes the first birth and the last return of each unit.
func (c *retentionCounter) findUnits(t *trail) {
	u, cuts, at := c.units, c.buckets.cuts, 0
	u.born, u.back = 0, 0
	for _, s := range t.stops {
		for s.time >= cuts[at+1] {
			at++
		}
		for s.time < cuts[at] {
			at--
		}
		r, bit := c.roleOf(t, s), uint64(1)<<at
		if r&isBirth != 0 && s.time < c.line.to && (u.born&bit == 0 || s.time < u.first[at]) {
			u.first[at], u.born = s.time, u.born|bit
		}
		if r&isReturn != 0 && (u.back&bit == 0 || s.time > u.last[at]) {
			u.last[at], u.back = s.time, u.back|bit
		}
	}
}

// inDoubt tells whether a unit's first birth and last return are of one instant.
func (u *unitFinder) inDoubt() bool {
	for rest := u.born & u.back; rest != 0; rest &= rest - 1 {
		if at := bits.TrailingZeros64(rest); u.first[at] == u.last[at] {
			return true
		}
	}
	return false
}
