package querytest

import (
	"encoding/json"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"jejak/event"
	"jejak/question"
	"jejak/question/where"
)

// withComputed gives each event, as properties of their own, what the expressions of a question compute from it (section 13): the
// evaluators then read them like any other. The condition where is kept as the computed property of its text.
func withComputed(events []event.Event, q question.Question, now time.Time) []event.Event {
	var tree any
	if err := json.Unmarshal([]byte(encode(q)), &tree); err != nil {
		panic("BUG: a question that is not JSON")
	}
	texts := map[string]*where.Expression{}
	zone := time.UTC
	findExpressions(tree, "", texts, &zone)
	if len(texts) == 0 {
		return events
	}
	out := cloneEvents(events)
	for i := range out {
		for text, e := range texts {
			v := computedOf(&past{zone: zone, now: now}, e, events[i])
			out[i].Set(question.ComputedProperty(text), v)
		}
	}
	return out
}

// findExpressions walks a question as JSON.
func findExpressions(x any, key string, texts map[string]*where.Expression, zone **time.Location) {
	switch x := x.(type) {
	case map[string]any:
		for k, v := range x {
			findExpressions(v, k, texts, zone)
		}
	case []any:
		for _, v := range x {
			findExpressions(v, key, texts, zone)
		}
	case string:
		if key == "zone" {
			*zone, _ = question.LoadZone(x)
		}
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

var decimal = regexp.MustCompile(`^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$`)

func (j *judge) function(n *where.Node, args []any) any {
	var a, b any
	if len(args) > 0 {
		a = args[0]
	}
	if len(args) > 1 {
		b = args[1]
	}
	switch n.Op {
	case where.List:
		return append([]any{}, args...)
	case where.Not:
		return not(a)
	case where.Equal:
		return j.equal(a, b)
	case where.Unequal:
		return !j.equal(a, b)
	case where.Less, where.AtMost, where.Greater, where.AtLeast:
		order, ok := j.order(a, b)
		if !ok {
			return nil
		}
		return map[where.Op]bool{where.Less: order < 0, where.AtMost: order <= 0, where.Greater: order > 0, where.AtLeast: order >= 0}[n.Op]
	case where.In:
		return j.in(a, b)
	case where.NotIn:
		return not(j.in(a, b))
	case where.Index:
		return index(a, b)
	case where.Plus:
		if isText(a) && isText(b) {
			return a.(string) + b.(string)
		}
		return arithmetic(n.Op, a, b)
	case where.Minus, where.Times, where.Divide, where.Modulo, where.Min, where.Max:
		return arithmetic(n.Op, a, b)
	case where.Negate:
		return arithmetic(where.Minus, 0.0, a)
	case where.Floor, where.Ceil, where.Round:
		return rounded(n.Op, a)
	case where.Defined:
		return a != nil
	case where.ToBoolean:
		return !(a == nil || a == false || a == 0.0 || a == "" || a == "false")
	case where.ToNumber:
		return toNumber(a)
	case where.ToText:
		if a == nil {
			return b
		}
		return j.toText(a)
	case where.ToDate:
		if m, ok := j.toMoment(a); ok {
			return m
		}
		return nil
	case where.Today:
		wall := reading(j.zone, j.now)
		midnight := time.Date(wall.Year(), wall.Month(), wall.Day(), 0, 0, 0, 0, time.UTC)
		return moment(firstShowing(j.zone, midnight).UnixMilli())
	case where.DateDif:
		return j.dateDif(a, b, n.Text)
	case where.TypeOf:
		return typeOf(a)
	case where.Len:
		if list, is := a.([]any); is {
			return float64(len(list))
		}
	case where.Sum:
		if list, is := a.([]any); is {
			total := 0.0
			for _, item := range list {
				if f, is := item.(float64); is {
					total += f
				}
			}
			return finiteNumber(total)
		}
		return nil
	}
	if !isText(a) {
		return nil
	}
	return j.ofText(n, a.(string), args)
}

func index(a, b any) any {
	switch a := a.(type) {
	case []any:
		if i, ok := whole(b, 0); ok && i < len(a) {
			return a[i]
		}
	case object:
		var members map[string]any
		if err := json.Unmarshal([]byte(a), &members); err != nil {
			panic("BUG: an object that is not JSON")
		}
		if isText(b) {
			return fromJSON(members[b.(string)])
		}
	}
	return nil
}

func arithmetic(op where.Op, a, b any) any {
	x, is1 := a.(float64)
	y, is2 := b.(float64)
	if !is1 || !is2 {
		return nil
	}
	switch op {
	case where.Plus:
		return finiteNumber(x + y)
	case where.Minus:
		return finiteNumber(x - y)
	case where.Times:
		return finiteNumber(x * y)
	case where.Divide:
		return finiteNumber(x / y)
	case where.Modulo:
		return finiteNumber(math.Mod(x, y))
	case where.Min:
		if x < y {
			return x
		}
		return y
	default:
		if x > y {
			return x
		}
		return y
	}
}

func rounded(op where.Op, a any) any {
	x, is := a.(float64)
	if !is {
		return nil
	}
	down := math.Floor(x)
	switch {
	case down == x:
		return x
	case op == where.Floor, op == where.Round && x > 0 && x-down < 0.5, op == where.Round && x < 0 && x-down <= 0.5:
		return finiteNumber(down)
	}
	return finiteNumber(down + 1)
}

func toNumber(a any) any {
	switch a := a.(type) {
	case float64:
		return a
	case bool:
		if a {
			return 1.0
		}
		return 0.0
	case moment:
		return float64(a) / 1000
	case string:
		if decimal.MatchString(a) {
			f, _ := strconv.ParseFloat(a, 64) // infinite when it is too large
			return finiteNumber(f)
		}
	}
	return nil
}

func (j *judge) toText(a any) string {
	switch a := a.(type) {
	case string:
		return a
	case float64:
		return strconv.FormatFloat(a, 'f', -1, 64)
	case moment:
		return j.stamp(a)
	}
	return j.json(a)
}

func typeOf(a any) string {
	switch a.(type) {
	case string:
		return "string"
	case float64:
		return "number"
	case bool:
		return "boolean"
	case []any:
		return "list"
	case object:
		return "object"
	case moment:
		return "datetime"
	}
	return "undefined"
}

// dateDif counts by trying.
func (j *judge) dateDif(a, b any, unit string) any {
	from, ok1 := j.day(a)
	to, ok2 := j.day(b)
	if !ok1 || !ok2 || to.Before(from) {
		return nil
	}
	months := 0
	for reached(from, to, months+1) {
		months++
	}
	switch unit {
	case "D":
		return daysBetween(from, to)
	case "M":
		return float64(months)
	case "Y":
		return float64(months / 12)
	case "YM":
		return float64(months % 12)
	case "YD":
		months -= months % 12
	}
	return daysBetween(later(from, months), to)
}

// reached tells whether the day of the month of from has come again, so many months later, on or before to.
func reached(from, to time.Time, months int) bool {
	month := time.Date(from.Year(), from.Month()+time.Month(months), 1, 0, 0, 0, 0, time.UTC)
	thisMonth := time.Date(to.Year(), to.Month(), 1, 0, 0, 0, 0, time.UTC)
	return month.Before(thisMonth) || month.Equal(thisMonth) && from.Day() <= to.Day()
}

// later is the same day of the month, or the last one.
func later(day time.Time, months int) time.Time {
	for d := day.Day(); ; d-- {
		t := time.Date(day.Year(), day.Month()+time.Month(months), d, 0, 0, 0, 0, time.UTC)
		if t.Day() == d {
			return t
		}
	}
}

func daysBetween(from, to time.Time) any { return float64((to.Unix() - from.Unix()) / 86400) }

// day is midnight, written as UTC, of the day that the clock shows.
func (j *judge) day(x any) (time.Time, bool) {
	if !isText(x) && !isMoment(x) {
		return time.Time{}, false
	}
	m, ok := j.toMoment(x)
	y, month, d := reading(j.zone, time.UnixMilli(int64(m))).Date()
	return time.Date(y, month, d, 0, 0, 0, 0, time.UTC), ok
}

// ofText are the functions of a text.
func (j *judge) ofText(n *where.Node, s string, args []any) any {
	chars := []rune(s)
	switch n.Op {
	case where.Upper:
		return strings.ToUpper(s)
	case where.Lower:
		return strings.ToLower(s)
	case where.Len:
		return float64(len(chars))
	case where.Left, where.Right:
		k, ok := whole(args[1], 0)
		if !ok {
			return nil
		}
		k = min(k, len(chars))
		if n.Op == where.Left {
			return string(chars[:k])
		}
		return string(chars[len(chars)-k:])
	case where.Mid:
		first, ok1 := whole(args[1], 1)
		k, ok2 := whole(args[2], 0)
		if !ok1 || !ok2 {
			return nil
		}
		from := min(first-1, len(chars))
		return string(chars[from:min(from+k, len(chars))])
	case where.Split:
		return split(s, args[1:])
	case where.HasPrefix, where.HasSuffix:
		if !isText(args[1]) {
			return nil
		}
		if n.Op == where.HasPrefix {
			return strings.HasPrefix(lower(s), lower(args[1]))
		}
		return strings.HasSuffix(lower(s), lower(args[1]))
	case where.URLDomain, where.URLHost:
		return host(s, n.Op == where.URLDomain)
	}
	return j.regex(n, s, args)
}

func split(s string, args []any) any {
	separator, is := args[0].(string)
	if !is || utf8.RuneCountInString(separator) != 1 || separator[0] > 127 {
		return nil
	}
	parts := []any{""}
	for _, c := range s {
		if string(c) == separator {
			parts = append(parts, "")
			continue
		}
		parts[len(parts)-1] = parts[len(parts)-1].(string) + string(c)
	}
	if len(args) == 1 {
		return parts
	}
	if i, ok := whole(args[1], 1); ok && i <= len(parts) {
		return parts[i-1]
	}
	return nil
}

var (
	urlHost    = regexp.MustCompile(`^[^/?#\\]*`)
	notInAHost = regexp.MustCompile("[\\x00-\\x20\"<>\\[\\]^|{}%,;!$&'()*+=]")
)

func host(url string, short bool) any {
	if at := strings.Index(url, "://"); at >= 0 {
		url = url[at+3:]
	}
	name := urlHost.FindString(url)
	if at := strings.LastIndex(name, "@"); at >= 0 {
		name = name[at+1:]
	}
	if at := strings.Index(name, ":"); at >= 0 {
		name = name[:at]
	}
	name = strings.ToLower(name)
	if short && strings.HasPrefix(name, "www.") {
		name = name[4:]
	}
	if name == "" || notInAHost.MatchString(name) {
		return nil
	}
	return name
}

func (j *judge) regex(n *where.Node, s string, args []any) any {
	j.spend(len(s) * n.Weight / 16)
	switch n.Op {
	case where.RegexMatch:
		return n.Regexp.FindString(s) != "" || n.Regexp.MatchString(s)
	case where.RegexExtract:
		group := 0
		if len(args) == 2 {
			var ok bool
			if group, ok = whole(args[1], 0); !ok {
				return nil
			}
		}
		found := n.Regexp.FindStringSubmatchIndex(s)
		if 2*group >= len(found) || found[2*group] < 0 {
			return nil
		}
		return s[found[2*group]:found[2*group+1]]
	}
	return replaceAll(n.Regexp, s, args[1].(string))
}

var group = regexp.MustCompile(`\$\$|\$[0-9]|\$\{[A-Za-z0-9_]+\}`)

// replaceAll writes what each find is replaced by.
func replaceAll(pattern *regexp.Regexp, s, replacement string) string {
	out, end := "", 0
	for _, found := range pattern.FindAllStringSubmatchIndex(s, -1) {
		out += s[end:found[0]] + group.ReplaceAllStringFunc(replacement, func(reference string) string {
			name := strings.Trim(reference, "${}")
			if reference == "$$" {
				return "$"
			}
			i, err := strconv.Atoi(name)
			if err != nil {
				i = pattern.SubexpIndex(name)
			}
			if i < 0 || 2*i >= len(found) || found[2*i] < 0 {
				return ""
			}
			return s[found[2*i]:found[2*i+1]]
		})
		end = found[1]
	}
	return out + s[end:]
}
