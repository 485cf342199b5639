package dataset

import (
	"fmt"
	"strings"

	"jejak/leak"
)

// Survey is what is in a file: its tables, and what could not be read. It is a leak.Sink that keeps no value.
type Survey struct {
	Tables  []*Surveyed   `json:"tables"`
	Members []leak.Member `json:"members"`
	Total   int64         `json:"rows"`
	Cells   int64         `json:"cells"`

	known map[place]*Surveyed
}

// Surveyed is a table of a file.
type Surveyed struct {
	Member  leak.MemberID `json:"member"`
	ID      leak.TableID  `json:"table"`
	Name    string        `json:"name,omitempty"`
	Layout  leak.Layout   `json:"layout,omitempty"`
	Columns []string      `json:"columns"`
	Rows    int64         `json:"rows"`
}

type place struct {
	member leak.MemberID
	table  leak.TableID
}

var _ leak.Sink = (*Survey)(nil)

// Table implements leak.Sink.
func (s *Survey) Table(t leak.Table) error {
	at := place{t.Member, t.ID}
	x, ok := s.known[at]
	if !ok {
		if s.known == nil {
			s.known = map[place]*Surveyed{}
		}
		x = &Surveyed{Member: t.Member, ID: t.ID, Name: t.Name}
		s.known[at] = x
		s.Tables = append(s.Tables, x)
	}
	if t.First > len(x.Columns) {
		return fmt.Errorf("cannot survey a table: columns are missing before number %d", t.First)
	}
	x.Columns = append(x.Columns[:t.First], t.Columns...)
	return nil
}

// Rows implements leak.Sink.
func (s *Survey) Rows(b *leak.Batch) error {
	t, ok := s.known[place{b.Member, b.Table}]
	if !ok {
		return fmt.Errorf("cannot survey rows: their table was not announced")
	}
	for r := range b.Rows() {
		s.Cells += int64(len(r.Cells))
		if !r.Continued {
			t.Rows++
			s.Total++
		}
	}
	return nil
}

// Member implements leak.Sink.
func (s *Survey) Member(m leak.Member) error {
	s.Members = append(s.Members, m)
	for _, t := range s.Tables {
		if t.Member == m.ID {
			t.Layout = leak.LayoutOf(t.Columns)
		}
	}
	return nil
}

// Gaps counts what limits the claims about the file.
func (s *Survey) Gaps() (n int64) {
	for _, m := range s.Members {
		for _, g := range m.Gaps {
			if g.Limits() {
				n += g.Count
			}
		}
	}
	return n
}

// maxListed bounds the names of columns in one line of the text.
const maxListed = 40

// String is the survey for people.
func (s *Survey) String() string {
	var b strings.Builder
	for _, m := range s.Members {
		fmt.Fprintf(&b, "%s  %s  (%s, %d bytes)\n", m.ID, m.Name, m.Format, m.Bytes)
		for _, t := range s.Tables {
			if t.Member == m.ID {
				t.describe(&b)
			}
		}
		for _, g := range m.Gaps {
			fmt.Fprintf(&b, "     not read: %s\n", g)
		}
	}
	fmt.Fprintf(&b, "%d rows and %d cells in %d tables", s.Total, s.Cells, len(s.Tables))
	if n := s.Gaps(); n > 0 {
		fmt.Fprintf(&b, "; %d gaps limit what may be claimed", n)
	}
	b.WriteString("\n")
	return b.String()
}

func (t *Surveyed) describe(b *strings.Builder) {
	name := t.Name
	if name == "" {
		name = "table"
	}
	fmt.Fprintf(b, "     %s, %d rows", name, t.Rows)
	if t.Layout != "" {
		fmt.Fprintf(b, " [%s]", t.Layout)
	}
	fmt.Fprintf(b, ": %s", strings.Join(t.Columns[:min(len(t.Columns), maxListed)], ", "))
	if more := len(t.Columns) - maxListed; more > 0 {
		fmt.Fprintf(b, " and %d more", more)
	}
	b.WriteString("\n")
}
