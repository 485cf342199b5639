package part

import (
	"math"
	"slices"

	"jejak/event"
)

// arrivalMerger gives rows their place among those of other sections with the same actor and time: that in their
// input, behind those of all earlier inputs. Rows that tie with none get 0, so the stream stays nearly empty.
type arrivalMerger struct {
	ties    ties
	offsets []uint32 // per input

	times    []event.Millis
	actors   []uint32
	arrivals []uint32
	tied     []int
}

// findTies reads who and when of all rows in the time range, once, bucket by bucket.
func (m *merger) findTies(sections [][]source) error {
	a := &m.arrival
	rows := 0
	for _, p := range m.inputs {
		rows += p.Rows()
	}
	a.ties.reset(rows)
	highest := make([]uint32, len(m.inputs))
	for bucket := range event.Buckets {
		for _, sources := range sections {
			for _, s := range sources {
				m.addTies(s, bucket, &highest[s.input])
			}
			a.ties.endSection()
		}
		a.ties.endBucket()
		if err := m.failed(); err != nil {
			return err
		}
	}
	next := uint64(0)
	for _, n := range highest {
		a.offsets = append(a.offsets, saturated(next))
		next += uint64(n) + 1
	}
	return nil
}

func (m *merger) addTies(s source, bucket int, highest *uint32) {
	a := &m.arrival
	for lo, hi := m.within(s.section, bucket); lo < hi; lo += blockRows {
		to := min(hi, lo+blockRows)
		a.times, a.actors = s.section.Times(lo, to, a.times), s.section.Actors(lo, to, a.actors)
		for i, t := range a.times {
			a.ties.add(uint8(bucket), a.actors[i], t)
		}
		if got := s.section.Arrivals(lo, to, a.arrivals); got != nil {
			a.arrivals = got
			*highest = max(*highest, slices.Max(got))
		}
	}
}

// saturated keeps order where a number is too high to be true.
func saturated(n uint64) uint32 { return uint32(min(n, math.MaxUint32)) }

// arrivalsOf gives the first picked rows, of these actors, their arrivals; nil when all are 0.
func (m *merger) arrivalsOf(sources []source, actors []uint32) []uint32 {
	r, a := &m.rows, &m.arrival
	a.tied = a.tied[:0]
	if !a.ties.any {
		return nil
	}
	for i, actor := range actors {
		if a.ties.has(r.buckets[i], actor, r.times[i]) {
			a.tied = append(a.tied, i)
		}
	}
	if len(a.tied) == 0 {
		return nil
	}
	own := m.gather.gatherArrivals()
	a.arrivals = grown(a.arrivals, len(actors))
	clear(a.arrivals)
	for _, i := range a.tied {
		offset := a.offsets[sources[r.picks[i].source].input]
		a.arrivals[i] = saturated(uint64(own[i]) + uint64(offset))
	}
	return a.arrivals
}
