package export

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"jejak/analytics/store"
	"jejak/event"
	"jejak/question"
)

// asSheet is an export of an answer, read back from CSV and from Parquet, which must say the same.
func (o *office) asSheet(q string) (*Run, []line) {
	o.t.Helper()
	s := Spec{Content: Answer, Format: CSV, Purpose: Analysis, Question: json.RawMessage(q)}
	run, file := o.handedOut(exporter, s)
	rows, err := csv.NewReader(bytes.NewReader(file)).ReadAll()
	o.must(err)
	var out []line
	for _, row := range rows[1:] {
		l := line{}
		for i, cell := range row {
			if cell != "" {
				l[rows[0][i]] = plain(cell)
			}
		}
		out = append(out, l)
	}
	s.Format = Parquet
	_, file = o.handedOut(exporter, s)
	if got := readParquet(o.t.(*testing.T), file); len(got) != len(out) {
		o.t.Errorf("%d rows in Parquet, %d in CSV", len(got), len(out))
	}
	return run, out
}

const range5 = `"range":{"last":5,"unit":"day","zone":"UTC"}`

// TestAnswers: every kind of answer becomes a table whose numbers are those of the answer.
func TestAnswers(t *testing.T) {
	o := newOffice(t)
	o.fill(seedOf(t), 3000, 60)
	for kind, c := range map[string]struct {
		question string
		sum      func(question.Answer) float64
		column   string
		which    string
	}{
		"trend": {`{"kind":"trend",` + range5 + `,"interval":"day","metrics":[{"name":"A","any_event":true,"measure":"total"}],"breakdown":[{"property":"plan"}]}`,
			func(a question.Answer) (n float64) { return *a.(*question.TrendAnswer).Series[0].Total }, "value", "all"},
		"sessions": {`{"kind":"sessions",` + range5 + `,"interval":"day","metrics":[{"name":"A","measure":"total"}]}`,
			func(a question.Answer) float64 { return *a.(*question.SessionsAnswer).Series[0].Total }, "value", "all"},
		"funnel": {`{"kind":"funnel",` + range5 + `,"steps":[{"event":"open"},{"event":"pay"}]}`,
			func(a question.Answer) float64 {
				s := a.(*question.FunnelAnswer).Funnels[0].Steps
				return float64(s[0].Count + s[1].Count)
			}, "count", "all"},
		"lifecycle": {`{"kind":"lifecycle",` + range5 + `,"interval":"day","any_event":true}`,
			func(a question.Answer) (n float64) {
				for _, x := range a.(*question.LifecycleAnswer).Curves[0].New {
					n += float64(x)
				}
				return n
			}, "new", "all"},
	} {
		q, err := question.Parse([]byte(c.question))
		if err != nil {
			t.Errorf("%s: %v", kind, err)
			continue
		}
		a, err := o.ask(exporter, 1, q)
		o.must(err)
		_, rows := o.asSheet(c.question)
		sum := 0.0
		for _, l := range rows {
			var n float64
			fmt.Sscan(l[c.column], &n)
			if l["which"] == c.which {
				sum += n
			}
		}
		if want := c.sum(a); sum != want || want == 0 {
			t.Errorf("%s: the rows have %v, the answer %v", kind, sum, want)
		}
	}
}

// TestEveryKindHasATable: also those of which the sums are not compared.
func TestEveryKindHasATable(t *testing.T) {
	question.Types(func(name string, _ question.Question, a question.Answer) {
		if name == "people" {
			return // TestPeopleLeaveAsPseudonyms
		}
		if s := new(Run).sheetOf(emptyOf(name)); len(s.names) == 0 {
			t.Errorf("%s has no columns", name)
		}
	})
}

// emptyOf is an empty answer of a kind.
func emptyOf(kind string) question.Answer {
	return map[string]question.Answer{
		"trend": &question.TrendAnswer{}, "funnel": &question.FunnelAnswer{}, "flow": &question.FlowAnswer{}, "sessions": &question.SessionsAnswer{},
		"retention": &question.RetentionAnswer{}, "frequency": &question.FrequencyAnswer{}, "stickiness": &question.StickinessAnswer{},
		"lifecycle": &question.LifecycleAnswer{}, "timeline": &question.TimelineAnswer{},
	}[kind]
}

// TestPeopleLeaveAsPseudonyms: all pages of a list, in an order that says nothing.
func TestPeopleLeaveAsPseudonyms(t *testing.T) {
	o := newOffice(t)
	o.fill(seedOf(t), 2000, 150)
	q := `{"kind":"people","of":{"kind":"trend",` + range5 + `,"interval":"day","metrics":[{"name":"A","event":"pay","measure":"unique"}]},"cell":{"metric":"A"}}`
	run, rows := o.asSheet(q)
	want := map[string]bool{}
	n := newNamer(run.key, run.Mark)
	for _, e := range o.events {
		if e.Name == "pay" && e.Class == event.Person && e.Actor.Index() != 0 {
			want[string(n.appendPerson(nil, e.Actor))] = true
		}
	}
	var got []string
	for _, l := range rows {
		got = append(got, l["person"])
	}
	if !slices.Equal(got, slices.Sorted(maps.Keys(want))) {
		t.Errorf("%d people, want %d", len(got), len(want))
	}
	if run.Content != People {
		t.Errorf("it is recorded as %s", run.Content)
	}
}

// TestTokensInAnswers have the form of the export.
func TestTokensInAnswers(t *testing.T) {
	o := newOffice(t)
	o.must(o.store.Append(exporter, store.Batch{Project: 1, Events: []event.Event{
		{Name: "x", Time: event.Millis(o.now.UnixMilli() - 1000), Actor: event.MakeActor(1, 1), Properties: []event.Property{set("mail", "[email:0123456789abcdef]")}},
	}}))
	run, rows := o.asSheet(`{"kind":"trend",` + range5 + `,"interval":"day","metrics":[{"name":"A","any_event":true,"measure":"total"}],"breakdown":[{"property":"mail"}]}`)
	found := 0
	for _, l := range rows {
		if strings.Contains(l.String(), "0123456789abcdef") {
			t.Errorf("a token of the store: %s", l)
		}
		if l["segment 1"] == newNamer(run.key, run.Mark).text("[email:0123456789abcdef]") {
			found++
		}
	}
	if found == 0 {
		t.Errorf("no segment in %v", rows)
	}
}
