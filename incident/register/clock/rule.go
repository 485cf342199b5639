package clock

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"jejak/exposure"
)

// RuleID names a rule, such as gdpr-33. Regime names a body of law, such as gdpr.
type (
	RuleID string
	Regime string
)

// Recipient is who must be told.
type Recipient string

// Unit is how a deadline is counted.
type Unit string

// The units.
const (
	Hours        Unit = "hours"         // absolute ones, whatever the clocks on the wall do
	CalendarDays Unit = "calendar_days" // of the rule's zone: until the end of the last day; the day of the start is not counted
	BusinessDays Unit = "business_days" // the same, without Saturdays, Sundays and the holidays of a table
	NoDelay      Unit = "no_undue_delay"
)

// Rule is one deadline of a law, as a rule file has it.
type Rule struct {
	ID       RuleID                     `json:"id"`
	Version  int                        `json:"version"`
	Title    map[exposure.Locale]string `json:"title"`
	Starts   []EventType                `json:"starts"`
	Why      map[exposure.Locale]string `json:"why"` // why this start
	Unit     Unit                       `json:"unit"`
	Amount   int                        `json:"amount,omitempty"`
	Zone     string                     `json:"zone,omitempty"`     // of days
	Holidays string                     `json:"holidays,omitempty"` // a table of the pack
	// ClosedStart: a start on a day without business counts as one on the next day with, which is then the first day.
	ClosedStart bool      `json:"closed_start,omitempty"`
	To          Recipient `json:"to"`
	Roles       []string  `json:"roles,omitempty"` // empty: all
	Form        string    `json:"form,omitempty"`
	Cases       []Case    `json:"cases"`
	Otherwise   Outcome   `json:"otherwise"`
	From        string    `json:"effective_from"`            // a date
	Until       string    `json:"effective_until,omitempty"` // the first day it is not in force
	Disabled    bool      `json:"disabled,omitempty"`
	Source      string    `json:"source"`

	Regime Regime `json:"-"` // of its file

	from, until time.Time
	zone        *time.Location
}

// maxAmount bounds a deadline in its unit.
const maxAmount = 400

// check holds a rule against what rules are, and prepares it.
func (r *Rule) check(p *Pack) (err error) {
	if r.ID == "" || r.Version < 1 || len(r.Starts) == 0 || r.To == "" || r.Source == "" || !inBoth(r.Title) || !inBoth(r.Why) {
		return errors.New("id, version, title, starts, why, to and source are required, texts in each language")
	}
	if r.zone, err = time.LoadLocation(r.Zone); err != nil || r.Zone == "Local" {
		return errors.New("its zone is not known")
	}
	if err := r.checkUnit(p); err != nil {
		return err
	}
	if r.from, err = time.Parse(time.DateOnly, r.From); err != nil {
		return errors.New("effective_from is not a date")
	}
	if r.Until != "" {
		if r.until, err = time.Parse(time.DateOnly, r.Until); err != nil {
			return errors.New("effective_until is not a date")
		}
	}
	for _, c := range r.Cases {
		if err := c.check(); err != nil {
			return err
		}
	}
	return r.Otherwise.check()
}

func (r *Rule) checkUnit(p *Pack) error {
	counted := slices.Contains([]Unit{Hours, CalendarDays, BusinessDays}, r.Unit)
	switch {
	case !counted && r.Unit != NoDelay:
		return fmt.Errorf("%.20q is no unit", r.Unit)
	case counted != (r.Amount > 0) || r.Amount > maxAmount:
		return fmt.Errorf("the amount of a deadline is 1 to %d", maxAmount)
	case (r.Unit == CalendarDays || r.Unit == BusinessDays) && r.Zone == "":
		return errors.New("days need a zone")
	case r.Unit == BusinessDays && p.holidays[r.Holidays] == nil:
		return errors.New("business days need a table of holidays")
	}
	return nil
}

// inForce tells whether the rule holds for what starts at the instant: dates are those of its zone.
func (r *Rule) inForce(at time.Time) bool {
	day := dateOf(at, r.zone)
	return !day.Before(r.from) && (r.until.IsZero() || day.Before(r.until))
}

func (r *Rule) why(start Happening) map[exposure.Locale]string {
	at := start.Known.UTC().Format(time.RFC3339)
	return map[exposure.Locale]string{
		exposure.English:    fmt.Sprintf("%s The earliest such entry is %q, known at %s.", r.Why[exposure.English], start.Type, at),
		exposure.Indonesian: fmt.Sprintf("%s Catatan paling awal yang demikian adalah %q, diketahui pada %s.", r.Why[exposure.Indonesian], start.Type, at),
	}
}

func inBoth(text map[exposure.Locale]string) bool {
	for _, l := range exposure.Locales {
		if text[l] == "" {
			return false
		}
	}
	return len(text) == len(exposure.Locales)
}
