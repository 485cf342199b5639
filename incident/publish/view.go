package publish

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"jejak/exposure"
)

// view is a page as templates read it, in one locale.
type view struct {
	Page     *Page
	Locale   exposure.Locale
	Policy   string
	Language func(exposure.Locale) string
}

func (p *Page) in(l exposure.Locale) view {
	return view{p, l, policy(p.Draft.Site), func(o exposure.Locale) string { return say(o, "lang") }}
}

// policy is what browsers may load for the page: its style. Forms go to the official site, from a second host too.
func policy(site string) string {
	return "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'self' " + site
}

// Lang is the locale as HTML names it; the others are what the templates show.
func (v view) Lang() string               { return string(v.Locale) }
func (v view) Locales() []exposure.Locale { return exposure.Locales }
func (v view) Say(key string) string      { return say(v.Locale, key) }
func (v view) In(t Text) string           { return t[v.Locale] }
func (v view) State() string              { return v.Page.state(v.Locale) }
func (v view) Promise() string            { return v.Page.promise(v.Locale) }
func (v view) Time(t time.Time) string    { return moment(t, v.Locale) }

func (v view) Format(key string, args ...any) string { return fmt.Sprintf(v.Say(key), args...) }

func (v view) Official() string {
	return v.Format("controller", v.Page.Draft.Controller, v.Page.Draft.Site)
}

// Paragraphs are those of a text.
func (v view) Paragraphs(t Text) []string { return paragraphs(t[v.Locale]) }

func paragraphs(text string) (out []string) {
	for part := range strings.SplitSeq(text, "\n\n") {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}

type shownMoment struct {
	When, Day, What, Source, Note string
	Superseded                    bool
}

// Moments are the timeline, each with the days since its beginning.
func (v view) Moments() (out []shownMoment) {
	var first time.Time
	for _, m := range v.Page.Timeline {
		s := shownMoment{When: happened(m, v.Locale), What: m.What[v.Locale], Source: v.Format("timeline.source", m.Source), Superseded: m.Superseded}
		if m.Superseded {
			s.Note = v.Say("timeline.superseded")
		} else if m.Precision != NotKnown {
			if first.IsZero() {
				first = midnight(m.Happened)
			}
			s.Day = v.Format("timeline.day", int(midnight(m.Happened).Sub(first)/(24*time.Hour)))
		}
		out = append(out, s)
	}
	return out
}

func midnight(t time.Time) time.Time { return t.UTC().Truncate(24 * time.Hour) }

// happened is when, as exactly as it is known.
func happened(m Moment, l exposure.Locale) string {
	switch m.Precision {
	case ToTheMinute:
		return moment(m.Happened, l)
	case ToTheDay:
		return day(m.Happened, l)
	default:
		return say(l, "precision.unknown")
	}
}

type shownNumber struct{ Name, Value, Means string }

// Numbers are all of the scope's, each with what it counts.
func (v view) Numbers() (out []shownNumber) {
	s := v.Page.Summary
	if s == nil {
		return nil
	}
	for _, n := range []struct {
		key   string
		count int64
	}{
		{"certain", s.People.Certain}, {"likely", s.People.Likely}, {"at_most", s.People.AtMost}, {"mailboxes", s.Mailboxes},
		{"organisations", s.Organisations}, {"rows", s.Rows}, {"unmatched", s.UnmatchedRows},
	} {
		key := "number." + n.key
		out = append(out, shownNumber{v.Say(key), number(n.count, v.Locale), v.Say(key + ".means")})
	}
	return out
}

// Scope says where the numbers come from; empty when there are none.
func (v view) Scope() string {
	s := v.Page.Summary
	if s == nil {
		return ""
	}
	return v.Format("numbers.scope", s.Version, v.Time(s.Made), s.ReportHash)
}

// Unread are the parts of the file that no claim covers.
func (v view) Unread() []string {
	if v.Page.Summary == nil {
		return nil
	}
	return v.Page.Summary.Unread
}

type shownClass struct {
	What, Standing, People, Evidence, Link, Wording string
	Exposed                                         bool
}

// Rows are the table: what is exposed, and what certificates say is not in the file.
func (v view) Rows() (out []shownClass) {
	for _, c := range classesOf(v.Page) {
		out = append(out, v.row(c))
	}
	slices.SortStableFunc(out, func(a, b shownClass) int { return rank(a) - rank(b) })
	return out
}

func rank(s shownClass) int {
	if s.Exposed {
		return 0
	}
	return 1
}

func (v view) row(c exposure.Class) shownClass {
	for _, e := range v.Page.Summary.Classes {
		if e.Class == c {
			return shownClass{c.In(v.Locale), v.Say("classes.exposed"), number(e.People, v.Locale), v.Format("classes.rows", number(e.Rows, v.Locale)), "", "", true}
		}
	}
	for _, a := range v.Page.Summary.Absences {
		if a.Class != c || !a.Certified {
			continue
		}
		if d := v.Page.certificate(a); d != nil {
			return shownClass{c.In(v.Locale), v.Say("classes.absent"), "–", v.Say("classes.certificate"), d.Name, a.Wording[v.Locale], false}
		}
	}
	panic("BUG: a class without certificate passed the lints")
}

type shownReader struct {
	Who     string
	Actions []shownAction
}

type shownAction struct{ Urgency, When, Do, Why string }

// Readers are the actions by whom they speak to, the most urgent first.
func (v view) Readers() (out []shownReader) {
	all := append(advice(v.Page.Summary), v.Page.Draft.Actions...)
	for _, r := range readers {
		s := shownReader{Who: v.Say("reader." + string(r))}
		for _, u := range urgencies {
			for _, a := range all {
				if a.Reader == r && a.Urgency == u {
					s.Actions = append(s.Actions, shownAction{string(u), v.Say("urgency." + string(u)), a.Do[v.Locale], a.Why[v.Locale]})
				}
			}
		}
		if len(s.Actions) > 0 {
			out = append(out, s)
		}
	}
	return out
}

type shownSearch struct{ Where, Line string }

// Searches are where signs of misuse were looked for.
func (v view) Searches() (out []shownSearch) {
	for _, s := range v.Page.Draft.Searches {
		out = append(out, shownSearch{s.Where[v.Locale], v.Format("searches.line", v.Time(s.Until))})
	}
	return out
}

type shownUpdate struct {
	Version         int
	Title, At, Link string
	Text            []string
	Changes         []shownChange
}

type shownChange struct{ What, How string }

// Updates are the numbered updates, the newest first.
func (v view) Updates() (out []shownUpdate) {
	for _, u := range slices.Backward(v.Page.Updates) {
		s := shownUpdate{Version: u.Version, Title: v.Format("version", u.Version), At: v.Time(u.At), Text: v.Paragraphs(u.Text)}
		if u.Version != v.Page.Version {
			s.Link = "versions/" + strconv.Itoa(u.Version) + "/" + file(v.Locale)
		}
		for _, c := range u.Changes {
			s.Changes = append(s.Changes, shownChange{c.What[v.Locale], c.How[v.Locale]})
		}
		out = append(out, s)
	}
	return out
}

type shownQuestion struct {
	Question, Asked string
	Answer          []string
}

// Questions are the FAQ, the newest first.
func (v view) Questions() (out []shownQuestion) {
	for _, q := range v.Page.Draft.Questions {
		out = append(out, shownQuestion{q.Question[v.Locale], day(q.Asked, v.Locale), v.Paragraphs(q.Answer)})
	}
	return out
}

type shownDownload struct{ Name, Title, Hash string }

// Downloads are what lies beside the page.
func (v view) Downloads() (out []shownDownload) {
	lang := string(v.Locale)
	out = []shownDownload{
		{lang + ".txt", v.Say("downloads.text"), ""}, {pageFile, v.Say("downloads.json"), ""},
		{"updates." + lang + ".atom", v.Say("downloads.atom"), ""}, {"updates." + lang + ".json", v.Say("downloads.feed"), ""},
		{csafName(v.Page.Incident), v.Say("downloads.csaf"), ""},
	}
	for _, d := range v.Page.Documents {
		out = append(out, shownDownload{d.Name, d.Title[v.Locale], d.SHA256})
	}
	return out
}
