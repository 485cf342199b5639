package register

import (
	"context"
	"slices"
	"time"

	"jejak/exposure"
	"jejak/ground/access"
	"jejak/incident/register/clock"
)

// Clocks are the legal clocks of an incident now, the earliest deadline first. It needs Follow.
func (r *Register) Clocks(ctx context.Context, id exposure.IncidentID) ([]clock.Clock, error) {
	if err := mayRead(ctx); err != nil {
		return nil, err
	}
	i, err := r.read(ctx, id)
	if err != nil {
		return nil, err
	}
	return r.clocks(ctx, &i)
}

// clocks follow from the timeline, the rules and what was decided: nothing of them is kept that could be wrong.
func (r *Register) clocks(ctx context.Context, i *Incident) ([]clock.Clock, error) {
	s, err := r.summary(ctx, i.ID)
	if err != nil {
		return nil, err
	}
	in := clock.Incident{Facts: i.facts(s), Decided: i.decided}
	for _, e := range i.current() {
		in.Happened = append(in.Happened, clock.Happening{Entry: e.ID, Type: e.Type, Known: *e.Known})
	}
	return r.o.Rules.Clocks(in, r.now()), nil
}

func (r *Register) summary(ctx context.Context, id exposure.IncidentID) (*exposure.Summary, error) {
	if r.o.Scope == nil {
		return nil, nil
	}
	return r.o.Scope.Summary(ctx, id)
}

// facts are what rules look at: of the scope where there is one, else of the estimate.
func (i *Incident) facts(s *exposure.Summary) clock.Facts {
	f := clock.Facts{
		Role: i.Fields.Role, Regimes: i.Fields.Regimes, Risk: i.Fields.Risk, Marks: i.Fields.Marks,
		Classes: i.Fields.Classes, Residents: i.Fields.Residents,
	}
	if s == nil {
		if i.Fields.People != nil {
			f.People = &exposure.Count{Certain: *i.Fields.People, Likely: *i.Fields.People, AtMost: *i.Fields.People}
		}
		return f
	}
	f.Classes = nil
	for _, c := range s.Classes {
		f.Classes = append(f.Classes, c.Class)
	}
	f.People, f.Complete = &s.People, s.Closed && len(s.Unread) == 0
	return f
}

// NewDecision is what somebody did about a clock.
type NewDecision struct {
	Kind    clock.Kind `json:"kind" enum:"filed,not_required,required,delayed"`
	At      *time.Time `json:"at,omitempty" doc:"When it was filed; absent: now."`
	Receipt string     `json:"receipt,omitempty" doc:"Of the authority."`
	Late    string     `json:"late_because,omitempty" doc:"Required when it was filed after the deadline."`
	Reasons string     `json:"reasons,omitempty" doc:"Required for not_required, required and delayed."`
}

// Decide says that a clock's notification was filed, is not required, or is late, with reasons. It needs Respond. *access.Invalid.
func (r *Register) Decide(ctx context.Context, id exposure.IncidentID, rule clock.RuleID, d NewDecision) (clock.Clock, error) {
	i, err := r.change(ctx, id, true, func(i *Incident) (kind, any, error) {
		clocks, err := r.clocks(ctx, i)
		if err != nil {
			return "", nil, err
		}
		at := slices.IndexFunc(clocks, func(c clock.Clock) bool { return c.Rule == rule })
		if at < 0 {
			return "", nil, access.ErrNotFound
		}
		now := r.now()
		if d.At == nil {
			d.At = &now
		}
		made := clock.Decided{Rule: rule, Kind: d.Kind, At: d.At.UTC(), Receipt: d.Receipt, Late: d.Late, Reasons: d.Reasons, By: access.Caller(ctx).String(), Noted: now}
		return ofDecision, made, d.check(clocks[at], now)
	})
	if err != nil {
		return clock.Clock{}, err
	}
	clocks, err := r.clocks(ctx, &i)
	at := slices.IndexFunc(clocks, func(c clock.Clock) bool { return c.Rule == rule })
	if err != nil || at < 0 {
		return clock.Clock{}, err
	}
	return clocks[at], nil
}

func (d *NewDecision) check(c clock.Clock, now time.Time) error {
	if !slices.Contains([]clock.Kind{clock.Filed, clock.Excused, clock.Required, clock.Delayed}, d.Kind) {
		return &access.Invalid{Field: "kind", Code: "unknown", Message: "this is filed, not_required, required or delayed"}
	}
	if d.At.After(now) {
		return &access.Invalid{Field: "at", Code: "future", Message: "this lies in the future"}
	}
	late := d.Kind == clock.Filed && c.Filed == nil && c.Deadline != nil && !d.At.Before(*c.Deadline)
	if late && d.Late == "" {
		return &access.Invalid{Field: "late_because", Code: "too_short", Message: "it was filed after the deadline: say why"}
	}
	least := 1
	if d.Kind == clock.Filed {
		least = 0
	}
	if err := checkText("reasons", d.Reasons, least, maxText); err != nil {
		return err
	}
	if err := checkText("late_because", d.Late, 0, maxText); err != nil {
		return err
	}
	return checkText("receipt", d.Receipt, 0, maxWord)
}
