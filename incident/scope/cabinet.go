package scope

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"jejak/event"
	"jejak/exposure"
	"jejak/ground/access"
	"jejak/ground/approve"
	"jejak/ground/audit"
	"jejak/ground/vault"
)

// Vault is what a Cabinet needs of the vault.
type Vault interface {
	SealOwn(p event.ProjectID, what vault.Own, name string, plain []byte) ([]byte, error)
	OpenOwn(p event.ProjectID, what vault.Own, name string, sealed []byte) ([]byte, error)
}

// Log is what a Cabinet needs of the audit log. Record MUST NOT return nil before the entry is durable.
type Log interface {
	Record(ctx context.Context, e audit.Entry) (index int64, err error)
	Entry(index int64) (json.RawMessage, error)
}

// Desk is where a second person allows something.
type Desk interface {
	Ask(ctx context.Context, p event.ProjectID, act audit.Act, h approve.Hash, title string) (approve.Request, error)
	Use(ctx context.Context, id string, act audit.Act, h approve.Hash) error
}

// Keeping are the options of a Cabinet. Dir, Vault, Log and Desk are required.
type Keeping struct {
	Dir   string // of the scopes; made when missing
	Vault Vault
	Log   Log
	Desk  Desk
	Every time.Duration    // how often the state of a reading is kept; 0: 20 seconds
	Now   func() time.Time // the clock; nil: time.Now
}

// Cabinet keeps the scopes of incidents, version by version. Many goroutines may use it at once, and other processes the same folder.
type Cabinet struct{ o Keeping }

// installation is whose the scopes are: not of one project.
const installation event.ProjectID = 0

var (
	// ErrNotFound: there is no such incident or version.
	ErrNotFound = errors.New("there is no such scope")
	// ErrDamaged: what is kept is not what the audit log says was made.
	ErrDamaged = errors.New("the scope was changed or is damaged: make it again")
	// ErrOpen: groups of rows are unexplained.
	ErrOpen = errors.New("the scope cannot be closed: groups of rows are not explained")
	// ErrMeanwhile: somebody else made a version at the same time.
	ErrMeanwhile = errors.New("somebody else changed the scope meanwhile; look at it again")
)

// NewCabinet makes one.
func NewCabinet(o Keeping) *Cabinet {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Every == 0 {
		o.Every = 20 * time.Second
	}
	return &Cabinet{o}
}

// Revision is a version of the scope of an incident.
type Revision struct {
	Incident exposure.IncidentID `json:"incident"`
	Number   int                 `json:"number"` // from 1
	Made     time.Time           `json:"made_at"`
	By       string              `json:"by"`     // the caller, as the audit log names them
	Report   string              `json:"report"` // its SHA-256, hexadecimal
	Lists    int                 `json:"lists"`  // the version whose lists are this one's
	Closed   bool                `json:"closed"`
	Entry    int64               `json:"entry"` // of the audit log, whose signed checkpoints prove it
}

// about is a version in the words of the audit log.
func (r Revision) about() string {
	return fmt.Sprintf("scope %s version %d, report sha256 %s, lists of version %d, closed %t", r.Incident, r.Number, r.Report, r.Lists, r.Closed)
}

func (c *Cabinet) record(ctx context.Context, act audit.Act, about string) (int64, error) {
	return c.o.Log.Record(ctx, audit.Entry{Who: access.Caller(ctx).String(), Act: act, About: about, Purpose: string(vault.Incident)})
}

// Make reads a leaked file and keeps the next version of the incident's scope. One that was killed goes on from where it was kept. What
// people said of groups that are still there stays said. It needs Respond.
func (c *Cabinet) Make(ctx context.Context, id exposure.IncidentID, file File, from Source, d Directory, meanings []Meaning, tracers ...Tracer) (Revision, error) {
	if err := access.May(ctx, installation, access.Respond); err != nil {
		return Revision{}, err
	}
	if _, err := exposure.ParseIncidentID(string(id)); err != nil {
		return Revision{}, err
	}
	if _, err := c.record(ctx, "scope.begun", fmt.Sprintf("scope %s, file sha256 %s, directory sha256 %s", id, file.SHA256, d.Hash())); err != nil {
		return Revision{}, err
	}
	r, err := c.read(ctx, id, file, from, d, meanings)
	if err != nil {
		return Revision{}, err
	}
	origin, err := r.Trace(ctx, tracers...)
	if err != nil {
		return Revision{}, err
	}
	report, err := c.next(ctx, id, file, r, origin)
	if err != nil {
		return Revision{}, err
	}
	v, err := c.keep(ctx, report, report.Version, r)
	if err != nil {
		return Revision{}, err
	}
	return v, c.forgetState(id)
}

// read reads the file, from a kept state on where there is one.
func (c *Cabinet) read(ctx context.Context, id exposure.IncidentID, file File, from Source, d Directory, meanings []Meaning) (*Reading, error) {
	o := Options{Meanings: meanings, Every: c.o.Every, Now: c.o.Now, Keep: func(s State) error { return c.keepState(id, file, s) }}
	r, err := Read(ctx, from, d, c.state(id, file), o)
	if errors.Is(err, ErrState) {
		return Read(ctx, from, d, nil, o)
	}
	return r, err
}

// next is the report of a reading as the next version, with what was explained before.
func (c *Cabinet) next(ctx context.Context, id exposure.IncidentID, file File, r *Reading, o *Origin) (*Report, error) {
	last, err := c.last(id)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return nil, err
	}
	report, err := r.Report(Heading{id, last.Number + 1, file}, o)
	if err != nil || last.Number == 0 {
		return report, err
	}
	before, err := c.report(last)
	if err != nil {
		return nil, err
	}
	for _, g := range before.Groups {
		if g.Explanation != nil && g.ID != Rest {
			if err := report.Explain(g.ID, *g.Explanation); err != nil && !errors.Is(err, ErrNoGroup) {
				return nil, err
			}
		}
	}
	return report, nil
}

// Revisions are the versions of an incident's scope, the first one first. It needs Respond.
func (c *Cabinet) Revisions(ctx context.Context, id exposure.IncidentID) ([]Revision, error) {
	if err := access.May(ctx, installation, access.Respond); err != nil {
		return nil, err
	}
	list := []Revision{}
	for n := 1; ; n++ {
		v, err := c.revision(id, n)
		if errors.Is(err, ErrNotFound) {
			return list, nil
		}
		if err != nil {
			return nil, err
		}
		list = append(list, v.Revision)
	}
}

// Report is that of a version; 0: of the last. It needs Respond. ErrNotFound, ErrDamaged.
func (c *Cabinet) Report(ctx context.Context, id exposure.IncidentID, version int) (*Report, Revision, error) {
	if err := access.May(ctx, installation, access.Respond); err != nil {
		return nil, Revision{}, err
	}
	v, err := c.at(id, version)
	if err != nil {
		return nil, Revision{}, err
	}
	r, err := c.report(v)
	return r, v.Revision, err
}

// Summary is what pages, notices and filings draw their numbers from; version 0: the last. It needs Respond. ErrNotFound, ErrDamaged.
func (c *Cabinet) Summary(ctx context.Context, id exposure.IncidentID, version int) (exposure.Summary, error) {
	r, v, err := c.Report(ctx, id, version)
	if err != nil {
		return exposure.Summary{}, err
	}
	return r.summary(v)
}

// summary is the report in the words of the road.
func (r *Report) summary(v Revision) (s exposure.Summary, err error) {
	s = exposure.Summary{
		Incident: v.Incident, Version: v.Number, ReportHash: v.Report, Made: v.Made, Rows: r.Rows, People: r.People, Mailboxes: r.Mailboxes,
		Organisations: r.Organised, UnmatchedRows: r.Unmatched, Classes: r.Classes, Absences: []exposure.Absence{}, Unread: r.Unread, Closed: r.Closed,
	}
	for _, c := range r.Absences {
		a, err := c.Absence()
		if err != nil {
			return s, err
		}
		s.Absences = append(s.Absences, a)
	}
	return s, nil
}

// People gives the people of a version in tiers A to C, by their numbers; version 0: of the last. It needs Respond, and is in the audit
// log first. Errors are ErrNotFound, ErrDamaged and those of take.
func (c *Cabinet) People(ctx context.Context, id exposure.IncidentID, version int, take func(PersonLine) error) error {
	v, err := c.lists(ctx, id, version)
	if err != nil {
		return err
	}
	return eachLine(c, v, peopleName, take)
}

// Organisations gives the organisations of a version, like People.
func (c *Cabinet) Organisations(ctx context.Context, id exposure.IncidentID, version int, take func(exposure.AffectedOrganisation) error) error {
	v, err := c.lists(ctx, id, version)
	if err != nil {
		return err
	}
	return eachLine(c, v, organisationsName, take)
}

// lists finds the version that has the lists, once it is in the audit log that they are read.
func (c *Cabinet) lists(ctx context.Context, id exposure.IncidentID, version int) (v kept, err error) {
	if err := access.May(ctx, installation, access.Respond); err != nil {
		return v, err
	}
	if v, err = c.at(id, version); err != nil {
		return v, err
	}
	if _, err = c.record(ctx, "scope.lists_read", v.about()); err != nil {
		return v, err
	}
	return c.revision(id, v.Lists)
}
