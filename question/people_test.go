package question

import (
	"encoding/json"
	"fmt"
	"reflect"
	"testing"
)

const soundPeople = `{"kind":"people","limit":7,"after":4294967295,"of":` + sound + `,"cell":{"metric":"B","segment":["pro"],"interval":"x","compare":true}}`

// TestPeopleComesBack: what is written is read as the same question.
func TestPeopleComesBack(t *testing.T) {
	q, err := Parse([]byte(soundPeople))
	if err != nil {
		t.Fatal(err)
	}
	if cell := q.(*People).Cell.(*TrendCell); cell.Metric != "B" || !cell.Compare || len(cell.Segment) != 1 {
		t.Errorf("read the cell as %+v", cell)
	}
	text, err := json.Marshal(q)
	if err != nil {
		t.Fatal(err)
	}
	again, err := Parse(text)
	if err != nil || !reflect.DeepEqual(again, q) {
		t.Errorf("%s came back as %+v, error %v", text, again, err)
	}
}

func TestPeopleNamesEachFault(t *testing.T) {
	people := func(of, cell string) string { return fmt.Sprintf(`{"kind":"people","of":%s,"cell":%s}`, of, cell) }
	for _, c := range []struct{ text, location, code string }{
		{`{"kind":"people","cell":{"metric":"A"}}`, "of", OfRequired},
		{`{"kind":"people","of":` + sound + `}`, "cell", CellRequired},
		{`{"kind":"people","of":` + sound + `,"cell":null}`, "cell", CellRequired},
		{people(`null`, `{}`), "of.kind", UnknownKind},
		{people(`7`, `{}`), "of", WrongType},
		{people(`{"kind":"poem"}`, `{}`), "of.kind", UnknownKind},
		{people(`{"kind":"people","of":`+sound+`}`, `{}`), "of.kind", NoPeople},
		{people(`{"kind":"timeline"}`, `{}`), "of.kind", NoPeople},
		{people(`{"kind":"trend","tops":1}`, `{}`), "of.tops", UnknownField},
		{people(`{"kind":"trend","top":"1"}`, `{}`), "of.top", WrongType},
		{people(`{"kind":"trend"}`, `{}`), "of.metrics", MetricsRequired},
		{people(sound, `{"metrics":"A"}`), "cell.metrics", UnknownField},
		{people(sound, `{"metric":1}`), "cell.metric", WrongType},
		{people(sound, `{"metric":"Z"}`), "cell.metric", UnknownMetric},
		{people(sound, `{"metric":"D"}`), "cell.metric", NoPeople},
		{people(sound, `{"metric":"A","segment":["a","b"]}`), "cell.segment", BadCell},
		{people(sound, `{"metric":"A","segment":["a"],"other":true}`), "cell.other", BadCell},
		{`{"kind":"people","limit":-1,"of":` + sound + `,"cell":{"metric":"A"}}`, "limit", BadLimit},
		{`{"kind":"people","after":-1,"of":` + sound + `,"cell":{"metric":"A"}}`, "after", WrongType},
		{`{"kind":"people","before":1,"of":` + sound + `,"cell":{"metric":"A"}}`, "before", UnknownField},
	} {
		_, err := Parse([]byte(c.text))
		faults, _ := err.(Faults)
		if !hasFault(faults, c.location, c.code) {
			t.Errorf("%s\ngot %v, want %s at %q", c.text, err, c.code, c.location)
		}
	}
}

func hasFault(faults Faults, location, code string) bool {
	for _, f := range faults {
		if f.Location == location && f.Code == code {
			return true
		}
	}
	return false
}
