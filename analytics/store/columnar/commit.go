package columnar

import (
	"context"
	"fmt"
	"slices"
	"time"

	"jejak/analytics/store"
	"jejak/event"
)

// commitBytes is about how much one frame holds.
const commitBytes = 8 << 20

// Append implements store.Store. Encoding happens here, in the caller's goroutine; the committer only joins bytes.
func (s *Store) Append(ctx context.Context, b store.Batch) error {
	if b.Project == 0 {
		return fmt.Errorf("cannot append: the batch names no project")
	}
	it, err := encodeBatch(b, s.options.BatchBytes)
	if err != nil {
		return err
	}
	p := s.project(b.Project)
	if err := s.queue.put(ctx, it, s.options.Patience, func() bool { return s.crowded(p) }); err != nil {
		return err
	}
	select {
	case err := <-it.done:
		return err
	case <-ctx.Done():
		if s.queue.cancel(it) {
			return fmt.Errorf("%w: %w", store.ErrUnavailable, ctx.Err())
		}
		return <-it.done // it is being written: only the committer knows
	}
}

// crowded tells whether an Append must wait until the background has caught up.
func (s *Store) crowded(p *project) bool {
	return p.crowded.Load() || s.tailBytes.Load() > 2*int64(s.options.TailBytes)
}

// Note implements store.Store.
func (s *Store) Note(p event.ProjectID, records []store.Record, t event.Tally) {
	if p == 0 {
		panic("BUG: a note names no project")
	}
	s.queue.note(p, records, t)
}

// commitLoop writes what is queued until the store closes, then what is left.
func (s *Store) commitLoop() {
	defer close(s.committed)
	var later <-chan time.Time
	for {
		select {
		case <-s.queue.appended:
		case <-s.queue.noted:
			if later == nil {
				later = time.After(s.options.NoteDelay)
			}
			continue
		case <-later:
			later = nil
		case <-s.stop:
			s.lastCommit = s.commitAll()
			return
		}
		_ = s.commitAll() // whoever waited has been told; notes stay queued
	}
}

// commitAll commits until the queue is empty or a commit fails with nobody but notes left.
func (s *Store) commitAll() error {
	for {
		items := s.queue.take(commitBytes)
		if len(items) == 0 {
			return nil
		}
		err := s.commit(items)
		s.lastError.Store(&err)
		if err != nil {
			s.queue.giveBack(items)
			if !s.answer(items, fmt.Errorf("%w: %w", store.ErrUnavailable, err)) {
				return err
			}
			continue
		}
		s.answer(items, nil)
	}
}

// commit makes the items durable by one frame, then askable.
func (s *Store) commit(items []*item) error {
	if err := s.checkRoom(slices.ContainsFunc(items, (*item).isAppend)); err != nil {
		return err
	}
	b := s.frame[:0]
	b = append(b, make([]byte, frameHead)...)
	last := make(map[event.ProjectID]uint64)
	for i, it := range items {
		b = append(b, it.body...)
		it.entry.lsn = s.log.next + uint64(i)
		last[it.project] = it.entry.lsn
	}
	if s.frame = b; cap(b) > 2*commitBytes {
		s.frame = nil // one huge batch must not hold its memory for ever
	}
	if err := s.log.write(b, uint32(len(items)), last); err != nil {
		return err
	}
	for _, it := range items {
		s.project(it.project).apply(it.entry)
	}
	return nil
}

// answer tells the Appends among the items how it went, and whether there were any.
func (s *Store) answer(items []*item, err error) (any bool) {
	bytes := 0
	for _, it := range items {
		if it.done != nil {
			bytes += len(it.body)
			it.done <- err
			any = true
		}
	}
	s.queue.left(bytes)
	return any
}
