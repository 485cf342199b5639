package columnar

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"jejak/analytics/store"
	"jejak/event"
)

// item is one thing in the queue: an Append that somebody waits for, or the notes of one project.
type item struct {
	project event.ProjectID
	body    []byte // the encoded entry; of notes only once they are taken
	entry   entry
	note    *note
	done    chan error // nil for notes
}

// isAppend tells whether somebody waits for it.
func (it *item) isAppend() bool { return it.done != nil }

// note gathers what was noted for one project.
type note struct {
	records []store.Record
	tally   event.Tally
}

func (n *note) add(records []store.Record, t event.Tally) {
	for _, r := range records {
		r.Body = slices.Clone(r.Body)
		n.records = append(n.records, r)
	}
	n.tally.Add(t)
}

// queue holds what waits for the committer, first in first out. A note joins the last note of its project when no
// Append of the project stands behind that one, so the order within a project is kept.
type queue struct {
	limit int

	mu    sync.Mutex
	items []*item
	open  map[event.ProjectID]*item // notes that may still grow
	bytes int                       // of Appends waiting and being written
	shut  bool
	room  chan struct{} // closed when there may be room again

	appended chan struct{} // holds one token when an Append waits
	noted    chan struct{} // holds one token when a note waits
}

func newQueue(limit int) *queue {
	return &queue{
		limit: limit, open: map[event.ProjectID]*item{}, room: make(chan struct{}),
		appended: make(chan struct{}, 1), noted: make(chan struct{}, 1),
	}
}

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// put queues an Append. It waits for room while the queue is full or crowded says so, at most for patience.
func (q *queue) put(ctx context.Context, it *item, patience time.Duration, crowded func() bool) error {
	var timer <-chan time.Time
	for {
		room, err := q.try(it, crowded)
		if room == nil {
			return err
		}
		if timer == nil {
			t := time.NewTimer(patience)
			defer t.Stop()
			timer = t.C
		}
		select {
		case <-room:
		case <-ctx.Done():
			return fmt.Errorf("%w: %w", store.ErrUnavailable, ctx.Err())
		case <-timer:
			return fmt.Errorf("%w: too much waits to be written", store.ErrUnavailable)
		}
	}
}

// try queues the item, or returns what to wait for.
func (q *queue) try(it *item, crowded func() bool) (room chan struct{}, err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.shut {
		return nil, fmt.Errorf("%w: it is closed", store.ErrUnavailable)
	}
	if q.bytes > 0 && q.bytes+len(it.body) > q.limit || crowded() {
		return q.room, nil
	}
	q.items = append(q.items, it)
	q.bytes += len(it.body)
	delete(q.open, it.project)
	signal(q.appended)
	return nil, nil
}

// cancel takes an Append out again. It is false when the committer has it already.
func (q *queue) cancel(it *item) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	i := slices.Index(q.items, it)
	if i < 0 {
		return false
	}
	q.items = slices.Delete(q.items, i, i+1)
	q.leaveLocked(len(it.body))
	return true
}

func (q *queue) leaveLocked(bytes int) {
	q.bytes -= bytes
	close(q.room)
	q.room = make(chan struct{})
}

// left says that Appends of so many bytes are done with, or, with 0, that there may be room for another reason.
func (q *queue) left(bytes int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.leaveLocked(bytes)
}

func (q *queue) note(p event.ProjectID, records []store.Record, t event.Tally) {
	q.mu.Lock()
	defer q.mu.Unlock()
	it := q.open[p]
	if it == nil {
		it = &item{project: p, note: &note{}}
		q.items = append(q.items, it)
		q.open[p] = it
	}
	it.note.add(records, t)
	signal(q.noted)
}

// take removes items from the front, up to about so many bytes, at least one.
func (q *queue) take(bytes int) []*item {
	q.mu.Lock()
	defer q.mu.Unlock()
	n, sum := 0, 0
	for n < len(q.items) && (n == 0 || sum < bytes) {
		it := q.items[n]
		if it.note != nil {
			it.encodeNote()
		}
		if q.open[it.project] == it {
			delete(q.open, it.project)
		}
		sum += len(it.body)
		n++
	}
	taken := slices.Clone(q.items[:n])
	q.items = slices.Delete(q.items, 0, n)
	return taken
}

func (it *item) encodeNote() {
	it.body = encodeEntry(store.Batch{Project: it.project, Records: it.note.records, Tally: it.note.tally})
	it.entry = mustDecodeEntry(it.body)
}

// giveBack puts notes of a failed commit to the front again, one item for each project.
func (q *queue) giveBack(items []*item) {
	var front []*item
	of := map[event.ProjectID]*item{}
	for _, it := range items {
		if it.note == nil {
			continue
		}
		first := of[it.project]
		if first == nil {
			of[it.project] = it
			front = append(front, it)
			continue
		}
		first.note.records = append(first.note.records, it.note.records...)
		first.note.tally.Add(it.note.tally)
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	q.items = append(front, q.items...)
	if len(q.items) > 0 {
		signal(q.noted)
	}
}

// close lets nobody in any more.
func (q *queue) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.shut = true
	q.leaveLocked(0)
}

// encodeBatch gives the item of an Append, or an error when the batch is too large to be kept at all.
func encodeBatch(b store.Batch, limit int) (*item, error) {
	body := encodeEntry(b)
	if len(body) > limit {
		return nil, fmt.Errorf("cannot keep a batch of %d bytes: the limit is %d", len(body), limit)
	}
	return &item{project: b.Project, body: body, entry: mustDecodeEntry(body), done: make(chan error, 1)}, nil
}

func mustDecodeEntry(b []byte) entry {
	e, rest, err := decodeEntry(b)
	if err != nil || len(rest) > 0 {
		panic(fmt.Sprintf("BUG: cannot decode an entry that was just encoded: %v", err))
	}
	return e
}
