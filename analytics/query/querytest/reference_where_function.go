package querytest

import (
	"encoding/json"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"jejak/question/where"
)

// The functions and most operators of section 13, one after the other.

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
