// Package export takes rows out of the installation: events, profiles and answers, as files. What leaves identifies nobody: people
// have pseudonyms and personal values have tokens that are made for one export, under a key that stays here, so that two exports
// cannot be joined by them, and a leaked file can be traced by who may. Who takes what out, why and how much is in the audit log
// before the first row leaves; above a number of rows a second person must allow it.
package export

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"jejak/analytics/query"
	"jejak/analytics/store"
	"jejak/event"
	"jejak/ground/access"
	"jejak/ground/approve"
	"jejak/ground/audit"
	"jejak/ground/meta"
	"jejak/ground/vault"
	"jejak/question"
)

// ID names an export: 32 hexadecimal digits.
type ID string

// Options are what a Desk stands on. All but the numbers are required, unless said otherwise.
type Options struct {
	DB      *meta.DB
	Vault   Vault
	Log     *audit.Log
	Approve *approve.Desk
	// Store is what questions read.
	Store interface {
		Snapshot(p event.ProjectID) (store.Snapshot, error)
	}
	// Customs are what a project gives names to, with its cohorts.
	Customs func(ctx context.Context, p event.ProjectID) (*question.Customs, error)
	// Lookups opens the lookup tables of a project by name. nil: there are none.
	Lookups func(ctx context.Context, p event.ProjectID) func(name string) (query.Lookup, error)
	Query   query.Options
	// FreeRows is how many rows a user takes out within 24 hours without a second person, ScriptRows how many a script takes out at
	// all; 0: 10,000 and 5,000,000.
	FreeRows, ScriptRows int64
	// Running is how many exports run at once, Patience how long another one waits for its turn; 0: 2, and a minute.
	Running  int
	Patience time.Duration
	Now      func() time.Time // nil: time.Now
}

// Vault keeps the keys of pseudonyms.
type Vault interface {
	SealOwn(p event.ProjectID, what vault.Own, name string, plain []byte) ([]byte, error)
	OpenOwn(p event.ProjectID, what vault.Own, name string, sealed []byte) ([]byte, error)
}

// Desk is where exports are asked for and handed out. Many goroutines may use it at once.
type Desk struct {
	Options
	slots   chan struct{} // of exports that run
	waiting chan struct{}
	asking  sync.Mutex // held from counting what a caller took to writing down what they ask for

	mu      sync.Mutex
	running map[ID]context.CancelCauseFunc
}

// maxWaiting is how many exports wait for their turn.
const maxWaiting = 100

// New makes a Desk.
func New(o Options) *Desk {
	if o.FreeRows == 0 {
		o.FreeRows = 10_000
	}
	if o.ScriptRows == 0 {
		o.ScriptRows = 5_000_000
	}
	if o.Running == 0 {
		o.Running = 2
	}
	if o.Patience == 0 {
		o.Patience = time.Minute
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Query.Guard == nil {
		o.Query.Guard = func(f func() error) error { return f() }
	}
	return &Desk{Options: o, slots: make(chan struct{}, o.Running), waiting: make(chan struct{}, maxWaiting), running: map[ID]context.CancelCauseFunc{}}
}

var (
	// ErrQuota: a script has taken out as much as it may within 24 hours.
	ErrQuota = errors.New("this would be more rows than a script may take out within 24 hours; a person can ask for it, and a second one allow it")
	// ErrBusy: as many exports as may are running.
	ErrBusy = errors.New("other exports are running; come again when one has ended")
	// ErrOver: it was handed out already, or cancelled.
	ErrOver = errors.New("this export was handed out already or cancelled; ask for a new one")
	// ErrCancelled: somebody ended it while it ran.
	ErrCancelled = errors.New("the export was cancelled")
	// ErrLimit: there are more rows than the export may have.
	ErrLimit = errors.New("there are more rows than were asked for; ask again")
)

// State is where an export stands.
type State string

// The states. Nothing leads out of the last three.
const (
	Asked     State = "asked"
	Running   State = "running"
	Complete  State = "complete"
	Broken    State = "broken" // some rows may have left, and the file says that it is cut
	Cancelled State = "cancelled"
)

// Record is an export as it is remembered for ever.
type Record struct {
	ID       ID
	Project  event.ProjectID
	Mark     Mark
	Content  Content
	Format   Format
	Purpose  Purpose
	AskedBy  string
	Asked    time.Time
	MaxRows  int64
	Approval string // empty: none is needed
	State    State
	Began    time.Time // zero: not yet
	Ended    time.Time // zero: not yet
	Rows     int64     // that left, invented ones included
	Canaries int64     // rows of invented people
	Bytes    int64     // before compression on the wire
	SHA256   []byte    // of the bytes
}

// Ask files an export: it can be opened once within 24 hours, as soon as a second person has allowed it where that is needed. It needs
// Export. question.Faults; ErrQuota.
func (d *Desk) Ask(ctx context.Context, p event.ProjectID, s Spec) (Record, error) {
	if err := access.May(ctx, p, access.Export); err != nil {
		return Record{}, err
	}
	if faults := s.validate(); faults != nil {
		return Record{}, faults
	}
	r := Record{
		ID: newID(), Project: p, Content: s.Content, Format: s.Format, Purpose: s.Purpose,
		AskedBy: access.Caller(ctx).String(), Asked: d.Now().UTC().Truncate(time.Millisecond), State: Asked,
	}
	var err error
	if r.Content, r.MaxRows, err = d.settle(ctx, p, &s); err != nil {
		return Record{}, err
	}
	d.asking.Lock()
	defer d.asking.Unlock()
	if r.Approval, err = d.approval(ctx, r, s); err != nil {
		return Record{}, err
	}
	return d.keep(ctx, r, s)
}

// settle makes a spec that means the same later, and says how many rows it may have.
func (d *Desk) settle(ctx context.Context, p event.ProjectID, s *Spec) (c Content, maxRows int64, err error) {
	switch s.Content {
	case Answer:
		return d.settleAnswer(ctx, p, s)
	case Profiles:
		err = d.look(store.ProfilesOf(p), func(snap store.Snapshot) error {
			maxRows = profilesOf(snap, s.Group).rows
			return nil
		})
	default:
		maxRows, err = d.settleEvents(ctx, p, s)
	}
	maxRows += maxRows/10 + maxCanaries // what is on its way
	if s.Limit > 0 {
		maxRows = min(maxRows, s.Limit)
	}
	return s.Content, maxRows, err
}

func (d *Desk) settleEvents(ctx context.Context, p event.ProjectID, s *Spec) (maxRows int64, err error) {
	t := s.asTimeline()
	if err := question.Expand(t, d.customs(ctx, p)); err != nil {
		return 0, err
	}
	o, err := d.queryOf(ctx, p, t)
	if err != nil {
		return 0, err
	}
	s.Events = t.Selector()
	err = d.look(p, func(snap store.Snapshot) error {
		picker, err := query.PickerOf(snap, s.wanted(), o)
		if err != nil {
			return err
		}
		defer picker.Release()
		s.Range, maxRows = picker.Range(), picker.Bound()
		return nil
	})
	return maxRows, err
}

func (s *Spec) wanted() query.Wanted {
	return query.Wanted{Range: s.Range, Events: s.asTimeline().Selector(), IncludeBots: s.IncludeBots}
}

// queryOf are the options of a question about a project, in which what is saved is written out.
func (d *Desk) queryOf(ctx context.Context, p event.ProjectID, q question.Question) (o query.Options, err error) {
	o = d.Query
	o.Profiles = func() (store.Snapshot, error) { return d.Store.Snapshot(store.ProfilesOf(p)) }
	if d.Lookups != nil {
		o.Lookups = d.Lookups(ctx, p)
	}
	o.Cohorts, err = question.CohortsOf(q, d.customs(ctx, p))
	return o, err
}

func (d *Desk) customs(ctx context.Context, p event.ProjectID) func() (*question.Customs, error) {
	return func() (*question.Customs, error) { return d.Customs(ctx, p) }
}

// look reads a snapshot.
func (d *Desk) look(p event.ProjectID, read func(store.Snapshot) error) error {
	snap, err := d.Store.Snapshot(p)
	if err != nil {
		return fmt.Errorf("cannot look into the store: %w", err)
	}
	defer snap.Release()
	return d.Query.Guard(func() error { return read(snap) })
}

// act is what a second person allows.
const act audit.Act = "export.built"

// approval asks for a second person where one is needed: where the rows of a user's day are many.
func (d *Desk) approval(ctx context.Context, r Record, s Spec) (id string, err error) {
	who := access.Caller(ctx)
	if who.Kind == access.Console || r.Content == Answer {
		return "", nil // they could read the database anyway; no row is of a person
	}
	taken, err := d.takenBy(ctx, r.AskedBy, r.Asked.Add(-24*time.Hour))
	if err != nil {
		return "", err
	}
	switch {
	case who.Kind == access.Script && taken+r.MaxRows > d.ScriptRows:
		return "", ErrQuota
	case who.Kind == access.Script || taken+r.MaxRows <= d.FreeRows:
		return "", nil
	}
	h, err := s.hash(r.ID, r.Project, r.MaxRows)
	if err != nil {
		return "", err
	}
	title := fmt.Sprintf("Export %s: %s as %s for %s, at most %d rows", r.ID, r.Content, r.Format, r.Purpose, r.MaxRows)
	asked, err := d.Approve.Ask(ctx, r.Project, act, h, title)
	return asked.ID, err
}

// Spec is what was asked for. It needs Read: a second person must see it.
func (d *Desk) Spec(ctx context.Context, p event.ProjectID, id ID) (Record, Spec, error) {
	if err := access.May(ctx, p, access.Read); err != nil {
		return Record{}, Spec{}, err
	}
	row, err := d.read(ctx, p, id)
	if err != nil {
		return Record{}, Spec{}, err
	}
	s, err := d.specOf(row)
	return row.Record, s, err
}

func (d *Desk) specOf(r row) (s Spec, err error) {
	text, err := d.Vault.OpenOwn(r.Project, vault.ExportSpec, string(r.ID), r.spec)
	if err != nil {
		return s, err
	}
	if err := json.Unmarshal(text, &s); err != nil {
		return s, fmt.Errorf("cannot read what an export is of: %w", err)
	}
	return s, nil
}

// Cancel ends an export, also while it runs: no row leaves from then on. It needs Export.
func (d *Desk) Cancel(ctx context.Context, p event.ProjectID, id ID) error {
	if err := access.May(ctx, p, access.Export); err != nil {
		return err
	}
	if _, err := d.read(ctx, p, id); err != nil {
		return err
	}
	entry := audit.Entry{Who: access.Caller(ctx).String(), Act: "export.cancelled", Project: p, About: "export " + string(id)}
	if _, err := d.Log.Record(ctx, entry); err != nil {
		return err
	}
	d.mu.Lock()
	stop := d.running[id]
	d.mu.Unlock()
	if stop != nil {
		stop(ErrCancelled)
		return nil
	}
	return d.move(ctx, id, Asked, Cancelled)
}
