package question

import (
	"encoding/json"
	"strings"
	"testing"
)

const sound = `{"kind":"trend","range":{"from":"2026-11-01","to":"2026-11-30","zone":"Asia/Jakarta"},"interval":"day",
"metrics":[{"name":"A","event":"Sign up","measure":"total"},{"name":"B","any_event":true,"measure":"unique"},
{"name":"C","event":"Invoice","measure":"percentile","property":"amount","percentile":90},{"name":"D","formula":"A / B * 100"}],
"filter":{"all":[{"property":"plan","operator":"is","values":["pro",1,true,null]},{"any":[{"property":"x","operator":"between","values":[1,2]}]}]},
"breakdown":[{"property":"plan"}],"top":5,"compare":{"by":"previous"},"include_bots":true}`

func TestParseSound(t *testing.T) {
	q, err := Parse([]byte(sound))
	if err != nil {
		t.Fatal(err)
	}
	if got := q.(*Trend); len(got.Metrics) != 4 || got.TopOrDefault() != 5 || *got.Metrics[2].Percentile != 90 {
		t.Fatalf("parsed wrongly: %+v", got)
	}
}

func TestParseNamesEachFault(t *testing.T) {
	change := func(from, to string) string {
		if !strings.Contains(sound, from) {
			t.Fatalf("BUG: %s is not in the question", from)
		}
		return strings.Replace(sound, from, to, 1)
	}
	nested := strings.Repeat(`{"all":[`, 11) + `{"property":"a","operator":"set"}` + strings.Repeat(`]}`, 11)
	for _, c := range []struct{ text, location, code string }{
		{`{`, "", NotJSON},
		{sound + "x", "", NotJSON},
		{strings.Repeat("[", 65), "", TooDeep},
		{strings.Repeat(" ", MaxBytes) + sound, "", TooLong},
		{`{"kind":"poem"}`, "kind", UnknownKind},
		{change(`"top"`, `"topp"`), "topp", UnknownField},
		{change(`"top":5`, `"top":"5"`), "top", WrongType},
		{change(`"top":5`, `"top":1001`), "top", BadTop},
		{change(`"from":"2026-11-01",`, ``), "range", RangeRequired},
		{change(`"from":"2026-11-01"`, `"from":"2026-11-31"`), "range.from", BadDate},
		{change(`"from":"2026-11-01"`, `"from":"1926-11-01"`), "range.from", RangeOutOfBounds},
		{change(`"from":"2026-11-01"`, `"from":"2026-12-01"`), "range", RangeReversed},
		{change(`"from":"2026-11-01"`, `"from":"2026-11-01","last":3,"unit":"day"`), "range", RangeMixed},
		{change(`"from":"2026-11-01","to":"2026-11-30"`, `"last":1501,"unit":"day"`), "range.last", BadLast},
		{change(`"from":"2026-11-01","to":"2026-11-30"`, `"last":3,"unit":"year"`), "range.unit", BadUnit},
		{change(`Asia/Jakarta`, `Local`), "range.zone", BadZone},
		{change(`Asia/Jakarta`, `../etc/passwd`), "range.zone", BadZone},
		{change(`"interval":"day"`, `"interval":"year"`), "interval", BadUnit},
		{change(`"name":"A"`, `"name":"A b"`), "metrics[0].name", BadName},
		{change(`"name":"B"`, `"name":"A"`), "metrics[1].name", DuplicateName},
		{change(`"event":"Sign up",`, ``), "metrics[0].event", EventRequired},
		{change(`"any_event":true`, `"any_event":true,"event":"x"`), "metrics[1].event", EventMixed},
		{change(`"measure":"total"`, `"measure":"most"`), "metrics[0].measure", BadMeasure},
		{change(`"property":"amount",`, ``), "metrics[2].property", PropertyRequired},
		{change(`"measure":"unique"`, `"measure":"unique","property":"x"`), "metrics[1].property", PropertyUnused},
		{change(`,"percentile":90`, ``), "metrics[2].percentile", PercentileRequired},
		{change(`"percentile":90`, `"percentile":101`), "metrics[2].percentile", BadPercentile},
		{change(`"measure":"unique"`, `"measure":"unique","percentile":5`), "metrics[1].percentile", PercentileUnused},
		{change(`A / B * 100`, `A / / B`), "metrics[3].formula", BadFormula},
		{change(`A / B * 100`, `A / Z`), "metrics[3].formula", UnknownMetric},
		{change(`A / B * 100"`, `A", "event":"x"`), "metrics[3]", EventMixed},
		{change(`{"property":"x","operator":"between","values":[1,2]}`, nested), "filter.all[1].any[0].all[0].all[0].all[0].all[0].all[0].all[0].all[0].all[0]", TooDeep},
		{change(`{"property":"x","operator":"between","values":[1,2]}`, `{"property":"x"}`), "filter.all[1].any[0].operator", BadOperator},
		{change(`{"property":"x","operator":"between","values":[1,2]}`, `{}`), "filter.all[1].any[0]", BadFilter},
		{change(`{"property":"x","operator":"between","values":[1,2]}`, ``), "filter.all[1]", BadFilter},
		{change(`"values":[1,2]`, `"values":[1]`), "filter.all[1].any[0].values", ValuesRequired},
		{change(`"values":[1,2]`, `"values":[1,2,3]`), "filter.all[1].any[0].values", TooManyValues},
		{change(`"values":[1,2]`, `"values":[2,1]`), "filter.all[1].any[0].values", BoundsReversed},
		{change(`"values":[1,2]`, `"values":[1,"2"]`), "filter.all[1].any[0].values[1]", BadValue},
		{change(`"between","values":[1,2]`, `"set","values":[1]`), "filter.all[1].any[0].values", ValuesUnused},
		{change(`"between","values":[1,2]`, `"since","values":["soon"]`), "filter.all[1].any[0].values[0]", BadValue},
		{change(`true,null`, `true,[]`), "filter.all[0].values[3]", BadValue},
		{change(`[{"property":"plan"}]`, `[{"property":"a"},{"property":"a"}]`), "breakdown[1].property", DuplicateBreakdown},
		{change(`[{"property":"plan"}]`, `[{"property":""}]`), "breakdown[0].property", PropertyRequired},
		{change(`[{"property":"plan"}]`, `[{},{},{},{}]`), "breakdown", TooManyBreakdowns},
		{change(`{"by":"previous"}`, `{"by":"decade"}`), "compare.by", BadCompare},
		{change(`{"by":"previous"}`, `{"by":"week","from":"2026-01-01"}`), "compare", RangeMixed},
		{change(`{"by":"previous"}`, `{}`), "compare", RangeRequired},
	} {
		_, err := Parse([]byte(c.text))
		faults, _ := err.(Faults)
		if len(faults) == 0 || faults[0].Location != c.location || faults[0].Code != c.code {
			t.Errorf("%.300s\nwant %s at %q, got %+v", c.text, c.code, c.location, faults)
		}
	}
}

func TestOnlyFormulas(t *testing.T) {
	q := Trend{Kind: "trend", Range: Range{Last: 1, Unit: Day, Zone: "UTC"}, Interval: Day, Metrics: []Metric{{Name: "A", Formula: "1"}}}
	if f := q.Validate(); len(f) != 1 || f[0].Code != OnlyFormulas {
		t.Fatalf("got %+v", f)
	}
}

// FuzzParse: whatever comes, Parse answers with faults or with a question that survives a round trip.
func FuzzParse(f *testing.F) {
	f.Add([]byte(sound))
	f.Add([]byte(`{"kind":"trend","range":{"last":30,"unit":"day","zone":"UTC"},"interval":"hour","metrics":[{"name":"A","formula":"-(1+2)/3"}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		q, err := Parse(text)
		if err != nil {
			if f, ok := err.(Faults); !ok || len(f) == 0 || len(f) > MaxFaults {
				t.Fatalf("not faults: %v", err)
			}
			return
		}
		again, err := json.Marshal(q)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Parse(again); err != nil {
			t.Fatalf("%s\nbecame %s: %v", text, again, err)
		}
	})
}
