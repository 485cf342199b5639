package publish

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"jejak/exposure"
)

// placeholder is a number's or a certificate's place in a text.
var placeholder = regexp.MustCompile(`\{([a-z_]+)(?::([a-z_.]+))?\}`)

// Fill puts numbers in the places of {people}, {organisations}, {mailboxes}, {rows} and {unmatched}, each with what it counts,
// and the certificate's wording in that of {absence:CLASS}. What has no number yet stays as it is: lints name it.
func Fill(text string, l exposure.Locale, s *exposure.Summary) string {
	return placeholder.ReplaceAllStringFunc(text, func(at string) string {
		m := placeholder.FindStringSubmatch(at)
		if v, known := value(m[1], m[2], l, s); known {
			return v
		}
		return at
	})
}

func value(name, class string, l exposure.Locale, s *exposure.Summary) (string, bool) {
	if s == nil {
		return "", false
	}
	switch name {
	case "people":
		return people(s.People, l), class == ""
	case "organisations":
		return counted(s.Organisations, "organisations", l), class == ""
	case "mailboxes":
		return counted(s.Mailboxes, "mailboxes", l), class == ""
	case "rows":
		return counted(s.Rows, "rows", l), class == ""
	case "unmatched":
		return counted(s.UnmatchedRows, "unmatched", l), class == ""
	case "absence":
		for _, a := range s.Absences {
			if string(a.Class) == class && a.Certified {
				return a.Wording[l], true
			}
		}
	}
	return "", false
}

// people is a count with what is unsure about it: never one naked number.
func people(c exposure.Count, l exposure.Locale) string {
	if c.Certain == c.AtMost {
		return fmt.Sprintf(say(l, "people.exactly"), number(c.Certain, l))
	}
	return fmt.Sprintf(say(l, "people.range"), number(c.Certain, l), number(c.Likely, l), number(c.AtMost, l))
}

func counted(n int64, what string, l exposure.Locale) string {
	return fmt.Sprintf(say(l, "count."+what), number(n, l))
}

// number writes a count with the separators of the locale.
func number(n int64, l exposure.Locale) string {
	digits := fmt.Sprint(n)
	mark := ","
	if l == exposure.Indonesian {
		mark = "."
	}
	for at := len(digits) - 3; at > 0; at -= 3 {
		digits = digits[:at] + mark + digits[at:]
	}
	return digits
}

// filled is the draft with its numbers in place.
func (d Draft) filled(s *exposure.Summary) Draft {
	in := func(t Text) Text {
		out := Text{}
		for l, v := range t {
			out[l] = Fill(v, l, s)
		}
		return out
	}
	return d.mapped(in)
}

// mapped is a copy of the draft with every text changed.
func (d Draft) mapped(in func(Text) Text) Draft {
	d.Title, d.Verdict, d.Update, d.Measures, d.Unknown = in(d.Title), in(d.Verdict), in(d.Update), in(d.Measures), in(d.Unknown)
	actions := make([]Action, len(d.Actions))
	for i, a := range d.Actions {
		actions[i] = Action{a.Reader, a.Urgency, in(a.Do), in(a.Why)}
	}
	questions := make([]Question, len(d.Questions))
	for i, q := range d.Questions {
		questions[i] = Question{q.Asked.UTC(), in(q.Question), in(q.Answer)}
	}
	timeline := make([]Entry, len(d.Timeline))
	for i, e := range d.Timeline {
		timeline[i] = Entry{e.Entry, in(e.What), e.Source}
	}
	searches := make([]Search, len(d.Searches))
	for i, s := range d.Searches {
		searches[i] = Search{in(s.Where), s.Until.UTC()}
	}
	d.Actions, d.Questions, d.Searches, d.Timeline = actions, questions, searches, timeline
	if d.Next != nil {
		next := d.Next.UTC()
		d.Next = &next
	}
	return d
}

// moment writes a time so that readers in Jakarta and elsewhere need not reckon.
func moment(t time.Time, l exposure.Locale) string {
	utc := day(t, l) + ", " + t.UTC().Format("15:04") + " UTC"
	if l != exposure.Indonesian {
		return utc
	}
	jakarta := t.UTC().Add(7 * time.Hour) // Jakarta keeps this all year
	if jakarta.Day() == t.UTC().Day() {
		return utc + " (" + jakarta.Format("15.04") + " WIB)"
	}
	return utc + " (" + day(jakarta, l) + ", " + jakarta.Format("15.04") + " WIB)"
}

func day(t time.Time, l exposure.Locale) string {
	t = t.UTC()
	return fmt.Sprintf("%d %s %d", t.Day(), strings.Split(say(l, "months"), " ")[t.Month()-1], t.Year())
}
