package publish

import (
	"fmt"
	"maps"
	"slices"

	"jejak/exposure"
)

// Change is one difference between two versions of the page, in words.
type Change struct {
	What Text `json:"what"`
	How  Text `json:"how"`
}

// each makes a text by locale.
func each(in func(exposure.Locale) string) Text {
	t := Text{}
	for _, l := range exposure.Locales {
		t[l] = in(l)
	}
	return t
}

func phrase(key string) Text { return each(func(l exposure.Locale) string { return say(l, key) }) }

// changes are the exact differences between the facts of two versions, and which texts are others.
func changes(a, b *Page) []Change {
	out := []Change{}
	add := func(what string, how Text) { out = append(out, Change{phrase("change." + what), how}) }
	moved := func(what string, before, after func(exposure.Locale) string) {
		if x, y := each(before), each(after); !maps.Equal(x, y) {
			add(what, each(func(l exposure.Locale) string { return fmt.Sprintf(say(l, "change.to"), x[l], y[l]) }))
		}
	}
	moved("state", a.state, b.state)
	moved("next", a.promise, b.promise)
	for _, n := range []string{"people", "organisations", "mailboxes", "rows", "unmatched"} {
		moved(n, a.count(n), b.count(n))
	}
	out = append(out, classChanges(a, b)...)
	for _, t := range []struct {
		name string
		a, b Text
	}{
		{"title", a.Draft.Title, b.Draft.Title}, {"verdict", a.Draft.Verdict, b.Draft.Verdict},
		{"measures", a.Draft.Measures, b.Draft.Measures}, {"unknown", a.Draft.Unknown, b.Draft.Unknown},
	} {
		if !maps.Equal(t.a, t.b) {
			add(t.name, phrase("change.reworded"))
		}
	}
	if a.Draft.Contact != b.Draft.Contact {
		contact := func(p *Page) func(exposure.Locale) string {
			return func(exposure.Locale) string { return p.Draft.Contact.Address + " " + p.Draft.Contact.Key }
		}
		moved("contact", contact(a), contact(b))
	}
	for _, kind := range []string{"moment", "action", "question", "search", "document"} {
		for _, how := range listChanges(a.listed(kind), b.listed(kind)) {
			add(kind, how)
		}
	}
	return out
}

// listChanges are what came and what went.
func listChanges(a, b []Text) (out []Text) {
	is := func(t Text) func(Text) bool { return func(o Text) bool { return maps.Equal(t, o) } }
	named := func(key string, t Text) Text {
		return each(func(l exposure.Locale) string { return fmt.Sprintf(say(l, key), t[l]) })
	}
	for _, t := range a {
		if !slices.ContainsFunc(b, is(t)) {
			out = append(out, named("change.gone", t))
		}
	}
	for _, t := range b {
		if !slices.ContainsFunc(a, is(t)) {
			out = append(out, named("change.new", t))
		}
	}
	return out
}

// listed is a list of the page as texts that differ when an item does.
func (p *Page) listed(kind string) (out []Text) {
	switch kind {
	case "moment":
		for _, m := range p.Timeline {
			out = append(out, each(func(l exposure.Locale) string {
				text := happened(m, l) + ": " + m.What[l] + " (" + fmt.Sprintf(say(l, "timeline.source"), m.Source) + ")"
				if m.Superseded {
					text += " " + say(l, "timeline.superseded")
				}
				return text
			}))
		}
	case "action":
		for _, a := range p.Draft.Actions {
			out = append(out, each(func(l exposure.Locale) string { return a.Do[l] + " " + a.Why[l] }))
		}
	case "question":
		for _, q := range p.Draft.Questions {
			out = append(out, each(func(l exposure.Locale) string { return q.Question[l] + " " + q.Answer[l] }))
		}
	case "search":
		for _, s := range p.Draft.Searches {
			out = append(out, each(func(l exposure.Locale) string { return s.Where[l] + ", " + moment(s.Until, l) }))
		}
	case "document":
		for _, d := range p.Documents {
			out = append(out, each(func(l exposure.Locale) string { return d.Title[l] + " (SHA-256 " + d.SHA256 + ")" }))
		}
	}
	return out
}

func (p *Page) state(l exposure.Locale) string { return say(l, "state."+string(p.Draft.State)) }

func (p *Page) promise(l exposure.Locale) string {
	if p.Draft.Next == nil {
		return say(l, "no_next")
	}
	return moment(*p.Draft.Next, l)
}

// count is a number of the scope, with what is unsure about it.
func (p *Page) count(what string) func(exposure.Locale) string {
	return func(l exposure.Locale) string {
		v, known := value(what, "", l, p.Summary)
		if !known {
			return "–"
		}
		return v
	}
}

// classChanges are the rows of the table that say something else.
func classChanges(a, b *Page) (out []Change) {
	for _, c := range classesOf(a, b) {
		x, y := each(a.standing(c)), each(b.standing(c))
		if maps.Equal(x, y) {
			continue
		}
		out = append(out, Change{each(c.In), each(func(l exposure.Locale) string { return fmt.Sprintf(say(l, "change.to"), x[l], y[l]) })})
	}
	return out
}

// standing is what the table says of a class.
func (p *Page) standing(c exposure.Class) func(exposure.Locale) string {
	return func(l exposure.Locale) string {
		if p.Summary != nil {
			for _, e := range p.Summary.Classes {
				if e.Class == c {
					return fmt.Sprintf(say(l, "class.exposed"), number(e.People, l))
				}
			}
			for _, absent := range p.Summary.Absences {
				if absent.Class == c && absent.Certified {
					return say(l, "class.absent")
				}
			}
		}
		return say(l, "class.unsaid")
	}
}

// classesOf are those that either page says something of, in the order in which people are told; unknown ones come last.
func classesOf(pages ...*Page) []exposure.Class {
	var all []exposure.Class
	for _, p := range pages {
		if p.Summary == nil {
			continue
		}
		for _, e := range p.Summary.Classes {
			all = append(all, e.Class)
		}
		for _, a := range p.Summary.Absences {
			if a.Certified {
				all = append(all, a.Class)
			}
		}
	}
	slices.Sort(all)
	all = slices.Compact(all)
	known := exposure.Sorted(all)
	for _, c := range all {
		if !slices.Contains(known, c) {
			known = append(known, c)
		}
	}
	return known
}
