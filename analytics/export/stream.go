package export

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"runtime"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"jejak/analytics/query"
	"jejak/analytics/store"
)

// job is some stretches whose rows are encoded by one goroutine and written together.
type job struct {
	number    int             // of a pass, where profiles are read
	stretches []query.Stretch // of events
	canary    *canary
	done      chan finished // its rows in pieces; closed after the last
}

// finished is some rows of a job.
type finished struct {
	piece
	rows, canaries int64
}

// source reads the rows of jobs. It serves one goroutine.
type source interface {
	// read calls f with blocks that are good during the call.
	read(ctx context.Context, j *job, f func(*block) error) error
}

// rowsOf is everything that is read for an export of rows.
type rowsOf struct {
	*table
	jobs    iter.Seq[*job]
	sources func(ctx context.Context, n int) ([]source, error)
}

// picker picks the events of the spec.
func (r *Run) picker(snap store.Snapshot) (*query.Picker, error) {
	o, err := r.desk.queryOf(r.asking, r.Project, r.spec.asTimeline())
	if err != nil {
		return nil, err
	}
	return query.PickerOf(snap, r.spec.wanted(), o)
}

// writeFrom writes what a snapshot has. The writer is there as soon as something was written.
func (r *Run) writeFrom(snap store.Snapshot, out io.Writer) (writer, error) {
	if r.spec.Content == Answer {
		return r.writeAnswer(snap, out)
	}
	var rows rowsOf
	var err error
	if r.spec.Content == Profiles {
		rows, err = r.profileRows(snap)
	} else {
		var picker *query.Picker
		if picker, err = r.picker(snap); err != nil {
			return nil, err
		}
		defer picker.Release()
		rows, err = r.eventRows(snap, picker)
	}
	if err != nil {
		return nil, err
	}
	w := r.writerOf(rows.table)
	if err := w.begin(out); err != nil {
		return w, err
	}
	if err := r.writeRows(rows, w, out); err != nil {
		return w, err
	}
	return w, w.end(out)
}

func (r *Run) eventRows(snap store.Snapshot, picker *query.Picker) (rowsOf, error) {
	t := r.tableOf(r.propertiesOf(snap, picker), picker.Sections())
	sources := func(ctx context.Context, n int) (out []source, err error) {
		hands, err := picker.Hands(ctx, n)
		for i, h := range hands {
			out = append(out, &reader{table: t, hand: h, namer: newNamer(r.key, r.Mark), ids: map[any]uint32{}, number: i})
		}
		return out, err
	}
	return rowsOf{t, r.jobs(picker), sources}, tooMany(t)
}

// profileRows are profiles in the order of pseudonyms.
func (r *Run) profileRows(snap store.Snapshot) (rowsOf, error) {
	p := profilesOf(snap, r.spec.Group)
	t := r.tableOf(r.profileProperties(p), slices.Values(p.sections))
	t.group = p.group
	if err := cmp.Or(tooMany(t), p.divide(r.ctx, len(t.columns), newNamer(r.key, r.Mark))); err != nil {
		return rowsOf{}, err
	}
	canaries := r.canaries(p.passes)
	jobs := func(yield func(*job) bool) {
		for i := range p.passes {
			if !yield(&job{number: i, canary: canaries[i]}) {
				return
			}
		}
	}
	sources := func(_ context.Context, n int) (out []source, err error) {
		for range n {
			out = append(out, &profileReader{table: t, profileRows: profileRows{profiles: p}, namer: newNamer(r.key, r.Mark)})
		}
		return out, nil
	}
	return rowsOf{t, jobs, sources}, nil
}

func (r *Run) writerOf(t *table) writer {
	switch r.spec.Format {
	case CSV:
		return &commas{t}
	case Parquet:
		return &parquetFile{table: t}
	case Wire:
		return &wireLines{lines: newLines(t), millis: r.spec.InMillis}
	default:
		return newLines(t)
	}
}

// workers is how many goroutines encode. One alone ends exactly at a limit.
func (r *Run) workers() int {
	if r.spec.Limit > 0 {
		return 1
	}
	return max(1, runtime.GOMAXPROCS(0))
}

// writeRows encodes jobs on all cores and writes them in their order. As many wait as there are cores.
func (r *Run) writeRows(rows rowsOf, w writer, out io.Writer) error {
	n := r.workers()
	group, ctx := errgroup.WithContext(r.ctx)
	sources, err := rows.sources(ctx, n)
	if err != nil {
		return err
	}
	work, order := make(chan *job), make(chan *job, n)
	group.Go(func() error {
		defer close(work)
		defer close(order)
		for j := range rows.jobs {
			j.done = make(chan finished)
			for _, to := range []chan *job{order, work} {
				select {
				case to <- j:
				case <-ctx.Done():
					return context.Cause(ctx)
				}
			}
		}
		return nil
	})
	for _, from := range sources {
		group.Go(func() error {
			h := r.handOf(from, w)
			for j := range work {
				if err := r.desk.Query.Guard(func() error { return h.do(ctx, j) }); err != nil {
					return err
				}
				close(j.done)
			}
			return nil
		})
	}
	group.Go(func() error { return r.writeInOrder(ctx, order, out) })
	err = group.Wait()
	if cause := context.Cause(r.ctx); cause != nil {
		return cause
	}
	if errors.Is(err, errEnough) {
		return nil
	}
	return err
}

// writeInOrder writes each job's rows in its turn.
func (r *Run) writeInOrder(ctx context.Context, order <-chan *job, out io.Writer) error {
	for j := range order {
		for open := true; open; {
			var f finished
			select {
			case f, open = <-j.done:
			case <-ctx.Done():
				return context.Cause(ctx)
			}
			if open {
				if err := r.writePiece(f, out); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// writePiece writes rows, and never more than may leave.
func (r *Run) writePiece(f finished, out io.Writer) error {
	if r.Rows+f.rows > r.MaxRows {
		return ErrLimit
	}
	if now := r.desk.Now(); r.Still != nil && now.Sub(r.stillAt) >= time.Second {
		if err := r.Still(); err != nil {
			return err
		}
		r.stillAt = now
	}
	if err := f.writeTo(out); err != nil {
		return fmt.Errorf("cannot write to the client: %w", err)
	}
	r.Rows += f.rows
	r.Canaries += f.canaries
	if r.spec.Limit > 0 && r.Rows == r.spec.Limit {
		return errEnough
	}
	return nil
}

// errEnough ends an export at its limit.
var errEnough = errors.New("the limit is reached")

// jobRows is how many rows a job reads at most, before filters.
func (r *Run) jobRows() int {
	if r.spec.Format == Parquet {
		return 1 << 17 // they become a row group
	}
	return 1 << 14
}

// jobs are the stretches in groups.
func (r *Run) jobs(picker *query.Picker) iter.Seq[*job] {
	return func(yield func(*job) bool) {
		canaries := r.canaries(int(picker.Bound())/r.jobRows() + 1)
		number, rows := 0, 0
		var now []query.Stretch
		send := func() bool {
			j := &job{number: number, stretches: now, canary: canaries[number]}
			number, rows, now = number+1, 0, nil
			return yield(j)
		}
		for s := range picker.Stretches() {
			if n := s.Hi - s.Lo; rows > 0 && rows+n > r.jobRows() && !send() {
				return
			}
			now, rows = append(now, s), rows+s.Hi-s.Lo
		}
		if rows > 0 {
			send()
		}
	}
}
