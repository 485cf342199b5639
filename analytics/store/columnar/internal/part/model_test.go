package part

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"jejak/analytics/store"
	"jejak/event"
)

var testKey = Key{1, 2, 3}

// always is the widest range of times.
const (
	always  = event.Millis(math.MinInt64)
	forever = event.Millis(math.MaxInt64)
)

func mustOpen(t testing.TB, b []byte) *Part {
	t.Helper()
	p, err := Open(b)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// randomEvents are n events with ties, duplicates and values of all kinds.
func randomEvents(r *rand.Rand, n int) []event.Event {
	events := make([]event.Event, n)
	span := int64(1 + r.IntN(4*n+1))
	for i := range events {
		e := event.Event{
			Name:  fmt.Sprint("event ", r.IntN(4)),
			Time:  1_700_000_000_000 + event.Millis(r.Int64N(span)*int64(1+r.IntN(2)*999)),
			Class: event.Class(r.IntN(12) / 11),
			Actor: event.MakeActor(r.IntN(4)*21, r.Uint32N(5)),
		}
		if r.IntN(3) > 0 {
			e.InsertID = fmt.Sprint("id ", r.IntN(1+r.IntN(40)))
		}
		for range r.IntN(8) {
			e.Set(fmt.Sprint("property ", r.IntN(12)), randomValue(r))
		}
		if r.IntN(40) == 0 {
			e.Set("rare", randomValue(r))
		}
		if i > 0 && r.IntN(10) == 0 {
			earlier := &events[r.IntN(i)] // sent again, perhaps as another class
			e.Name, e.Time, e.Actor, e.InsertID = earlier.Name, earlier.Time, earlier.Actor, earlier.InsertID
		}
		events[i] = e
	}
	return events
}

func randomValue(r *rand.Rand) event.Value {
	switch r.IntN(9) {
	case 0:
		return event.BooleanOf(r.IntN(2) == 0)
	case 1:
		return event.NumberOf(r.NormFloat64())
	case 2:
		return event.NumberOf(float64(r.IntN(1000)) / 100)
	case 3:
		return event.NumberOf(float64(r.Int64() - r.Int64()))
	case 4:
		return event.NumberOf(float64(r.IntN(1000)))
	case 5:
		return event.ListOf(fmt.Sprintf("[%d]", r.IntN(5)))
	case 6:
		return event.ObjectOf(fmt.Sprintf(`{"a":%d}`, r.IntN(5)))
	case 7:
		return event.StringOf("")
	default:
		return event.StringOf(fmt.Sprint("text ", r.IntN(1000)))
	}
}

// model is what a part of these events should yield: obviously right and slow.
func model(arrived []event.Event, from, to event.Millis) []event.Event {
	type key struct {
		name  string
		actor event.Actor
		time  event.Millis
		id    string
	}
	last := map[key]int{}
	for i, e := range arrived {
		last[key{e.Name, e.Actor, e.Time, e.InsertID}] = i
	}
	var kept []event.Event
	for i, e := range arrived {
		if e.Time < from || e.Time >= to || e.InsertID != "" && last[key{e.Name, e.Actor, e.Time, e.InsertID}] != i {
			continue
		}
		e.Properties = slices.Clone(e.Properties)
		slices.SortFunc(e.Properties, func(a, b event.Property) int { return cmp.Compare(a.Name, b.Name) })
		if h, _ := hashID(testKey[:], len(testKey), e.InsertID); h != 0 {
			e.InsertID = fmt.Sprintf("%016x", uint64(h))
		}
		kept = append(kept, e)
	}
	slices.SortStableFunc(kept, func(a, b event.Event) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Class, b.Class),
			cmp.Compare(a.Actor.Bucket(), b.Actor.Bucket()), cmp.Compare(a.Time, b.Time))
	})
	return kept
}

func sameEvents(t *testing.T, p *Part, want []event.Event) {
	t.Helper()
	i := 0
	for e := range p.Events() {
		if i == len(want) {
			t.Fatalf("more than %d events", len(want))
		}
		if len(e.Properties) == 0 && len(want[i].Properties) == 0 {
			e.Properties, want[i].Properties = nil, nil
		}
		if !reflect.DeepEqual(e, want[i]) {
			t.Fatalf("event %d is\n%+v, want\n%+v", i, e, want[i])
		}
		i++
	}
	if i != len(want) || p.Rows() != len(want) {
		t.Fatalf("%d events and Rows %d, want %d", i, p.Rows(), len(want))
	}
	if err := p.Verify(); err != nil {
		t.Fatal(err)
	}
}

func newRand(t testing.TB) *rand.Rand {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	return rand.New(rand.NewPCG(seed, 0))
}

func TestBuildAgainstModel(t *testing.T) {
	r := newRand(t)
	for _, n := range []int{0, 1, 2, 10, 100, 1000, 40_000} {
		events := randomEvents(r, n)
		sameEvents(t, mustOpen(t, Build(events, testKey)), model(events, always, forever))
	}
}

func TestMergeAgainstModel(t *testing.T) {
	r := newRand(t)
	for range 60 {
		events := randomEvents(r, r.IntN(3000))
		from, to := always, forever
		if len(events) > 0 && r.IntN(2) == 0 {
			from, to = events[0].Time, events[0].Time+event.Millis(r.IntN(5000))
		}
		var inputs []*Part
		for rest := events; len(rest) > 0; {
			n := 1 + r.IntN(len(rest))
			inputs = append(inputs, mustOpen(t, Build(rest[:n], testKey)))
			rest = rest[n:]
		}
		var out bytes.Buffer
		gone, events := withoutSome(r, inputs, events)
		sum, err := Merge(context.Background(), &out, inputs, gone, from, to)
		if err != nil {
			t.Fatal(err)
		}
		want := model(events, from, to)
		p := mustOpen(t, out.Bytes())
		sameEvents(t, p, want)
		first, last := p.Span()
		if int(sum.Rows+sum.Duplicates+sum.Erased) != rowsWithin(inputs, from, to) {
			t.Fatalf("%d rows, %d duplicates and %d erased of %d", sum.Rows, sum.Duplicates, sum.Erased, rowsWithin(inputs, from, to))
		}
		if int(sum.Rows) != len(want) || int(sum.Bytes) != out.Len() || sum.First != first || sum.Last != last {
			t.Fatalf("summary %+v for %d rows, %d bytes, %d to %d", sum, len(want), out.Len(), first, last)
		}
	}
}

// withoutSome chooses an actor whose rows are gone, half of the time.
func withoutSome(r *rand.Rand, inputs []*Part, events []event.Event) (gone []Gone, left []event.Event) {
	if len(events) == 0 || r.IntN(2) == 0 {
		return nil, events
	}
	a := events[r.IntN(len(events))].Actor
	set := make([]uint64, a.Index()/64+1)
	set[a.Index()/64] |= 1 << (a.Index() % 64)
	for _, p := range inputs {
		of := Gone{}
		for _, s := range p.Sections(everything) {
			var rows [event.Buckets][]int
			if rows[a.Bucket()] = s.RowsOf(a.Bucket(), set, nil); rows[a.Bucket()] != nil {
				of[s] = &rows
			}
		}
		gone = append(gone, of)
	}
	return gone, slices.DeleteFunc(slices.Clone(events), func(e event.Event) bool { return e.Actor == a })
}

func rowsWithin(parts []*Part, from, to event.Millis) (n int) {
	for _, p := range parts {
		for e := range p.Events() {
			if from <= e.Time && e.Time < to {
				n++
			}
		}
	}
	return n
}

// TestManyOfOneTime has more keys at one time than are compared one by one.
func TestManyOfOneTime(t *testing.T) {
	var events []event.Event
	for i := range 3 * 5 * fewKeys {
		e := event.Event{Name: "a", Time: 1000, Actor: event.MakeActor(1, 1), InsertID: fmt.Sprint(i % (3 * fewKeys))}
		e.Set("n", event.NumberOf(float64(i)))
		events = append(events, e)
	}
	want := model(events, always, forever)
	sameEvents(t, mustOpen(t, Build(events, testKey)), want)
	older := mustOpen(t, Build(events[:4*fewKeys], testKey))
	newer := mustOpen(t, Build(events[4*fewKeys:], testKey))
	sameEvents(t, merged(t, older, newer), want)
	var gone [event.Buckets][]int
	any := Superseded(older.Sections(everything)[0], newer.Sections(everything)[0], &gone)
	if len(gone[1]) != older.Rows() || !any {
		t.Errorf("%d rows of %d are replaced, want all", len(gone[1]), older.Rows())
	}
}

func TestSuperseded(t *testing.T) {
	r := newRand(t)
	for range 60 {
		events := randomEvents(r, r.IntN(2000))
		cut := r.IntN(len(events) + 1)
		older, newer := mustOpen(t, Build(events[:cut], testKey)), mustOpen(t, Build(events[cut:], testKey))
		var left []event.Event
		for _, s := range older.Sections(everything) {
			gone := map[int]bool{}
			var replaced [event.Buckets][]int
			for _, n := range newer.Sections(store.Selection{Names: []string{s.Name()}, Bots: true, From: always, To: forever}) {
				Superseded(s, n, &replaced)
			}
			for bucket, rows := range replaced {
				for _, row := range rows {
					gone[row] = true
				}
				lo, hi := s.Bucket(bucket)
				for i, e := range s.decodeEvents(bucket, lo, hi) {
					if !gone[lo+i] {
						left = append(left, e)
					}
				}
			}
		}
		if want := len(model(events, always, forever)); len(left)+newer.Rows() != want {
			t.Fatalf("%d rows left and %d newer, want %d", len(left), newer.Rows(), want)
		}
	}
}

// TestMergeOfManyStripes has sections longer than a stripe, and columns that begin or change kind late in them.
func TestMergeOfManyStripes(t *testing.T) {
	r := newRand(t)
	events := make([]event.Event, 200_000)
	for i := range events {
		e := event.Event{Name: "one", Time: event.Millis(i + r.IntN(1000)), Actor: event.MakeActor(2, r.Uint32N(3))}
		switch {
		case i > 150_000:
			e.Set("turning", event.StringOf(fmt.Sprint(i%7)))
		default:
			e.Set("turning", event.NumberOf(float64(i%1000)))
		}
		if i > 120_000 {
			e.Set("late", event.StringOf(fmt.Sprint(i)))
		}
		events[i] = e
	}
	var inputs []*Part
	for chunk := range slices.Chunk(events, 50_000) {
		inputs = append(inputs, mustOpen(t, Build(chunk, testKey)))
	}
	p := merged(t, inputs...)
	sameEvents(t, p, model(events, always, forever))
	if got := p.sections[0].blockCount(); got <= stripeRows/blockRows {
		t.Fatalf("%d blocks are no more than a stripe", got)
	}
}

func TestMergeStops(t *testing.T) {
	p := mustOpen(t, Build(randomEvents(newRand(t), 1000), testKey))
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Merge(ctx, io.Discard, []*Part{p}, nil, always, forever); !errors.Is(err, context.Canceled) {
		t.Errorf("%v after the context was cancelled", err)
	}
	full := errors.New("disk full")
	for room := range 50 {
		w := &fullWriter{room, full}
		if _, err := Merge(context.Background(), w, []*Part{p}, nil, always, forever); !errors.Is(err, full) {
			t.Errorf("%v when write %d failed", err, room)
		}
	}
}

// fullWriter fails after so many writes.
type fullWriter struct {
	room int
	err  error
}

func (w *fullWriter) Write(b []byte) (int, error) {
	if w.room--; w.room < 0 {
		return 0, w.err
	}
	return len(b), nil
}

func TestMergeOfNothing(t *testing.T) {
	p := merged(t)
	if p.Rows() != 0 || len(p.Names()) != 0 || len(p.Sections(everything)) != 0 || p.Verify() != nil {
		t.Errorf("%d rows, %v", p.Rows(), p.Names())
	}
}

var everything = store.Selection{Bots: true, From: always, To: forever}
