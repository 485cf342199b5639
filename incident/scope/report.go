package scope

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"time"

	"jejak/exposure"
	"jejak/ground/detect"
	"jejak/leak"
)

// Report says who and what is in a file. It holds no value of anybody: samples are masked. The same reading and decisions make
// the same report.
type Report struct {
	Format       int                 `json:"format"`
	Incident     exposure.IncidentID `json:"incident,omitempty"`
	Version      int                 `json:"version"`
	File         File                `json:"file"`
	Rules        Rules               `json:"rules"`
	Directory    string              `json:"directory"` // hash of the snapshot
	Meanings     []Meaning           `json:"meanings"`
	Members      []leak.Member       `json:"members"`
	Tables       []TableReport       `json:"tables"`
	Rows         int64               `json:"rows"`
	Cells        int64               `json:"cells"`
	Unlisted     int64               `json:"unlisted_cells"` // of more tables and columns than are told apart; they were read and classified
	RowsByTier   map[string]int64    `json:"rows_by_tier"`
	PeopleByTier map[string]int64    `json:"people_by_tier"`
	People       exposure.Count      `json:"people"`
	Mailboxes    int64               `json:"mailboxes"`
	Organised    int64               `json:"organisations"`
	Classes      []exposure.Exposed  `json:"classes"`
	Unmatched    int64               `json:"unmatched_rows"`
	Groups       []Group             `json:"groups"` // of rows that belong to nobody, the largest first
	Open         []GroupID           `json:"open"`   // groups that keep the scope from being closed
	Origin       *Origin             `json:"origin,omitempty"`
	Absences     []Certificate       `json:"absences"`
	Unread       []string            `json:"unread"`
	Lists        Lists               `json:"lists"`
	Closed       bool                `json:"closed"`
}

// Lists are the hashes of the lists that belong to a report, SHA-256 in hexadecimal.
type Lists struct {
	People        string `json:"people"`
	Organisations string `json:"organisations"`
}

// File is what was read, as it was taken in.
type File struct {
	ID     string `json:"id,omitempty"`
	SHA256 string `json:"sha256"`
	Size   int64  `json:"size"`
}

// Rules are the versions of the rules that were used.
type Rules struct {
	Detect int `json:"detect"`
	Scope  int `json:"scope"`
}

// TableReport is a table of the file.
type TableReport struct {
	Member  leak.MemberID  `json:"member"`
	Table   leak.TableID   `json:"table"`
	Name    string         `json:"name,omitempty"`
	Layout  leak.Layout    `json:"layout,omitempty"`
	Rows    int64          `json:"rows"`
	Columns []ColumnReport `json:"columns"`
}

// ColumnReport is the profile of a column.
type ColumnReport struct {
	Name     string                   `json:"name"`
	Class    exposure.Class           `json:"class,omitempty"` // by its name, or by decision
	Cells    int64                    `json:"cells"`
	Rows     int64                    `json:"rows"` // with a value
	Blank    int64                    `json:"blank"`
	Distinct int64                    `json:"distinct"` // estimated; three digits
	Shortest int                      `json:"shortest"` // bytes
	Longest  int                      `json:"longest"`
	Patterns []Counted                `json:"patterns"`
	More     bool                     `json:"more_patterns,omitempty"` // than are kept: those here are drawn, not the most frequent
	Samples  []string                 `json:"samples"`                 // masked
	Classes  map[exposure.Class]int64 `json:"classes"`                 // cells
	Findings map[string]int64         `json:"findings"`                // by class and rule of the detectors
	Unsure   map[string]int64         `json:"unsure"`
	Owned    int64                    `json:"owned"` // cells that named a person of the directory
	Cut      int64                    `json:"cut"`   // cells that were not looked through below all coats of encoding
}

// Counted is a text and how often it came.
type Counted struct {
	Text string `json:"text"`
	Rows int64  `json:"rows"`
}

// Group is rows that belong to nobody in the directory and have the rest in common.
type Group struct {
	ID          GroupID          `json:"group"`
	Table       int              `json:"table"`
	Event       string           `json:"event,omitempty"`
	Source      string           `json:"source,omitempty"`
	Referrer    string           `json:"referrer,omitempty"`
	Classes     []exposure.Class `json:"classes"`
	Rows        int64            `json:"rows"`
	Identifiers int64            `json:"identifiers"` // different ones, estimated
	Weak        int64            `json:"weak"`        // rows with a name and place that are in the directory
	Domains     []Counted        `json:"domains"`
	First       string           `json:"first,omitempty"`
	Last        string           `json:"last,omitempty"`
	Explanation *Explanation     `json:"explanation,omitempty"`
}

// Explanation is what people say that a group is.
type Explanation struct {
	Text string `json:"text"`
	By   string `json:"by"`
}

// Heading names a report.
type Heading struct {
	Incident exposure.IncidentID
	Version  int // of the scope, from 1
	File     File
}

// maxOpen is above which share of the rows a group must be explained: one in so many.
const maxOpen = 1_000

// maxListedGroups bounds those that a report lists.
const maxListedGroups = 500

// Report makes the report, with nothing explained yet. It reads the lists of people and organisations once.
func (r *Reading) Report(h Heading, o *Origin) (*Report, error) {
	t := r.total
	out := &Report{
		Format: 1, Incident: h.Incident, Version: h.Version, File: h.File, Rules: Rules{detect.Version, Version}, Directory: t.Directory,
		Meanings: append([]Meaning{}, t.Meanings...), Members: t.Members, Cells: t.Tally.Cells, Unlisted: t.Tally.Overflow.Cells, Origin: o, Unread: t.unread(),
		RowsByTier: map[string]int64{}, PeopleByTier: map[string]int64{},
	}
	for i, tier := range []exposure.Tier{exposure.Certain, exposure.Strong, exposure.Probable, exposure.Weak, exposure.Unmatched} {
		out.RowsByTier[string(tier)] = t.Tally.Rows[i]
		out.Rows += t.Tally.Rows[i]
	}
	out.Unmatched = t.Tally.Rows[3] + t.Tally.Rows[4]
	for i, x := range t.Tables {
		out.Tables = append(out.Tables, t.describe(i, x))
	}
	r.countPeople(out)
	out.Groups = t.groups()
	out.weigh()
	out.Absences = r.Certificates()
	var err error
	if out.Lists.People, err = hashOf(func(w io.Writer) error { return r.writePeople(w, false) }); err == nil {
		out.Lists.Organisations, err = hashOf(r.writeOrganisations)
	}
	return out, err
}

// countPeople fills in how many people, mailboxes and organisations there are, and by which classes.
func (r *Reading) countPeople(out *Report) {
	p := r.total.People
	var byClass [32]int64
	for m := range exposure.MemberID(len(p.Rows)) {
		tier := p.tier(m)
		if tier == exposure.Unmatched {
			continue
		}
		out.PeopleByTier[string(tier)]++
		if tier == exposure.Weak {
			continue
		}
		out.Mailboxes += int64(r.d.Person(m).Mailboxes)
		for i := range allClasses {
			if p.classes(m)&(1<<i) != 0 {
				byClass[i]++
			}
		}
	}
	out.People.Certain = out.PeopleByTier["A"] + out.PeopleByTier["B"]
	out.People.Likely = out.People.Certain + out.PeopleByTier["C"]
	out.People.AtMost = out.People.Likely + r.total.Tally.Somebody
	for i, c := range allClasses {
		if rows := r.total.Tally.ClassRows[i]; rows > 0 {
			out.Classes = append(out.Classes, exposure.Exposed{Class: c, People: byClass[i], Rows: rows})
		}
	}
	out.Organised = int64(len(r.organisations()))
}

// unread are the parts of the file that no claim covers.
func (t *total) unread() []string {
	out := []string{}
	for _, m := range t.Members {
		for _, g := range m.Gaps {
			if g.Limits() {
				out = append(out, fmt.Sprintf("%s %s: %s", m.ID, inert(m.Name), g))
			}
		}
	}
	for n, x := range t.Tables {
		for i, c := range t.Tally.Columns[n] {
			if c != nil && c.Cut > 0 && i < len(x.Columns) {
				out = append(out, fmt.Sprintf("%s, column %s: %d cells are encoded in too many ways to be looked through", x.Place.Member, inert(x.Columns[i]), c.Cut))
			}
		}
	}
	return out
}

func (t *total) describe(number int, x *table) TableReport {
	out := TableReport{Member: x.Place.Member, Table: x.Place.Table, Name: inert(x.Name), Layout: leak.LayoutOf(x.Columns), Columns: []ColumnReport{}}
	if number < len(t.Tally.TableRows) {
		out.Rows = t.Tally.TableRows[number]
	}
	columns := t.Tally.Columns[number]
	for i, name := range x.Columns {
		if i < len(columns) && columns[i] != nil && columns[i].Cells > 0 {
			out.Columns = append(out.Columns, columns[i].report(inert(name), x.roles[i], x.detailed(i)))
		}
	}
	return out
}

func (c *column) report(name string, by role, detailed bool) ColumnReport {
	out := ColumnReport{
		Name: name, Cells: c.Cells, Rows: c.Rows, Blank: c.Blank, Owned: c.Owned, Cut: c.Cut,
		Patterns: []Counted{}, Samples: []string{}, Classes: map[exposure.Class]int64{}, Findings: byRule(c.Rules), Unsure: byRule(c.Unsure),
	}
	if list := by.class.list(); len(list) == 1 {
		out.Class = list[0]
	}
	for i, n := range c.Classes {
		if n > 0 {
			out.Classes[allClasses[i]] = n
		}
	}
	if !detailed || c.Bytes == 0 {
		return out
	}
	out.Distinct, out.Shortest, out.Longest = c.Distinct.estimate(), c.Shortest, c.Longest
	out.Patterns, out.More = mostFrequent(&c.Patterns, 10), c.Patterns.full()
	for text := range c.Samples.Kept {
		out.Samples = append(out.Samples, masked(text))
	}
	slices.Sort(out.Samples)
	return out
}

func byRule(counts map[rule]int64) map[string]int64 {
	out := map[string]int64{}
	for r, n := range counts {
		out[string(r.Class)+"/"+r.Rule] = n
	}
	return out
}

// mostFrequent are the first of the kept texts, by how often they came.
func mostFrequent(l *lowest[int64], most int) []Counted {
	out := []Counted{}
	for text, n := range l.Kept {
		out = append(out, Counted{inertOnly(text), *n})
	}
	slices.SortFunc(out, func(a, b Counted) int { return cmp.Or(cmp.Compare(b.Rows, a.Rows), cmp.Compare(a.Text, b.Text)) })
	return out[:min(len(out), most)]
}

// groups are the largest ones.
func (t *total) groups() []Group {
	list := []Group{}
	for key, g := range t.Tally.Groups.Kept {
		list = append(list, g.report(groupIDOf(key)))
	}
	slices.SortFunc(list, func(a, b Group) int { return cmp.Or(cmp.Compare(b.Rows, a.Rows), cmp.Compare(a.ID, b.ID)) })
	return list[:min(len(list), maxListedGroups)]
}

func (g *group) report(id GroupID) Group {
	out := Group{
		ID: id, Table: g.Table, Event: inert(g.Event), Source: inert(g.Source), Referrer: inert(g.Referrer), Classes: g.Carries.list(),
		Rows: g.Rows, Identifiers: g.People.estimate(), Weak: g.Weak, Domains: mostFrequent(&g.Domains, 5),
	}
	if g.First <= g.Last {
		out.First, out.Last = time.UnixMilli(g.First).UTC().Format(time.RFC3339), time.UnixMilli(g.Last).UTC().Format(time.RFC3339)
	}
	return out
}

// Canonical is the report as JSON with sorted names: its hash names it.
func (r *Report) Canonical() ([]byte, error) { return canonical(r) }

// Hash is the SHA-256 of the canonical report, hexadecimal.
func (r *Report) Hash() (string, error) {
	text, err := r.Canonical()
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), nil
}

// canonical is a value as JSON with sorted names, numbers as they were written, and a line end.
func canonical(v any) ([]byte, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("cannot write a report: %w", err)
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var tree any
	if err := d.Decode(&tree); err != nil {
		return nil, fmt.Errorf("cannot write a report: %w", err)
	}
	if text, err = json.Marshal(tree); err != nil {
		return nil, fmt.Errorf("cannot write a report: %w", err)
	}
	return append(text, '\n'), nil
}
