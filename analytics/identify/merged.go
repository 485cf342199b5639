package identify

import (
	"slices"
	"sort"

	"jejak/analytics/store"
	"jejak/event"
)

// Over is a snapshot in which every event belongs to the person that its identifier is. Within a bucket that is a look
// into a table. Events of people who are in another bucket (strays) stand in sections of their own, in their person's
// bucket, and count where they were as replaced. Whoever reads it needs to know nothing about merges.
func (m *Merges) Over(snap store.Snapshot) store.Snapshot {
	v := &mergedSnapshot{Snapshot: snap, merges: m}
	any := false
	for b, persons := range m.persons {
		for _, p := range persons {
			any = any || p != 0
			v.far[b] = v.far[b] || p != 0 && p.Bucket() != b
		}
	}
	if !any {
		return snap
	}
	return v
}

type mergedSnapshot struct {
	store.Snapshot
	merges *Merges
	far    [event.Buckets]bool // somebody's person is in another bucket
}

// Person is who an actor is.
func (v *mergedSnapshot) Person(a event.Actor) event.Actor { return v.merges.Person(a) }

// Actors implements store.Snapshot: a person may have no event under their own identifier.
func (v *mergedSnapshot) Actors(bucket int) uint32 {
	return max(v.Snapshot.Actors(bucket), v.merges.last[bucket]+1)
}

// Sections implements store.Snapshot. It looks for strays, so it reads actors.
func (v *mergedSnapshot) Sections(sel store.Selection) []store.Section {
	inner := v.Snapshot.Sections(sel)
	merged := make([]*mergedSection, len(inner))
	strays := make([]*straySection, len(inner))
	store.InParallel(len(inner), func(i int) {
		merged[i] = &mergedSection{Section: inner[i], merges: v.merges}
		strays[i] = v.findStrays(merged[i], sel)
	})
	out := make([]store.Section, 0, len(inner))
	for i := range inner {
		out = append(out, merged[i])
		if strays[i] != nil {
			out = append(out, strays[i])
		}
	}
	return out
}

// mergedSection is a section with persons in the place of actors.
type mergedSection struct {
	store.Section
	merges *Merges
	away   [event.Buckets][]int // rows of strays, ascending
}

// Actors implements store.Section.
func (s *mergedSection) Actors(lo, hi int, dst []uint32) []uint32 {
	dst = s.Section.Actors(lo, hi, dst)
	s.eachBucket(lo, hi, func(bucket, from, to int) {
		persons := s.merges.persons[bucket]
		for i, a := range dst[from-lo : to-lo] {
			if int(a) < len(persons) && persons[a] != 0 {
				dst[from-lo+i] = persons[a].Index() // a stray's does not count
			}
		}
	})
	return dst
}

// Senders are the identifiers that the events of rows came under. Events of one person and one instant are ordered by
// them first.
func (s *mergedSection) Senders(lo, hi int, dst []event.Actor) []event.Actor {
	dst = slices.Grow(dst[:0], hi-lo)[:hi-lo]
	indexes := s.Section.Actors(lo, hi, nil)
	s.eachBucket(lo, hi, func(bucket, from, to int) {
		for i := from; i < to; i++ {
			dst[i-lo] = event.MakeActor(bucket, indexes[i-lo])
		}
	})
	return dst
}

// eachBucket divides rows by bucket; mostly they are of one.
func (s *mergedSection) eachBucket(lo, hi int, f func(bucket, from, to int)) {
	first := sort.Search(event.Buckets, func(b int) bool { _, to := s.Bucket(b); return to > lo })
	for b := first; b < event.Buckets; b++ {
		from, to := s.Bucket(b)
		if from >= hi {
			return
		}
		if from < to {
			f(b, max(from, lo), min(to, hi))
		}
	}
}

// Superseded implements store.Section.
func (s *mergedSection) Superseded(bucket int) []int {
	replaced := s.Section.Superseded(bucket)
	switch {
	case len(s.away[bucket]) == 0:
		return replaced
	case len(replaced) == 0:
		return s.away[bucket]
	}
	both := slices.Concat(replaced, s.away[bucket])
	slices.Sort(both)
	return slices.Compact(both)
}
