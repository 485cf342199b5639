package scope

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"

	"jejak/exposure"
	"jejak/ground/detect"
	"jejak/leak"
)

// Certificate says whether a class is in the file, and on what ground it may be said that it is not: every readable cell was looked
// at by every detector of the class, which finds what is planted into the same rows.
type Certificate struct {
	Class     exposure.Class             `json:"class"`
	Certified bool                       `json:"certified"`
	Why       Refusal                    `json:"why,omitempty"` // when it is not certified
	Cells     int64                      `json:"cells"`         // looked at
	Bytes     int64                      `json:"bytes"`         // of the members that were read
	Files     int                        `json:"files"`
	Confirmed int64                      `json:"confirmed"` // cells that hold it
	Cut       int64                      `json:"cut"`       // cells that were not looked through
	Resolved  []Resolved                 `json:"resolved"`  // candidates that were turned down
	Controls  []Control                  `json:"controls"`
	Unread    []string                   `json:"unread"`
	Rules     Rules                      `json:"rules"`
	Wording   map[exposure.Locale]string `json:"wording"`
}

// Refusal is why a class is not certified to be absent.
type Refusal string

// The reasons.
const (
	Present      Refusal = "present"       // it is in the file
	Unfindable   Refusal = "unfindable"    // no detector knows it by its form
	PoorControls Refusal = "poor_controls" // too few of the planted values were found
	NotWholeRead Refusal = "not_whole"     // a part was not read that may hold anything
	NothingRead  Refusal = "nothing_read"
)

// Resolved is candidates in a column that are none.
type Resolved struct {
	Table  int    `json:"table"`
	Column string `json:"column"`
	Rule   string `json:"rule"`
	Cells  int64  `json:"cells"`
	Reason string `json:"reason"` // named_number: the name says number, and few have the form; two_people
}

// Rejection is what two people decided about the findings of a class in a column: that they are none.
type Rejection struct {
	Table  int            `json:"table"`
	Column string         `json:"column"`
	Class  exposure.Class `json:"class"`
	Reason string         `json:"reason"`
}

type claim struct {
	class exposure.Class
	by    []detect.Class
}

// claims are the classes that something is said about, and by which detectors they are found; none: by nothing.
var claims = []claim{
	{exposure.Credentials, []detect.Class{detect.Secret}},
	{exposure.Password, nil},
	{exposure.GovernmentID, []detect.Class{detect.NIK, detect.KK, detect.NPWP, detect.Passport, detect.SSN}},
	{exposure.Card, []detect.Class{detect.Card}},
	{exposure.BankAccount, []detect.Class{detect.IBAN}},
	{exposure.Email, []detect.Class{detect.Email}},
	{exposure.Phone, []detect.Class{detect.Phone}},
	{exposure.IP, []detect.Class{detect.IP}},
	{exposure.Content, nil},
}

// Certificates are those of all classes that something is said about.
func (r *Reading) Certificates() []Certificate {
	all := r.controls()
	out := make([]Certificate, 0, len(claims))
	for _, claim := range claims {
		c := Certificate{Class: claim.class, Cells: r.total.Tally.Cells, Unread: r.total.unread(), Resolved: []Resolved{}, Controls: []Control{}, Rules: Rules{detect.Version, Version}}
		for _, m := range r.total.Members {
			if m.Rows > 0 {
				c.Files++
				c.Bytes += m.Bytes
			}
		}
		for _, x := range all {
			if slices.Contains(claim.by, x.Class) {
				c.Controls = append(c.Controls, x)
			}
		}
		r.resolve(&c, claim.by)
		c.judge(r.total.Members)
		out = append(out, c)
	}
	return out
}

// resolve counts what is confirmed and what is turned down.
func (r *Reading) resolve(c *Certificate, by []detect.Class) {
	bit := slices.Index(allClasses, c.Class)
	for n, t := range r.total.Tables {
		for i, column := range r.total.Tally.Columns[n] {
			if column != nil && i < len(t.Columns) {
				c.Confirmed += column.Classes[bit]
				c.Cut += column.Cut
				r.resolveUnsure(c, by, n, inert(t.Columns[i]), column)
			}
		}
	}
	c.Confirmed += r.total.Tally.Overflow.Classes[bit]
	c.Cut += r.total.Tally.Overflow.Cut
}

// ErrNoFinding: the report has no such findings.
var ErrNoFinding = errors.New("the report has no findings of this class in this column")

// Reject takes the findings of a class in a column for none, as two people decided. Who has the class in other columns keeps it.
// ErrNoFinding.
func (r *Report) Reject(x Rejection) error {
	at := slices.IndexFunc(r.Absences, func(c Certificate) bool { return c.Class == x.Class })
	if at < 0 || x.Table < 0 || x.Table >= len(r.Tables) {
		return ErrNoFinding
	}
	c := &r.Absences[at]
	for _, column := range r.Tables[x.Table].Columns {
		n := column.Classes[x.Class]
		known := slices.ContainsFunc(c.Resolved, func(y Resolved) bool { return y.Table == x.Table && y.Column == x.Column && y.Reason == "two_people" })
		if column.Name == x.Column && n > 0 && !known {
			c.Confirmed -= n
			c.Resolved = append(c.Resolved, Resolved{x.Table, x.Column, "", n, "two_people"})
			c.judge(r.Members)
			return nil
		}
	}
	return ErrNoFinding
}

// resolveUnsure judges candidates by their column: where nine of ten have the form they are what they look like.
func (r *Reading) resolveUnsure(c *Certificate, by []detect.Class, table int, name string, column *column) {
	var rules []rule
	for x := range column.Unsure {
		if slices.Contains(by, x.Class) {
			rules = append(rules, x)
		}
	}
	slices.SortFunc(rules, func(a, b rule) int {
		return slices.Compare([]string{string(a.Class), a.Rule}, []string{string(b.Class), b.Rule})
	})
	for _, x := range rules {
		n := column.Unsure[x]
		if n*10 >= (column.Cells-column.Blank)*9 {
			c.Confirmed += n
			continue
		}
		c.Resolved = append(c.Resolved, Resolved{table, name, string(x.Class) + "/" + x.Rule, n, "named_number"})
	}
}

// blind are gaps behind which anything may be.
var blind = []leak.Why{leak.Encrypted, leak.Damaged, leak.CutOff, leak.TooDeep, leak.TooMany, leak.TooLarge, leak.Ratio, leak.Died, leak.Stalled}

// judge decides whether the class may be called absent, and words it.
func (c *Certificate) judge(members []leak.Member) {
	c.Why = c.refusal(members)
	c.Certified = c.Why == ""
	c.Wording = c.words()
}

func (c *Certificate) refusal(members []leak.Member) Refusal {
	switch {
	case c.Confirmed > 0:
		return Present
	case slices.ContainsFunc(claims, func(x claim) bool { return x.class == c.Class && len(x.by) == 0 }):
		return Unfindable
	case c.Cells == 0 || len(c.Controls) == 0:
		return NothingRead
	}
	if c.Cut > 0 {
		return NotWholeRead
	}
	for _, m := range members {
		if slices.ContainsFunc(m.Gaps, func(g leak.Gap) bool { return slices.Contains(blind, g.Why) }) {
			return NotWholeRead
		}
	}
	for _, x := range c.Controls {
		if x.AtLeast < enough {
			return PoorControls
		}
	}
	return ""
}

// Canonical is the certificate to the byte.
func (c Certificate) Canonical() ([]byte, error) { return canonical(c) }

// Hash is the SHA-256 of the certificate in its canonical form, hexadecimal.
func (c Certificate) Hash() (string, error) {
	text, err := c.Canonical()
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), nil
}

// Absence is the certificate as notices and pages know it.
func (c Certificate) Absence() (exposure.Absence, error) {
	h, err := c.Hash()
	if err != nil || !c.Certified {
		h = ""
	}
	return exposure.Absence{Class: c.Class, Certified: c.Certified, Hash: h, Wording: c.Wording}, err
}
