package querytest

import (
	"fmt"
	"strconv"
	"strings"

	"jejak/question"
	"jejak/question/where"
)

// writer writes random expressions: of the type wanted mostly, now and then of any other.
type writer struct {
	*world
	names []string // of variables in scope
}

// where is a random condition.
func (w *world) where(depth int) string {
	for {
		text := (&writer{world: w}).boolean(depth)
		if _, err := where.ParseCondition(text); err == nil {
			return text
		}
	}
}

// computed is a random property that is computed.
func (w *world) computed(depth int) string {
	for {
		text := (&writer{world: w}).any(depth)
		if _, err := where.Parse(text); err == nil {
			return question.ComputedProperty(text)
		}
	}
}

// user is a property of the person's profile, or of that of a group.
func (w *world) user() string {
	if w.chance(40) {
		return "group[" + quoted(pick(w.Rand, groupKeys)) + "][" + quoted(pick(w.Rand, properties)) + "]"
	}
	return "user[" + quoted(pick(w.Rand, append([]string{"never"}, properties...))) + "]"
}

// orComputed is mostly the property.
func (w *world) orComputed(property string) string {
	if w.chance(6) {
		return question.ComputedProperty(w.user())
	}
	if w.chance(12) {
		return w.computed(3)
	}
	return property
}

func (x *writer) choose(ways ...func() string) string { return pick(x.Rand, ways)() }

// call writes a function with its arguments.
func call(name string, args ...string) string { return name + "(" + strings.Join(args, ", ") + ")" }

func quoted(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

// named is a property, a variable or a field of the event.
func (x *writer) named() string {
	if len(x.names) > 0 && x.chance(60) {
		return pick(x.Rand, x.names)
	}
	if x.chance(20) {
		return x.user()
	}
	return "properties[" + quoted(pick(x.Rand, append([]string{"never"}, properties...))) + "]"
}

func (x *writer) any(depth int) string {
	if depth == 0 {
		return x.choose(x.named, x.named, x.literal)
	}
	d := depth - 1
	return x.choose(
		func() string { return x.text(depth) },
		func() string { return x.number(depth) },
		func() string { return x.boolean(depth) },
		func() string { return x.list(depth) },
		func() string { return x.date(depth) },
		func() string { return call("if", x.boolean(d), x.any(d), x.any(d)) },
		func() string { return call("ifs", x.boolean(d), x.any(d), x.boolean(d), x.any(d)) },
		func() string { return x.let(func() string { return x.any(d) }, d) },
		func() string { return x.any(d) + "[" + x.any(d) + "]" },
		func() string { return x.lookup(d) },
		func() string { return x.object() + `["k"]` },
	)
}

func (x *writer) literal() string {
	return x.choose(
		func() string { return quoted(pick(x.Rand, texts)) },
		func() string { return strconv.FormatFloat(pick(x.Rand, numbers), 'g', -1, 64) },
		func() string { return pick(x.Rand, []string{"true", "false", "null", "UNDEFINED"}) },
	)
}

// let binds a name in an expression.
func (x *writer) let(body func() string, depth int) string {
	value := x.any(depth)
	name := fmt.Sprint("v", len(x.names))
	x.names = append(x.names, name)
	defer func() { x.names = x.names[:len(x.names)-1] }()
	return call("let", name, value, body())
}

// each binds a name to the items of a list.
func (x *writer) each(function string, depth int, body func() string) string {
	list := x.list(depth)
	name := fmt.Sprint("v", len(x.names))
	x.names = append(x.names, name)
	defer func() { x.names = x.names[:len(x.names)-1] }()
	return call(function, name, list, body())
}

func (x *writer) object() string { return pick(x.Rand, []string{`properties["mixed"]`, x.named()}) }

// other is an expression of another type than is wanted, sometimes.
func (x *writer) other(depth int) (string, bool) { return x.any(max(depth-1, 0)), x.chance(6) }

func (x *writer) boolean(depth int) string {
	if s, is := x.other(depth); is {
		return s
	}
	if depth == 0 {
		return pick(x.Rand, []string{`properties["ok"]`, `properties["ok"]`, "true", "false", x.named()})
	}
	d := depth - 1
	compare := func() string { return " " + pick(x.Rand, []string{"==", "=", "!=", "<", "<=", ">", ">="}) + " " }
	return "(" + x.choose(
		func() string { return x.boolean(d) + pick(x.Rand, []string{" and ", " or ", " AND "}) + x.boolean(d) },
		func() string { return "not " + x.boolean(d) },
		func() string { return x.number(d) + compare() + x.number(d) },
		func() string { return x.text(d) + compare() + x.text(d) },
		func() string { return x.date(d) + compare() + x.date(d) },
		func() string { return x.date(d) + compare() + quoted(pick(x.Rand, dates)) },
		func() string { return x.any(d) + compare() + x.any(d) },
		func() string { return x.text(d) + pick(x.Rand, []string{" in ", " not in "}) + x.text(d) },
		func() string { return x.any(d) + pick(x.Rand, []string{" in ", " NOT IN "}) + x.list(d) },
		func() string { return call("defined", x.any(d)) },
		func() string { return call("boolean", x.any(d)) },
		func() string { return call("cohort", fmt.Sprint(x.cohortID())) },
		func() string { return call(pick(x.Rand, []string{"has_prefix", "has_suffix"}), x.text(d), x.text(d)) },
		func() string { return call("regex_match", x.text(d), quoted(pick(x.Rand, patterns))) },
		func() string {
			return x.each(pick(x.Rand, []string{"any", "all"}), d, func() string { return x.boolean(d) })
		},
	) + ")"
}

func (x *writer) number(depth int) string {
	if s, is := x.other(depth); is {
		return s
	}
	if depth == 0 {
		return x.choose(
			func() string { return `properties["price"]` },
			func() string { return strconv.FormatFloat(pick(x.Rand, numbers), 'g', -1, 64) },
			func() string { return strconv.Itoa(x.IntN(5)) },
			x.named,
		)
	}
	d := depth - 1
	return "(" + x.choose(
		func() string {
			return x.number(d) + pick(x.Rand, []string{" + ", " - ", " * ", " / ", " % "}) + x.number(d)
		},
		func() string { return "-" + x.number(d) },
		func() string { return call("number", x.any(d)) },
		func() string { return call(pick(x.Rand, []string{"floor", "ceil", "round"}), x.number(d)) },
		func() string { return call(pick(x.Rand, []string{"min", "MAX"}), x.number(d), x.number(d)) },
		func() string { return call("len", pick(x.Rand, []string{x.text(d), x.list(d)})) },
		func() string { return call("sum", x.list(d)) },
		func() string {
			return call("datedif", x.date(d), x.date(d), quoted(pick(x.Rand, []string{"D", "m", "Y", "MD", "ym", "YD"})))
		},
	) + ")"
}

func (x *writer) text(depth int) string {
	if s, is := x.other(depth); is {
		return s
	}
	if depth == 0 {
		return x.choose(
			func() string { return `properties["plan"]` },
			func() string { return `event["$name"]` },
			func() string { return quoted(pick(x.Rand, texts)) },
			func() string { return quoted(pick(x.Rand, urls)) },
			x.named,
		)
	}
	d := depth - 1
	return "(" + x.choose(
		func() string { return x.text(d) + " + " + x.text(d) },
		func() string { return call("string", x.any(d)) },
		func() string { return call("string", x.any(d), x.text(d)) },
		func() string { return call(pick(x.Rand, []string{"upper", "lower"}), x.text(d)) },
		func() string { return call(pick(x.Rand, []string{"left", "right"}), x.text(d), x.number(0)) },
		func() string { return call("mid", x.text(d), x.number(0), x.number(0)) },
		func() string { return call("split", x.text(d), quoted(pick(x.Rand, separators)), x.number(0)) },
		func() string { return call("regex_extract", x.text(d), quoted(pick(x.Rand, patterns))) },
		func() string { return call("regex_extract", x.text(d), quoted(pick(x.Rand, patterns)), x.number(0)) },
		func() string {
			return call("regex_replace", x.text(d), quoted(pick(x.Rand, patterns)), quoted(pick(x.Rand, replacements)))
		},
		func() string {
			return call("parse_url", x.text(d), quoted(pick(x.Rand, []string{"domain", "full_domain"})))
		},
		func() string { return call("typeof", x.any(d)) },
	) + ")"
}

func (x *writer) date(depth int) string {
	if s, is := x.other(depth); is {
		return s
	}
	return x.choose(
		func() string { return `event["$time"]` },
		func() string { return call("datetime", `properties["when"]`) },
		func() string { return call("datetime", quoted(pick(x.Rand, dates))) },
		func() string { return call("datetime", x.number(max(depth-1, 0))) },
		func() string { return "today()" },
		func() string { return `properties["when"]` },
	)
}

func (x *writer) list(depth int) string {
	if s, is := x.other(depth); is {
		return s
	}
	if depth == 0 {
		return x.choose(func() string { return `properties["tags"]` }, func() string { return `["free", "pro", 5, null]` }, x.named)
	}
	d := depth - 1
	return x.choose(
		func() string { return `properties["tags"]` },
		func() string { return "[" + x.any(d) + ", " + x.any(d) + "]" },
		func() string { return call("split", x.text(d), quoted(pick(x.Rand, separators))) },
		func() string { return x.each("filter", d, func() string { return x.boolean(d) }) },
		func() string { return x.each("map", d, func() string { return x.any(d) }) },
	)
}

var (
	patterns     = []string{"r", "^f(re)e$", "(?-i)F", "(e)|(o)", ".", "", "[a-z]+", `\d+`, "(?P<first>.)(?P<second>.)", "日"}
	replacements = []string{"", "x", "$1", "$1x", "${first}-${second}", "$$0", "$", "${", "a$0a", "${9}", "日"}
	separators   = []string{"e", "-", ".", "/", "日", "ee", ""}
	urls         = []string{
		"https://www.example.com/a?b#c", "http://user:word@Shop.Example.co.uk:8080", "example.com/x", "//x", "www.", "a b.c", "mailto:x@y.z",
		"https://日本.jp", "https://[::1]/", "http://a\\\\b",
	}
)
