// Package exposure is the noun of road two: an incident, what got out in it, about whom, and who must be told.
package exposure

import (
	"fmt"
	"regexp"
)

// IncidentID names an incident as people say it: the year and a running number, "2026-01".
type IncidentID string

var incidentID = regexp.MustCompile(`^[0-9]{4}-[0-9]{2,4}$`)

// ParseIncidentID reads one.
func ParseIncidentID(s string) (IncidentID, error) {
	if !incidentID.MatchString(s) {
		return "", fmt.Errorf("cannot read %.20q as an incident: it is a year and a number, such as 2026-01", s)
	}
	return IncidentID(s), nil
}

// Locale is a language that screens, pages and notices exist in.
type Locale string

// The locales.
const (
	English    Locale = "en"
	Indonesian Locale = "id"
)

// Locales are all of them, in the order in which a text in several is shown.
var Locales = []Locale{English, Indonesian}

// Tier is how sure it is that a row is about a person. The strongest is the least.
type Tier string

// The tiers.
const (
	Certain   Tier = "A" // the very identifier: user ID, canonical address, a pseudonym of one of our own exports
	Strong    Tier = "B" // a hash of one, a former address, organisation and user ID together
	Probable  Tier = "C" // by rules of providers, or after repair: told after review
	Weak      Tier = "D" // name with organisation or city: counted, never told
	Unmatched Tier = "U"
)

// MayBeTold tells whether a notice may go out on the ground of the tier; reviewed says that two people looked at it.
func (t Tier) MayBeTold(reviewed bool) bool {
	return t == Certain || t == Strong || t == Probable && reviewed
}

// Audience is whom a notice speaks to.
type Audience string

// The audiences, in the order in which they are told.
const (
	Organisation Audience = "organisation"
	Admin        Audience = "admin"
	Person       Audience = "person"
)
