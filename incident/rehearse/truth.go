package rehearse

import (
	"maps"
	"slices"

	"jejak/exposure"
)

// Truth is what is really in the leaked file.
type Truth struct {
	Rows, HelpRows, NoiseRows int
	People                    map[string]*Told // by user ID
	Organisations             map[string]bool  // by ID: those with rows that name them
}

// Told is what the file tells of one person of the directory.
type Told struct {
	Tier    exposure.Tier // the strongest by which a row of theirs is known
	Classes []exposure.Class
	Rows    int
}

func newTruth() *Truth { return &Truth{People: map[string]*Told{}, Organisations: map[string]bool{}} }

func (t *Truth) note(p person, f form, line []string) {
	told := t.People[p.userID]
	if told == nil {
		told = &Told{Tier: exposure.Unmatched}
		t.People[p.userID] = told
	}
	told.Rows++
	told.Classes = exposure.Sorted(append(told.Classes, classesOf(line)...))
	told.Tier = min(told.Tier, tierOf(f)) // A < B < C < D < U
	if line[atOrganisation] != "" {
		t.Organisations[line[atOrganisation]] = true
	}
}

func tierOf(f form) exposure.Tier {
	switch f {
	case formerly:
		return exposure.Strong
	case dotted:
		return exposure.Probable
	}
	return exposure.Certain
}

// Found is one person as a scope found them, with the user ID that the directory has.
type Found struct {
	UserID  string
	Tier    exposure.Tier
	Classes []exposure.Class
}

// Score compares what was found with the truth.
type Score struct {
	People       int     `json:"people"`        // told, tiers A and B
	Precision    float64 `json:"precision"`     // of tiers A and B
	Recall       float64 `json:"recall"`        // of tiers A and B
	WrongClasses int     `json:"wrong_classes"` // people of A and B with other classes than the truth's
}

// Score scores the people of a scope.
func (t *Truth) Score(found []Found) (s Score) {
	told := map[string]bool{}
	right := 0
	for _, f := range found {
		if f.Tier != exposure.Certain && f.Tier != exposure.Strong {
			continue
		}
		told[f.UserID] = true
		truth := t.People[f.UserID]
		if truth == nil || truth.Tier > exposure.Strong {
			continue
		}
		right++
		if !slices.Equal(truth.Classes, f.Classes) {
			s.WrongClasses++
		}
	}
	want := 0
	for _, truth := range maps.All(t.People) {
		if truth.Tier <= exposure.Strong {
			want++
		}
	}
	s.People = len(told)
	s.Precision, s.Recall = ratio(right, len(told)), ratio(right, want)
	return s
}

func ratio(a, b int) float64 {
	if b == 0 {
		return 1
	}
	return float64(a) / float64(b)
}
