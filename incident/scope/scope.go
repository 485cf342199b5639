// Package scope works out who and what is in a leaked file. It reads every cell once: columns are profiled, cells classified,
// rows matched against a directory, and what belongs to nobody in it is grouped until somebody explains it. The same file,
// directory and decisions make the same report to the byte, however many goroutines read and however often it was killed.
package scope

import (
	"context"
	"time"

	"jejak/exposure"
	"jejak/leak"
)

// Version is that of the rules by which columns and cells are classified and rows grouped. A change of them is a new version.
const Version = 1

// Source is the leaked file.
type Source interface {
	// Read delivers the file from a position on. An error of the sink MUST come back.
	Read(ctx context.Context, from leak.Position, sink leak.Sink) error
}

// Kind is what a value is taken for when its owner is looked for.
type Kind uint8

// The kinds.
const (
	Anything       Kind = iota // long and mixed enough to be an identifier, or a hash of one
	Mail                       // an e-mail address
	User                       // under a name that says user ID
	Organisational             // under a name that says organisation ID
	Called                     // a person's name
	Town                       // a city
)

// Identifier is a value of a row that may say whose the row is. The value is valid during the call only.
type Identifier struct {
	Kind  Kind
	Value []byte
}

// Found is whom an identifier of a row names.
type Found struct {
	At           int // which identifier of the row
	Tier         exposure.Tier
	Member       exposure.MemberID
	Organisation exposure.OrganisationID
	Organised    bool // it names the organisation, not a member
	Pseudonym    bool // it is one of an export of ours, or a hash
}

// Matcher finds owners. One goroutine uses it.
type Matcher interface {
	// Match appends whom the identifiers of one row name to found. It MUST answer the same for the same row.
	Match(row []Identifier, found []Found) []Found
}

// Person is what a directory knows of a member, without a value of theirs.
type Person struct {
	Key           string // the same in every snapshot of this installation; tells nothing of them
	Country       string // ISO 3166-1 alpha-2
	Organisations []exposure.OrganisationID
	Mailboxes     int // at which they can be told
}

// Directory is a snapshot of people and organisations. Many goroutines may use it at once.
type Directory interface {
	Hash() string       // SHA-256 of the snapshot, hexadecimal
	Members() int       // every MemberID is below it
	Organisations() int // every OrganisationID is below it
	Matcher() Matcher
	Person(exposure.MemberID) Person
	Admins(exposure.OrganisationID) []exposure.MemberID
}

// Meaning says what a column holds where its name does not: a decision of people.
type Meaning struct {
	Table  string         `json:"table"` // empty: of every table
	Column string         `json:"column"`
	Class  exposure.Class `json:"class"` // empty: nothing personal by its name
}

// Options of a reading. They are part of what the report follows from, apart from the last four.
type Options struct {
	Meanings []Meaning

	Workers int // 0: one for each processor
	// Keep is called now and then with a state that Resume goes on from; every call is at least Every after the last one.
	Keep  func(State) error
	Every time.Duration
	Now   func() time.Time
}

// Read reads a file to its end, or goes on from a kept state; nil: from the start. Errors are those of the source, of Keep,
// ErrState and ErrBroken.
func Read(ctx context.Context, file Source, d Directory, kept State, o Options) (*Reading, error) {
	p, err := newPass(d, kept, o)
	if err != nil {
		return nil, err
	}
	err = file.Read(ctx, p.from, p)
	if stopped := p.stop(); err == nil {
		err = stopped
	}
	if err != nil {
		return nil, err
	}
	return &Reading{p.total, d, o.Meanings}, nil
}

// Reading is what one pass over the file found.
type Reading struct {
	total    *total
	d        Directory
	meanings []Meaning
}
