package part

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"sort"
	"sync"
	"testing"

	"jejak/analytics/store"
	"jejak/event"
)

var _ store.Column = (*column)(nil)

// TestRanges compares every range of rows with the same range of all rows.
func TestRanges(t *testing.T) {
	r := newRand(t)
	p := mustOpen(t, Build(randomEvents(r, 40_000), testKey))
	layouts := map[uint8]bool{}
	for _, s := range p.Sections(everything) {
		same(t, r, s.Rows(), s.Times)
		same(t, r, s.Rows(), s.Actors)
		same(t, r, s.Rows(), s.ids)
		for _, name := range p.PropertyNames(s.Name()) {
			c := s.Column(name)
			if c == nil {
				continue
			}
			same(t, r, s.Rows(), c.Codes)
			same(t, r, s.Rows(), c.Numbers)
			checkKinds(t, s, c)
		}
	}
	for i := range p.blockCount() {
		layouts[decodeBlock(p.blocks[i*blockEntry:]).layout] = true
	}
	if len(layouts) < 3 {
		t.Errorf("only the layouts %v were met", layouts)
	}
}

func same[T any](t *testing.T, r *rand.Rand, rows int, read func(lo, hi int, dst []T) []T) {
	t.Helper()
	all := read(0, rows, nil)
	for range 20 {
		lo := r.IntN(rows + 1)
		hi := lo + r.IntN(min(rows-lo, 1+r.IntN(rows))+1)
		got := read(lo, hi, make([]T, r.IntN(100)))
		if len(got) != hi-lo || hi > lo && !reflect.DeepEqual(got, all[lo:hi]) {
			t.Fatalf("rows %d to %d of %d differ from those of all", lo, hi, rows)
		}
	}
}

func checkKinds(t *testing.T, s *Section, c store.Column) {
	t.Helper()
	codes, numbers := c.Codes(0, s.Rows(), nil), c.Numbers(0, s.Rows(), nil)
	hasNumbers, hasOthers := slices.Contains(codes, store.NumberCode), hasOthers(codes)
	if hasNumbers != c.HasNumbers() || hasOthers != c.HasOthers() {
		t.Errorf("numbers %v, others %v, but the column says %v and %v", hasNumbers, hasOthers, c.HasNumbers(), c.HasOthers())
	}
	for i, code := range codes {
		if code != store.NumberCode && numbers[i] != 0 {
			t.Fatalf("row %d is no number and has %v", i, numbers[i])
		}
	}
}

func TestSeek(t *testing.T) {
	r := newRand(t)
	p := mustOpen(t, Build(randomEvents(r, 5000), testKey))
	for _, s := range p.Sections(everything) {
		for bucket := range event.Buckets {
			lo, hi := s.Bucket(bucket)
			times := s.Times(lo, hi, nil)
			for range 20 {
				at := s.first - 2 + event.Millis(r.Int64N(int64(s.last-s.first)+5))
				want := lo + sort.Search(len(times), func(i int) bool { return times[i] >= at })
				if got := s.Seek(lo, hi, at); got != want {
					t.Fatalf("row %d is the first at %d, want %d", got, at, want)
				}
			}
		}
	}
}

func TestNames(t *testing.T) {
	at := func(name string, time event.Millis, class event.Class, property string) event.Event {
		e := event.Event{Name: name, Time: time, Class: class, Actor: event.MakeActor(3, uint32(time))}
		e.Set(property, event.NumberOf(1))
		return e
	}
	p := mustOpen(t, Build([]event.Event{
		at("a", 5, event.Person, "x"), at("b", 7, event.Person, "y"), at("b", 2, event.Bot, "z"), at("b", 4, event.Person, "y"),
	}, testKey))
	want := []store.NameCount{{Name: "b", Rows: 3, First: 2, Last: 7}, {Name: "a", Rows: 1, First: 5, Last: 5}}
	if got := p.Names(); !reflect.DeepEqual(got, want) {
		t.Errorf("names %v, want %v", got, want)
	}
	for name, want := range map[string][]string{"": {"x", "y", "z"}, "a": {"x"}, "b": {"y", "z"}, "c": nil} {
		if got := p.PropertyNames(name); !slices.Equal(got, want) {
			t.Errorf("properties of %q %v, want %v", name, got, want)
		}
	}
	if first, last := p.Span(); first != 2 || last != 7 || p.Actors(3) != 8 || p.Actors(4) != 0 {
		t.Errorf("span %d to %d, actors %d and %d", first, last, p.Actors(3), p.Actors(4))
	}
}

func TestSections(t *testing.T) {
	p := mustOpen(t, Build([]event.Event{
		{Name: "a", Time: 5}, {Name: "b", Time: 7}, {Name: "b", Time: 2, Class: event.Bot}, {Name: "b", Time: 4},
	}, testKey))
	for _, c := range []struct {
		selection store.Selection
		want      string
	}{
		{store.Selection{From: 0, To: 100}, "a0 b0"},
		{store.Selection{From: 0, To: 100, Bots: true}, "a0 b0 b1"},
		{store.Selection{From: 0, To: 100, Names: []string{"b", "x", "b"}}, "b0"},
		{store.Selection{From: 0, To: 100, Names: []string{}}, ""},
		{store.Selection{From: 6, To: 100, Bots: true}, "b0"},
		{store.Selection{From: 0, To: 4, Bots: true}, "b1"},
		{store.Selection{From: 0, To: 5}, "b0"},
	} {
		got := ""
		for i, s := range p.Sections(c.selection) {
			if i > 0 {
				got += " "
			}
			got += fmt.Sprint(s.Name(), s.Class())
		}
		if got != c.want {
			t.Errorf("%+v: sections %q, want %q", c.selection, got, c.want)
		}
	}
	if c := p.Sections(everything)[0].Column("x"); c != nil {
		t.Errorf("a column %v that no row has", c)
	}
}

func TestDictionary(t *testing.T) {
	var events []event.Event
	values := []event.Value{
		event.StringOf(""), event.StringOf("a"), event.StringOf("a\x00"), event.StringOf("t"), event.StringOf("true"),
		event.BooleanOf(false), event.BooleanOf(true), event.ListOf("[1]"), event.ListOf("[]"), event.ObjectOf("{}"),
	}
	for i, v := range values {
		e := event.Event{Name: "a", Time: event.Millis(len(values) - i)}
		e.Set("x", v)
		events = append(events, e)
	}
	older := mustOpen(t, Build(events[:6], testKey))
	p := merged(t, older, mustOpen(t, Build(events[3:], testKey)))
	d := p.Sections(everything)[0].Column("x").Dictionary()
	if d.Len() != len(values) {
		t.Fatalf("%d values, want %d", d.Len(), len(values))
	}
	for i, want := range values {
		if got := d.Value(uint32(i + 1)); got != want {
			t.Errorf("value %d is %#v, want %#v", i+1, got, want)
		}
		if got := d.Code(want); got != uint32(i+1) {
			t.Errorf("the code of %#v is %d, want %d", want, got, i+1)
		}
	}
	for _, v := range []event.Value{{}, event.NumberOf(1), event.StringOf("b"), event.StringOf("["), event.ListOf("{}")} {
		if got := d.Code(v); got != 0 {
			t.Errorf("%#v has the code %d, want none", v, got)
		}
	}
	if d.Identity() != p.Sections(everything)[0].Column("x").Dictionary().Identity() {
		t.Error("one dictionary has two identities")
	}
	if d.Identity() == older.Sections(everything)[0].Column("x").Dictionary().Identity() {
		t.Error("two dictionaries have one identity")
	}
}

func TestDictionaryValuesOfARange(t *testing.T) {
	var events []event.Event
	for i := range 2*dictBlock + 10 {
		e := event.Event{Name: "a", Time: event.Millis(i)}
		e.Set("x", event.StringOf(fmt.Sprint(i)))
		if i%3 == 0 {
			e.Set("x", event.ListOf(fmt.Sprintf("[%d]", i)))
		}
		events = append(events, e)
	}
	e := event.Event{Name: "a"}
	e.Set("x", event.BooleanOf(true))
	d := mustOpen(t, Build(append(events, e), testKey)).Sections(everything)[0].Column("x").Dictionary()
	last := uint32(d.Len() + 1)
	for _, r := range [][2]uint32{{1, last}, {1, 1}, {2, 3}, {256, 258}, {257, 513}, {300, last}, {last - 1, last}, {last, last}} {
		at := r[0]
		d.Values(r[0], r[1], func(code uint32, v event.Value) {
			if code != at || v != d.Value(code) {
				t.Fatalf("from %d to %d: at %d comes %d with %#v", r[0], r[1], at, code, v)
			}
			at++
		})
		if at != r[1] {
			t.Errorf("from %d to %d: it ends at %d", r[0], r[1], at)
		}
	}
	if damageIn(func() error { d.Values(1, last+1, func(uint32, event.Value) {}); return nil }) == nil {
		t.Error("a code beyond the dictionary has a value")
	}
}

func TestNumbersComeBackExactly(t *testing.T) {
	r := newRand(t)
	sets := [][]float64{
		{0, 1, -1, 1 << 53, -1 << 53}, {1 << 53, 1<<53 + 2}, {0.1, 0.2, 0.3, 1234567.1}, {1e300, -1e-300, 5e-324}, {1e7 + 0.1234567},
		{0.1 + 0.2, 1}, {1e-7, 1e9},
	}
	for range 200 {
		set := make([]float64, 1+r.IntN(50))
		scale := powers[r.IntN(len(powers))]
		for i := range set {
			set[i] = float64(r.Int64N(1<<r.IntN(60))) / scale
		}
		sets = append(sets, set)
	}
	for _, set := range sets {
		var events []event.Event
		for i, f := range set {
			e := event.Event{Name: "a", Time: event.Millis(i)}
			e.Set("x", event.NumberOf(f))
			events = append(events, e)
		}
		s := mustOpen(t, Build(events, testKey)).Sections(everything)[0]
		if got := s.Column("x").Numbers(0, s.Rows(), nil); !slices.Equal(got, set) {
			t.Errorf("%v came back as %v", set, got)
		}
	}
}

func TestShortDecimalsArePacked(t *testing.T) {
	whole := make([]int64, 3)
	if places := scale([]float64{0.25, 19.99, 3}, whole); places != 2 || !slices.Equal(whole, []int64{25, 1999, 300}) {
		t.Errorf("%d places: %v", places, whole)
	}
}

func TestWidths(t *testing.T) {
	r := newRand(t)
	for width := uint(1); width <= maxWidth; width++ {
		vals := make([]int64, 200)
		for i := range vals {
			vals[i] = r.Int64() >> (63 - width) & (1<<width - 1)
		}
		packed := append(appendPacked(nil, vals, 0, 1, width), make([]byte, overRead)...)
		for range 20 {
			skip := r.IntN(len(vals))
			got := make([]int64, r.IntN(len(vals)-skip+1))
			unpack(got, packed, skip, width, -7)
			for i, v := range got {
				if v != vals[skip+i]-7 {
					t.Fatalf("width %d, value %d is %d, want %d", width, skip+i, v+7, vals[skip+i])
				}
			}
		}
	}
}

// TestManyReaders has goroutines read, and so verify, the same blocks at once.
func TestManyReaders(t *testing.T) {
	events := randomEvents(newRand(t), 5000)
	want := model(events, always, forever)
	p := mustOpen(t, Build(events, testKey))
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			i := 0
			for e := range p.Events() {
				if e.Time != want[i].Time || e.InsertID != want[i].InsertID || len(e.Properties) != len(want[i].Properties) {
					t.Errorf("event %d differs", i)
					return
				}
				i++
			}
		})
	}
	wait.Wait()
}

// TestBuildForgets builds a large batch and then a small one with the same memory.
func TestBuildForgets(t *testing.T) {
	r := newRand(t)
	Build(randomEvents(r, 3000), testKey)
	events := randomEvents(r, 10)
	sameEvents(t, mustOpen(t, Build(events, testKey)), model(events, always, forever))
}
