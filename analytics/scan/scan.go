// Package scan lets the rules of today hold for what is stored already: it looks through all events of a project as the road would
// look at them now, and takes out what must not be kept.
package scan

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"jejak/analytics/store"
	"jejak/event"
	"jejak/ground/access"
	"jejak/ground/audit"
	"jejak/ground/meta"
)

// ErrRunning says that the project is being scanned: one at a time is enough.
var ErrRunning = errors.New("the project is being scanned already; wait for the scan to end, or stop it")

// Store rewrites what it keeps.
type Store interface {
	// Clean MUST go on where it was when it is called again with the same round; what it replaces MUST be replaced as a whole.
	Clean(ctx context.Context, p event.ProjectID, round uint64, c store.Cleaner, progress func(done, all uint64)) error
	// Cleaned counts what Clean has changed since the project began. It MUST be exact after a crash.
	Cleaned(p event.ProjectID) event.Changes
}

// Log takes the record of a privileged act.
type Log interface {
	// Record MUST NOT return nil before the entry survives power loss.
	Record(ctx context.Context, e audit.Entry) (index int64, err error)
}

// State is how far a scan is.
type State string

// The states of a scan.
const (
	Running State = "running"
	Done    State = "done"
	Stopped State = "stopped" // somebody stopped it: what it has cleaned stays clean
	Failed  State = "failed"
)

// Scan is one look through a project.
type Scan struct {
	ID      int64
	Project event.ProjectID
	Asked   string // by whom
	Began   time.Time
	Ended   time.Time // zero while it runs
	State   State
	Rows    uint64 // that were looked at, while it runs
	All     uint64
	Changed event.Changes // values, by rows
}

// Desk starts and stops scans. Many goroutines may use one at once.
type Desk struct {
	db    *meta.DB
	store Store
	steps Steps
	audit Log
	log   *slog.Logger

	wait    sync.WaitGroup
	mu      sync.Mutex
	closed  bool
	running map[event.ProjectID]*job
}

// job is a scan that runs.
type job struct {
	id        int64
	before    event.Changes
	cancel    context.CancelCauseFunc
	mu        sync.Mutex
	rows, all uint64
}

// errStopped is why a scan ends that somebody stopped, errClosing when the server ends: then it goes on with the next start.
var (
	errStopped = errors.New("somebody stopped it")
	errClosing = errors.New("the server ends")
)

// New makes a Desk and goes on with what was running when the last one ended.
func New(db *meta.DB, s Store, steps Steps, a Log, log *slog.Logger) (*Desk, error) {
	d := &Desk{db: db, store: s, steps: steps, audit: a, log: log, running: map[event.ProjectID]*job{}}
	var left []row
	err := db.Read(context.Background(), func(tx *sql.Tx) (err error) {
		left, err = rowsWhere(tx, "state = 'running'")
		return err
	})
	if err != nil {
		return nil, err
	}
	for _, r := range left {
		d.mu.Lock()
		d.runLocked(r)
		d.mu.Unlock()
	}
	return d, nil
}

// Start begins a scan. It is recorded first. It needs Administer. ErrRunning.
func (d *Desk) Start(ctx context.Context, p event.ProjectID) (Scan, error) {
	if err := access.May(ctx, p, access.Administer); err != nil {
		return Scan{}, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.running[p] != nil || d.closed {
		return Scan{}, ErrRunning
	}
	who := access.Caller(ctx).String()
	r := row{Scan: Scan{Project: p, Asked: who, Began: time.Now().UTC().Truncate(time.Millisecond), State: Running}, before: d.store.Cleaned(p)}
	err := d.db.Write(ctx, func(tx *sql.Tx) error {
		if err := mustExist(ctx, tx, p); err != nil {
			return err
		}
		if _, err := d.audit.Record(ctx, audit.Entry{Who: who, Act: "scan.started", Project: p}); err != nil {
			return err
		}
		return r.insert(ctx, tx)
	})
	if err != nil {
		return Scan{}, err
	}
	d.runLocked(r)
	return r.Scan, nil
}

// Stop ends a scan. What it has cleaned stays clean. It needs Administer. access.ErrNotFound.
func (d *Desk) Stop(ctx context.Context, p event.ProjectID, id int64) error {
	if err := access.May(ctx, p, access.Administer); err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if j := d.running[p]; j != nil && j.id == id {
		j.cancel(errStopped)
		return nil
	}
	return access.ErrNotFound
}

// List is the scans of a project, the newest first, at most 100. It needs Read.
func (d *Desk) List(ctx context.Context, p event.ProjectID) (list []Scan, err error) {
	if err := access.May(ctx, p, access.Read); err != nil {
		return nil, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	var rows []row
	err = d.db.Read(ctx, func(tx *sql.Tx) (err error) {
		if err := mustExist(ctx, tx, p); err != nil {
			return err
		}
		rows, err = rowsWhere(tx, "project = $1 ORDER BY id DESC LIMIT 100", p)
		return err
	})
	for _, r := range rows {
		if j := d.running[p]; j != nil && j.id == r.ID {
			j.mu.Lock()
			r.Rows, r.All = j.rows, j.all
			j.mu.Unlock()
			r.Changed = since(d.store.Cleaned(p), r.before)
		}
		list = append(list, r.Scan)
	}
	return list, err
}

// Wait returns when no scan runs.
func (d *Desk) Wait() { d.wait.Wait() }

// Close lets scans end after the part they are at. They go on with the next start.
func (d *Desk) Close() error {
	d.mu.Lock()
	d.closed = true
	for _, j := range d.running {
		j.cancel(errClosing)
	}
	d.mu.Unlock()
	d.wait.Wait()
	return nil
}

// runLocked scans in the background.
func (d *Desk) runLocked(r row) {
	ctx, cancel := context.WithCancelCause(context.Background())
	j := &job{id: r.ID, before: r.before, cancel: cancel}
	d.running[r.Project] = j
	d.wait.Go(func() {
		defer cancel(nil)
		d.run(ctx, j, r.Project)
	})
}

func (d *Desk) run(ctx context.Context, j *job, p event.ProjectID) {
	err := d.store.Clean(ctx, p, uint64(j.id), d.steps.cleaner(p), func(done, all uint64) {
		j.mu.Lock()
		defer j.mu.Unlock()
		j.rows, j.all = done, all
	})
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.running, p)
	state := Done
	switch why := context.Cause(ctx); {
	case err == nil:
	case errors.Is(why, errClosing):
		return
	case errors.Is(why, errStopped):
		state = Stopped
	default:
		state = Failed
		d.log.Error("a scan has failed; what it has cleaned stays clean, it can be started again", "project", p, "scan", j.id, "error", err)
	}
	if err := d.end(j, p, state); err != nil {
		d.log.Error("cannot note the end of a scan; the next start scans again", "project", p, "scan", j.id, "error", err)
	}
}

func (d *Desk) end(j *job, p event.ProjectID, state State) error {
	changed, err := json.Marshal(since(d.store.Cleaned(p), j.before))
	if err != nil {
		return fmt.Errorf("cannot write what a scan has changed: %w", err)
	}
	return d.db.Write(context.Background(), func(tx *sql.Tx) error {
		_, err := tx.Exec("UPDATE scans SET ended = $1, state = $2, changed = $3 WHERE id = $4", time.Now().UnixMilli(), state, string(changed), j.id)
		return err
	})
}

// since is what was changed after before.
func since(now, before event.Changes) event.Changes {
	left := event.Changes{}
	for c, n := range now {
		if n > before[c] {
			left.Add(c, n-before[c])
		}
	}
	return left
}

// row is a scan as the table has it.
type row struct {
	Scan
	before event.Changes
}

func (r *row) insert(ctx context.Context, tx *sql.Tx) error {
	before, err := json.Marshal(r.before)
	if err == nil {
		err = tx.QueryRowContext(ctx, "INSERT INTO scans (project, asked, began, state, before, changed) VALUES ($1, $2, $3, $4, $5, '{}') RETURNING id",
			r.Project, r.Asked, r.Began.UnixMilli(), r.State, string(before)).Scan(&r.ID)
	}
	if err != nil {
		return fmt.Errorf("cannot keep a scan: %w", err)
	}
	return nil
}

func rowsWhere(tx *sql.Tx, where string, args ...any) (list []row, err error) {
	rows, err := tx.Query("SELECT id, project, asked, began, COALESCE(ended, 0), state, before, changed FROM scans WHERE "+where, args...)
	if err != nil {
		return nil, fmt.Errorf("cannot read the scans: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var r row
		var began, ended int64
		var before, changed string
		err := rows.Scan(&r.ID, &r.Project, &r.Asked, &began, &ended, &r.State, &before, &changed)
		if err == nil {
			err = errors.Join(json.Unmarshal([]byte(before), &r.before), json.Unmarshal([]byte(changed), &r.Changed))
		}
		if err != nil {
			return nil, fmt.Errorf("cannot read a scan: %w", err)
		}
		r.Began = time.UnixMilli(began).UTC()
		if ended > 0 {
			r.Ended = time.UnixMilli(ended).UTC()
		}
		list = append(list, r)
	}
	return list, rows.Err()
}

// mustExist is access.ErrNotFound for a project that is not there.
func mustExist(ctx context.Context, tx *sql.Tx, p event.ProjectID) error {
	var one int
	err := tx.QueryRowContext(ctx, "SELECT 1 FROM projects WHERE id = $1", p).Scan(&one)
	if errors.Is(err, sql.ErrNoRows) {
		return access.ErrNotFound
	}
	return err
}
