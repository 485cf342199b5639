package columnar

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"jejak/analytics/store/columnar/internal/part"
	"jejak/event"
)

// compactLoop puts the parts of projects in order, one job at a time, until the store closes.
func (s *Store) compactLoop() {
	defer s.wait.Done()
	tick := time.NewTicker(min(time.Minute, s.options.ColdAge))
	defer tick.Stop()
	for {
		select {
		case <-s.stop:
			return
		case <-s.toCompact.token:
		case <-tick.C:
			for _, p := range s.allProjects() {
				s.toCompact.add(p)
			}
		}
		if err := s.compactQueued(); err != nil && !errors.Is(err, context.Canceled) {
			s.options.Log.Error("cannot compact; nothing is lost, it is tried again later", "error", err)
			s.pause()
		}
	}
}

// compactQueued does one job for each project in turn, so that a large one does not keep the others waiting.
func (s *Store) compactQueued() error {
	for !s.stopping() {
		p := s.toCompact.next()
		if p == nil {
			return nil
		}
		more, err := p.compact(s.background, time.Now())
		if err != nil {
			return fmt.Errorf("project %d: %w", p.id, err)
		}
		if more {
			s.toCompact.add(p)
		} else {
			p.prepare()
		}
	}
	return nil
}

// compact does the most urgent job; it is false when there is none. What it reads, nobody else
// takes away.
func (p *project) compact(ctx context.Context, now time.Time) (more bool, err error) {
	p.tidying.Lock()
	defer p.tidying.Unlock()
	p.mu.Lock()
	pl := planner{
		runs: slices.Clone(p.runs), small: uint64(p.store.options.SmallRows),
		cold: now.Sub(p.touched) >= p.store.options.ColdAge, rested: now.Add(-p.store.options.ColdAge),
		oldest: p.oldest(), current: part.Current,
		erased: p.erased, masks: &p.masks, erasedBefore: event.Millis(now.Add(-p.store.options.EraseAge).UnixMilli()),
	}
	p.mu.Unlock()
	var j *job
	err = Guard(func() error {
		j = pl.next()
		return nil
	})
	if err != nil || j == nil {
		return false, err
	}
	if err := p.do(ctx, j, pl.oldest); err != nil {
		return false, err
	}
	return true, nil
}

// do does a job.
func (p *project) do(ctx context.Context, j *job, oldest event.Millis) error {
	if j.free > 0 {
		return p.noteFree(j.inputs, j.free)
	}
	outputs, n, err := p.divideInto(ctx, j, oldest)
	if err != nil {
		return err
	}
	return p.replace(j.inputs, outputs, n)
}

// divideInto writes the outputs of a job, without what is older. On an error none of them is left.
func (p *project) divideInto(ctx context.Context, j *job, oldest event.Millis) (outputs []*run, n taken, err error) {
	first, last, round := j.inputs[0].entry.FirstLSN, uint64(0), j.inputs[0].round.Load()
	for _, r := range j.inputs {
		first, last, round = min(first, r.entry.FirstLSN), max(last, r.entry.LastLSN), min(round, r.round.Load())
	}
	for _, d := range j.outputs {
		r, sum, err := p.writePart(ctx, within(j.inputs, d), d, oldest, first, last, nil)
		if err != nil {
			p.discard(outputs...)
			return nil, n, err
		}
		if r != nil {
			r.round.Store(round)
			outputs = append(outputs, r)
		}
		n.removed += sum.Duplicates
		n.erased += sum.Erased
	}
	n.expired = rowsOf(j.inputs) - rowsOf(outputs) - n.removed - n.erased
	if n.expired != 0 && oldest == always {
		panic(fmt.Sprintf("BUG: project %d: compaction would lose %d rows", p.id, n.expired))
	}
	return outputs, n, nil
}

// taken says why rows of the inputs of a job are in no output.
type taken struct {
	removed, expired, erased uint64
	changes                  event.Changes // of values in rows that stay
}

func rowsOf(runs []*run) (n uint64) {
	for _, r := range runs {
		n += r.entry.Rows
	}
	return n
}

// within are the runs that may have rows of the days.
func within(runs []*run, d days) []*run {
	from, to := d.span()
	var some []*run
	for _, r := range runs {
		if r.entry.Last >= from && r.entry.First < to {
			some = append(some, r)
		}
	}
	return some
}

// replace puts outputs in the place of inputs: on disk, then for questions.
func (p *project) replace(inputs, outputs []*run, n taken) error {
	p.edit.Lock()
	defer p.edit.Unlock()
	runs := slices.DeleteFunc(slices.Clone(p.runs), func(r *run) bool { return slices.Contains(inputs, r) })
	runs = append(runs, outputs...)
	slices.SortStableFunc(runs, inManifestOrder)
	m := p.manifestOf(runs)
	m.Removed += n.removed
	m.Expired += n.expired
	m.Erased += n.erased
	m.Cleaned.AddAll(n.changes)
	return p.install(m, runs, outputs...)
}

// manifestOf is the manifest with these parts. p.edit must be held.
func (p *project) manifestOf(runs []*run) *manifest {
	m := p.manifest.clone()
	m.Parts = m.Parts[:0]
	for _, r := range runs {
		m.Parts = append(m.Parts, r.named())
	}
	return m
}

// inManifestOrder: partitions by day, level 0 behind them, each in order of arrival.
func inManifestOrder(a, b *run) int {
	d, e := a.entry.days(), b.entry.days()
	if d.levelZero() != e.levelZero() {
		if d.levelZero() {
			return 1
		}
		return -1
	}
	return cmp.Or(cmp.Compare(d.from, e.from), cmp.Compare(a.entry.FirstLSN, b.entry.FirstLSN))
}
