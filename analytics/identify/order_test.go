package identify

import (
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"sync"
	"testing"

	"jejak/event"
)

// slow is a vault that tells what survives when the power fails now: keys that were made before a Settle that returned.
type slow struct {
	safe
	mu      sync.Mutex
	made    map[event.Actor]bool
	durable map[event.Actor]bool
	failing func() bool
}

func (s *slow) SealNew(p event.ProjectID, a event.Actor, field, plain string) ([]byte, error) {
	s.mu.Lock()
	s.made[a] = true
	s.mu.Unlock()
	return s.safe.SealNew(p, a, field, plain)
}

func (s *slow) Settle(event.ProjectID) error {
	s.mu.Lock()
	var made []event.Actor
	for a := range s.made {
		made = append(made, a)
	}
	s.mu.Unlock()
	if s.failing != nil && s.failing() {
		return errors.New("the disk fails")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, a := range made {
		s.durable[a] = true
	}
	return nil
}

// strict is a ledger that looks at each record's key when the record arrives: from then on it may be durable.
type strict struct {
	book
	t     *testing.T
	vault *slow
}

func (l *strict) Records(p event.ProjectID) iter.Seq2[[]byte, error] { return l.book.Records(p) }

func (l *strict) Note(p event.ProjectID, records [][]byte) {
	l.vault.mu.Lock()
	for _, r := range records {
		if a := actorAt(r[2:]); r[0] == identifierTag && !l.vault.durable[a] {
			l.t.Errorf("the record of actor %d is on its way before its key is durable", a)
		}
	}
	l.vault.mu.Unlock()
	l.book.Note(p, records)
}

// known are the actors that the ledger has.
func (l *strict) known() map[event.Actor]bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	all := map[event.Actor]bool{}
	for _, r := range l.records[1] {
		if r[0] == identifierTag {
			all[actorAt(r[2:])] = true
		}
	}
	return all
}

func newStrict(t *testing.T) (*slow, *strict) {
	v := &slow{made: map[event.Actor]bool{}, durable: map[event.Actor]bool{}}
	return v, &strict{t: t, vault: v}
}

// TestKeyThenRecordThenEvent: whenever the power fails there is no record without a key and no event without a record, with
// many who bring the same people at once and a disk that fails now and then.
func TestKeyThenRecordThenEvent(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	v, l := newStrict(t)
	var dice sync.Mutex
	r := rand.New(rand.NewPCG(seed, 0))
	roll := func(n int) int { dice.Lock(); defer dice.Unlock(); return r.IntN(n) }
	v.failing = func() bool { return roll(5) == 0 }
	i := New(v, l)
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			for range 100 {
				b := &event.Batch{Project: 1, OriginalMerge: roll(2) == 0, Events: []event.Event{
					{IDs: event.IDs{User: fmt.Sprint("u", roll(150)), Device: fmt.Sprint("d", roll(150))}},
					{Name: "$create_alias", IDs: event.IDs{Distinct: fmt.Sprint("u", roll(150))}, Properties: []event.Property{{Name: "alias", Value: event.StringOf(fmt.Sprint("a", roll(50)))}}},
				}}
				if i.Identify(b) != nil {
					continue // nothing of it is stored
				}
				known := l.known()
				for _, e := range b.Events {
					if !known[e.Actor] {
						t.Errorf("an event of actor %d may be stored before its record", e.Actor)
					}
				}
			}
		})
	}
	wait.Wait()
	v.failing = nil
	for n := range 150 {
		actors(t, i, event.IDs{User: fmt.Sprint("u", n)})
	}
	again := New(v, l)
	for n := range 150 {
		id := event.IDs{User: fmt.Sprint("u", n)}
		if a, b := actors(t, i, id)[0], actors(t, again, id)[0]; a != b {
			t.Fatalf("u%d is %d, and %d after a restart", n, a, b)
		}
	}
	one, err := i.Merges(1)
	if err != nil {
		t.Fatal(err)
	}
	two, err := again.Merges(1)
	if err != nil {
		t.Fatal(err)
	}
	for b := range event.Buckets {
		for n := uint32(1); n <= min(one.last[b], two.last[b]); n++ {
			if a := event.MakeActor(b, n); one.Person(a) != two.Person(a) {
				t.Fatalf("actor %d is %d, and %d after a restart", a, one.Person(a), two.Person(a))
			}
		}
	}
}
