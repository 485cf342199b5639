// Package publish makes the public page of an incident: static files in English and Indonesian that need no script, no login and
// no third party. Its numbers come from the scope alone, a class is said not to be in the file only with its certificate, and two
// people allow exactly the bytes that are served. What it makes is drawn in docs/format/incident-page.md.
package publish

import (
	"context"
	"fmt"
	"time"

	"jejak/exposure"
)

// Text is something in each locale.
type Text map[exposure.Locale]string

// State is where the work on an incident stands, as the page says it.
type State string

// The states.
const (
	Investigating State = "investigating" // what is in the file is not known yet
	Notifying     State = "notifying"     // it is known, and people are being told
	Told          State = "told"          // everybody has been told
	Closed        State = "closed"        // no further update is promised
)

// Draft is what people write for the page. Every text is in each locale, plain, with paragraphs between blank lines. Numbers stand
// in it as words in braces, such as {people}: see Fill.
type Draft struct {
	State      State      `json:"state" enum:"investigating,notifying,told,closed"`
	Controller string     `json:"controller,omitempty"` // who answers for the data
	Site       string     `json:"site,omitempty"`       // the official address, such as https://status.example.com
	Vendor     string     `json:"vendor,omitempty"`     // at whom it happened
	Title      Text       `json:"title,omitempty"`      // of the page
	Verdict    Text       `json:"verdict,omitempty"`    // one paragraph: what happened, and to whom
	Update     Text       `json:"update,omitempty"`     // what is new in this version
	Next       *time.Time `json:"next,omitempty"`       // when the next update comes at the latest; not when closed
	Timeline   []Entry    `json:"timeline,omitempty"`   // what of the register is told, in words for everybody
	Measures   Text       `json:"measures,omitempty"`   // what was done and will be done
	Unknown    Text       `json:"unknown,omitempty"`    // what is not known yet, said plainly; empty when all is known
	Actions    []Action   `json:"actions,omitempty"`    // besides those that the exposed classes ask for
	Questions  []Question `json:"questions,omitempty"`  // that people asked
	Searches   []Search   `json:"searches,omitempty"`   // for signs of misuse
	Contact    Contact    `json:"contact,omitempty"`    // for this incident
	Hosts      []string   `json:"hosts,omitempty"`      // besides that of Site, whose addresses the texts may hold
	NoForms    bool       `json:"no_forms,omitempty"`   // notices cannot be verified on Site
}

// Reader is whom an action speaks to.
type Reader string

// The readers, in the order of the page.
const (
	User      Reader = "user"
	Admin     Reader = "admin"
	Developer Reader = "developer"
)

// Urgency is how soon an action is due.
type Urgency string

// The urgencies, in the order of the page.
const (
	Now  Urgency = "now"
	Soon Urgency = "soon"
	Know Urgency = "know"
)

// Action is something that readers can do.
type Action struct {
	Reader  Reader  `json:"reader"`
	Urgency Urgency `json:"urgency"`
	Do      Text    `json:"do"`
	Why     Text    `json:"why"`
}

// Question is one of the FAQ.
type Question struct {
	Asked    time.Time `json:"asked"`
	Question Text      `json:"question"`
	Answer   Text      `json:"answer"`
}

// Search is the ground on which the page may say that no sign of misuse was seen: where it was looked for, and until when.
type Search struct {
	Where Text      `json:"where"`
	Until time.Time `json:"until"`
}

// Contact is how to reach whoever works on the incident.
type Contact struct {
	Address string `json:"address"`       // a mailbox, in plain text
	Key     string `json:"key,omitempty"` // https address of a key to encrypt with
}

// Precision is how exactly a time is known.
type Precision string

// The precisions.
const (
	ToTheMinute Precision = "minute"
	ToTheDay    Precision = "day"
	NotKnown    Precision = "unknown"
)

// Entry is an entry of the register's timeline as it is told to everybody. When it happened the register says.
type Entry struct {
	Entry  string `json:"entry"` // of the register
	What   Text   `json:"what"`
	Source string `json:"source"` // who says so
}

// Happening is when an entry of the register's timeline happened.
type Happening struct {
	Entry      string
	At         time.Time // zero when it is not known
	Precision  Precision
	Superseded bool
}

// Moment is an entry of the page's timeline.
type Moment struct {
	Entry      string    `json:"entry"`
	Happened   time.Time `json:"happened,omitzero"`
	Precision  Precision `json:"precision"`
	What       Text      `json:"what"`
	Source     string    `json:"source"` // who says so
	Superseded bool      `json:"superseded,omitempty"`
}

// Document is something to download: a certificate, a report. It holds no personal value.
type Document struct {
	Name  string // of the file: letters, digits, dot, dash
	Title Text
	Bytes []byte
}

// Known is what the other steps know of an incident.
type Known struct {
	Summary   *exposure.Summary // of the newest scope; nil: there is none yet
	Timeline  []Happening
	Documents []Document // certificates among them: by their hash
}

// Facts hands in what is known. Known MUST return the same for the same state, and access.ErrNotFound when there is no such
// incident.
type Facts interface {
	Known(ctx context.Context, id exposure.IncidentID) (Known, error)
}

// CertificateTitle is what a certificate is called among the downloads.
func CertificateTitle(c exposure.Class) Text {
	return each(func(l exposure.Locale) string { return fmt.Sprintf(say(l, "certificate.title"), c.In(l)) })
}
