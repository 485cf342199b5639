package question

import (
	"encoding/json"
	"slices"
	"strings"
)

// People asks who is behind one number of the answer to another question: the list comes from the same reading, by the
// same counting. A person is a number that stays hers; no name or identifier is ever in an answer.
type People struct {
	Kind  string   `json:"kind" enum:"people" doc:"Always people."`
	Of    Question `json:"of" doc:"The question whose answer holds the number."`
	Cell  Cell     `json:"cell" doc:"Which number of that answer; every kind of question has its own way of naming one."`
	Limit int      `json:"limit,omitempty" minimum:"0" maximum:"10000" doc:"People to list; 0 or absent means 100."`
	After Person   `json:"after,omitempty" format:"int64" doc:"List those behind this person; next of the page before."`

	AfterGroup any `json:"after_group,omitempty" doc:"The same where the other question counts by group: next_group of the page before."`
}

// Person is the number of a person in its project. It is a whole number below 2^32, so JavaScript holds it exactly; it
// says nothing about the person, and 0 is nobody.
type Person uint32

// PeopleAnswer is the answer to People.
type PeopleAnswer struct {
	Kind   string   `json:"kind" enum:"people"`
	Count  int64    `json:"count" doc:"How many people there are, on all pages."`
	People []Person `json:"people" nullable:"false" doc:"Their numbers, ascending."`
	Next   Person   `json:"next,omitempty" format:"int64" doc:"What after takes for the next page; absent on the last one."`

	Groups    []any `json:"groups,omitempty" nullable:"false" doc:"Where the other question counts by group, instead of people: the values that name them, in the order of segments."`
	NextGroup any   `json:"next_group,omitempty" doc:"What after_group takes for the next page; absent on the last one."`

	Explain Explain `json:"explain" doc:"Of the other question."`
}

// Cost implements Answer.
func (a *PeopleAnswer) Cost() *Explain { return &a.Explain }

// Limits of People.
const (
	MaxPeople     = 10_000
	DefaultPeople = 100
)

// The codes of faults of People.
const (
	OfRequired   = "of_required"
	CellRequired = "cell_required"
	BadCell      = "bad_cell"
	NotInAnswer  = "not_in_answer" // the answer has no such segment, interval or step; found when the question is asked
	NoPeople     = "no_people"     // nobody is behind such a number
	BadLimit     = "bad_limit"
)

// Cell names one number of an answer. Each kind of question that counts people has its own.
type Cell interface {
	// validate names what is wrong with the cell of a sound question; locations begin with cell.
	validate(of Question, f *Faults)
}

// cells are the empty cells of the kinds that have people behind their numbers.
var cells = map[string]func() Cell{
	"trend":      func() Cell { return new(TrendCell) },
	"funnel":     func() Cell { return new(FunnelCell) },
	"flow":       func() Cell { return new(FlowCell) },
	"sessions":   func() Cell { return new(SessionCell) },
	"retention":  func() Cell { return new(RetentionCell) },
	"frequency":  func() Cell { return new(FrequencyCell) },
	"stickiness": func() Cell { return new(StickinessCell) },
	"lifecycle":  func() Cell { return new(LifecycleCell) },
}

// CellOf is an empty cell of the kind; nil when no people are behind its numbers.
func CellOf(kind string) Cell {
	if empty, ok := cells[kind]; ok {
		return empty()
	}
	return nil
}

// KindOf implements Question.
func (p *People) KindOf() string { return "people" }

// LimitOrDefault is how many people the answer lists at most.
func (p *People) LimitOrDefault() int {
	if p.Limit == 0 {
		return DefaultPeople
	}
	return p.Limit
}

// Validate implements Question.
func (p *People) Validate() Faults {
	var f Faults
	if p.Kind != "people" {
		f.add("kind", UnknownKind, "the kind of a question about people is people")
	}
	if p.Limit < 0 || p.Limit > MaxPeople {
		f.add("limit", BadLimit, "limit is 1 to %d", MaxPeople)
	}
	p.validateCell(&f)
	return f
}

func (p *People) validateCell(f *Faults) {
	if p.Of == nil {
		f.add("of", OfRequired, "the question whose answer holds the number is required")
		return
	}
	if CellOf(p.Of.KindOf()) == nil {
		f.add("of.kind", NoPeople, "no people are behind an answer of this kind")
		return
	}
	if faults := p.Of.Validate(); faults != nil {
		for _, x := range faults.within("of") {
			f.add(x.Location, x.Code, "%s", x.Message)
		}
		return
	}
	if p.Cell == nil {
		f.add("cell", CellRequired, "the number of the answer is required")
		return
	}
	p.Cell.validate(p.Of, f)
	if CountedBy(p.Of) == "" && p.AfterGroup != nil {
		f.add("after_group", GroupUnused, "the question counts people: after is what goes on")
	} else if CountedBy(p.Of) != "" && p.After != 0 {
		f.add("after", PersonUnused, "the question counts groups: after_group is what goes on")
	}
}

// UnmarshalJSON reads the question inside first: its kind says what the cell is. The error is of type Faults.
func (p *People) UnmarshalJSON(text []byte) error {
	var x struct {
		Kind  string          `json:"kind"`
		Of    json.RawMessage `json:"of"`
		Cell  json.RawMessage `json:"cell"`
		Limit int             `json:"limit"`
		After Person          `json:"after"`

		AfterGroup any `json:"after_group"`
	}
	if err := decodeStrictly(text, &x); err != nil {
		return faultOf(err)
	}
	*p = People{Kind: x.Kind, Limit: x.Limit, After: x.After, AfterGroup: x.AfterGroup}
	if x.Of == nil {
		return nil
	}
	of, faults := read(x.Of)
	if faults != nil {
		return faults.within("of")
	}
	p.Of = of
	empty := CellOf(of.KindOf())
	if empty == nil || x.Cell == nil || string(x.Cell) == "null" {
		return nil
	}
	p.Cell = empty
	if err := decodeStrictly(x.Cell, p.Cell); err != nil {
		return faultOf(err).within("cell")
	}
	return nil
}

// within are the same faults of a part of a question.
func (f Faults) within(part string) Faults {
	out := slices.Clone(f)
	for i := range out {
		out[i].Location = strings.TrimSuffix(part+"."+out[i].Location, ".")
	}
	return out
}

// Spot is the part of a cell that is the same for all kinds with segments and intervals.
type Spot struct {
	Segment  []any  `json:"segment,omitempty" nullable:"false" doc:"A segment that the answer shows, as it stands there. Absent or empty: the whole."`
	Other    bool   `json:"other,omitempty" doc:"The segments that the answer does not show."`
	Interval string `json:"interval,omitempty" doc:"Where the interval starts, as the answer writes it. Absent: the whole range."`
}

// validate checks a spot in an answer with so many breakdowns.
func (s *Spot) validate(f *Faults, breakdowns int) {
	switch {
	case s.Other && len(s.Segment) > 0:
		f.add("cell.other", BadCell, "a cell has a segment or other, not both")
	case s.Other && breakdowns == 0:
		f.add("cell.other", BadCell, "without a breakdown there is no other")
	case len(s.Segment) > 0 && len(s.Segment) != breakdowns:
		f.add("cell.segment", BadCell, "a segment has a value for each breakdown of the question: %d", breakdowns)
	}
}

// TrendCell is one number of a trend: the people with an event that counts there.
type TrendCell struct {
	Metric string `json:"metric" doc:"The name of a metric that is no formula."`
	Spot
	Compare bool `json:"compare,omitempty" doc:"In the earlier range that the trend is compared with."`
}

func (c *TrendCell) validate(of Question, f *Faults) {
	t := of.(*Trend)
	i := slices.IndexFunc(t.Metrics, func(m Metric) bool { return m.Name == c.Metric })
	switch {
	case i < 0:
		f.add("cell.metric", UnknownMetric, "the question has no metric of this name")
	case t.Metrics[i].Formula != "":
		f.add("cell.metric", NoPeople, "people are behind the metrics that a formula names, not behind the formula")
	}
	c.Spot.validate(f, len(t.Breakdown))
	if c.Compare && t.Compare == nil {
		f.add("cell.compare", BadCell, "the trend is not compared with anything")
	}
}
