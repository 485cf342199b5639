package columnar

import (
	"context"
	"fmt"
	"slices"

	"jejak/analytics/store"
	"jejak/analytics/store/columnar/internal/part"
	"jejak/event"
)

// Clean lets the cleaner look at everything that was acknowledged before the call, rewrites the parts in which it changes
// something, each in one piece, and gives up the log that came before. Round is above that of every earlier call for the project: a
// call that was cut off, or whose process was killed, goes on where it was when it is made again with the same round.
// progress is told rows that were looked at, and all.
func (s *Store) Clean(ctx context.Context, id event.ProjectID, round uint64, c store.Cleaner, progress func(done, all uint64)) error {
	p := s.known(id)
	if p == nil {
		return nil
	}
	if err := p.flush(ctx); err != nil {
		return fmt.Errorf("cannot clean project %d: %w", id, err)
	}
	upTo := p.flushed.Load()
	for {
		more, err := p.cleanOne(ctx, round, upTo, c)
		if err != nil {
			return fmt.Errorf("cannot clean project %d: %w", id, err)
		}
		progress(p.cleaned(round, upTo))
		if !more {
			break
		}
	}
	if err := s.renewLog(ctx, id); err != nil {
		return fmt.Errorf("cannot give up the log of project %d: %w", id, err)
	}
	return nil
}

// Cleaned counts what Clean changed of a project, by rows of parts, since it began.
func (s *Store) Cleaned(id event.ProjectID) event.Changes {
	p := s.known(id)
	if p == nil {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	var all event.Changes
	all.AddAll(p.manifest.Cleaned)
	return all
}

// isDone tells whether a run needs no look: it is of this round, or holds only what came later.
func (r *run) isDone(round, upTo uint64) bool {
	return r.round.Load() >= round || r.entry.FirstLSN > upTo
}

func (p *project) cleaned(round, upTo uint64) (done, all uint64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, r := range p.runs {
		if all += r.entry.Rows; r.isDone(round, upTo) {
			done += r.entry.Rows
		}
	}
	return done, all
}

// cleanOne cleans one part; more is false when there was none. Nothing is compacted meanwhile: what it reads, nobody else takes
// away.
func (p *project) cleanOne(ctx context.Context, round, upTo uint64, c store.Cleaner) (more bool, err error) {
	p.tidying.Lock()
	defer p.tidying.Unlock()
	p.mu.Lock()
	at := slices.IndexFunc(p.runs, func(r *run) bool { return !r.isDone(round, upTo) })
	if at < 0 {
		p.mu.Unlock()
		return false, nil
	}
	r := p.runs[at].retain()
	p.mu.Unlock()
	defer r.release()
	var x *part.Cleaning
	err = Guard(func() error {
		x, err = r.part.Clean(ctx, c)
		return err
	})
	if err != nil {
		return false, err
	}
	if x == nil {
		r.round.Store(round)
		return true, p.noteRounds()
	}
	if err := c.Settle(ctx); err != nil {
		return false, err
	}
	return true, p.putClean(ctx, r, x, round)
}

// noteRounds makes it durable which parts were looked at.
func (p *project) noteRounds() error {
	p.edit.Lock()
	defer p.edit.Unlock()
	return p.install(p.manifestOf(p.runs), p.runs)
}

// putClean puts a part that was cleaned in the place of another.
func (p *project) putClean(ctx context.Context, r *run, x *part.Cleaning, round uint64) error {
	clean, sum, err := p.writePart(ctx, []*run{r}, r.entry.days(), always, r.entry.FirstLSN, r.entry.LastLSN, x)
	if err != nil {
		return err
	}
	var outputs []*run
	if clean != nil { // not all of its people were erased
		clean.round.Store(round)
		outputs = append(outputs, clean)
	}
	defer p.count.forget()
	return p.replace([]*run{r}, outputs, taken{removed: sum.Duplicates, erased: sum.Erased, changes: x.Changes})
}

// renewLog begins a new segment, flushes whatever the older ones hold and removes them.
func (s *Store) renewLog(ctx context.Context, id event.ProjectID) error {
	s.log.renew.Store(true)
	if err := s.Append(ctx, store.Batch{Project: id}); err != nil {
		return err
	}
	for _, p := range s.allProjects() {
		if err := p.flush(ctx); err != nil {
			return err
		}
	}
	return s.log.free(s.isFlushed)
}
