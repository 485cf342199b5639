package app

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"jejak/exposure"
	"jejak/ground/access"
	"jejak/ground/approve"
	"jejak/incident/dataset"
	"jejak/incident/directory"
	"jejak/incident/scope"
	"jejak/incident/serve"
	"jejak/leak"
)

// scopes makes scopes beside the requests that ask for them. One is made at a time: it takes what the machine has.
type scopes struct {
	*scope.Cabinet
	files       *dataset.Shelf
	directories *directory.Library
	tracer      tracer
	failed      func(error)

	life context.Context // of the server
	work sync.WaitGroup
	mu   sync.Mutex
	runs map[exposure.IncidentID]*run
}

// run is a scope that is being made, or was.
type run struct {
	began time.Time
	rows  atomic.Int64
	over  bool // as the fields below: with the lock
	err   string
}

func (a *App) openScopes() *scopes {
	life, end := context.WithCancel(context.Background())
	s := &scopes{
		Cabinet: a.ground.cabinet(a.o.Data), files: a.files, directories: a.ground.directories(a.o.Data), tracer: tracer{a.export, a.ground.access},
		failed: func(err error) { a.o.Log.Error("a scope was not made", "error", err) }, life: life, runs: map[exposure.IncidentID]*run{},
	}
	a.down.push("the scopes", func(context.Context) error { end(); s.work.Wait(); return nil })
	return s
}

// Start implements serve.Scopes: it opens what is read while the caller waits, and reads it after.
func (s *scopes) Start(ctx context.Context, id exposure.IncidentID, from serve.ScopeStart) error {
	if err := access.May(ctx, 0, access.Respond); err != nil {
		return err
	}
	r, err := s.begin(id)
	if err != nil {
		return err
	}
	file, snap, err := s.open(ctx, from)
	if err != nil {
		s.mu.Lock()
		delete(s.runs, id)
		s.mu.Unlock()
		return err
	}
	ctx = access.With(s.life, access.Caller(ctx))
	s.work.Go(func() {
		_, err := s.Make(ctx, id, scope.File{ID: string(file.ID), SHA256: file.SHA256, Size: file.Size}, watchedCopy{file, r}, snapshot{snap}, from.Meanings, s.tracer)
		s.end(r, errors.Join(err, file.Close(), snap.Close()))
	})
	return nil
}

// begin notes that a scope is being made. serve.ErrRunning.
func (s *scopes) begin(id exposure.IncidentID) (*run, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.runs {
		if !r.over {
			return nil, serve.ErrRunning
		}
	}
	r := &run{began: time.Now().UTC().Truncate(time.Second)}
	s.runs[id] = r
	return r, nil
}

func (s *scopes) end(r *run, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r.over = true
	if err != nil {
		r.err = err.Error()
		s.failed(err)
	}
}

// open opens the file, anew when this caller did before, and the directory.
func (s *scopes) open(ctx context.Context, from serve.ScopeStart) (*dataset.Copy, *directory.Snapshot, error) {
	file, err := s.files.Open(ctx, dataset.ID(from.File), from.Approval)
	if errors.Is(err, approve.ErrOver) {
		file, err = s.files.Reopen(ctx, dataset.ID(from.File), from.Approval)
	}
	if err != nil {
		return nil, nil, err
	}
	snap, err := s.directories.Open(ctx, directory.ID(from.Directory))
	if err != nil {
		return nil, nil, errors.Join(err, file.Close())
	}
	return file, snap, nil
}

// Running implements serve.Scopes.
func (s *scopes) Running(ctx context.Context, id exposure.IncidentID) (serve.ScopeRun, error) {
	if err := access.May(ctx, 0, access.Respond); err != nil {
		return serve.ScopeRun{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.runs[id]
	if r == nil {
		return serve.ScopeRun{}, scope.ErrNotFound
	}
	out := serve.ScopeRun{State: "running", Began: r.began, Rows: r.rows.Load(), Error: r.err}
	switch {
	case r.err != "":
		out.State = "failed"
	case r.over:
		out.State = "done"
	}
	return out, nil
}

// watchedCopy is a leaked file whose rows are counted while they are read.
type watchedCopy struct {
	*dataset.Copy
	run *run
}

// Read implements scope.Source.
func (c watchedCopy) Read(ctx context.Context, from leak.Position, sink leak.Sink) error {
	return c.Copy.Read(ctx, from, countedSink{sink, c.run})
}

type countedSink struct {
	leak.Sink
	run *run
}

// Rows implements leak.Sink.
func (s countedSink) Rows(b *leak.Batch) error {
	s.run.rows.Add(int64(b.Count))
	return s.Sink.Rows(b)
}
