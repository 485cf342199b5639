package question

import (
	"fmt"
	"strconv"
	"strings"
)

// Timeline asks for the events of one person, with all their properties, page by page.
type Timeline struct {
	Kind   string `json:"kind" enum:"timeline" doc:"Always timeline."`
	Person Person `json:"person,omitempty" format:"int64" doc:"As a list of people gives it."`
	Counted
	Group       any       `json:"group,omitempty" doc:"With by, instead of a person: the group, as a list of groups gives it."`
	Range       Range     `json:"range" doc:"The time asked about."`
	Order       Order     `json:"order,omitempty" enum:"newest,oldest" doc:"Which come first; newest when absent."`
	Events      *Selector `json:"events,omitempty" doc:"Only these; absent: all."`
	Limit       int       `json:"limit,omitempty" minimum:"0" maximum:"1000" doc:"Events to list; 0 or absent means 100."`
	After       string    `json:"after,omitempty" doc:"List those behind this place; next of the page before."`
	IncludeBots bool      `json:"include_bots,omitempty" doc:"List the traffic of machines too."`
}

// Order says which end of time comes first.
type Order string

// The orders.
const (
	Newest Order = "newest"
	Oldest Order = "oldest"
)

// TimelineAnswer is the answer to Timeline.
type TimelineAnswer struct {
	Kind    string      `json:"kind" enum:"timeline"`
	Range   AnswerRange `json:"range"`
	Count   int64       `json:"count" doc:"How many events there are in the range, on all pages."`
	Events  []PastEvent `json:"events" nullable:"false"`
	Next    string      `json:"next,omitempty" doc:"What after takes for the next page; absent on the last one."`
	Explain Explain     `json:"explain"`
}

// PastEvent is an event of a timeline.
type PastEvent struct {
	Time       string         `json:"time" format:"date-time" doc:"With the offset of the range's zone."`
	Name       string         `json:"name"`
	Class      string         `json:"class" enum:"person,bot"`
	Properties map[string]any `json:"properties" nullable:"false" doc:"Those that are set: strings, numbers, booleans, lists and objects."`
}

// Cost implements Answer.
func (a *TimelineAnswer) Cost() *Explain { return &a.Explain }

// Limits of Timeline.
const (
	MaxEvents     = 1000
	DefaultEvents = 100
)

// The codes of faults of Timeline.
const (
	PersonRequired = "person_required"
	PersonUnused   = "person_unused"
	GroupRequired  = "group_required"
	GroupUnused    = "group_unused"
	BadOrder       = "bad_order"
	BadAfter       = "bad_after"
)

// KindOf implements Question.
func (t *Timeline) KindOf() string { return "timeline" }

// LimitOrDefault is how many events the answer lists at most.
func (t *Timeline) LimitOrDefault() int {
	if t.Limit == 0 {
		return DefaultEvents
	}
	return t.Limit
}

// Selector means the events that are listed.
func (t *Timeline) Selector() *Selector {
	if t.Events == nil {
		return &Selector{AnyEvent: true}
	}
	return t.Events
}

// Validate implements Question.
func (t *Timeline) Validate() Faults {
	var f Faults
	if t.Kind != "timeline" {
		f.add("kind", UnknownKind, "the kind of a timeline is timeline")
	}
	t.validateWho(&f)
	t.Range.validate(&f)
	t.Counted.validate(&f)
	if t.Order != "" && t.Order != Newest && t.Order != Oldest {
		f.add("order", BadOrder, "an order is newest or oldest")
	}
	if t.Events != nil {
		var in scope
		t.Events.validate(&f, "events", 1, &in)
		in.check(&f)
	}
	if t.Limit < 0 || t.Limit > MaxEvents {
		f.add("limit", BadLimit, "limit is 1 to %d", MaxEvents)
	}
	if _, err := ParsePlace(t.After); t.After != "" && err != nil {
		f.add("after", BadAfter, "after is what next of the page before was")
	}
	return f
}

func (t *Timeline) validateWho(f *Faults) {
	switch {
	case t.By == "" && t.Group != nil:
		f.add("group", GroupUnused, "a group belongs to by, the property that names it")
	case t.By == "" && t.Person == 0:
		f.add("person", PersonRequired, "the number of a person is required")
	case t.By != "" && t.Person != 0:
		f.add("person", PersonUnused, "with by the events are those of a group")
	case t.By != "" && t.Group == nil:
		f.add("group", GroupRequired, "the value that names the group is required")
	}
}

// Place is where an event stands on a timeline: its time in milliseconds, and how many events of that time come before it
// in order of arrival. So a page goes on in the right place although events have come in meanwhile.
type Place struct {
	Millis int64
	Nth    int
}

// String is what ParsePlace reads.
func (p Place) String() string { return fmt.Sprintf("%d.%d", p.Millis, p.Nth) }

// ParsePlace reads a place.
func ParsePlace(text string) (p Place, err error) {
	millis, nth, _ := strings.Cut(text, ".")
	if p.Millis, err = strconv.ParseInt(millis, 10, 64); err != nil {
		return p, fmt.Errorf("cannot read a place: its time is no number")
	}
	n, err := strconv.ParseUint(nth, 10, 31)
	if err != nil {
		return p, fmt.Errorf("cannot read a place: its count is no number")
	}
	p.Nth = int(n)
	return p, nil
}
