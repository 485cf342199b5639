package querytest

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"time"

	"jejak/event"
	"jejak/question"
	"jejak/question/where"
)

// withComputed gives each event, as properties of their own, what the expressions of a question compute from it (section 13): the
// evaluators then read them like any other. The condition where is kept as the computed property of its text.
func withComputed(events []event.Event, q question.Question, now present) []event.Event {
	r := rangeOfAny(q)
	zone, _ := question.LoadZone(r.Zone)
	p := now.in(zone)
	p.look = p.lookAt(events, p.rangeOf(r).to)
	by := question.CountedBy(q)
	if by == "" {
		return p.compute(events, q)
	}
	if now.profiles.person == nil { // otherwise they are
		events = settled(events)
	}
	events, groups := byGroup(events, by)
	out := cloneEvents(p.compute(events, q))
	for i := range out {
		out[i].Actor = groups[i]
	}
	return out
}

// compute is the same for the expressions of a question or of a part.
func (p *past) compute(events []event.Event, of any) []event.Event {
	var tree any
	if err := json.Unmarshal([]byte(encode(of)), &tree); err != nil {
		panic("BUG: a question that is not JSON")
	}
	texts := map[string]*where.Expression{}
	findExpressions(tree, "", texts)
	if len(texts) == 0 {
		return events
	}
	out := cloneEvents(events)
	for i := range out {
		for text, e := range texts {
			out[i].Set(question.ComputedProperty(text), computedOf(p, e, events[i]))
		}
	}
	return out
}

// findExpressions walks a question as JSON.
func findExpressions(x any, key string, texts map[string]*where.Expression) {
	switch x := x.(type) {
	case map[string]any:
		for k, v := range x {
			findExpressions(v, k, texts)
		}
	case []any:
		for _, v := range x {
			findExpressions(v, key, texts)
		}
	case string:
		text, computed := question.Computed(x)
		if key == "where" {
			text, computed = x, true
		}
		if e, err := where.Parse(text); computed && err == nil {
			texts[text] = e
		}
	}
}

// The values of an expression are nil for not set, bool, float64, string, moment, []any and object.
type (
	moment int64  // milliseconds
	object string // canonical JSON
)

// judge evaluates an expression for one event.
type judge struct {
	*past
	event     event.Event
	variables map[int]any
	work      int
}

// tooMuchWork is what a judge panics with.
type tooMuchWork struct{}

func computedOf(p *past, e *where.Expression, of event.Event) (v event.Value) {
	defer func() {
		if r := recover(); r != nil {
			if _, stopped := r.(tooMuchWork); !stopped {
				panic(r)
			}
			v = event.Value{}
		}
	}()
	j := &judge{past: p, event: of, variables: map[int]any{}}
	return j.property(j.eval(e.Root))
}

// property is a value as events have them.
func (j *judge) property(x any) event.Value {
	switch x := x.(type) {
	case moment:
		return event.StringOf(j.stamp(x))
	case []any:
		return event.ListOf(j.json(x))
	case object:
		return event.ObjectOf(string(x))
	}
	return valueOf(x)
}

func (j *judge) stamp(m moment) string { return stretch{zone: j.zone}.stamp(time.UnixMilli(int64(m))) }

// json is canonical JSON.
func (j *judge) json(x any) string {
	switch x := x.(type) {
	case moment:
		return encode(j.stamp(x))
	case object:
		return string(x)
	case float64:
		return canonicalNumber(x)
	case []any:
		var items []string
		for _, item := range x {
			items = append(items, j.json(item))
		}
		return "[" + strings.Join(items, ",") + "]"
	}
	return encode(x)
}

// canonicalNumber is a number as canonical JSON has it: the shortest decimal, with an exponent when very large or small.
func canonicalNumber(f float64) string {
	if f != 0 && (math.Abs(f) >= 1e21 || math.Abs(f) < 1e-6) {
		return strconv.FormatFloat(f, 'e', -1, 64)
	}
	return strconv.FormatFloat(f, 'f', -1, 64)
}

// fromProperty is the value of a property as expressions see it.
func fromProperty(v event.Value) any {
	switch v.Kind {
	case event.None:
		return nil
	case event.String:
		return v.Text
	case event.Number:
		return v.Number
	case event.Boolean:
		return v.Bool()
	}
	var x any
	if err := json.Unmarshal([]byte(v.Text), &x); err != nil {
		panic("BUG: a list or an object that is not JSON")
	}
	return fromJSON(x)
}

func fromJSON(x any) any {
	switch x := x.(type) {
	case map[string]any:
		return object(encode(x))
	case []any:
		out := []any{}
		for _, item := range x {
			out = append(out, fromJSON(item))
		}
		return out
	}
	return x
}

// spend is section 13, work.
func (j *judge) spend(n int) {
	if j.work += n; j.work > where.MaxWork {
		panic(tooMuchWork{})
	}
}

func sizeOf(x any) int {
	switch x := x.(type) {
	case string:
		return len(x)
	case object:
		return len(x)
	case []any:
		n := 0
		for _, item := range x {
			n += 1 + sizeOf(item)
		}
		return n
	}
	return 0
}

func (j *judge) eval(n *where.Node) any {
	x := j.result(n)
	j.spend(1 + sizeOf(x))
	return x
}

// finiteNumber is a result in 64-bit floating point: one zero, and no number that is not finite.
func finiteNumber(f float64) any {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return nil
	}
	if f == 0 {
		return 0.0
	}
	return f
}

func (j *judge) result(n *where.Node) any {
	switch n.Op {
	case where.Nothing:
		return nil
	case where.True:
		return true
	case where.False:
		return false
	case where.Text:
		return n.Text
	case where.Number:
		return n.Number
	case where.Property:
		return fromProperty(j.event.Get(n.Text))
	case where.User:
		return fromProperty(j.known.profiles.user(j.event.Actor, n.Text))
	case where.Group:
		return j.ofGroups(j.eval(n.Args[0]), n)
	case where.Lookup:
		return j.inLookup(j.eval(n.Args[0]), n)
	case where.Cohort:
		return j.look.isMember(n.Text, j.event.Actor)
	case where.EventField:
		if n.Text == "$name" {
			return j.event.Name
		}
		return moment(j.event.Time)
	case where.Variable:
		return j.variables[n.Slot]
	case where.If:
		if j.eval(n.Args[0]) == true {
			return j.eval(n.Args[1])
		}
		return j.eval(n.Args[2])
	case where.Ifs:
		for i := 0; i < len(n.Args); i += 2 {
			if j.eval(n.Args[i]) == true {
				return j.eval(n.Args[i+1])
			}
		}
		return nil
	case where.Let:
		for i, slot := range n.Slots {
			j.variables[slot] = j.eval(n.Args[i])
		}
		return j.eval(n.Args[len(n.Slots)])
	case where.And:
		return j.and(n)
	case where.Or:
		return j.or(n)
	case where.Any, where.All, where.Filter, where.Map:
		return j.overList(n)
	}
	var args []any
	for _, a := range n.Args {
		args = append(args, j.eval(a))
	}
	return j.function(n, args)
}

// isTruth tells whether and and or take the value.
func isTruth(x any) bool { return x == nil || x == true || x == false }

func (j *judge) and(n *where.Node) any {
	a := j.eval(n.Args[0])
	if a == nil || a == false {
		return false
	}
	if a != true {
		return nil
	}
	b := j.eval(n.Args[1])
	if !isTruth(b) {
		return nil
	}
	return b == true
}

func (j *judge) or(n *where.Node) any {
	a := j.eval(n.Args[0])
	if a == true {
		return true
	}
	if !isTruth(a) {
		return nil
	}
	b := j.eval(n.Args[1])
	if !isTruth(b) {
		return nil
	}
	return b == true
}

func (j *judge) overList(n *where.Node) any {
	list, is := j.eval(n.Args[0]).([]any)
	if !is {
		return nil
	}
	kept := []any{}
	for _, item := range list {
		j.variables[n.Slots[0]] = item
		x := j.eval(n.Args[1])
		switch n.Op {
		case where.Any:
			if x == true {
				return true
			}
		case where.All:
			if x != true {
				return false
			}
		case where.Map:
			kept = append(kept, x)
		default:
			if x == true {
				kept = append(kept, item)
			}
		}
	}
	switch n.Op {
	case where.Any:
		return false
	case where.All:
		return true
	}
	return kept
}

// toMoment is datetime(x).
func (j *judge) toMoment(x any) (moment, bool) {
	ms := math.NaN()
	switch x := x.(type) {
	case moment:
		return x, true
	case float64:
		ms = math.Floor(x * 1000)
	case string:
		if t, isDate := j.instantOf(x); isDate {
			ms = float64(t.seconds*1000 + t.nanos/1_000_000)
		}
	}
	year0, year10000 := time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)
	if !(ms >= float64(year0.UnixMilli()) && ms < float64(year10000.UnixMilli())) {
		return 0, false
	}
	return moment(ms), true
}

func isText(x any) bool { _, is := x.(string); return is }

func isMoment(x any) bool { _, is := x.(moment); return is }

// asMoments reads a text beside a date.
func (j *judge) asMoments(a, b any) (any, any) {
	if isMoment(a) && isText(b) {
		if m, isDate := j.toMoment(b); isDate {
			return a, m
		}
		return a, nil
	}
	if isText(a) && isMoment(b) {
		b, a = j.asMoments(b, a)
	}
	return a, b
}

func (j *judge) equal(a, b any) bool {
	a, b = j.asMoments(a, b)
	x, isList1 := a.([]any)
	y, isList2 := b.([]any)
	if !isList1 || !isList2 {
		return !isList1 && !isList2 && a == b
	}
	if len(x) != len(y) {
		return false
	}
	for i := range x {
		if !j.equal(x[i], y[i]) {
			return false
		}
	}
	return true
}

// order is below, at or above 0; not ok where two values have none.
func (j *judge) order(a, b any) (order int, ok bool) {
	a, b = j.asMoments(a, b)
	sign := func(less, more bool) (int, bool) {
		switch {
		case less:
			return -1, true
		case more:
			return 1, true
		}
		return 0, true
	}
	switch x := a.(type) {
	case float64:
		if y, is := b.(float64); is {
			return sign(x < y, x > y)
		}
	case string:
		if y, is := b.(string); is {
			return sign(x < y, x > y)
		}
	case moment:
		if y, is := b.(moment); is {
			return sign(x < y, x > y)
		}
	}
	return 0, false
}

func (j *judge) in(a, b any) any {
	if list, is := b.([]any); is {
		for _, item := range list {
			if j.equal(a, item) {
				return true
			}
		}
		return false
	}
	if isText(a) && isText(b) {
		return strings.Contains(b.(string), a.(string))
	}
	return nil
}

func not(x any) any {
	switch x {
	case nil, false:
		return true
	case true:
		return false
	}
	return nil
}

// whole is a whole number of at least some other.
func whole(x any, least int) (int, bool) {
	f, is := x.(float64)
	if !is || f != math.Floor(f) || f < float64(least) {
		return 0, false
	}
	return int(math.Min(f, 1e9)), true
}
