// Package plan applies what a project's owner decided about events and properties before they are kept: its data plan. It
// decides by names alone; what values are, hide finds out.
package plan

import (
	"fmt"
	"strings"
	"sync"

	"jejak/event"
)

// Do is what becomes of an event or a property of a name.
type Do string

// Events know Keep, Refuse and Rename. Properties know all.
const (
	Keep   Do = ""       // as without a plan: what detectors find is hidden
	Allow  Do = "allow"  // kept as it is, whatever detectors would find
	Seal   Do = "seal"   // the whole value becomes a token
	Bucket Do = "bucket" // the value becomes the start of the range it is in
	Drop   Do = "drop"   // the event is kept without the property
	Refuse Do = "refuse" // the event, or one that has the property, is refused
	Rename Do = "rename" // kept under another name
)

// Rule says what becomes of an event or a property.
type Rule struct {
	Do    Do
	Class string // Seal: of the tokens; empty: SealedClass
	Range string // Bucket: the width of ranges of numbers, such as 10; day, month or year for dates
	To    string // Rename: the other name, whose own rule holds
}

// SealedClass is that of tokens when nobody said what the values are.
const SealedClass = "sealed"

// Strict says what becomes of events and properties that have no rule. Those of SDKs are always known.
type Strict string

// How strict a plan is.
const (
	Open   Strict = ""       // they are kept
	Count  Strict = "count"  // they are kept and counted
	Closed Strict = "closed" // the event is refused; the property is dropped
)

// Plan is the rules of one project, by name. A nil Plan has none. It MUST NOT be changed once a batch was checked by it.
type Plan struct {
	Strict     Strict
	Events     map[string]Rule
	Properties map[string]Rule

	once    sync.Once
	allowed map[string]bool
	sealed  map[string]string
}

// IsOfSDK tells whether a name is one that SDKs give.
func IsOfSDK(name string) bool {
	return strings.HasPrefix(name, "$") || strings.HasPrefix(name, "mp_") || strings.HasPrefix(name, "utm_")
}

// Validate says what is wrong with the rule of an event, or of a property.
func (r Rule) Validate(ofEvent bool) error {
	switch r.Do {
	case Keep, Refuse:
		return nil
	case Rename:
		if r.To == "" || len(r.To) > event.MaxName {
			return fmt.Errorf("a new name has 1 to %d bytes", event.MaxName)
		}
		return nil
	case Allow, Seal, Drop:
		if !ofEvent {
			return r.validateClass()
		}
	case Bucket:
		if !ofEvent {
			_, err := rangeOf(r.Range)
			return err
		}
	}
	return fmt.Errorf("%q cannot be done", r.Do)
}

func (r Rule) validateClass() error {
	if len(r.Class) > 32 || strings.Trim(r.Class, "abcdefghijklmnopqrstuvwxyz_") != "" {
		return fmt.Errorf("a class has up to 32 small letters and _")
	}
	return nil
}

// Check applies the plan to the batch: refuses, renames, drops and puts into ranges. What is allowed and what is to be
// sealed it notes for hide.
func (p *Plan) Check(b *event.Batch) {
	if p == nil {
		return
	}
	b.RefuseIf(p.refusal)
	for i := range b.Events {
		p.apply(b, &b.Events[i])
	}
	p.once.Do(p.noteForHide)
	b.Allowed, b.Sealed = p.allowed, p.sealed
}

// noteForHide finds what hide is told with every batch: once, since most batches are one event and plans are long.
func (p *Plan) noteForHide() {
	p.allowed, p.sealed = map[string]bool{}, map[string]string{}
	for name, r := range p.Properties {
		switch r.Do {
		case Allow:
			p.allowed[name] = true
		case Seal:
			p.sealed[name] = r.classOfTokens()
		}
	}
}

func (r Rule) classOfTokens() string {
	if r.Class == "" {
		return SealedClass
	}
	return r.Class
}

// follow is the name under which something is kept, and the rule of that name. Renaming goes one step.
func follow(rules map[string]Rule, name string) (kept string, r Rule, known bool) {
	r, known = rules[name]
	if r.Do != Rename {
		return name, r, known
	}
	kept = r.To
	if r = rules[kept]; r.Do == Rename {
		r = Rule{}
	}
	return kept, r, true
}

// refusal tells whether the plan wants nothing of the event.
func (p *Plan) refusal(e *event.Event) (event.Refusal, bool) {
	_, r, known := follow(p.Events, e.Name)
	switch {
	case r.Do == Refuse:
		return event.Refusal{Reason: event.Unwanted, Field: "event", Message: "the project's data plan refuses this event"}, true
	case p.Strict == Closed && !known && !IsOfSDK(e.Name):
		return event.Refusal{Reason: event.Unplanned, Field: "event", Message: "the project's data plan does not know this event"}, true
	}
	for i := range e.Properties {
		if _, r, _ := follow(p.Properties, e.Properties[i].Name); r.Do == Refuse {
			return event.Refusal{Reason: event.Unwanted, Field: "properties." + e.Properties[i].Name,
				Message: "the project's data plan refuses events with this property"}, true
		}
	}
	return event.Refusal{}, false
}

func (p *Plan) apply(b *event.Batch, e *event.Event) {
	kept, _, known := follow(p.Events, e.Name)
	if kept != e.Name {
		b.Changed.Add(event.Change{Did: event.Renamed}, 1)
		e.Name = kept
	}
	if !known && p.Strict == Count && !IsOfSDK(e.Name) {
		b.Changed.Add(event.Change{Did: event.Unknown}, 1)
	}
	all := e.Properties
	e.Properties = all[:0:0]
	for i, property := range all {
		if changed, stays := p.property(b, property); stays && !isTaken(all, i, changed.Name, property.Name) {
			e.Properties = append(e.Properties, changed)
		}
	}
}

// isTaken tells whether a renamed property must give way: to one that came under the name, or was renamed to it before.
func isTaken(all []event.Property, i int, name, sent string) bool {
	if name == sent {
		return false
	}
	for j := range all {
		if all[j].Name == name && j != i {
			return true
		}
	}
	return false
}

// property is what is kept of a property.
func (p *Plan) property(b *event.Batch, sent event.Property) (kept event.Property, stays bool) {
	kept = sent
	name, r, known := follow(p.Properties, sent.Name)
	if kept.Name = name; name != sent.Name {
		b.Changed.Add(event.Change{Did: event.Renamed, Property: sent.Name}, 1)
	}
	switch {
	case r.Do == Drop:
		stays = false
	case r.Do == Bucket:
		kept.Value, stays = r.bucket(sent.Value)
		if stays {
			b.Changed.Add(event.Change{Did: event.Bucketed, Property: name}, 1)
		}
	case known || p.Strict == Open || IsOfSDK(name):
		return kept, true
	default:
		if stays = p.Strict == Count; stays {
			b.Changed.Add(event.Change{Did: event.Unknown, Property: name}, 1)
		}
	}
	if !stays {
		b.Changed.Add(event.Change{Did: event.Dropped, Property: name}, 1)
	}
	return kept, stays
}

// Past is what the plan makes of a value that is stored under a name: the same as at the door, but for names. stays is
// false when nothing of it may be left.
func (p *Plan) Past(property string, v event.Value) (kept event.Value, stays bool) {
	if p == nil {
		return v, true
	}
	switch r := p.Properties[property]; r.Do {
	case Drop, Refuse:
		return v, false
	case Bucket:
		return r.bucket(v)
	}
	return v, true
}
