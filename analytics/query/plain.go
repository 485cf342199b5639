package query

import (
	"context"
	"slices"
	"sync/atomic"

	"jejak/event"
)

// plainCounter counts events without looking at them, where nothing but their number matters.
type plainCounter interface {
	counter
	// isPlain tells whether takeCount may stand for take.
	isPlain() bool
	// takeCount counts n events of a group in an interval.
	takeCount(group, interval, n int)
}

// takePlain takes those pieces out of the scan of which every row counts and whose intervals are told by seeking.
func (s *scan) takePlain(workers []counter) []piece {
	c, ok := workers[0].(plainCounter)
	if !ok || !c.isPlain() || s.filter != nil || s.reach != nil {
		return nil
	}
	var plain, others []piece
	for _, p := range s.pieces {
		if s.isPlain(&p) {
			plain = append(plain, p)
		} else {
			others = append(others, p)
		}
	}
	s.pieces = others
	return plain
}

func (s *scan) isPlain(p *piece) bool {
	if slices.ContainsFunc(p.groups, func(g member) bool { return g.filter != nil }) {
		return false
	}
	first, last := s.intervalsOf(p)
	return last-first <= 1 || p.Rows() >= event.Buckets*rowsPerSeek*(last-first) // one seek costs less than a batch
}

// intervalsOf are the first and the last interval of what is read of a piece.
func (s *scan) intervalsOf(p *piece) (first, last int) {
	return s.line.intervalOf(max(p.first, s.line.from)), s.line.intervalOf(min(p.last, s.line.to-1))
}

// countPlain counts pieces, shared out among the workers.
func (w *worker) countPlain(ctx context.Context, pieces []piece, next *atomic.Int32) error {
	for {
		i := int(next.Add(1)) - 1
		if i >= len(pieces) {
			return nil
		}
		if err := w.meter.stopped(ctx); err != nil {
			return err
		}
		w.countPiece(&pieces[i])
	}
}

func (w *worker) countPiece(p *piece) {
	first, last := w.intervalsOf(p)
	counts := make([]int, last-first+1)
	for bucket := range event.Buckets {
		lo, hi := rowsIn(p, bucket, w.line)
		if lo == hi {
			continue
		}
		dead := supersededIn(p, bucket, lo, hi)
		for i := range counts {
			end := hi
			if first+i < last {
				end = p.Seek(lo, hi, w.line.end(first+i))
			}
			n, _ := slices.BinarySearch(dead, end)
			counts[i] += end - lo - n
			lo, dead = end, dead[n:]
		}
	}
	for i, n := range counts {
		w.notePlain(p, first+i, n)
	}
}

func (w *worker) notePlain(p *piece, interval, n int) {
	if n == 0 {
		return
	}
	w.seen += int64(n)
	for _, g := range p.groups {
		w.counter.(plainCounter).takeCount(g.group, interval, n)
	}
}
