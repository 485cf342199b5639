// Package demo invents the users of an API platform's console, so that a newcomer sees a populated project. Everything
// comes from a seed; nothing leaves the machine.
package demo

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"time"

	"jejak/event"
)

const (
	// Days is how far the invented past goes back.
	Days = 60
	// Visitors is how many people come in that time.
	Visitors = 24_000
	// batchEvents is how many events Generate hands over at a time: large, because each batch waits for the disk once.
	batchEvents = 10_000
)

// Generate invents Days days of events that end at until and hands them to each in order of time, in batches for no
// project. The same seed and until give the same events. It stops at the first error and returns it.
func Generate(seed uint64, until time.Time, each func(*event.Batch) error) error {
	w := newWorld(seed, until)
	deeds := w.history()
	batch := &event.Batch{Source: event.Demo, Received: event.Millis(until.UnixMilli())}
	for i, d := range deeds {
		e := w.tell(d, i)
		e.At = len(batch.Events)
		batch.Events = append(batch.Events, e)
		if len(batch.Events) == batchEvents || i == len(deeds)-1 {
			if err := each(batch); err != nil {
				return err
			}
			batch = &event.Batch{Source: event.Demo, Received: batch.Received}
		}
	}
	return nil
}

// Size is how many events Generate will hand over for the same seed and until.
func Size(seed uint64, until time.Time) int { return len(newWorld(seed, until).history()) }

// world is what the invention draws from.
type world struct {
	random *rand.Rand
	from   int64 // ms
	until  int64
	rhythm rhythm
	orgs   []organisation
}

// deed is one event in its shortest form: who, what, when, and a number that tell turns into properties.
type deed struct {
	at    int64 // ms
	who   *person
	what  what
	dice  uint32
	known bool // the person has signed in: the event carries the user's id
}

func newWorld(seed uint64, until time.Time) *world {
	random := rand.New(rand.NewPCG(seed, 0x6a656a616b)) // "jejak"
	w := &world{random: random, until: until.UnixMilli()}
	w.from = w.until - Days*dayMillis
	w.rhythm = newRhythm(w.from, w.until)
	w.orgs = newOrganisations(random)
	return w
}

// history is all deeds of all visitors, in order of time.
func (w *world) history() []deed {
	var deeds []deed
	for i := range Visitors {
		deeds = w.live(w.newPerson(i), deeds)
	}
	deeds = slices.DeleteFunc(deeds, func(d deed) bool { return d.at >= w.until })
	slices.SortStableFunc(deeds, func(a, b deed) int { return cmp.Compare(a.at, b.at) })
	return deeds
}

// chance is true p times out of one.
func (w *world) chance(p float64) bool { return w.random.Float64() < p }

// about is a number near mean, never below 1, with a long tail.
func (w *world) about(mean float64) int { return 1 + int(w.random.ExpFloat64()*(mean-1)) }
