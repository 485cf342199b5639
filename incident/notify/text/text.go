// Package text makes the words of notices: one text for each recipient, out of blocks, in English and Indonesian. What it says
// about somebody's data follows from their classes, what it says was not involved from certificates, and what it asks them to
// do from both. Nothing else may say any of it: Lint refuses texts that try.
package text

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"text/template"
	"time"

	"jejak/exposure"
)

// Kind is what a notice is.
type Kind string

// The kinds.
const (
	First      Kind = "first"      // the first word to somebody affected
	Supplement Kind = "supplement" // to somebody who was told before: only what is new
	Courtesy   Kind = "courtesy"   // to somebody who is not affected
)

// Facts are what all notices of a version share. The texts in them are written by people, one for each locale.
type Facts struct {
	Incident exposure.IncidentID `json:"incident"`
	Version  int                 `json:"version"`
	Company  string              `json:"company"`  // who tells: the controller
	Domain   string              `json:"domain"`   // the official one
	Contact  string              `json:"contact"`  // a mailbox at Domain
	Page     string              `json:"page"`     // of the incident, https, at Domain
	Source   string              `json:"source"`   // where the data got out, for example the vendor's name
	Happened Words               `json:"happened"` // what and when
	Did      Words               `json:"did"`
	Rights   Words               `json:"rights"`
	Changed  Words               `json:"changed,omitempty"` // of a supplement: why there is one
	Next     time.Time           `json:"next_update"`
	Absences []exposure.Absence  `json:"absences"`
}

// Words are a text in each locale.
type Words map[exposure.Locale]string

// Notice is what a text depends on beside the facts.
type Notice struct {
	Kind         Kind
	Audience     exposure.Audience
	Locales      []exposure.Locale // one, or all when the recipient's is not known
	Classes      []exposure.Class  // of the recipient, or of their organisation; of a Supplement: the new ones
	Own          []exposure.Class  // of the recipient as a person, where Classes are those of an organisation
	Organisation string            // its name, of the audiences Organisation and Admin
	Members      int               // affected members of the organisation
	Code         string            // with which the recipient checks the notice
}

// Message is a notice as its recipient reads it: lines end with a line feed, and no line is empty twice.
type Message struct {
	Subject string
	Body    string
}

// Blocks are what every notice consists of, in their order. A locale that lacks one cannot be sent.
var Blocks = []string{"verdict", "happened", "yours", "absent", "did", "todo", "check", "contact", "rights", "next"}

//go:embed en/*.txt id/*.txt
var files embed.FS

// library is the templates of a locale: a set for each kind and audience.
type library map[string]*template.Template

var libraries = func() map[exposure.Locale]library {
	all := map[exposure.Locale]library{}
	for _, l := range exposure.Locales {
		lib, err := load(files, l)
		if err != nil {
			panic("BUG: " + err.Error())
		}
		all[l] = lib
	}
	return all
}()

// load reads the templates of a locale. shared.txt has the blocks that a set does not define by itself.
func load(from fs.FS, l exposure.Locale) (library, error) {
	shared, err := template.New(string(l)).Option("missingkey=error").Funcs(functions(l)).ParseFS(from, path.Join(string(l), "shared.txt"))
	if err != nil {
		return nil, fmt.Errorf("cannot read the shared blocks of %s: %w", l, err)
	}
	lib := library{}
	for _, name := range sets() {
		set, err := template.Must(shared.Clone()).ParseFS(from, path.Join(string(l), name+".txt"))
		if err != nil {
			return nil, fmt.Errorf("cannot read the blocks of %s in %s: %w", name, l, err)
		}
		if err := complete(set, l, name); err != nil {
			return nil, err
		}
		lib[name] = set
	}
	return lib, nil
}

// ErrBlock says that a locale lacks a block: nothing is sent in it.
var ErrBlock = errors.New("a block is missing")

func complete(set *template.Template, l exposure.Locale, name string) error {
	for _, b := range append([]string{"subject"}, Blocks...) {
		if set.Lookup(b) == nil {
			return fmt.Errorf("cannot use the text %s in %s: %w: %s", name, l, ErrBlock, b)
		}
	}
	return nil
}

func sets() []string {
	return []string{"person", "admin", "organisation", "supplement", "supplement_organisation", "courtesy"}
}

// lost is everything that the recipient lost.
func (n Notice) lost() []exposure.Class { return slices.Concat(n.Classes, n.Own) }

// set is the name of the templates of a notice.
func (n Notice) set() string {
	switch {
	case n.Kind == First:
		return string(n.Audience)
	case n.Kind == Supplement && n.Audience != exposure.Person:
		return "supplement_organisation"
	}
	return string(n.Kind)
}

// data is what the templates see.
type data struct {
	Facts
	Notice
	Locale  exposure.Locale
	Actions []Action
	Absent  []exposure.Class
}

// Render makes a notice. The same facts and notice make the same bytes.
func Render(f Facts, n Notice) (m Message, err error) {
	if err := n.check(); err != nil {
		return m, err
	}
	n.Organisation = Inert(n.Organisation)
	var subjects, bodies []string
	for _, l := range n.Locales {
		one, err := renderIn(l, f, n)
		if err != nil {
			return m, err
		}
		subjects, bodies = append(subjects, one.Subject), append(bodies, one.Body)
	}
	return Message{strings.Join(subjects, " / "), strings.Join(bodies, "\n----\n\n")}, nil
}

func (n Notice) check() error {
	if !slices.Contains(sets(), n.set()) {
		return fmt.Errorf("cannot make a notice of the kind %q for %q: there is no text", n.Kind, n.Audience)
	}
	if len(n.Locales) == 0 {
		return errors.New("cannot make a notice: it has no locale")
	}
	if n.Kind == Courtesy && len(n.lost()) > 0 {
		return errors.New("cannot tell somebody that they are not affected: the scope has classes of them")
	}
	if n.Kind != Courtesy && len(n.lost()) == 0 && n.Members == 0 {
		return errors.New("cannot tell somebody that they are affected: the scope has no class of them")
	}
	return nil
}

func renderIn(l exposure.Locale, f Facts, n Notice) (m Message, err error) {
	lib, ok := libraries[l]
	if !ok {
		return m, fmt.Errorf("cannot make a notice in %q: there are no texts in it", l)
	}
	n.Classes, n.Own = exposure.Sorted(n.Classes), exposure.Sorted(n.Own)
	d := data{Facts: f, Notice: n, Locale: l, Absent: absent(f.Absences, n.lost())}
	d.Actions = actions(l, n, d.Absent)
	var parts []string
	for _, b := range append([]string{"subject"}, Blocks...) {
		var out bytes.Buffer
		if err := lib[n.set()].ExecuteTemplate(&out, b, d); err != nil {
			return m, fmt.Errorf("cannot make the block %s of a notice: %w", b, err)
		}
		text := strings.TrimSpace(out.String())
		if text == "" {
			return m, fmt.Errorf("cannot make a notice in %s: %w: %s is empty", l, ErrBlock, b)
		}
		parts = append(parts, text)
	}
	return Message{strings.Join(strings.Fields(parts[0]), " "), strings.Join(parts[1:], "\n\n") + "\n"}, nil
}

// absent are the classes that the certificates allow to name, without any that the recipient lost.
func absent(all []exposure.Absence, lost []exposure.Class) (out []exposure.Class) {
	for _, a := range all {
		if a.Certified && a.Hash != "" && !slices.Contains(lost, a.Class) {
			out = append(out, a.Class)
		}
	}
	return exposure.Sorted(out)
}

func functions(l exposure.Locale) template.FuncMap {
	return template.FuncMap{
		"in":   func(w Words) string { return strings.TrimSpace(w[l]) },
		"word": func(c exposure.Class) string { return c.In(l) },
		"list": func(classes []exposure.Class) string { return enumerate(l, classes) },
		"day":  func(t time.Time) string { return moment(l, t) },
	}
}

// enumerate joins classes with commas.
func enumerate(l exposure.Locale, classes []exposure.Class) string {
	words := make([]string, len(classes))
	for i, c := range classes {
		words[i] = c.In(l)
	}
	return strings.Join(words, ", ")
}

var months = map[exposure.Locale][]string{
	exposure.English:    strings.Fields("January February March April May June July August September October November December"),
	exposure.Indonesian: strings.Fields("Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember"),
}

// moment is an instant in words, in UTC.
func moment(l exposure.Locale, t time.Time) string {
	t = t.UTC()
	return fmt.Sprintf("%d %s %d, %02d:%02d UTC", t.Day(), months[l][t.Month()-1], t.Year(), t.Hour(), t.Minute())
}
