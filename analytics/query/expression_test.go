package query

import (
	"strings"
	"testing"
	"time"

	"jejak/event"
	"jejak/question/where"
)

// evaluated is what an expression computes when each of its properties has the value.
func evaluated(t testing.TB, text string, of event.Value) (*evaluation, event.Value) {
	t.Helper()
	e, err := where.Parse(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	r := newEvaluation(e, setting{zone: time.UTC, now: time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)})
	for i := range r.inputs {
		r.inputs[i] = termOf(of)
	}
	r.name = "e"
	return r, r.value().valueOf(r.zone)
}

// TestWork holds what expressions cost, and that those which grow end soon.
func TestWork(t *testing.T) {
	hundred := event.ListOf("[" + strings.TrimSuffix(strings.Repeat("1,", 100), ",") + "]")
	for _, c := range []struct {
		text string
		of   event.Value
		work int
	}{
		{`1 + 2`, event.Value{}, 3},
		{`"abc"`, event.Value{}, 4},
		{`properties["p"]`, event.StringOf("abc"), 4},
		{`properties["p"]`, hundred, 101},
		{`upper(properties["p"]) == "ABC"`, event.StringOf("abc"), 4 + 4 + 4 + 1},
		{`if(true, 1, "not evaluated")`, event.Value{}, 3},
		{`false and properties["p"]`, hundred, 2},
		{`any(x, properties["p"], x == 1)`, hundred, 101 + 3 + 1},
		{`all(x, properties["p"], x == 1)`, hundred, 101 + 300 + 1},
		{`["a", ["b"]]`, event.Value{}, 2 + 2 + 3 + 6},
	} {
		if r, _ := evaluated(t, c.text, c.of); r.work != c.work {
			t.Errorf("%s takes %d, want %d", c.text, r.work, c.work)
		}
	}
	for _, text := range []string{
		`all(a, properties["p"], all(b, properties["p"], all(c, properties["p"], all(d, properties["p"], all(e, properties["p"], true)))))`,
		`let(a, string(properties["p"]), ` + strings.Repeat(`a, a + a, `, 60) + `len(a))`,
		`let(a, properties["p"], ` + strings.Repeat(`a, [a, a], `, 60) + `len(a))`,
		`let(a, string(properties["p"]), ` + strings.Repeat(`a, regex_replace(a, ".", "$0$0$0$0$0$0$0$0$0$0"), `, 30) + `len(a))`,
		`let(a, string(map(x, properties["p"], "0123456789")), ` + strings.TrimSuffix(strings.Repeat(`regex_match(a, ".{1,200}z") or `, 40), " or ") + `)`,
	} {
		r, v := evaluated(t, text, hundred)
		if v.Kind != event.None || r.work <= where.MaxWork {
			t.Errorf("%.60s… takes %d and is %v", text, r.work, v.Kind)
		}
	}
}

// TestStopped: a question that has ended does not wait for lists inside lists.
func TestStopped(t *testing.T) {
	r, _ := evaluated(t, `all(a, properties["p"], all(b, properties["p"], true))`, event.ListOf("[1,2,3]"))
	calls := 0
	r.stopped = func() bool { calls++; return true }
	if v := r.value(); v.kind != event.None || calls != 1 {
		t.Errorf("went on to %v after %d calls", v.kind, calls)
	}
}

// TestColumnStops: nor does it compute all rows of a batch.
func TestColumnStops(t *testing.T) {
	e, err := where.Parse(`all(a, [1, 2, 3], event["$time"] > "")`)
	if err != nil {
		t.Fatal(err)
	}
	asked := 0
	x := setting{time.UTC, time.Now(), &meter{limit: 1 << 20}, func() bool { asked++; return asked > 1000 }, nil}
	b := &batch{times: make([]event.Millis, 1)}
	c := newComputedColumn(&computed{expression: e}, b, x)
	for rows := 0; !c.ended; rows++ {
		c.evaluate(0)
		c.work = where.MaxWork + 1 // it was a hard one
		if rows > 1000 {
			t.Fatal("it does not see that the question has ended")
		}
	}
	if c.evaluate(0).done {
		t.Error("it went on")
	}
}

func FuzzExpression(f *testing.F) {
	for _, text := range []string{
		`let(a, properties["p"], if(a > 5, upper(string(a)), [a, a["k"], a[0]]))`,
		`any(x, split(string(properties["p"]), "a"), has_prefix(x, "b")) or regex_replace(properties["p"], "(a)|b", "${1}$$") == "x"`,
		`datedif(event["$time"], properties["p"], "YD") % 2 in [1, null] and mid(properties["p"], 2, 3) < left("é", 1)`,
	} {
		f.Add(text, "a-b", 2.5)
	}
	f.Fuzz(func(t *testing.T, text, s string, n float64) {
		if _, err := where.Parse(text); err != nil {
			return
		}
		s = strings.ToValidUTF8(s, "?")
		list := event.ListOf(string(listTerm([]term{textTerm(s), numberTerm(n), {}}, "").appendJSON(nil, time.UTC)))
		object := event.ObjectOf(`{"k":` + list.Text + `}`)
		for _, v := range []event.Value{{}, event.StringOf(s), event.NumberOf(n), event.BooleanOf(n > 0), list, object} {
			r, got := evaluated(t, text, v)
			if again := r.value().valueOf(r.zone); again != got {
				t.Fatalf("%q of %v is %v, then %v", text, v, got, again)
			}
			if got.Kind == event.List || got.Kind == event.Object {
				termOf(got) // panics unless it is JSON
			}
		}
	})
}
