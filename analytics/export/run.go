package export

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"time"

	"jejak/analytics/store"
	"jejak/event"
	"jejak/ground/access"
	"jejak/ground/audit"
	"jejak/ground/vault"
)

// life is how long an export may wait to be handed out.
const life = 24 * time.Hour

// Run is an export on its way out. WriteTo MUST be called once.
type Run struct {
	Record
	// Still is asked again and again while rows leave; an error ends the export. nil: nobody is asked.
	Still func() error

	desk *Desk
	spec Spec
	key  Key
	ctx  context.Context // ends when somebody cancels it
	stop context.CancelCauseFunc

	asking  context.Context // with who asks
	stillAt time.Time       // when Still was asked last
}

// Open takes an export up: from here on it counts as handed out. Who does it, why, and how many rows it is at most is in the audit log
// when it returns. It needs Export, and to have asked for it. access.ErrNotFound; ErrOver; ErrBusy; those of approve.Use.
func (d *Desk) Open(ctx context.Context, p event.ProjectID, id ID) (*Run, error) {
	if err := access.May(ctx, p, access.Export); err != nil {
		return nil, err
	}
	r, err := d.read(ctx, p, id)
	if err != nil {
		return nil, err
	}
	if who := access.Caller(ctx).String(); r.AskedBy != who {
		return nil, access.ErrNotFound
	}
	if r.State != Asked || !d.Now().Before(r.Asked.Add(life)) {
		return nil, ErrOver
	}
	run := &Run{Record: r.Record, desk: d}
	if run.spec, err = d.specOf(r); err != nil {
		return nil, err
	}
	if run.key, err = d.keyOf(r); err != nil {
		return nil, err
	}
	if err := d.enter(ctx); err != nil {
		return nil, err
	}
	if err := d.admit(ctx, run); err != nil {
		<-d.slots
		return nil, err
	}
	return run, nil
}

// enter waits for its turn; as many may wait as there is room for.
func (d *Desk) enter(ctx context.Context) error {
	select {
	case d.waiting <- struct{}{}:
		defer func() { <-d.waiting }()
	default:
		return ErrBusy
	}
	late := time.NewTimer(d.Patience)
	defer late.Stop()
	select {
	case d.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-late.C:
		return ErrBusy
	}
}

func (d *Desk) keyOf(r row) (k Key, err error) {
	plain, err := d.Vault.OpenOwn(r.Project, vault.ExportKey, string(r.ID), r.key)
	if err == nil && copy(k[:], plain) != len(k) {
		err = errors.New("cannot read the key of an export: it is damaged")
	}
	return k, err
}

// admit spends the approval, notes the beginning and records it.
func (d *Desk) admit(ctx context.Context, r *Run) error {
	h, err := r.spec.hash(r.ID, r.Project, r.MaxRows)
	if err != nil {
		return err
	}
	if r.Approval != "" {
		if err := d.Approve.Use(ctx, r.Approval, act, h); err != nil {
			return err
		}
	}
	if err := d.move(ctx, r.ID, Asked, Running); err != nil {
		return err
	}
	about := fmt.Sprintf("export %s: %s as %s, at most %d rows, spec %s", r.ID, r.Content, r.Format, r.MaxRows, hex.EncodeToString(h[:]))
	entry := audit.Entry{Who: r.AskedBy, Act: "export.begun", Project: r.Project, About: about, Purpose: string(r.Purpose)}
	if _, err := d.Log.Record(ctx, entry); err != nil {
		r.State, r.Ended = Broken, d.Now()
		return errors.Join(err, d.finish(context.WithoutCancel(ctx), r.Record))
	}
	r.Began = d.Now()
	r.ctx, r.stop = context.WithCancelCause(context.Background())
	d.mu.Lock()
	defer d.mu.Unlock()
	d.running[r.ID] = r.stop
	return nil
}

// errStopping ends exports with the server.
var errStopping = errors.New("the server stops")

// Close ends all exports that run, and waits until none reads the store any more, as long as ctx
// allows. Nothing runs afterwards.
func (d *Desk) Close(ctx context.Context) error {
	d.mu.Lock()
	for _, stop := range d.running {
		stop(errStopping)
	}
	d.mu.Unlock()
	for range cap(d.slots) {
		if err := d.awaitSlot(ctx); err != nil {
			return err
		}
	}
	return nil
}

// awaitSlot takes a free slot also when ctx is over: then nothing is waited for.
func (d *Desk) awaitSlot(ctx context.Context) error {
	select {
	case d.slots <- struct{}{}:
		return nil
	default:
	}
	select {
	case d.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// WriteTo hands the rows out. It returns nil only after all of them were written and the end is in the audit log; after an error what was
// written says that it is cut, as far as the format and the connection allow that.
func (r *Run) WriteTo(ctx context.Context, to io.Writer) (err error) {
	defer func() { <-r.desk.slots }()
	defer context.AfterFunc(ctx, func() { r.stop(context.Cause(ctx)) })()
	r.asking = ctx
	out := &counted{to: to, sum: sha256.New()}
	w, err := r.write(out)
	r.desk.mu.Lock()
	delete(r.desk.running, r.ID)
	r.desk.mu.Unlock()
	r.State, r.Ended, r.Bytes, r.SHA256 = Complete, r.desk.Now(), out.bytes, out.sum.Sum(nil)
	if err != nil {
		r.State = Broken
		if errors.Is(err, ErrCancelled) {
			r.State = Cancelled
		}
	}
	err = errors.Join(err, r.recordEnd(context.WithoutCancel(ctx)))
	if w != nil && err != nil {
		w.cut(to, reasonOf(err))
	}
	return err
}

// recordEnd puts into the log and the list how much left.
func (r *Run) recordEnd(ctx context.Context) error {
	about := fmt.Sprintf("export %s: %s, %d rows, %d bytes, SHA-256 %s", r.ID, r.State, r.Rows, r.Bytes, hex.EncodeToString(r.SHA256))
	_, err := r.desk.Log.Record(ctx, audit.Entry{Who: r.AskedBy, Act: "export.ended", Project: r.Project, About: about})
	return errors.Join(err, r.desk.finish(ctx, r.Record))
}

// reasonOf is what a file says about its missing rest. It tells nothing of the inside.
func reasonOf(err error) string {
	for _, known := range []error{ErrCancelled, ErrLimit, access.ErrForbidden, access.ErrUnauthenticated} {
		if errors.Is(err, known) {
			return known.Error()
		}
	}
	return "something failed on the server"
}

// write writes all rows.
func (r *Run) write(out io.Writer) (writer, error) {
	var w writer
	from := r.Project
	if r.spec.Content == Profiles {
		from = store.ProfilesOf(from)
	}
	err := r.desk.look(from, func(snap store.Snapshot) (err error) {
		w, err = r.writeFrom(snap, out)
		return err
	})
	return w, err
}

// counted counts and hashes what is written.
type counted struct {
	to    io.Writer
	bytes int64
	sum   hash.Hash
}

func (c *counted) Write(b []byte) (int, error) {
	n, err := c.to.Write(b)
	c.bytes += int64(n)
	c.sum.Write(b[:n])
	return n, err
}
