package question

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
)

// trendOf is a question with one metric, filter and breakdown as JSON.
func trendOf(t *testing.T, metric, rest string) *Trend {
	t.Helper()
	q, err := Parse([]byte(`{"kind":"trend","range":{"from":"2026-11-01","to":"2026-11-02","zone":"UTC"},"interval":"day","metrics":[{"name":"A","measure":"total",` + metric + `}]` + rest + `}`))
	if err != nil {
		t.Fatal(err)
	}
	return q.(*Trend)
}

func saved() *Customs {
	return &Customs{
		Events: map[CustomID][]Selector{
			1: {{Event: "pay"}, {Event: "buy", Filter: &Filter{Where: `properties["$custom_property:1"] > 5`}}},
			2: {{Event: "$custom_event:1"}, {Event: "$custom_event:9"}},
		},
		Properties: map[CustomID]string{
			1: `properties["price"] * properties["count"]`,
			2: `properties["$custom_property:1"] - properties["$custom_property:9"]`,
		},
	}
}

func load(c *Customs) func() (*Customs, error) { return func() (*Customs, error) { return c, nil } }

func TestExpand(t *testing.T) {
	for _, c := range []struct{ metric, rest, want string }{
		{`"event":"e"`, ``, `"event":"e"`},
		{`"event":"$custom_event:1"`, ``, `"any_of":[{"event":"pay"},{"event":"buy","filter":{"where":"(properties[\"price\"] * properties[\"count\"]) \u003e 5"}}]`},
		{`"event":"$custom_event:1","filter":{"property":"a","operator":"set"}`, ``, `],"filter":{"property":"a","operator":"set"}`},
		{`"any_of":[{"event":"$custom_event:2"}]`, ``, `"any_of":[{"any_of":[{"any_of":[{"event":"pay"}`},
		{`"event":"$custom_event:2"`, ``, `{"event":"$custom_event:9"}]`},
		{`"event":"$custom_event:9"`, ``, `"event":"$custom_event:9"`},
		{`"event":"$custom_event:x"`, ``, `"event":"$custom_event:x"`},
		{`"event":"e"`, `,"breakdown":[{"property":"$custom_property:1"}]`, `{"property":"=properties[\"price\"] * properties[\"count\"]"}`},
		{`"event":"e"`, `,"breakdown":[{"property":"=1 + properties[\"$custom_property:2\"]"}]`,
			`"=1 + ((properties[\"price\"] * properties[\"count\"]) - properties[\"$custom_property:9\"])"`},
		{`"event":"e"`, `,"filter":{"any":[{"property":"$custom_property:1","operator":"is","values":["$custom_property:1"]}]}`,
			`{"property":"=properties[\"price\"] * properties[\"count\"]","operator":"is","values":["$custom_property:1"]}`},
	} {
		q := trendOf(t, c.metric, c.rest)
		customs := saved()
		before := fmt.Sprint(customs)
		if err := Expand(q, load(customs)); err != nil {
			t.Errorf("%s%s: %v", c.metric, c.rest, err)
			continue
		}
		text, _ := json.Marshal(q)
		if !strings.Contains(string(text), c.want) {
			t.Errorf("%s%s: got %s, want %s", c.metric, c.rest, text, c.want)
		}
		if fmt.Sprint(customs) != before {
			t.Error("what is saved was changed")
		}
	}
}

// TestExpandEverywhere: in each place of each kind that takes an event or a property, questions inside questions too.
func TestExpandEverywhere(t *testing.T) {
	q, err := Parse([]byte(`{"kind":"people","cell":{"step":1},"of":{"kind":"funnel","range":{"last":2,"unit":"day","zone":"UTC"},
		"steps":[{"event":"$custom_event:1"},{"event":"b"}],"exclude":[{"event":"$custom_event:1"}],"hold":["$custom_property:1","a"],
		"filter":{"property":"$custom_property:1","operator":"set"},"breakdown":[{"property":"$custom_property:1"}],
		"counting":"session","sessions":{"by":"property","property":"$custom_property:1"}}}`))
	if err != nil {
		t.Fatal(err)
	}
	if err := Expand(q, load(saved())); err != nil {
		t.Fatal(err)
	}
	text, _ := json.Marshal(q)
	if n := strings.Count(string(text), `"=properties[\"price\"] * properties[\"count\"]"`); n != 4 || strings.Contains(string(text), "$custom") {
		t.Errorf("%d places in %s", n, text)
	}
}

func TestExpandLoadsOnlyWhatIsNamed(t *testing.T) {
	failing := errors.New("no")
	no := func() (*Customs, error) { return nil, failing }
	if err := Expand(trendOf(t, `"event":"e"`, ``), no); err != nil {
		t.Error(err)
	}
	for _, q := range []*Trend{
		trendOf(t, `"event":"$custom_event:1"`, ``), trendOf(t, `"event":"e"`, `,"breakdown":[{"property":"$custom_property:1"}]`),
		trendOf(t, `"event":"e"`, `,"filter":{"where":"properties[\"$custom_property:1\"] == 1"}`),
	} {
		if err := Expand(q, no); !errors.Is(err, failing) {
			t.Errorf("got %v", err)
		}
	}
}

// TestExpandIsBounded: what cannot be saved, and what is saved and grows too large.
func TestExpandIsBounded(t *testing.T) {
	wide := func(width int, id CustomID) (out []Selector) {
		for range width {
			out = append(out, Selector{Event: (id + 1).Event()})
		}
		return out
	}
	events := &Customs{Events: map[CustomID][]Selector{}, Properties: map[CustomID]string{}}
	for id := CustomID(1); id <= MaxCustomDepth; id++ {
		events.Events[id] = wide(MaxAlternatives, id)
		events.Properties[id] = strings.TrimSuffix(strings.Repeat(fmt.Sprintf(`properties["%s"]+`, (id+1).Property()), 300), "+")
	}
	circle := &Customs{
		Events:     map[CustomID][]Selector{1: {{Event: "$custom_event:1"}}},
		Properties: map[CustomID]string{1: `properties["$custom_property:1"]`},
	}
	for _, c := range []struct {
		customs      *Customs
		metric, rest string
		code         string
	}{
		{events, `"event":"$custom_event:1"`, ``, TooManySelectors},
		{circle, `"event":"$custom_event:1"`, ``, TooDeep},
		{circle, `"event":"e"`, `,"breakdown":[{"property":"$custom_property:1"}]`, TooDeep},
		{events, `"event":"e"`, `,"breakdown":[{"property":"$custom_property:4"}]`, TooLong},
	} {
		err := Expand(trendOf(t, c.metric, c.rest), load(c.customs))
		var faults Faults
		if !errors.As(err, &faults) || faults[0].Code != c.code {
			t.Errorf("%s%s: got %v, want %s", c.metric, c.rest, err, c.code)
		}
	}
}

func TestValidateCustoms(t *testing.T) {
	deep := saved()
	for id := CustomID(3); id <= MaxCustomDepth; id++ {
		deep.Events[id] = []Selector{{Event: (id - 1).Event()}}
		deep.Properties[id] = `properties["` + (id - 1).Property() + `"]`
	}
	for _, c := range []struct {
		id    CustomID
		name  string
		anyOf []Selector
		want  string
	}{
		{7, "Orders", []Selector{{Event: "a"}, {AnyEvent: true}, {Event: "$custom_event:1"}}, ""},
		{7, "", []Selector{{Event: "a"}}, "name bad_name"},
		{7, " Orders", []Selector{{Event: "a"}}, "name bad_name"},
		{7, "Orders", nil, "any_of bad_selector"},
		{7, "Orders", make([]Selector, MaxAlternatives+1), "any_of bad_selector"},
		{7, "Orders", []Selector{{}}, "any_of[0].event event_required"},
		{7, "Orders", []Selector{{Event: "a", Filter: &Filter{Where: "1"}}}, "any_of[0].filter.where bad_expression"},
		{1, "Orders", []Selector{{Event: "$custom_event:2"}}, "any_of custom_cycle"},
		{7, "Orders", []Selector{{Event: "$custom_event:7"}}, "any_of custom_cycle"},
		{7, "Orders", []Selector{{Event: CustomID(MaxCustomDepth).Event()}}, "any_of too_deep"},
	} {
		customs := &Customs{Events: map[CustomID][]Selector{}}
		for id, s := range deep.Events {
			customs.Events[id] = s
		}
		if got := told(customs.ValidateCustomEvent(c.id, c.name, c.anyOf)); got != c.want {
			t.Errorf("%v: got %q, want %q", c.anyOf, got, c.want)
		}
	}
	for _, c := range []struct {
		id                     CustomID
		name, expression, want string
	}{
		{7, "Revenue", `properties["$custom_property:1"] + 1`, ""},
		{7, "Revenue", `properties[`, "expression bad_expression"},
		{7, "Revenue", `behaviors["a"]`, "expression needs_people"},
		{7, "", ``, "name bad_name"},
		{1, "Revenue", `properties["$custom_property:2"]`, "expression custom_cycle"},
		{7, "Revenue", `properties["` + CustomID(MaxCustomDepth).Property() + `"]`, "expression too_deep"},
	} {
		customs := &Customs{Properties: map[CustomID]string{}}
		for id, s := range deep.Properties {
			customs.Properties[id] = s
		}
		if got := told(customs.ValidateCustomProperty(c.id, c.name, c.expression)); got != c.want {
			t.Errorf("%s: got %q, want %q", c.expression, got, c.want)
		}
	}
}

// told is the first of the faults.
func told(f Faults) string {
	if f == nil {
		return ""
	}
	return f[0].Location + " " + f[0].Code
}
