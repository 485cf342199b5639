package part

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"testing"

	"jejak/analytics/store"
	"jejak/event"
)

// sweeper is a cleaner whose rules are plain to see.
type sweeper struct {
	whose  map[string]event.Actor // by property and value that changed
	broken error
}

func (sweeper) Name(name string) string {
	switch name {
	case "property 3":
		return "property 4" // joins another
	case "property 5":
		return "a property" // comes before all others
	case "event 1":
		return "an event"
	}
	return name
}

// becomes is None when nothing is left.
func becomes(property string, v event.Value) event.Value {
	whole := v.Number == math.Trunc(v.Number)
	switch {
	case property == "rare":
		return event.Value{}
	case v.Kind == event.String && strings.HasSuffix(v.Text, "7"):
		return event.StringOf("[token:" + v.Text[len(v.Text)-2:] + "]")
	case v.Kind == event.String && strings.HasSuffix(v.Text, "8"):
		return event.NumberOf(8)
	case v.Kind == event.Number && whole && math.Mod(v.Number, 5) == 0:
		return event.StringOf("[token:47]")
	case v.Kind == event.Number && !whole:
		return event.NumberOf(math.Floor(v.Number))
	case v.Kind == event.List && v.Text == "[3]":
		return event.Value{}
	case v.Kind == event.List && v.Text == "[2]":
		return event.BooleanOf(true)
	}
	return v
}

func (sweeper) Touches(property string, v event.Value) bool { return becomes(property, v) != v }

func (s sweeper) Clean(property string, v event.Value, whose event.Actor) (event.Value, []event.Change, error) {
	if s.whose != nil {
		s.whose[property+"="+v.String()] = whose
	}
	return becomes(property, v), []event.Change{{Did: event.Sealed, Class: "test", Property: property}}, s.broken
}

func (sweeper) Settle(context.Context) error { return nil }

// swept is what is left of events, in the order of a part, and how many values changed.
func swept(events []event.Event) (out []event.Event, changed uint64) {
	for _, e := range events {
		e.Name = sweeper{}.Name(e.Name)
		was := e.Properties
		e.Properties = nil
		for _, p := range was {
			v := becomes(p.Name, p.Value)
			if v != p.Value {
				changed++
			}
			if name := (sweeper{}).Name(p.Name); v.Kind != event.None && e.Get(name).Kind == event.None {
				e.Set(name, v)
			}
		}
		slices.SortFunc(e.Properties, func(a, b event.Property) int { return cmp.Compare(a.Name, b.Name) })
		out = append(out, e)
	}
	slices.SortStableFunc(out, func(a, b event.Event) int { return cmp.Compare(a.Name, b.Name) })
	return out, changed
}

func TestCleanAgainstModel(t *testing.T) {
	r := newRand(t)
	for range 40 {
		events := randomEvents(r, r.IntN(3000))
		p := mustOpen(t, Build(events, testKey))
		s := sweeper{whose: map[string]event.Actor{}}
		x, err := p.Clean(t.Context(), s)
		if err != nil {
			t.Fatal(err)
		}
		want, changed := swept(model(events, always, forever))
		if x == nil {
			if changed > 0 {
				t.Fatalf("%d values change, and nothing does", changed)
			}
			continue
		}
		var out bytes.Buffer
		if _, err := x.Write(t.Context(), &out, nil, always, forever); err != nil {
			t.Fatal(err)
		}
		clean := mustOpen(t, out.Bytes())
		sameEvents(t, clean, want)
		counted := uint64(0)
		for _, n := range x.Changes {
			counted += n
		}
		if counted != changed {
			t.Fatalf("%d values are counted, %d changed", counted, changed)
		}
		checkWhose(t, events, s.whose)
		if again, err := clean.Clean(t.Context(), idle{}); again != nil || err != nil {
			t.Fatalf("nothing to clean is %+v, %v", again, err)
		}
	}
}

// idle has nothing to clean.
type idle struct{ sweeper }

func (idle) Name(name string) string          { return name }
func (idle) Touches(string, event.Value) bool { return false }

// checkWhose: a value is nobody's only when no person has it, and else that of somebody who has it.
func checkWhose(t *testing.T, events []event.Event, whose map[string]event.Actor) {
	t.Helper()
	has := map[string]map[event.Actor]bool{}
	for _, e := range model(events, always, forever) {
		for _, p := range e.Properties {
			key := p.Name + "=" + p.Value.String()
			if has[key] == nil {
				has[key] = map[event.Actor]bool{}
			}
			has[key][e.Actor] = true
		}
	}
	for key, a := range whose {
		somebody := false
		for b := range has[key] {
			somebody = somebody || b.Index() != 0
		}
		if !has[key][a] || somebody && a.Index() == 0 {
			t.Fatalf("%s is that of %d, and %v have it", key, a, has[key])
		}
	}
}

func TestCleanStops(t *testing.T) {
	events := []event.Event{{Name: "a", Time: 1, Properties: []event.Property{{Name: "x", Value: event.StringOf("a 7")}}}}
	p := mustOpen(t, Build(events, testKey))
	broken := errors.New("broken")
	if _, err := p.Clean(t.Context(), sweeper{broken: broken}); !errors.Is(err, broken) {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := p.Clean(ctx, sweeper{}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	x, err := p.Clean(t.Context(), sweeper{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := x.Write(ctx, new(bytes.Buffer), nil, always, forever); !errors.Is(err, context.Canceled) {
		t.Error(fmt.Sprint(err))
	}
}

// BenchmarkClean looks through a part, and writes it anew without what must go.
func BenchmarkClean(b *testing.B) {
	const rows = 100_000
	p := mustOpen(b, Build(randomEvents(newRand(b), rows), testKey))
	for name, s := range map[string]store.Cleaner{"nothing": idle{}, "some": sweeper{}} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				x, err := p.Clean(b.Context(), s)
				if err == nil && x != nil {
					_, err = x.Write(b.Context(), io.Discard, nil, always, forever)
				}
				if err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(rows*b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}
