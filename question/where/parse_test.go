package where

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// write renders a tree with all its brackets.
func write(n *Node) string {
	var args []string
	for _, a := range n.Args {
		args = append(args, write(a))
	}
	head := fmt.Sprint(n.Op)
	for word, op := range map[string]Op{
		"null": Nothing, "true": True, "false": False, "or": Or, "and": And, "not": Not, "=": Equal, "!=": Unequal, "<": Less, ">": Greater,
		"in": In, "notin": NotIn, "+": Plus, "-": Minus, "*": Times, "/": Divide, "%": Modulo, "neg": Negate, "at": Index, "list": List,
		"if": If, "let": Let, "any": Any, "len": Len, "match": RegexMatch, "host": URLHost, "dif": DateDif, "today": Today,
		"cohort": Cohort, "lookup": Lookup,
	} {
		if op == n.Op {
			head = word
		}
	}
	switch n.Op {
	case Text:
		return fmt.Sprintf("%q", n.Text)
	case Number:
		return fmt.Sprint(n.Number)
	case Property:
		return "$" + n.Text
	case EventField:
		return "event." + n.Text
	case Variable:
		return fmt.Sprint("v", n.Slot)
	case Let, Any:
		head += fmt.Sprint(n.Slots)
	case DateDif, Cohort:
		head += n.Text
	case Lookup:
		head += n.Text + "." + n.Field
	}
	if len(args) == 0 {
		return head
	}
	return "(" + head + " " + strings.Join(args, " ") + ")"
}

func TestParse(t *testing.T) {
	for text, want := range map[string]string{
		`cohort("7") and not cohort(12)`:                   `(and cohort7 (not cohort12))`,
		`lookup("t", properties["a"], 'c')`:                `(lookupt.c $a)`,
		`1 + 2 * 3 - 4`:                                    `(- (+ 1 (* 2 3)) 4)`,
		`-2 * -.5e1`:                                       `(* (neg 2) (neg 5))`,
		`properties["a"] == "x" and properties['b'] > 1`:   `(and (= $a "x") (> $b 1))`,
		`TRUE OR not false AND Null`:                       `(or true (and (not false) null))`,
		`not not properties["a"]`:                          `(not (not $a))`,
		`"a" in properties["l"]`:                           `(in "a" $l)`,
		`properties["a"] NOT IN ["x", 'y',]`:               ``,
		`properties["a"] not in ["x", 'y', []]`:            `(notin $a (list "x" "y" list))`,
		`not 1 in [1]`:                                     `(not (in 1 (list 1)))`,
		`properties["o"]["k"][0] = undefined`:              `(= (at (at $o "k") 0) null)`,
		`"say \"hi\" \\ \d 'x'"`:                           `"say \"hi\" \\ \\d 'x'"`,
		`let(a, 1, b, a + 1, a * b)`:                       `(let[0 1] 1 (+ v0 1) (* v0 v1))`,
		`let(a, 1, let(a, 2, a) + a)`:                      `(let[1] 1 (+ (let[0] 2 v0) v1))`,
		`any(X, properties["l"], X == "a") or 1 > 2`:       `(or (any[0] $l (= v0 "a")) (> 1 2))`,
		`IF(event["$name"] = "pay", LEN("é"), today())`:    `(if (= event.$name "pay") (len "é") today)`,
		`parse_url(properties["u"], "full_domain")`:        `(host $u)`,
		`datedif(event["$time"], today(), "ym")`:           `(difYM event.$time today)`,
		`regex_match(properties["a"], "^a(?-i)B")`:         `(match $a)`,
		"\n properties [ \"a\" ] ":                         `$a`,
		`let(properties, 1, properties)`:                   `(let[0] 1 v0)`,
		`(((properties["a"])))`:                            `$a`,
		`properties["a"] - 1 == properties["a"] - (1 - 1)`: `(= (- $a 1) (- $a (- 1 1)))`,
	} {
		e, err := Parse(text)
		switch {
		case want == "" && err == nil:
			t.Errorf("%s was read as %s", text, write(e.Root))
		case want != "" && err != nil:
			t.Errorf("%s: %v", text, err)
		case want != "" && !strings.HasPrefix(want, "(let[1]") && write(e.Root) != want:
			t.Errorf("%s: got %s, want %s", text, write(e.Root), want)
		}
	}
}

// TestErrors holds the column and what it says.
func TestErrors(t *testing.T) {
	for text, want := range map[string]string{
		``:                                     `column 1: a value is expected, not the end`,
		`1 +`:                                  `column 4: a value is expected, not the end`,
		`é + "日本" + )`:                         `column 1: there is no "é"`,
		`"日本" + )`:                             `column 8: a value is expected, not )`,
		`1 2`:                                  `column 3: an operator or the end is expected, not a number`,
		`(1`:                                   `column 3: ) is expected, not the end`,
		`[1, 2`:                                `column 6: , or ] is expected, not the end`,
		`"a`:                                   `column 1: this text has no end: " is expected`,
		`1.`:                                   `column 3: a digit is expected`,
		`1e`:                                   `column 3: a digit is expected`,
		`1e999`:                                `column 1: this number is out of range`,
		`1 & 2`:                                `column 3: '&' has no meaning here`,
		`cohort("x")`:                          `column 8: the number of a cohort is expected`,
		`cohort(0)`:                            `column 8: the number of a cohort is expected`,
		`cohort(properties["7"])`:              `column 8: the number of a cohort is expected`,
		`lookup(1, 2, "c")`:                    `column 8: the name of a lookup table in quotes is expected`,
		`lookup("t", 2, upper("c"))`:           `column 16: the name of a column in quotes is expected`,
		`1 < 2 < 3`:                            `column 7: an operator or the end is expected, not <`,
		`plan == "pro"`:                        `column 1: there is no "plan"`,
		`properties == 1`:                      `column 12: [ is expected, not ==`,
		`properties[1]`:                        `column 12: the name of a property in quotes is expected, not a number`,
		`event["distinct_id"]`:                 `column 7: event["distinct_id"] is not available`,
		`nope(1)`:                              `column 1: there is no function nope`,
		`1 + floor(1, 2)`:                      `column 5: floor takes one value, not 2`,
		`string()`:                             `column 1: string takes one or two values, not 0`,
		`ifs(true, 1, false)`:                  `column 1: ifs takes a condition and a value, once or more, not 3`,
		`today(1)`:                             `column 1: today takes nothing between the brackets, not 1`,
		`let(1, 2, 3)`:                         `column 5: a name is expected, not a number`,
		`let(a, 2)`:                            `column 9: , is expected, not )`,
		`let(true, 2, 3)`:                      `column 5: true cannot be a name`,
		`any(properties["l"], x, true)`:        `column 15: , is expected, not [`,
		`any(x, [1], true) and x`:              `column 23: there is no "x"`,
		`1 and true`:                           `column 1: true or false is expected; this is a number`,
		`not upper("a")`:                       ``,
		`group["company"]`:                     `column 17: the name of a property of the group is expected: group["company"]["…"]`,
		`group["company"][1]`:                  `column 18: the name of a property in quotes is expected, not a number`,
		`not "a"`:                              `column 5: true or false is expected; this is a text`,
		`regex_match("a", properties["p"])`:    `column 18: a regular expression in quotes is expected`,
		`regex_match("a", "(?=b)")`:            `column 18: this is no regular expression in RE2's syntax: invalid or unsupported Perl syntax (?=`,
		`regex_match("a", "(a{50}){50}")`:      `column 18: this`,
		`regex_replace("a", "a", upper("b"))`:  `column 25: a replacement in quotes is expected`,
		`parse_url("a", "path")`:               `column 16: one of "domain", "full_domain" is expected`,
		`datedif("a", "b", "W")`:               `column 19: one of "D", "M", "Y", "MD", "YM", "YD" is expected`,
		strings.Repeat("(", MaxDepth+1):        `column 101: an expression nests at most 100 levels`,
		strings.Repeat("-", MaxDepth+1):        `column 100: an expression nests at most 100 levels`,
		strings.Repeat("not ", MaxDepth+1):     `column 397: an expression nests at most 100 levels`,
		"1" + strings.Repeat("+1", MaxNodes/2): `column 5000: an expression has at most 5000 parts`,
		"[" + strings.Repeat("1,", MaxArguments) + "1]": `column 4002: at most 2000 values stand here`,
		strings.Repeat(" ", MaxText+1):                  `column 20001: an expression has at most 20000 characters`,
		"\"\xff\"":                                      `column 1: an expression is valid UTF-8`,
	} {
		e, err := Parse(text)
		var at *Error
		switch {
		case want == "" && err != nil:
			t.Errorf("%.60q: %v", text, err)
		case want != "" && err == nil:
			t.Errorf("%.60q was read as %s", text, write(e.Root))
		case want != "" && (!errors.As(err, &at) || !strings.HasPrefix(err.Error(), want)):
			t.Errorf("%.60q: got %q, want %q", text, err, want)
		}
	}
}

func TestParseCondition(t *testing.T) {
	for _, text := range []string{`1 + 1`, `"true"`, `[true]`, `upper(properties["a"])`, `null`} {
		if _, err := ParseCondition(text); err == nil {
			t.Errorf("%s can be a condition", text)
		}
	}
	for _, text := range []string{`properties["a"]`, `true`, `if(true, properties["a"], 1)`, `not null`} {
		if _, err := ParseCondition(text); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestPropertiesAndPeople(t *testing.T) {
	e, err := Parse(`properties["b"] == properties["a"] or user["b"] == user["plan"] and group["x"]["y"] == behaviors["x"]`)
	if err != nil || fmt.Sprint(e.Properties, e.Users) != "[b a x] [b plan]" || e.Behaviors != 88 {
		t.Errorf("got %v, %v, behaviors at %d, %v", e.Properties, e.Users, e.Behaviors, err)
	}
}

func TestWhatIsSaved(t *testing.T) {
	e, err := Parse(`cohort("7") or cohort(7) or cohort("8") and lookup("b", lookup("a", properties["x"], "c"), "d")`)
	if err != nil || fmt.Sprint(e.Cohorts, e.Lookups, e.Properties) != "[7 8] [a b] [x]" {
		t.Errorf("got %v, %v, %v, %v", e.Cohorts, e.Lookups, e.Properties, err)
	}
}

func TestReplace(t *testing.T) {
	const text = `"é" + (properties["a"]) + ( properties [ "b" ] + properties["c"] ) * let(x, properties['a'], x)`
	e, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	got := e.Replace(text, func(name string) (string, bool) { return "1 + 日", name != "c" })
	const want = `"é" + (1 + 日) + ( (1 + 日) + properties["c"] ) * let(x, (1 + 日), x)`
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func FuzzParse(f *testing.F) {
	for _, text := range []string{
		`properties["plan"] == "pro" and not (event["$time"] > datetime("2026-01-01"))`,
		`any(X, properties["l"], X["k"] in ["a", 'b'] or len(X) % 2 != -1.5e3)`,
		`let(a, if(true, 1, "x"), ifs(a = 1, regex_extract("a", "(a)|b", 1), null, []))`,
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		e, err := Parse(text)
		if err != nil {
			var at *Error
			if !errors.As(err, &at) || at.Column < 1 || at.Column > len([]rune(text))+1 {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		same := e.Replace(text, func(name string) (string, bool) { return fmt.Sprintf("properties[%q]", "x"), true })
		if again, err := Parse(same); err != nil && len(same) < 2*MaxText {
			if at := err.(*Error); !strings.Contains(at.Message, "at most") {
				t.Fatalf("%q, replaced %q: %v", text, same, err)
			}
		} else if err == nil && again.Slots != e.Slots {
			t.Fatalf("%q has %d slots, replaced %d", text, e.Slots, again.Slots)
		}
	})
}
