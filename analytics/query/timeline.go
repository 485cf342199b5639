package query

import (
	"cmp"
	"context"
	"math"
	"slices"
	"time"

	"jejak/analytics/store"
	"jejak/event"
	"jejak/question"
)

// life is a question about the events of one person on its way to its answer. Only her bucket is read: first who the rows
// are of, then, of her rows alone, what a filter needs, and all properties of those that are listed.
type life struct {
	*question.Timeline
	*plan
	*meter
	snap   store.Snapshot
	tables *factTables
	now    time.Time
	line   *timeline // name of the range, as elsewhere
	person event.Actor
	pieces []piece
	past   []moment
	bots   int64
	read   int64
	sieve  *sieve
	batch  *batch
	rows   []int32
}

// moment is an event of the person: a row of a piece.
type moment struct {
	time  event.Millis
	run   int32
	piece uint32
	row   uint32
}

const momentBytes = 24

func askTimeline(ctx context.Context, snap store.Snapshot, q *question.Timeline, o Options) (a *question.TimelineAnswer, err error) {
	l := &life{Timeline: q, snap: snap, tables: o.tables, now: o.Now(), meter: o.meter, person: event.Actor(q.Person)}
	if l.line, err = wholeOf(q.Range, l.now); err != nil {
		return nil, err
	}
	return within(ctx, o, l.now, l.answer)
}

func (l *life) answer(ctx context.Context) (*question.TimelineAnswer, error) {
	if err := l.gather(ctx); err != nil {
		return nil, err
	}
	a := &question.TimelineAnswer{Kind: "timeline", Range: l.line.answerRange(), Count: int64(len(l.past))}
	if !l.narrow() {
		return nil, l.stopped(ctx)
	}
	l.sort()
	page, more := l.page()
	var err error
	if a.Events, err = l.describe(ctx, page); err != nil {
		return nil, err
	}
	if more {
		a.Next = l.placeOf(page[len(page)-1]).String()
	}
	a.Explain = question.Explain{
		RowsRead: l.read, RowsMatched: a.Count, BotsLeftOut: l.bots,
		CompleteUntil: l.line.stamp(min(event.Millis(l.now.UnixMilli()), l.line.to)),
	}
	return a, l.stopped(ctx)
}

// gather finds the rows of the person.
func (l *life) gather(ctx context.Context) error {
	l.plan = planOf(nil, readInstant(l.line.zone))
	l.group(l.Selector())
	pieces, leftOut := l.piecesOf(l.snap, l.line, l.IncludeBots)
	if groups, ok := l.snap.(*groupedSnapshot); ok {
		l.person = groups.actorOf(valueOf(l.Group))
	}
	known, err := l.tables.of(ctx, l.plan, l.meter)
	if err != nil {
		return err
	}
	x := setting{l.line.zone, l.now, l.meter, func() bool { return ctx.Err() != nil }, known}
	l.pieces, l.sieve, l.batch = pieces, newSieve(l.meter), newBatch(l.plan, x)
	for i := range pieces {
		if err := l.gatherPiece(ctx, i); err != nil {
			return err
		}
	}
	for _, s := range leftOut {
		x := piece{Section: s}
		err := l.eachBatch(ctx, &x, func(rows []int32) { l.bots += int64(len(rows)) })
		if err != nil {
			return err
		}
	}
	return nil
}

func (l *life) gatherPiece(ctx context.Context, i int) error {
	p := &l.pieces[i]
	f := p.groups[0].filter
	return l.eachBatch(ctx, p, func(rows []int32) {
		if f != nil {
			rows = l.sieve.keep(f, l.batch, rows)
			defer l.sieve.give(rows)
		}
		if len(rows) == 0 || !room(l.meter, &l.past, len(rows), momentBytes) {
			return
		}
		times := l.batch.moments()
		for _, r := range rows {
			l.past = append(l.past, moment{times[r], int32(p.Run()), uint32(i), uint32(l.batch.lo) + uint32(r)})
		}
	})
}

// eachBatch calls f with the person's rows in each batch of a piece; there is at least one.
func (l *life) eachBatch(ctx context.Context, p *piece, f func(rows []int32)) error {
	bucket, index := l.person.Bucket(), l.person.Index()
	lo, hi := rowsIn(p, bucket, l.line)
	for ; lo < hi; lo += batchRows {
		if err := l.stopped(ctx); err != nil {
			return err
		}
		b := l.batch
		b.open(p, bucket, lo, min(hi, lo+batchRows))
		l.rows = l.rows[:0]
		for r, a := range b.actors() {
			if a == index {
				l.rows = append(l.rows, int32(r))
			}
		}
		l.read += int64(b.len())
		if l.rows = alive(l.rows, b); len(l.rows) > 0 {
			f(l.rows)
		}
	}
	return nil
}

// alive takes the superseded rows out.
func alive(rows []int32, b *batch) []int32 {
	if len(rows) == 0 {
		return rows
	}
	dead := supersededIn(b, b.bucket, b.lo, b.hi)
	return slices.DeleteFunc(rows, func(r int32) bool {
		_, is := slices.BinarySearch(dead, b.lo+int(r))
		return is
	})
}

// narrow keeps the events that the page may show, and all of an instant of which it may show one; the others need no order.
// It is false when memory is used up.
func (l *life) narrow() bool {
	toward := event.Millis(1) // towards later times
	if l.Order != question.Oldest {
		toward = -1
	}
	start, same := event.Millis(math.MinInt64), 0
	if l.After != "" {
		place, _ := question.ParsePlace(l.After) // validated
		start = toward * event.Millis(place.Millis)
	}
	var steps []event.Millis // times, ascending in the order asked for
	if !room(l.meter, &steps, len(l.past), 8) {
		return false
	}
	for _, m := range l.past {
		if step := toward * m.time; step >= start {
			steps = append(steps, step)
			if step == start {
				same++
			}
		}
	}
	slices.Sort(steps)
	if last := same + l.LimitOrDefault(); last < len(steps) {
		steps = steps[:last+1]
	}
	l.past = slices.DeleteFunc(l.past, func(m moment) bool {
		step := toward * m.time
		return step < start || step > steps[len(steps)-1]
	})
	return true
}

// sort puts the events into their order: that of time, then of arrival, which is looked at where it decides.
func (l *life) sort() {
	slices.SortFunc(l.past, func(a, b moment) int {
		return cmp.Or(cmp.Compare(a.time, b.time), cmp.Compare(a.piece, b.piece), cmp.Compare(a.row, b.row))
	})
	for lo, hi := 0, 0; lo < len(l.past); lo = hi {
		for hi = lo + 1; hi < len(l.past) && l.past[hi].time == l.past[lo].time; hi++ {
		}
		if hi > lo+1 {
			l.sortByArrival(l.past[lo:hi])
		}
	}
}

// came says how an event came in.
type came struct {
	moment
	sender  event.Actor // where persons have several identifiers
	arrival uint32
}

// sortByArrival sorts events of one time.
func (l *life) sortByArrival(same []moment) {
	order := make([]came, len(same))
	for i, m := range same {
		order[i] = l.cameOf(m)
	}
	slices.SortStableFunc(order, func(a, b came) int {
		return cmp.Or(cmp.Compare(a.sender, b.sender), cmp.Compare(a.run, b.run), cmp.Compare(a.arrival, b.arrival))
	})
	for i := range same {
		same[i] = order[i].moment
	}
}

func (l *life) cameOf(m moment) came {
	c, row := came{moment: m}, int(m.row)
	section := l.pieces[m.piece].Section
	if s, ok := section.(merged); ok {
		c.sender = s.Senders(row, row+1, nil)[0]
	}
	if a := section.Arrivals(row, row+1, nil); a != nil {
		c.arrival = a[0]
	}
	return c
}

// page is the events to list, in the order asked for, and whether there are more behind them.
func (l *life) page() (page []moment, more bool) {
	lo, hi := 0, len(l.past)
	if l.After != "" {
		lo, hi = l.behind()
	}
	n := min(l.LimitOrDefault(), hi-lo)
	more = n < hi-lo
	if l.Order == question.Oldest {
		return slices.Clone(l.past[lo : lo+n]), more
	}
	page = slices.Clone(l.past[hi-n : hi])
	slices.Reverse(page)
	return page, more
}

// behind is the events behind the place where the page before ended.
func (l *life) behind() (lo, hi int) {
	place, _ := question.ParsePlace(l.After) // validated
	first := l.firstAt(event.Millis(place.Millis))
	next := first
	for next < len(l.past) && l.past[next].time == event.Millis(place.Millis) {
		next++
	}
	if l.Order == question.Oldest {
		return min(first+place.Nth+1, next), len(l.past)
	}
	return 0, min(first+place.Nth, next)
}

// firstAt is the first event at or after a time.
func (l *life) firstAt(t event.Millis) int {
	i, _ := slices.BinarySearchFunc(l.past, t, func(m moment, t event.Millis) int { return cmp.Compare(m.time, t) })
	return i
}

func (l *life) placeOf(m moment) question.Place {
	first := l.firstAt(m.time)
	nth := 0
	for l.past[first+nth] != m {
		nth++
	}
	return question.Place{Millis: int64(m.time), Nth: nth}
}
