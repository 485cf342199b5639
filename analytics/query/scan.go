package query

import (
	"context"
	"slices"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"jejak/analytics/store"
	"jejak/event"
)

// scan is one reading of the pieces of a range. Buckets are shared out among workers.
type scan struct {
	*plan
	actorsOf func(bucket int) uint32
	line     *timeline
	pieces   []piece
	actors   [event.Buckets]uint32
	meter    *meter
	guard    func(func() error) error
	tables   *factTables
	count    *counters
	asked    time.Time
	reach    []span // by group: where its events count; nil: in all that is read
}

// counters are what an answer's Explain says.
type counters struct{ read, matched atomic.Int64 }

// counter takes the events of a scan. Each worker has its own.
type counter interface {
	// begin announces a bucket with so many actors, and at most so many rows to come.
	begin(bucket int, actors uint32, rows int)
	// take counts rows of the batch that belong to a group of the plan; there is at least one.
	take(group int, b *batch, rows []int32)
	// done says that all groups of the batch were taken; its rows go away.
	done(b *batch)
	end()
}

func (p *plan) scanOf(snap store.Snapshot, line *timeline, m *meter, o Options) *scan {
	return &scan{plan: p, actorsOf: snap.Actors, line: line, meter: m, guard: o.Guard, tables: o.tables, count: new(counters), asked: o.asked}
}

// run reads every piece once, with as many workers as there are counters.
func (s *scan) run(ctx context.Context, workers []counter) error {
	var next, nextPlain atomic.Int32
	plain := s.takePlain(workers)
	own := s.meter.part() // of what ends with the scan
	defer own.release()
	for bucket := range s.actors { // now: a snapshot by group knows its groups when its sections were read
		s.actors[bucket] = s.actorsOf(bucket)
	}
	known, err := s.tables.of(ctx, s.plan, s.meter)
	if err != nil {
		return err
	}
	group, ctx := errgroup.WithContext(ctx)
	x := setting{s.line.zone, s.asked, own, func() bool { return ctx.Err() != nil }, known}
	for _, c := range workers {
		w := &worker{scan: s, counter: c, sieve: newSieve(own), batch: newBatch(s.plan, x)}
		group.Go(func() error {
			return s.guard(func() error {
				if err := w.countPlain(ctx, plain, &nextPlain); err != nil {
					return err
				}
				return w.work(ctx, &next)
			})
		})
	}
	return group.Wait()
}

// worker reads bucket after bucket.
type worker struct {
	*scan
	counter
	sieve *sieve
	batch *batch
	dead  []int // superseded rows of the piece and bucket, from the next batch on
	alive []int32
	read  int64
	seen  int64
}

func (w *worker) work(ctx context.Context, next *atomic.Int32) error {
	for {
		bucket := int(next.Add(1)) - 1
		if bucket >= event.Buckets {
			w.count.read.Add(w.read)
			w.count.matched.Add(w.seen)
			return nil
		}
		if err := w.readBucket(ctx, bucket); err != nil {
			return err
		}
	}
}

func (w *worker) readBucket(ctx context.Context, bucket int) error {
	rows := 0
	for i := range w.pieces {
		lo, hi := w.pieces[i].Bucket(bucket)
		rows += hi - lo
	}
	if rows == 0 {
		return nil
	}
	w.begin(bucket, w.actors[bucket], rows)
	for i := range w.pieces {
		if err := w.readPiece(ctx, &w.pieces[i], bucket); err != nil {
			return err
		}
	}
	w.end()
	return w.meter.stopped(ctx)
}

// readPiece reads the rows of a bucket that lie in the range, interval by interval where that saves looking at times.
func (w *worker) readPiece(ctx context.Context, p *piece, bucket int) error {
	lo, hi := rowsIn(p, bucket, w.line)
	if lo == hi {
		return nil
	}
	w.dead = supersededIn(p, bucket, lo, hi)
	first, last := w.intervalsOf(p)
	if first != last && hi-lo < rowsPerSeek*(last-first) {
		return w.readRows(ctx, p, bucket, lo, hi, first, false)
	}
	for i := first; i <= last && lo < hi; i++ {
		end := hi
		if i < last {
			end = p.Seek(lo, hi, w.line.end(i))
		}
		if err := w.readRows(ctx, p, bucket, lo, end, i, true); err != nil {
			return err
		}
		lo = end
	}
	return nil
}

// rowsPerSeek is how many times are decoded as fast as one is sought.
const rowsPerSeek = 128

// readRows reads rows in batches. They lie in the interval, or, when single is false, in it or later ones.
func (w *worker) readRows(ctx context.Context, p *piece, bucket, lo, hi, interval int, single bool) error {
	for ; lo < hi; lo += batchRows {
		if err := w.meter.stopped(ctx); err != nil {
			return err
		}
		b := w.batch
		b.open(p, bucket, lo, min(hi, lo+batchRows))
		if single {
			b.inOne(interval)
		} else {
			b.cut(w.line, interval)
		}
		w.readBatch(b)
	}
	return nil
}

// everyRow are the numbers of the rows of a full batch.
var everyRow = func() (rows [batchRows]int32) {
	for i := range rows {
		rows[i] = int32(i)
	}
	return rows
}()

func (w *worker) readBatch(b *batch) {
	rows := w.without(b)
	kept := rows
	if w.filter != nil {
		kept = w.sieve.keep(w.filter, b, rows)
		defer w.sieve.give(kept)
	}
	if len(kept) > 0 {
		w.takeGroups(b, kept)
	}
	if b.touched {
		w.read += int64(b.len())
	}
}

// without is all rows of the batch but the dead. It is good until the next call.
func (w *worker) without(b *batch) []int32 {
	n, _ := slices.BinarySearch(w.dead, b.hi)
	dead := w.dead[:n]
	w.dead = w.dead[n:]
	if n == 0 {
		return everyRow[:b.len()]
	}
	alive, next := w.alive[:0], 0
	for _, row := range dead {
		alive = append(alive, everyRow[next:row-b.lo]...)
		next = row - b.lo + 1
	}
	w.alive = append(alive, everyRow[next:b.len()]...)
	return w.alive
}

func (w *worker) takeGroups(b *batch, rows []int32) {
	var matched []bool
	if len(b.groups) > 1 {
		matched = w.sieve.mark()
	}
	for _, g := range b.groups {
		kept := w.within(g.group, b, rows)
		if g.filter != nil {
			kept = w.sieve.keep(g.filter, b, kept)
		}
		if len(kept) > 0 {
			w.take(g.group, b, kept)
		}
		w.noteMatched(kept, matched)
		if g.filter != nil {
			w.sieve.give(kept)
		}
	}
	w.done(b)
	if matched != nil {
		w.sieve.unmark(matched)
	}
}

// within are the rows in reach of a group.
func (w *worker) within(group int, b *batch, rows []int32) []int32 {
	if w.reach == nil {
		return rows
	}
	r, lo, hi := w.reach[group], b.lo, b.hi
	if b.first < r.from {
		lo = b.Seek(lo, hi, r.from)
	}
	if b.last >= r.to {
		hi = b.Seek(lo, hi, r.to)
	}
	i, _ := slices.BinarySearch(rows, int32(lo-b.lo))
	j, _ := slices.BinarySearch(rows, int32(hi-b.lo))
	return rows[i:j]
}

// noteMatched counts each row once, whatever the number of groups it belongs to.
func (w *worker) noteMatched(rows []int32, matched []bool) {
	if matched == nil {
		w.seen += int64(len(rows))
		return
	}
	for _, r := range rows {
		if !matched[r] {
			matched[r] = true
			w.seen++
		}
	}
}
