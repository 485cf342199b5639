package clock

import (
	"fmt"
	"slices"
	"strings"

	"jejak/exposure"
)

// Answer is whether the law asks for something in an incident.
type Answer string

// The answers.
const (
	Yes     Answer = "required"
	No      Answer = "not_required"
	Unclear Answer = "unclear"
)

// Outcome is an answer with its ground.
type Outcome struct {
	Answer  Answer                     `json:"answer"`
	Because map[exposure.Locale]string `json:"because"`
}

func (o Outcome) check() error {
	if !slices.Contains([]Answer{Yes, No, Unclear}, o.Answer) || !inBoth(o.Because) {
		return fmt.Errorf("an answer is %s, %s or %s, because of something in each language", Yes, No, Unclear)
	}
	return nil
}

// Case is an outcome that holds when all of its conditions do.
type Case struct {
	Risk      []Risk             `json:"risk,omitempty"`         // the decision on the risk is one of these
	AnyClass  []exposure.Class   `json:"any_class,omitempty"`    // one of these, or of below them, is exposed
	AllOf     [][]exposure.Class `json:"all_of,omitempty"`       // all classes of one of these sets are exposed
	People    int64              `json:"people_least,omitempty"` // at least so many people
	Residents string             `json:"residents,omitempty"`    // of the place People is about; empty: all
	Is        string             `json:"is,omitempty"`           // a mark that the register has, such as listed
	Outcome   Outcome            `json:"outcome"`
}

func (c Case) check() error {
	if c.People < 0 || c.Residents != "" && c.People == 0 {
		return fmt.Errorf("a number of people is above 0")
	}
	return c.Outcome.check()
}

// Risk is what was decided about the risk for people.
type Risk string

// The risks.
const (
	RiskUnknown  Risk = "undecided"
	RiskUnlikely Risk = "unlikely"
	RiskLikely   Risk = "risk"
	RiskHigh     Risk = "high"
)

// Facts are what triggers look at. What is not known is left out.
type Facts struct {
	Role      string
	Regimes   []Regime // empty: all
	Risk      Risk
	Marks     []string         // listed, …
	Classes   []exposure.Class // exposed, as far as known
	Complete  bool             // the scope is closed: what is not in Classes is not exposed
	People    *exposure.Count  // nil: not known
	Residents map[string]int64 // of single places, as far as known
}

func (f *Facts) inRegime(r Regime) bool { return len(f.Regimes) == 0 || slices.Contains(f.Regimes, r) }

func (f *Facts) inRole(roles []string) bool { return len(roles) == 0 || slices.Contains(roles, f.Role) }

// truth is yes, no, or not known.
type truth int

const (
	no truth = iota
	unknown
	yes
)

// outcome is that of the first case that holds. A case that may hold makes it unclear, when no later one holds.
func (r *Rule) outcome(f Facts) Outcome {
	var open *Case
	for _, c := range r.Cases {
		switch c.holds(f) {
		case yes:
			if open != nil && open.Outcome.Answer != c.Outcome.Answer {
				return unclearBy(open)
			}
			return c.Outcome
		case unknown:
			if open == nil {
				open = &c
			}
		}
	}
	if open != nil && open.Outcome.Answer != r.Otherwise.Answer {
		return unclearBy(open)
	}
	return r.Otherwise
}

func unclearBy(c *Case) Outcome {
	return Outcome{Unclear, map[exposure.Locale]string{
		exposure.English:    "Not yet known whether this holds: " + c.Outcome.Because[exposure.English],
		exposure.Indonesian: "Belum diketahui apakah ini berlaku: " + c.Outcome.Because[exposure.Indonesian],
	}}
}

func (c *Case) holds(f Facts) truth {
	all := yes
	for _, t := range []truth{c.byRisk(f), c.byClass(f), c.bySets(f), c.byPeople(f), c.byMark(f)} {
		all = min(all, t)
	}
	return all
}

func (c *Case) byMark(f Facts) truth { return known(c.Is == "" || slices.Contains(f.Marks, c.Is)) }

func (c *Case) byRisk(f Facts) truth {
	switch {
	case len(c.Risk) == 0 || slices.Contains(c.Risk, f.Risk):
		return yes
	case f.Risk == RiskUnknown || f.Risk == "":
		return unknown
	}
	return no
}

func (c *Case) byClass(f Facts) truth {
	if len(c.AnyClass) == 0 {
		return yes
	}
	return f.seen(slices.ContainsFunc(c.AnyClass, f.has))
}

func (c *Case) bySets(f Facts) truth {
	if len(c.AllOf) == 0 {
		return yes
	}
	return f.seen(slices.ContainsFunc(c.AllOf, func(set []exposure.Class) bool {
		return !slices.ContainsFunc(set, func(x exposure.Class) bool { return !f.has(x) })
	}))
}

// has tells whether the class, or one below it, is exposed.
func (f *Facts) has(c exposure.Class) bool {
	return slices.ContainsFunc(f.Classes, func(x exposure.Class) bool { return x == c || strings.HasPrefix(string(x), string(c)+".") })
}

// seen: what was not found may still be there, until the scope is closed.
func (f *Facts) seen(found bool) truth {
	if !found && !f.Complete {
		return unknown
	}
	return known(found)
}

func known(is bool) truth {
	if is {
		return yes
	}
	return no
}

func (c *Case) byPeople(f Facts) truth {
	n, inPlace := f.Residents[c.Residents]
	switch {
	case c.People == 0:
		return yes
	case c.Residents != "" && inPlace:
		return known(n >= c.People)
	case f.People == nil:
		return unknown
	case f.People.Certain >= c.People && c.Residents == "":
		return yes
	case f.People.AtMost < c.People && f.Complete:
		return no // whatever place they are in
	}
	return unknown
}
