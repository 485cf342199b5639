package querytest

import (
	"fmt"
	"slices"
	"time"

	"jejak/event"
)

var (
	names      = []string{"view", "view", "view", "click", "pay", "sign up", "$identify"}
	properties = []string{"plan", "price", "tags", "when", "ok", "mixed"}
)

// batch is some events: many on few instants, some sent before, some long late.
func (w *world) batch() []event.Event {
	n := pick(w.Rand, []int{0, 1, 5, 40, 150})
	var out []event.Event
	for range n {
		earlier := slices.Concat(w.events, out)
		if len(earlier) > 0 && w.chance(15) {
			out = append(out, w.again(pick(w.Rand, earlier)))
			continue
		}
		if len(earlier) > 0 && w.chance(w.visits) {
			out = append(out, w.next(pick(w.Rand, earlier[max(0, len(earlier)-3):])))
			continue
		}
		out = append(out, w.event())
	}
	return out
}

// again is an event sent once more, with other properties, or nearly the same event.
func (w *world) again(e event.Event) event.Event {
	if w.chance(50) {
		e.Properties = w.properties()
	}
	if w.chance(20) {
		e.Time++
	}
	if w.chance(10) {
		e.Class = w.class()
	}
	return e
}

func (w *world) event() event.Event {
	e := event.Event{Name: pick(w.Rand, names), Time: w.time(), Class: w.class(), Properties: w.properties()}
	person := w.IntN(w.people)
	e.Actor = Actor(person)
	if w.chance(5) {
		e.Actor = event.MakeActor(w.IntN(event.Buckets), 0)
	}
	if w.chance(60) {
		e.InsertID = fmt.Sprint("id", w.IntN(50))
	}
	return e
}

// time is somewhere in the world, often on a full hour or at one of a few instants; rarely far outside.
func (w *world) time() event.Millis {
	t := w.start.Add(time.Duration(w.Int64N(int64(w.length))))
	switch w.IntN(10) {
	case 0, 1:
		t = t.Truncate(time.Hour)
	case 2, 3:
		t = t.Truncate(w.length / 8)
	case 4:
		t = t.Truncate(quarter).Add(-time.Millisecond)
	case 5:
		if w.chance(20) {
			t = t.AddDate(-w.IntN(3), -w.IntN(12), 0)
		}
	}
	return event.Millis(t.UnixMilli())
}

func (w *world) class() event.Class {
	if w.chance(10) {
		return event.Bot
	}
	return event.Person
}

func (w *world) properties() (out []event.Property) {
	for _, name := range properties {
		if w.chance(30) {
			continue
		}
		if v := w.value(name); v.Kind != event.None {
			out = append(out, event.Property{Name: name, Value: v})
		}
	}
	return out
}

var (
	texts = []string{"free", "Free", "pro", "team", "", "5", "true", "null", "Ärger", "a\"b\\c", "日本"}
	dates = []string{
		"2026-11-01", "2026-03-29T02:30", "2026-10-25T02:30:00", "2026-09-06T00:15:00.5", "2026-10-04 02:10:00.25",
		"2026-10-25T00:30:00Z", "2026-10-25T02:30:00.250+02:00", "2026-04-04T23:30", "2026-02-30", "2024-02-29", "0001-01-01", "soon",
	}
	numbers = []float64{0, 1, 5, 5, 10, 19.99, -3, 0.1, 0.2, 0.3, 1e16, -1e16, 1e300, 1.7e308, 5e-324, 1 << 53}
	scalars = []any{nil, true, false, "free", "pro", "5", "", 5.0, 0.0, 0.1, 10.0}
)

// value is one that the property usually has; mixed has any.
func (w *world) value(name string) event.Value {
	if name == "mixed" || w.chance(4) {
		name = pick(w.Rand, append([]string{"object", "none"}, properties[:5]...))
	}
	switch name {
	case "plan":
		return event.StringOf(pick(w.Rand, texts))
	case "price":
		if w.chance(50) {
			return event.NumberOf(float64(w.IntN(10000)) / 100)
		}
		return event.NumberOf(pick(w.Rand, numbers))
	case "tags":
		return w.list()
	case "when":
		return event.StringOf(pick(w.Rand, dates))
	case "ok":
		return event.BooleanOf(w.chance(50))
	case "object":
		return event.ObjectOf(encode(map[string]any{"k": w.IntN(3)}))
	default:
		return event.Value{}
	}
}

func (w *world) list() event.Value {
	items := []any{}
	for range w.IntN(5) {
		switch w.IntN(12) {
		case 0:
			items = append(items, []any{"free"})
		case 1:
			items = append(items, map[string]any{"k": w.IntN(3)})
		default:
			items = append(items, pick(w.Rand, scalars))
		}
	}
	return event.ListOf(encode(items))
}
