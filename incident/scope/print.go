package scope

import (
	"fmt"
	"strings"

	"jejak/exposure"
)

// String is the report for a terminal.
func (r *Report) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d rows, %d cells\n\n", r.Rows, r.Cells)
	fmt.Fprintf(&b, "people         %d for certain, %d likely, at most %d\n", r.People.Certain, r.People.Likely, r.People.AtMost)
	fmt.Fprintf(&b, "organisations  %d\n\n", r.Organised)
	for _, c := range r.Classes {
		fmt.Fprintf(&b, "%-42s %9d people %11d rows\n", c.Class.In(exposure.English), c.People, c.Rows)
	}
	fmt.Fprintf(&b, "\n%d rows belong to nobody in the directory\n", r.Unmatched)
	for _, g := range r.Groups[:min(len(r.Groups), 10)] {
		fmt.Fprintf(&b, "  %s %9d rows  %s\n", g.ID, g.Rows, g.describe())
	}
	if n := len(r.Open); n > 0 {
		fmt.Fprintf(&b, "%d groups must be explained before the scope can be closed\n", n)
	}
	b.WriteString("\n")
	for _, c := range r.Absences {
		fmt.Fprintf(&b, "%s: %s\n", c.Class, c.Wording[exposure.English])
	}
	if r.Origin != nil {
		fmt.Fprintf(&b, "\n%s\n", r.Origin.Wording[exposure.English])
	}
	for _, u := range r.Unread {
		fmt.Fprintf(&b, "not read: %s\n", u)
	}
	return b.String()
}

// describe is what the rows of a group have in common, in a line.
func (g Group) describe() string {
	if g.ID == Rest {
		return "all small groups together"
	}
	var parts []string
	for _, x := range []struct{ what, text string }{{"event", g.Event}, {"source", g.Source}, {"from", g.Referrer}} {
		if x.text != "" {
			parts = append(parts, fmt.Sprintf("%s %q", x.what, x.text))
		}
	}
	if len(g.Domains) > 0 {
		parts = append(parts, "addresses at "+g.Domains[0].Text)
	}
	for i, c := range g.Classes {
		if i == 0 {
			parts = append(parts, "with "+c.In(exposure.English))
			continue
		}
		parts = append(parts, c.In(exposure.English))
	}
	return strings.Join(parts, ", ")
}
