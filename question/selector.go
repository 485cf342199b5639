package question

import "fmt"

// Selector says which events are meant: those of one name, all, or those that at least one of several selectors means;
// of these the ones that pass the filter.
type Selector struct {
	Event    string     `json:"event,omitempty" doc:"The events of this name."`
	AnyEvent bool       `json:"any_event,omitempty" doc:"All events, whatever their name."`
	Except   []string   `json:"except,omitempty" maxItems:"100" nullable:"false" doc:"With any_event: but for the events of these names."`
	AnyOf    []Selector `json:"any_of,omitempty" maxItems:"25" nullable:"false" doc:"The events that at least one of these means."`
	Filter   *Filter    `json:"filter,omitempty"`
}

// scope counts what a question holds while it is validated.
type scope struct {
	conditions int // leaves of filters
	selectors  int
}

// validate names what is wrong with a selector, at is where it stands, depth begins with 1.
func (s *Selector) validate(f *Faults, at string, depth int, in *scope) {
	in.selectors++
	ways := 0
	for _, given := range []bool{s.Event != "", s.AnyEvent, s.AnyOf != nil} {
		if given {
			ways++
		}
	}
	switch {
	case ways == 0:
		f.add(at+".event", EventRequired, "an event, any_event or any_of is required")
	case ways > 1:
		f.add(at+".event", EventMixed, "an event, any_event or any_of, only one of them")
	case len(s.Event) > MaxPropertyBytes:
		f.add(at+".event", BadName, "a name has at most %d bytes", MaxPropertyBytes)
	case s.AnyOf != nil:
		s.validateAnyOf(f, at, depth, in)
	}
	if s.Except != nil && !s.AnyEvent {
		f.add(at+".except", BadSelector, "except belongs to any_event")
	}
	validateNames(f, at+".except", s.Except)
	s.Filter.validate(f, at+".filter", 1, &in.conditions)
}

func (s *Selector) validateAnyOf(f *Faults, at string, depth int, in *scope) {
	switch {
	case len(s.AnyOf) == 0 || len(s.AnyOf) > MaxAlternatives:
		f.add(at+".any_of", BadSelector, "any_of holds 1 to %d selectors", MaxAlternatives)
		return
	case depth > MaxSelectorDepth:
		f.add(at+".any_of", TooDeep, "any_of nests at most %d levels", MaxSelectorDepth)
		return
	}
	for i := range s.AnyOf {
		s.AnyOf[i].validate(f, fmt.Sprintf("%s.any_of[%d]", at, i), depth+1, in)
	}
}

// check names what is too much in the whole question.
func (in *scope) check(f *Faults) {
	if in.conditions > MaxConditions {
		f.add("", TooManyConditions, "a question has at most %d conditions", MaxConditions)
	}
	if in.selectors > MaxSelectors {
		f.add("", TooManySelectors, "a question has at most %d selectors of events", MaxSelectors)
	}
}
