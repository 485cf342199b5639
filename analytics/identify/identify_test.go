package identify

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"net/netip"
	"reflect"
	"strings"
	"sync"
	"testing"

	"jejak/event"
)

// safe is a vault whose seals the test can read.
type safe struct{ broken, unready, unsettled error }

func (s safe) Prepare(context.Context, event.ProjectID) error { return s.unready }

func (safe) Blind(p event.ProjectID, field, value string) (hash [16]byte) {
	m := hmac.New(sha256.New, fmt.Appendf(nil, "key of %d and %s", p, field))
	m.Write([]byte(value))
	copy(hash[:], m.Sum(nil))
	return hash
}

func (s safe) SealNew(_ event.ProjectID, a event.Actor, field, plain string) ([]byte, error) {
	sealed := fmt.Appendf(nil, "%d %s:", a, field)
	for _, c := range []byte(plain) {
		sealed = append(sealed, ^c)
	}
	return sealed, s.broken
}

func (s safe) Settle(event.ProjectID) error { return s.unsettled }

// book is a ledger in memory.
type book struct {
	mu      sync.Mutex
	records map[event.ProjectID][][]byte
	broken  error
}

func (b *book) Records(p event.ProjectID) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		for _, r := range b.records[p] {
			if !yield(r, nil) {
				return
			}
		}
		if b.broken != nil {
			yield(nil, b.broken)
		}
	}
}

func (b *book) Note(p event.ProjectID, records [][]byte) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.records == nil {
		b.records = make(map[event.ProjectID][][]byte)
	}
	b.records[p] = append(b.records[p], records...)
}

func start(b *book) *Identifier { return New(safe{}, b) }

// actors sends events with these identifiers in one batch.
func actors(t *testing.T, i *Identifier, ids ...event.IDs) []event.Actor {
	t.Helper()
	b := &event.Batch{Project: 1}
	for _, id := range ids {
		b.Events = append(b.Events, event.Event{IDs: id})
	}
	if err := i.Identify(b); err != nil {
		t.Fatal(err)
	}
	var all []event.Actor
	for _, e := range b.Events {
		all = append(all, e.Actor)
	}
	return all
}

func TestActorsAreDenseAndStable(t *testing.T) {
	i := start(&book{})
	seen := make(map[event.Actor]string)
	next := [event.Buckets]uint32{}
	for n := range 1000 {
		id := fmt.Sprint("user ", n)
		a := actors(t, i, event.IDs{Distinct: id})[0]
		if was, ok := seen[a]; ok {
			t.Fatalf("%s and %s are one actor", was, id)
		}
		seen[a] = id
		if next[a.Bucket()]++; a.Index() != next[a.Bucket()] {
			t.Fatalf("%s has index %d of bucket %d, want %d", id, a.Index(), a.Bucket(), next[a.Bucket()])
		}
		if again := actors(t, i, event.IDs{User: id}, event.IDs{Distinct: id}); again[0] != a || again[1] != a {
			t.Fatalf("%s is %d, then %d", id, a, again)
		}
	}
	for bucket, n := range next {
		if n == 0 {
			t.Errorf("bucket %d is empty: people are not spread", bucket)
		}
	}
}

func TestProjectsDoNotShareActors(t *testing.T) {
	i := start(&book{})
	actors(t, i, event.IDs{User: "a"}, event.IDs{User: "b"})
	b := &event.Batch{Project: 2, Events: []event.Event{{IDs: event.IDs{User: "b"}}}}
	if err := i.Identify(b); err != nil {
		t.Fatal(err)
	}
	if b.Events[0].Actor.Index() != 1 {
		t.Errorf("the first actor of project 2 has index %d", b.Events[0].Actor.Index())
	}
}

func TestNothingThatNamesSomebodyIsLeft(t *testing.T) {
	ledger := &book{}
	i := start(ledger)
	for _, original := range []bool{false, true} {
		b := &event.Batch{Project: 1, OriginalMerge: original, Events: []event.Event{
			{Name: "a", IDs: event.IDs{User: "ann@example.org", Device: "phone of ann", Distinct: "x"}, Address: netip.MustParseAddr("203.0.113.9")},
			{Name: "b", IDs: event.IDs{AddressStands: true}, Address: netip.MustParseAddr("203.0.113.9")},
			{Name: "$create_alias", IDs: event.IDs{Distinct: "ann@example.org"}, Properties: []event.Property{
				{Name: "alias", Value: event.StringOf("ann of example")}, {Name: "plan", Value: event.StringOf("team")},
				{Name: "$anon_distinct_id", Value: event.StringOf("ann before")},
			}},
		}}
		if err := i.Identify(b); err != nil {
			t.Fatal(err)
		}
		for n, e := range b.Events {
			if e.IDs != (event.IDs{}) || e.Address.IsValid() || e.Actor == 0 {
				t.Errorf("event %d is left as %+v", n, e)
			}
			if s := fmt.Sprint(e.Properties); strings.Contains(s, "ann") {
				t.Errorf("event %d keeps %s", n, s)
			}
		}
		if b.Events[2].Get("plan").Text != "team" {
			t.Error("a harmless property is gone")
		}
	}
	for _, r := range ledger.records[1] {
		if bytes.Contains(r, []byte("ann")) || bytes.Contains(r, []byte("203.0.113.9")) || bytes.Contains(r, []byte{203, 0, 113, 9}) {
			t.Errorf("the ledger holds %q", r)
		}
	}
	if len(ledger.records[1]) == 0 {
		t.Error("the ledger is empty")
	}
}

func TestFailuresStopTheBatch(t *testing.T) {
	broken := errors.New("broken")
	b := &event.Batch{Project: 1, Events: []event.Event{{IDs: event.IDs{User: "ann@example.org"}}}}
	ledger := &book{broken: broken}
	i := start(ledger)
	if err := i.Identify(b); !errors.Is(err, broken) || strings.Contains(err.Error(), "example.org") {
		t.Errorf("a broken ledger gives %v", err)
	}
	ledger.broken = nil
	if err := i.Open(1); err != nil {
		t.Errorf("a mended ledger gives %v", err)
	}
	if err := New(safe{unready: broken}, &book{}).Identify(b); !errors.Is(err, broken) {
		t.Errorf("a vault without keys gives %v", err)
	}
	if err := New(safe{broken: broken}, &book{}).Identify(b); !errors.Is(err, broken) || strings.Contains(err.Error(), "example.org") {
		t.Errorf("a broken vault gives %v", err)
	}
	if err := New(safe{unsettled: broken}, &book{}).Identify(b); !errors.Is(err, broken) {
		t.Errorf("a key that is not durable gives %v", err)
	}
}

// After a restart everybody is who they were, and what comes next is the same as without a restart.
func TestRestartsChangeNothing(t *testing.T) {
	const seed = 11
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	some := func(kind string) string {
		if r.IntN(3) == 0 {
			return ""
		}
		return fmt.Sprint(kind, r.IntN(300))
	}
	steady, restarted := &book{}, &book{}
	one, other := start(steady), start(restarted)
	for round := range 400 {
		if r.IntN(4) == 0 {
			other = start(restarted)
		}
		ids := make([]event.IDs, 1+r.IntN(12))
		for n := range ids {
			ids[n] = event.IDs{User: some("u"), Device: some("d"), Distinct: some("u")}
		}
		want, got := actors(t, one, ids...), actors(t, other, ids...)
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("round %d: %v are %v after restarts, %v without", round, ids, got, want)
		}
	}
	other = start(restarted)
	if err := other.Open(1); err != nil {
		t.Fatal(err)
	}
	a, b := one.projects[1], other.projects[1]
	if !reflect.DeepEqual(a.last, b.last) || !reflect.DeepEqual(a.owner, b.owner) {
		t.Error("indexes or owners differ after a restart")
	}
	if !reflect.DeepEqual(steady.records, restarted.records) {
		t.Error("the ledgers differ")
	}
}

// Many requests at once with the same new people: each person becomes one actor, noted once.
func TestManyAtOnce(t *testing.T) {
	ledger := &book{}
	i := start(ledger)
	const writers, people = 8, 500
	all := make([][]event.Actor, writers)
	var wait sync.WaitGroup
	for w := range writers {
		wait.Go(func() {
			for n := range people {
				b := &event.Batch{Project: 1, Events: []event.Event{
					{IDs: event.IDs{User: fmt.Sprint("u", n), Device: fmt.Sprint("d", n)}}, {IDs: event.IDs{Device: fmt.Sprint("d", n)}},
				}}
				if err := i.Identify(b); err != nil {
					t.Error(err)
				}
				all[w] = append(all[w], b.Events[0].Actor, b.Events[1].Actor)
			}
		})
	}
	wait.Wait()
	for w := range writers {
		if !reflect.DeepEqual(all[w], all[0]) {
			t.Fatalf("writers 0 and %d disagree", w)
		}
	}
	if n := len(ledger.records[1]); n != 3*people {
		t.Errorf("%d records, want %d identifiers and %d links", n, 2*people, people)
	}
}

// benchHash spreads numbers like a keyed hash would, and faster.
func benchHash(n uint64) (hash [16]byte) {
	binary.BigEndian.PutUint64(hash[:], n*0x9E3779B97F4A7C15)
	binary.BigEndian.PutUint64(hash[8:], n*0xD1B54A32D192ED03)
	return hash
}

func BenchmarkOpenMillion(b *testing.B) {
	ledger := &book{}
	var records [][]byte
	for n := range uint64(1_000_000) {
		id := identity{kind: user, hash: benchHash(n), actor: event.MakeActor(int(n%64), uint32(n/64)+1)}
		records = append(records, identifierRecord(&id, make([]byte, 64)))
	}
	ledger.Note(1, records)
	b.ResetTimer()
	for b.Loop() {
		i := start(ledger)
		if err := i.Open(1); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(len(i.projects[1].index.slots)*20)/1e6, "B/identifier")
	}
}

func BenchmarkIdentify(b *testing.B) {
	for _, people := range []int{1000, 1_000_000} {
		b.Run(fmt.Sprint(people), func(b *testing.B) {
			i, events, n := start(&book{}), make([]event.Event, 2000), 0
			ids := make([]string, people)
			for n := range ids {
				ids[n] = fmt.Sprintf("user-%032d", n)
			}
			b.ReportAllocs()
			for b.Loop() {
				for e := range events {
					events[e] = event.Event{IDs: event.IDs{Distinct: ids[n*7919%people]}}
					n++
				}
				if err := i.Identify(&event.Batch{Project: 1, Events: events}); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(events)), "ns/event")
		})
	}
}
