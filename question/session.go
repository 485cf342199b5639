package question

import (
	"fmt"
	"slices"
	"time"
)

// Sessions says how the events of a person are cut into sessions. No session spans midnight in the zone of the question.
// docs/semantics.md, section 11, defines each way.
type Sessions struct {
	By       string    `json:"by,omitempty" enum:"timeout,events,property" doc:"timeout (when absent): a pause ends a session. events: one event starts it and another ends it. property: it lasts as long as a property keeps its value."`
	Timeout  int       `json:"timeout,omitempty" minimum:"0" maximum:"86400" doc:"The pause in seconds, 60 or more; 0 or absent means 1800. By timeout."`
	Start    *Selector `json:"start,omitempty" doc:"The events that start a session. By events."`
	End      *Selector `json:"end,omitempty" doc:"The events that end one. By events."`
	Property string    `json:"property,omitempty" doc:"By property."`
	Exclude  []string  `json:"exclude,omitempty" maxItems:"100" nullable:"false" doc:"Names of events that have no part in sessions, beside those that never have."`
}

// The ways to cut events into sessions.
const (
	ByTimeout  = "timeout"
	ByEvents   = "events"
	ByProperty = "property"
)

// Limits of Sessions.
const (
	MinTimeout     = 60 // seconds
	MaxTimeout     = 24 * 3600
	DefaultTimeout = 1800
)

// The codes of faults of Sessions.
const (
	BadSessions = "bad_sessions"
	BadTimeout  = "bad_timeout"
)

// NeverInSessions are the names of events that come from no act of the person: mixpanel-wire, section 6.2.
var NeverInSessions = []string{
	"$identify", "$create_alias", "$merge", "$hotshard_events", "$campaign_delivery", "$campaign_bounced",
	"$campaign_marked_spam", "$message_suppressed", "$unsubscribe", "$journey_entered",
}

// ByOrDefault is the way in which sessions are cut. A nil Sessions means all defaults, here and below.
func (s *Sessions) ByOrDefault() string {
	if s == nil || s.By == "" {
		return ByTimeout
	}
	return s.By
}

// TimeoutOrDefault is the pause that ends a session.
func (s *Sessions) TimeoutOrDefault() time.Duration {
	if s == nil || s.Timeout == 0 {
		return DefaultTimeout * time.Second
	}
	return time.Duration(s.Timeout) * time.Second
}

// Members are the events that have a part in sessions.
func (s *Sessions) Members() Selector {
	except := NeverInSessions
	if s != nil && len(s.Exclude) > 0 {
		except = slices.Concat(except, s.Exclude)
	}
	return Selector{AnyEvent: true, Except: except}
}

// validate names what is wrong; at is where it stands.
func (s *Sessions) validate(f *Faults, at string, in *scope) {
	if s == nil {
		return
	}
	by := s.ByOrDefault()
	switch by {
	case ByTimeout, ByEvents, ByProperty:
	default:
		f.add(at+".by", BadSessions, "by is timeout, events or property")
		return
	}
	if by != ByTimeout && s.Timeout != 0 || by != ByEvents && (s.Start != nil || s.End != nil) || by != ByProperty && s.Property != "" {
		f.add(at, BadSessions, "timeout, start and end, and property belong to sessions by timeout, events and property")
	}
	switch by {
	case ByTimeout:
		if s.Timeout != 0 && (s.Timeout < MinTimeout || s.Timeout > MaxTimeout) {
			f.add(at+".timeout", BadTimeout, "a timeout is %d to %d seconds", MinTimeout, MaxTimeout)
		}
	case ByEvents:
		s.validateEnds(f, at, in)
	case ByProperty:
		s.validateProperty(f, at)
	}
	validateNames(f, at+".exclude", s.Exclude)
}

func (s *Sessions) validateEnds(f *Faults, at string, in *scope) {
	if s.Start == nil || s.End == nil {
		f.add(at, BadSessions, "sessions by events need start and end")
		return
	}
	s.Start.validate(f, at+".start", 1, in)
	s.End.validate(f, at+".end", 1, in)
}

func (s *Sessions) validateProperty(f *Faults, at string) {
	if s.Property == "" {
		f.add(at+".property", PropertyRequired, "sessions by property need a property")
	}
	validateProperty(f, at+".property", s.Property)
}

// MaxNames bounds lists of names of events.
const MaxNames = 100

func validateNames(f *Faults, at string, names []string) {
	if len(names) > MaxNames {
		f.add(at, TooManyNames, "at most %d names", MaxNames)
		return
	}
	for i, name := range names {
		if name == "" || len(name) > MaxPropertyBytes {
			f.add(fmt.Sprintf("%s[%d]", at, i), BadName, "a name has 1 to %d bytes", MaxPropertyBytes)
		}
	}
}
