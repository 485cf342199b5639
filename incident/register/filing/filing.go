// Package filing makes the documents that authorities and people get about an incident, each to be reviewed by a person: all from one
// base of facts, so that the same numbers stand everywhere. What is not known is said to be not known.
package filing

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"jejak/exposure"
)

// Form names a document, such as edpb.
type Form string

// Fact names something that forms ask for, such as people.
type Fact string

// Numbers are the counts of an incident, each with a definition of its own. All documents carry the same.
type Numbers struct {
	PeopleCertain int64 `json:"people_certain"`
	PeopleLikely  int64 `json:"people_likely"`
	PeopleAtMost  int64 `json:"people_at_most"`
	Mailboxes     int64 `json:"mailboxes"`
	Organisations int64 `json:"organisations"`
	Rows          int64 `json:"rows"`
	UnmatchedRows int64 `json:"unmatched_rows"`
}

// Base is what documents are made of.
type Base struct {
	Incident   exposure.IncidentID
	At         time.Time      // of the facts
	Filed      map[string]int // how often it was filed, by rule
	Scope      int            // version of the scope; 0: there is none yet
	Numbers    *Numbers       // nil: not known yet
	NextReport *time.Time
	// Facts are in words, in each language. One that is not there is not known yet.
	Facts map[Fact]map[exposure.Locale]string
	// Late is why a notification comes after its deadline, by form.
	Late map[Form]string
}

// Document is a filing, to be reviewed and sent by a person. The same base gives the same document.
type Document struct {
	Form       Form                `json:"form"`
	Incident   exposure.IncidentID `json:"incident"`
	Rule       string              `json:"rule"`
	Locale     exposure.Locale     `json:"locale"`
	Title      string              `json:"title"`
	Review     string              `json:"review" doc:"What whoever reviews it must know."`
	Phase      int                 `json:"phase" doc:"From 1."`
	At         time.Time           `json:"facts_as_of"`
	Scope      int                 `json:"scope_version"`
	Numbers    *Numbers            `json:"numbers,omitempty"`
	Known      []string            `json:"known_so_far"`
	Unknown    []string            `json:"not_yet_known"`
	NextReport *time.Time          `json:"next_report_by,omitempty"`
	Sections   []Section           `json:"sections"`
}

// Section is a part of a document: fields, or text.
type Section struct {
	Title  string  `json:"title"`
	Text   string  `json:"text,omitempty"`
	Fields []Field `json:"fields,omitempty"`
}

// Field is one line of a form.
type Field struct {
	Label string `json:"label"`
	Fact  Fact   `json:"fact"`
	Known bool   `json:"known"`
	Value string `json:"value"`
}

//go:embed forms/*.json
var embedded embed.FS

// form is a file of forms.
type form struct {
	Rule     string          `json:"rule"`
	Locale   exposure.Locale `json:"locale"`
	Title    string          `json:"title"`
	Review   string          `json:"review"`
	Sections []struct {
		Title  string      `json:"title"`
		Text   string      `json:"text"`
		Fields [][2]string `json:"fields"` // label and fact
	} `json:"sections"`
}

var forms = mustRead()

func mustRead() map[Form]form {
	out := map[Form]form{}
	names, err := fs.Glob(embedded, "forms/*.json")
	if err != nil {
		panic("BUG: " + err.Error())
	}
	for _, name := range names {
		text, err := embedded.ReadFile(name)
		var f form
		if err != nil || json.Unmarshal(text, &f) != nil {
			panic("BUG: the form " + name + " is none")
		}
		out[Form(strings.TrimSuffix(path.Base(name), ".json"))] = f
	}
	return out
}

// Forms are all, sorted.
func Forms() []Form {
	var out []Form
	for f := range forms {
		out = append(out, f)
	}
	slices.Sort(out)
	return out
}

// Make makes a document; false when there is no such form.
func (b *Base) Make(name Form) (Document, bool) {
	f, is := forms[name]
	if !is {
		return Document{}, false
	}
	d := Document{
		Form: name, Incident: b.Incident, Rule: f.Rule, Locale: f.Locale, Title: f.Title, Review: f.Review, Phase: b.Filed[f.Rule] + 1, At: b.At.UTC(), Scope: b.Scope,
		Numbers: b.Numbers, NextReport: b.NextReport, Known: []string{}, Unknown: []string{},
	}
	for _, s := range f.Sections {
		part := Section{Title: s.Title, Text: b.fill(s.Text, f.Locale, &d)}
		for _, x := range s.Fields {
			part.Fields = append(part.Fields, b.field(x[0], Fact(x[1]), name, f.Locale, &d))
		}
		d.Sections = append(d.Sections, part)
	}
	return d, true
}

// word says that something is not known.
func word(l exposure.Locale) string {
	if l == exposure.Indonesian {
		return "belum diketahui"
	}
	return "not yet known"
}

func (b *Base) value(f Fact, l exposure.Locale, d *Document, label string) (string, bool) {
	text, known := b.Facts[f][l]
	list := &d.Unknown
	if known {
		list = &d.Known
	} else {
		text = "[" + word(l) + "]"
	}
	if !slices.Contains(*list, label) {
		*list = append(*list, label)
	}
	return text, known
}

func (b *Base) field(label string, f Fact, name Form, l exposure.Locale, d *Document) Field {
	if f == "late_because" {
		why, late := b.Late[name]
		if !late {
			why = map[exposure.Locale]string{exposure.English: "not late", exposure.Indonesian: "tidak terlambat"}[l]
		}
		return Field{label, f, true, why}
	}
	text, known := b.value(f, l, d, label)
	return Field{label, f, known, text}
}

var place = regexp.MustCompile(`\{[a-z_]+\}`)

// fill puts facts into a text of a form. What stands in facts is not looked at again.
func (b *Base) fill(text string, l exposure.Locale, d *Document) string {
	return place.ReplaceAllStringFunc(text, func(m string) string {
		f := Fact(strings.Trim(m, "{}"))
		out, _ := b.value(f, l, d, label(f, l))
		return out
	})
}

func label(f Fact, l exposure.Locale) string {
	for _, x := range FactNames {
		if x.Fact == f {
			return x.In[l]
		}
	}
	panic(fmt.Sprintf("BUG: a form asks for %q", f))
}
