// Package clock knows the legal deadlines of an incident: which rule's clock runs, since when and why, until when, and whether what
// it asks for is required. Rules are signed data files; docs/format/rules.md draws them. Nothing here is legal advice.
package clock

import (
	"cmp"
	"slices"
	"time"

	"jejak/exposure"
)

// EventType is a kind of entry of a timeline that clocks know, such as first_word_from_vendor.
type EventType string

// Happening is an entry of a timeline as clocks see it.
type Happening struct {
	Entry string // its ID
	Type  EventType
	Known time.Time // when we learned of it
}

// State is where a clock stands.
type State string

// The states.
const (
	Waiting     State = "waiting" // nothing has started it
	Running     State = "running"
	Overdue     State = "overdue"
	Done        State = "done"
	DoneLate    State = "done_late"
	NotRequired State = "not_required" // decided by a person, with reasons
)

// Clock is a rule in an incident.
type Clock struct {
	Rule     RuleID                     `json:"rule"`
	Version  int                        `json:"rule_version"`
	Regime   Regime                     `json:"regime"`
	Title    map[exposure.Locale]string `json:"title"`
	To       Recipient                  `json:"to"`
	Unit     Unit                       `json:"unit"`
	Amount   int                        `json:"amount,omitempty"`
	Zone     string                     `json:"zone,omitempty"`
	Form     string                     `json:"form,omitempty" doc:"The filing that answers it."`
	Source   string                     `json:"source"`
	Entry    string                     `json:"started_by,omitempty" doc:"The entry of the timeline."`
	Event    EventType                  `json:"start_event,omitempty"`
	Started  *time.Time                 `json:"started,omitempty"`
	Why      map[exposure.Locale]string `json:"why_this_start,omitempty"`
	Deadline *time.Time                 `json:"deadline,omitempty" doc:"It must be done before this instant; absent: without undue delay."`
	Notes    []string                   `json:"notes,omitempty"`
	Outcome  Outcome                    `json:"outcome"`
	State    State                      `json:"state"`
	Filed    *time.Time                 `json:"filed_at,omitempty"`
	Decision *Decided                   `json:"decision,omitempty"`
}

// Decided is what people did about a clock. It is the newest of them that counts.
type Decided struct {
	Rule    RuleID    `json:"rule"`
	Kind    Kind      `json:"kind"`
	At      time.Time `json:"at"` // when it was filed, or decided
	Receipt string    `json:"receipt,omitempty"`
	Late    string    `json:"late_because,omitempty"`
	Reasons string    `json:"reasons,omitempty"`
	By      string    `json:"by"`
	Noted   time.Time `json:"noted_at"`
}

// Kind of a decision.
type Kind string

// The kinds.
const (
	Filed    Kind = "filed"
	Excused  Kind = "not_required"
	Required Kind = "required" // takes an excuse back
	Delayed  Kind = "delayed"  // will be late, with reasons; the clock runs on
)

// Incident is what clocks ask of one.
type Incident struct {
	Facts    Facts
	Happened []Happening // superseded ones left out
	Decided  []Decided   // oldest first
}

// Clocks are those of an incident at an instant, the earliest deadline first. The same input gives the same clocks.
func (p *Pack) Clocks(i Incident, now time.Time) []Clock {
	var out []Clock
	for _, r := range p.rules {
		if c, applies := p.clock(r, i, now); applies {
			out = append(out, c)
		}
	}
	slices.SortStableFunc(out, func(a, b Clock) int {
		return cmp.Or(cmp.Compare(a.sortKey(), b.sortKey()), cmp.Compare(a.Rule, b.Rule))
	})
	return out
}

func (c *Clock) sortKey() int64 {
	switch {
	case c.Deadline != nil:
		return c.Deadline.Unix()
	case c.Started != nil:
		return 1 << 60
	default:
		return 1 << 61
	}
}

// clock is the rule in the incident; false when it is of another role, regime or time.
func (p *Pack) clock(r *Rule, i Incident, now time.Time) (Clock, bool) {
	if r.Disabled || !i.Facts.inRegime(r.Regime) || !i.Facts.inRole(r.Roles) {
		return Clock{}, false
	}
	c := Clock{
		Rule: r.ID, Version: r.Version, Regime: r.Regime, Title: r.Title, To: r.To, Unit: r.Unit, Amount: r.Amount, Zone: r.Zone,
		Form: r.Form, Source: r.Source, State: Waiting, Outcome: r.outcome(i.Facts),
	}
	start, found := r.start(i.Happened)
	at := now
	if found {
		at = start.Known
	}
	if !r.inForce(at) {
		return Clock{}, false
	}
	if found {
		c.run(p, r, start)
	}
	c.decide(r, i.Decided)
	c.settle(now)
	return c, true
}

// start is the earliest entry that starts the rule.
func (r *Rule) start(all []Happening) (first Happening, found bool) {
	for _, h := range all {
		if slices.Contains(r.Starts, h.Type) && (!found || h.Known.Before(first.Known)) {
			first, found = h, true
		}
	}
	return first, found
}

func (c *Clock) run(p *Pack, r *Rule, start Happening) {
	at := start.Known.UTC()
	c.Entry, c.Event, c.Started, c.State, c.Why = start.Entry, start.Type, &at, Running, r.why(start)
	deadline, note, fixed := p.deadline(r, start.Known)
	if fixed {
		c.Deadline = &deadline
	}
	if note != "" {
		c.Notes = append(c.Notes, note)
	}
}

func (c *Clock) decide(r *Rule, all []Decided) {
	for _, d := range all {
		if d.Rule != r.ID {
			continue
		}
		c.Decision = &d
		if d.Kind == Filed && c.Filed == nil { // what was filed first met the deadline; later ones complete it
			at := d.At
			c.Filed = &at
		}
	}
}

func (c *Clock) settle(now time.Time) {
	switch {
	case c.Filed != nil && c.Deadline != nil && !c.Filed.Before(*c.Deadline):
		c.State = DoneLate
	case c.Filed != nil:
		c.State = Done
	case c.Decision != nil && c.Decision.Kind == Excused:
		c.State = NotRequired
	case c.Deadline != nil && !now.Before(*c.Deadline):
		c.State = Overdue
	}
}

// IsOpen tells whether somebody still has to act on the clock.
func (c *Clock) IsOpen() bool { return c.State == Running || c.State == Overdue }
