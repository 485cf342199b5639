package analytics

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"net/netip"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"jejak/analytics/collect"
	"jejak/analytics/enrich"
	"jejak/analytics/guard"
	"jejak/analytics/hide"
	"jejak/analytics/identify"
	"jejak/analytics/store"
	"jejak/event"
)

// shelf is a store in memory that counts like a real one.
type shelf struct {
	store.Store // what the road does not call
	mu          sync.Mutex
	appended    []store.Batch
	noted       []store.Record
	tally       event.Tally
	durable     uint64
	broken      error
}

func (s *shelf) Append(_ context.Context, b store.Batch) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.broken != nil {
		return s.broken
	}
	s.appended = append(s.appended, b)
	s.tally.Add(b.Tally)
	s.durable += uint64(len(b.Events))
	return nil
}

func (s *shelf) Note(_ event.ProjectID, records []store.Record, t event.Tally) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.noted = append(s.noted, records...)
	s.tally.Add(t)
}

func (s *shelf) Records(event.ProjectID, store.RecordKind) iter.Seq2[[]byte, error] {
	return func(func([]byte, error) bool) {}
}

func (s *shelf) Counters(event.ProjectID) store.Counters {
	s.mu.Lock()
	defer s.mu.Unlock()
	return store.Counters{Tally: s.tally, Durable: s.durable, Askable: s.durable}
}

// ledger lets identify keep its records on the shelf.
type ledger struct{ store store.Store }

func (l ledger) Records(p event.ProjectID) iter.Seq2[[]byte, error] {
	return l.store.Records(p, store.Identifiers)
}

func (l ledger) Note(p event.ProjectID, bodies [][]byte) {
	records := make([]store.Record, len(bodies))
	for i, b := range bodies {
		records[i] = store.Record{Kind: store.Identifiers, Body: b}
	}
	l.store.Note(p, records, event.Tally{})
}

// plainVault hides nothing well enough for a test: texts are turned around.
type plainVault struct{}

func (plainVault) Prepare(context.Context, event.ProjectID) error { return nil }

func (plainVault) Blind(_ event.ProjectID, field, value string) [16]byte {
	sum := sha256.Sum256([]byte(field + ":" + value))
	return [16]byte(sum[:16])
}

func (plainVault) SealNew(_ event.ProjectID, _ event.Actor, _, plain string) ([]byte, error) {
	return turned(plain), nil
}

func (plainVault) SealFor(_ event.ProjectID, _ event.Actor, _, plain string) ([]byte, error) {
	return turned(plain), nil
}

func (plainVault) Settle(event.ProjectID) error { return nil }

func turned(s string) []byte {
	b := []byte(s)
	for i := range b {
		b[i] ^= 0x55
	}
	return b
}

var clock = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)

func build(s *shelf, change func(*Options)) *Road {
	o := Options{
		Store: s, Guard: guard.New(), Enrich: enrich.New(nil), Identify: identify.New(plainVault{}, ledger{s}), Hide: hide.New(plainVault{}, ledger{s}, nil),
		Now: func() time.Time { return clock },
	}
	if change != nil {
		change(&o)
	}
	return New(o)
}

func good(user string) event.Event {
	return event.Event{Name: "Sign up", Time: event.TimeMissing, IDs: event.IDs{Distinct: user}}
}

func batch(events ...event.Event) *event.Batch {
	for i := range events {
		events[i].At = i
	}
	return &event.Batch{Project: 1, Source: event.Track, Received: event.Millis(clock.UnixMilli()), Events: events}
}

func TestAnEventTravels(t *testing.T) {
	s := &shelf{}
	r := build(s, nil)
	b := batch(good("ann"), event.Event{}, good(""))
	b.Refusals = []event.Refusal{{At: 3, Reason: event.NotJSON}}
	accepted, err := r.Take(t.Context(), b)
	if accepted != 2 || err != nil {
		t.Fatalf("accepted %d, error %v", accepted, err)
	}
	if len(b.Refusals) != 2 || b.Refusals[1].Reason != event.NoName {
		t.Errorf("refusals %+v", b.Refusals)
	}
	kept := s.appended[0]
	want := event.Tally{Received: 4, Refused: map[event.Reason]uint64{event.NotJSON: 1, event.NoName: 1}}
	if !reflect.DeepEqual(kept.Tally, want) {
		t.Errorf("tally %+v comes with the events, want %+v", kept.Tally, want)
	}
	if kept.Project != 1 || len(kept.Events) != 2 || kept.Events[0].Actor == 0 || kept.Events[1].Actor != 0 {
		t.Errorf("kept %+v", kept)
	}
	if kept.Events[0].Time != b.Received {
		t.Errorf("time %d, want that of the arrival", kept.Events[0].Time)
	}
}

func TestNothingPersonalIsKept(t *testing.T) {
	const secret = "ann-of-example"
	s := &shelf{}
	e := good(secret)
	e.IDs.User, e.IDs.Device, e.Address = secret, secret, netip.MustParseAddr("203.0.113.9")
	e.Properties = []event.Property{
		{Name: "distinct_id", Value: event.StringOf(secret)}, {Name: "ip", Value: event.StringOf("203.0.113.9")},
		{Name: "$current_url", Value: event.StringOf("https://app.example/?email=" + secret)},
		{Name: "$anon_distinct_id", Value: event.StringOf(secret)},
	}
	b := batch(e, event.Event{Name: "nameless", Time: event.TimeMissing, Address: e.Address, IDs: event.IDs{AddressStands: true}})
	b.UserAgent = "Mozilla/5.0 " + secret + " Firefox/132.0"
	if _, err := build(s, nil).Take(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	held := fmt.Sprintf("%+v %+v", s.appended, b)
	for _, r := range s.noted {
		held += string(r.Body)
	}
	for _, personal := range []string{secret, "203.0.113.9", "Mozilla"} {
		if strings.Contains(held, personal) {
			t.Errorf("%q is kept: %s", personal, held)
		}
	}
	if s.appended[0].Events[1].Actor == 0 {
		t.Error("an address that stands for an identifier gives no actor")
	}
}

func TestRequestsWithoutAnEventAreNoted(t *testing.T) {
	s := &shelf{}
	r := build(s, nil)
	accepted, err := r.Take(t.Context(), batch(event.Event{}, event.Event{}))
	if accepted != 0 || err != nil || len(s.appended) != 0 {
		t.Errorf("accepted %d, error %v, appended %d", accepted, err, len(s.appended))
	}
	if s.tally.Received != 2 || s.tally.Refused[event.NoName] != 2 {
		t.Errorf("tally %+v", s.tally)
	}
}

func TestWhatCannotBeKeptIsNotTaken(t *testing.T) {
	s := &shelf{broken: store.ErrUnavailable}
	shown := 0
	r := build(s, func(o *Options) { o.Live = func(event.ProjectID, []event.Event) { shown++ } })
	accepted, err := r.Take(t.Context(), batch(good("ann"), good("bob"), event.Event{}))
	if accepted != 0 || !errors.Is(err, collect.ErrUnavailable) || !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("accepted %d, error %v", accepted, err)
	}
	if s.tally.Received != 3 || s.tally.Refused[event.Unavailable] != 3 || len(s.tally.Refused) != 1 {
		t.Errorf("tally %+v, want the whole request unavailable", s.tally)
	}
	if shown != 0 {
		t.Error("events that are not durable were shown")
	}
	if recent := r.Counters(1).Recent; len(recent) != 1 || recent[0].Reason != event.Unavailable {
		t.Errorf("recent %+v", recent)
	}
}

func TestCountersReconcile(t *testing.T) {
	const seed = 5
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 0))
	s := &shelf{}
	r := build(s, func(o *Options) { o.EventsPerSecond = 1 })
	accepted, sent := 0, 0
	for range 3000 {
		var events []event.Event
		for range rng.IntN(12) {
			events = append(events, event.Event{Name: []string{"", "a"}[rng.IntN(2)], Time: []event.Millis{0, event.TimeMissing}[rng.IntN(2)]})
		}
		s.broken = []error{nil, nil, store.ErrUnavailable}[rng.IntN(3)]
		n, _ := r.Take(t.Context(), batch(events...))
		accepted, sent = accepted+n, sent+len(events)
	}
	c, refused := r.Counters(1), uint64(0)
	for _, n := range c.Refused {
		refused += n
	}
	if c.Received != uint64(sent) || c.Received-refused != uint64(accepted) || c.Durable != uint64(accepted) {
		t.Errorf("sent %d, accepted %d; counters %+v", sent, accepted, c.Counters)
	}
	for _, why := range []event.Reason{event.NoName, event.TooOld, event.RateLimited, event.Unavailable} {
		if c.Refused[why] == 0 {
			t.Errorf("nothing was refused as %s: the test says little", why)
		}
	}
}

func TestStrangersAreCounted(t *testing.T) {
	r := build(&shelf{}, nil)
	r.Stranger(3)
	r.Stranger(4)
	if r.Strangers() != 7 {
		t.Errorf("%d strangers", r.Strangers())
	}
}

// nowhere is a store that keeps nothing.
type nowhere struct{ shelf }

func (*nowhere) Append(context.Context, store.Batch) error         { return nil }
func (*nowhere) Note(event.ProjectID, []store.Record, event.Tally) {}

// An import of typical events, of 20,000 people: guard, enrich and identify together.
func BenchmarkTake(b *testing.B) {
	r := build(nil, func(o *Options) {
		n := &nowhere{}
		o.Store, o.Identify = n, identify.New(plainVault{}, ledger{n})
	})
	properties := make([]event.Property, 0, 24)
	for i := range 13 {
		properties = append(properties, event.Property{Name: fmt.Sprint("property ", i), Value: event.StringOf("a value of usual length")})
	}
	properties = append(properties,
		event.Property{Name: "$current_url", Value: event.StringOf("https://console.example/keys?tab=2")},
		event.Property{Name: "$referrer", Value: event.StringOf("https://www.example/")})
	n := 0
	b.ReportAllocs()
	for b.Loop() {
		b.StopTimer()
		events := make([]event.Event, 2000)
		for i := range events {
			n++
			events[i] = good(fmt.Sprint("user ", n*7919%20_000))
			events[i].Time, events[i].InsertID = 1_700_000_000_000, "5d0bf4b2-6f1e-4b6c-9f1c-0e1f3a0c1d2e"
			events[i].Properties = append(make([]event.Property, 0, 24), properties...)
		}
		batch := batch(events...)
		batch.Source, batch.Strict = event.Import, true
		b.StartTimer()
		if _, err := r.Take(b.Context(), batch); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*2000), "ns/event")
}
