package export

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"

	"jejak/event"
	"jejak/ground/approve"
	"jejak/question"
)

// Content is what rows are of.
type Content string

// The contents.
const (
	Events   Content = "events"
	Profiles Content = "profiles"
	Answer   Content = "answer"
	People   Content = "people" // of a Record: an answer whose rows are of single people
)

// Purpose is why somebody takes rows out. The set is closed: a free text could hold a personal value, and goes into the audit log.
type Purpose string

// The purposes.
const (
	Analysis  Purpose = "analysis"  // to look into elsewhere
	Warehouse Purpose = "warehouse" // a copy that is kept up to date
	Migration Purpose = "migration" // to another product
	Handover  Purpose = "handover"  // somebody else gets it
	Incident  Purpose = "incident"  // a leak is looked into
)

var purposes = []Purpose{Analysis, Warehouse, Migration, Handover, Incident}

// Spec says what is wanted.
type Spec struct {
	Content Content `json:"content"`
	Format  Format  `json:"format"`
	Purpose Purpose `json:"purpose"`

	// Of events. Properties are the only ones that leave; nil: all.
	Range       question.Range     `json:"range"`
	Events      *question.Selector `json:"events,omitempty"`
	Properties  []string           `json:"properties"`
	IncludeBots bool               `json:"include_bots,omitempty"`

	// Group is the key of the groups whose profiles are wanted; empty: those of people.
	Group string `json:"group,omitempty"`

	// Question is the one whose answer is wanted.
	Question json.RawMessage `json:"question,omitempty"`

	// InMillis writes times of the Wire in milliseconds, not in seconds.
	InMillis bool `json:"in_millis,omitempty"`
	// Limit ends the export after so many rows; 0: none. The wire of scripts has it.
	Limit int64 `json:"limit,omitempty"`
}

// MaxProperties is how many columns an export of rows has at most.
const MaxProperties = 2000

// The codes of faults.
const (
	BadContent = "bad_content"
	BadFormat  = "bad_format"
	BadPurpose = "bad_purpose"
	BadLimit   = "bad_limit"
)

// validate names everything that is wrong; nil when sound.
func (s *Spec) validate() (f question.Faults) {
	add := func(bad bool, location, code, message string) {
		if bad {
			f = append(f, question.Fault{Location: location, Code: code, Message: message})
		}
	}
	add(!slices.Contains([]Format{CSV, Lines, Parquet, Wire}, s.Format), "format", BadFormat, "a format is csv, jsonl or parquet")
	add(!slices.Contains(purposes, s.Purpose), "purpose", BadPurpose, "a purpose is analysis, warehouse, migration, handover or incident")
	add(s.Limit < 0, "limit", BadLimit, "a limit is not negative")
	add(len(s.Properties) > MaxProperties, "properties", question.BadProperty, fmt.Sprintf("an export has at most %d properties", MaxProperties))
	add(s.Format == Wire && s.Content != Events, "format", BadFormat, "this format is of events")
	switch s.Content {
	case Events:
		return append(f, s.asTimeline().Validate()...)
	case Profiles:
		add(len(s.Group) > question.MaxPropertyBytes, "group", question.BadProperty, "the name of a group key is too long")
	case Answer:
		_, err := question.Parse(s.Question)
		faults, _ := err.(question.Faults)
		return append(f, faults...)
	default:
		add(true, "content", BadContent, "a content is events, profiles or answer")
	}
	return f
}

// asTimeline is the question about single events that has the same range and selector.
func (s *Spec) asTimeline() *question.Timeline {
	return &question.Timeline{Kind: "timeline", Person: 1, Range: s.Range, Events: s.Events}
}

// hash is what a second person allows: this export of these rows, and no more of them.
func (s *Spec) hash(id ID, p event.ProjectID, maxRows int64) (approve.Hash, error) {
	text, err := json.Marshal(struct {
		ID      ID
		Project event.ProjectID
		MaxRows int64
		Spec    *Spec
	}{id, p, maxRows, s})
	if err != nil {
		return approve.Hash{}, fmt.Errorf("cannot write down an export: %w", err)
	}
	return sha256.Sum256(text), nil
}
