package register

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"jejak/exposure"
	"jejak/ground/access"
	"jejak/incident/register/clock"
)

// Fields are what people write into the register of an incident. What is not known is left out. Times come from the timeline.
type Fields struct {
	Title        string           `json:"title"`
	Severity     string           `json:"severity,omitempty" enum:"low,medium,high,critical"`
	Role         string           `json:"role" enum:"controller,processor,joint" doc:"Of the organisation, in what was leaked."`
	Zone         string           `json:"zone,omitempty" doc:"In which times of day are meant, such as Asia/Jakarta; empty: UTC."`
	Regimes      []clock.Regime   `json:"regimes,omitempty" doc:"Bodies of law that may apply; empty: all that there are rules of."`
	Countries    []string         `json:"countries,omitempty" doc:"ISO 3166-1 alpha-2."`
	Marks        []string         `json:"marks,omitempty" doc:"listed: the company is listed at a stock exchange."`
	Vendor       string           `json:"vendor,omitempty"`
	FoundBy      string           `json:"found_by,omitempty"`
	FoundHow     string           `json:"found_how,omitempty"`
	BreachTypes  []string         `json:"breach_types,omitempty" enum:"confidentiality,integrity,availability"`
	Cause        string           `json:"cause,omitempty" enum:"phishing,stolen_credentials,malware,insider,misconfiguration,vulnerability,mistake,loss,other,unknown"`
	Systems      []string         `json:"systems,omitempty"`
	Classes      []exposure.Class `json:"classes,omitempty" doc:"Believed to be exposed; a scope takes their place."`
	People       *int64           `json:"people,omitempty" minimum:"0" doc:"Estimated; a scope takes its place."`
	CountedHow   string           `json:"counted_how,omitempty" doc:"Method and uncertainty of the estimate."`
	Residents    map[string]int64 `json:"residents,omitempty" doc:"People of single places, such as US-CA."`
	Vulnerable   string           `json:"vulnerable_groups,omitempty"`
	Protected    string           `json:"protected,omitempty" doc:"What was encrypted or tokenised, and whether the keys are safe."`
	Consequences string           `json:"consequences,omitempty" doc:"Likely ones, for people."`
	Risk         clock.Risk       `json:"risk,omitempty" enum:"undecided,unlikely,risk,high"`
	RiskReasons  string           `json:"risk_reasons,omitempty"`
	Measures     string           `json:"measures,omitempty" doc:"Taken."`
	Planned      string           `json:"planned,omitempty" doc:"Measures planned."`
	Organisation string           `json:"organisation,omitempty" doc:"Who notifies."`
	Contact      string           `json:"contact,omitempty" doc:"For people and authorities."`
	NextReport   *time.Time       `json:"next_report,omitempty" doc:"By when the next report is promised."`
	Documents    []Paper          `json:"documents,omitempty"`
	RetainUntil  string           `json:"retain_until,omitempty" doc:"A date."`
}

// Paper is a document that belongs to an incident, by its hash.
type Paper struct {
	Name   string `json:"name"`
	SHA256 string `json:"sha256" doc:"Hexadecimal."`
}

// Limits.
const (
	maxWord  = 300 // characters of a line
	maxText  = 20_000
	maxItems = 100
)

// check holds fields against what they may be. *access.Invalid.
func (f *Fields) check(rules *clock.Pack) error {
	if err := f.checkTexts(); err != nil {
		return err
	}
	for _, x := range []struct {
		field string
		value []string
		known []string
	}{
		{"severity", []string{f.Severity}, []string{"", "low", "medium", "high", "critical"}},
		{"role", []string{f.Role}, []string{"controller", "processor", "joint"}},
		{"risk", []string{string(f.Risk)}, []string{"", "undecided", "unlikely", "risk", "high"}},
		{"breach_types", f.BreachTypes, []string{"confidentiality", "integrity", "availability"}},
		{"cause", []string{f.Cause}, []string{"", "phishing", "stolen_credentials", "malware", "insider", "misconfiguration", "vulnerability", "mistake", "loss", "other", "unknown"}},
		{"marks", f.Marks, []string{"listed"}},
		{"regimes", words(f.Regimes), words(rules.Regimes())},
	} {
		for _, v := range x.value {
			if !slices.Contains(x.known, v) {
				return &access.Invalid{Field: x.field, Code: "unknown", Message: "this is one of " + strings.Join(x.known, ", ")}
			}
		}
	}
	if _, err := time.LoadLocation(f.Zone); err != nil || f.Zone == "Local" {
		return &access.Invalid{Field: "zone", Code: "unknown_zone", Message: "this is no IANA time zone, such as Asia/Jakarta"}
	}
	if (f.Risk == clock.RiskUnlikely || f.Risk == clock.RiskLikely || f.Risk == clock.RiskHigh) && f.RiskReasons == "" {
		return &access.Invalid{Field: "risk_reasons", Code: "too_short", Message: "a decision on the risk needs its reasons"}
	}
	return f.checkCounts()
}

func (f *Fields) checkTexts() error {
	if err := checkText("title", f.Title, 1, maxWord); err != nil {
		return err
	}
	for field, text := range map[string]string{"vendor": f.Vendor, "found_by": f.FoundBy, "organisation": f.Organisation, "retain_until": f.RetainUntil} {
		if err := checkText(field, text, 0, maxWord); err != nil {
			return err
		}
	}
	for field, text := range map[string]string{
		"found_how": f.FoundHow, "counted_how": f.CountedHow, "vulnerable_groups": f.Vulnerable, "protected": f.Protected, "consequences": f.Consequences,
		"risk_reasons": f.RiskReasons, "measures": f.Measures, "planned": f.Planned, "contact": f.Contact,
	} {
		if err := checkText(field, text, 0, maxText); err != nil {
			return err
		}
	}
	for field, list := range map[string][]string{"countries": f.Countries, "systems": f.Systems, "classes": words(f.Classes)} {
		if len(list) > maxItems {
			return &access.Invalid{Field: field, Code: "too_many", Message: fmt.Sprintf("at most %d", maxItems)}
		}
		for _, text := range list {
			if err := checkText(field, text, 1, maxWord); err != nil {
				return err
			}
		}
	}
	return nil
}

func (f *Fields) checkCounts() error {
	if f.People != nil && *f.People < 0 || len(f.Residents) > maxItems || len(f.Documents) > maxItems {
		return &access.Invalid{Field: "people", Code: "malformed", Message: "numbers are not below 0, and lists not too long"}
	}
	for place, n := range f.Residents {
		if n < 0 || checkText("residents", place, 2, 10) != nil {
			return &access.Invalid{Field: "residents", Code: "malformed", Message: "a place such as US-CA, and how many live there"}
		}
	}
	for _, d := range f.Documents {
		if err := checkText("documents", d.Name, 1, maxWord); err != nil {
			return err
		}
		if len(d.SHA256) != 64 || strings.Trim(d.SHA256, "0123456789abcdef") != "" {
			return &access.Invalid{Field: "documents", Code: "malformed", Message: "a document has its SHA-256, 64 hexadecimal digits"}
		}
	}
	return nil
}

func words[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = string(v)
	}
	return out
}

// checkText refuses what is too short or long, and what could change how text around it is read: control characters and marks of
// direction. *access.Invalid.
func checkText(field, s string, least, most int) error {
	switch n := utf8.RuneCountInString(s); {
	case n < least || least > 0 && strings.TrimSpace(s) == "":
		return &access.Invalid{Field: field, Code: "too_short", Message: "this must not be empty"}
	case n > most:
		return &access.Invalid{Field: field, Code: "too_long", Message: fmt.Sprintf("at most %d characters", most)}
	case !utf8.ValidString(s) || strings.ContainsFunc(s, isUnprintable):
		return &access.Invalid{Field: field, Code: "malformed", Message: "letters, digits, signs and line ends only"}
	}
	return nil
}

func isUnprintable(r rune) bool {
	return r != '\n' && r != '\t' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == '\u2028' || r == '\u2029')
}
