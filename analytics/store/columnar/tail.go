package columnar

import (
	"fmt"
	"math"
	"slices"
	"sync"
	"time"

	"jejak/analytics/store"
	"jejak/analytics/store/columnar/internal/part"
	"jejak/event"
)

// tail is what a project has in memory in front of its parts: entries as they came, and those that became pieces.
type tail struct {
	settled  settled
	raw      []entry // applied and not settled, oldest first
	rawRows  int
	rawBytes int
	// fresh is a piece of the first freshRows raw rows, made for a question and kept until more rows come.
	fresh     *run
	freshRows int
	weight    int       // as accounted for last
	born      time.Time // of the oldest thing in it
	touched   time.Time // when the last thing came
	last      uint64    // LSN of the last entry
	// tally and durable are the project's counters up to last, those of the manifest included.
	tally   event.Tally
	durable uint64
}

// settled is a prefix of the tail whose rows are in pieces. Together with the manifest before it, it is the state of
// the project at its last LSN.
type settled struct {
	pieces      []*run
	rows        int
	bytes       int
	entries     int
	tally       event.Tally
	durable     uint64 // events as they came, duplicates included
	records     map[store.RecordKind][][]byte
	first, last uint64 // LSNs
}

func (s *settled) add(entries []entry) {
	for i := range entries {
		e := &entries[i]
		if s.first == 0 {
			s.first = e.lsn
		}
		s.last = e.lsn
		s.entries++
		s.tally.Add(e.tally)
		s.durable += uint64(e.events)
		for _, r := range e.records {
			if s.records == nil {
				s.records = map[store.RecordKind][][]byte{}
			}
			s.records[r.Kind] = append(s.records[r.Kind], r.Body)
			s.bytes += 24 + len(r.Body)
		}
	}
}

func (s *settled) addPiece(r *run) {
	s.pieces = append(s.pieces, r)
	s.rows += r.part.Rows()
	s.bytes += r.bytes
}

func (t *tail) empty() bool { return t.settled.entries == 0 && len(t.raw) == 0 }

func (t *tail) bytes() int {
	n := t.settled.bytes + t.rawBytes
	if t.fresh != nil {
		n += t.fresh.bytes
	}
	return n
}

func (t *tail) add(e entry) {
	t.raw = append(t.raw, e)
	t.rawRows += e.events
	t.rawBytes += e.size()
	t.last = e.lsn
	t.tally.Add(e.tally)
	t.durable += uint64(e.events)
}

// dropFresh lets go of the piece that was made for questions.
func (t *tail) dropFresh() {
	if t.fresh != nil {
		t.fresh.release()
		t.fresh, t.freshRows = nil, 0
	}
}

// front is the shortest prefix of the raw entries with at least so many rows or bytes, or all of them.
func (t *tail) front(rows, bytes int) []entry {
	for i := range t.raw {
		rows -= t.raw[i].events
		bytes -= t.raw[i].size()
		if rows <= 0 || bytes <= 0 {
			return t.raw[: i+1 : i+1]
		}
	}
	return t.raw[:len(t.raw):len(t.raw)]
}

// settle replaces the raw entries at the front by a piece of their rows; piece is nil when they have none.
func (t *tail) settle(entries []entry, piece *run) {
	t.dropFresh()
	t.settled.add(entries)
	if piece != nil {
		t.settled.addPiece(piece)
	}
	for i := range entries {
		t.rawRows -= entries[i].events
		t.rawBytes -= entries[i].size()
	}
	t.raw = slices.Clone(t.raw[len(entries):]) // a new array: the old one holds the bytes of what is settled
}

var unpackers = sync.Pool{New: func() any { return new(unpacker) }}

// buildPiece encodes the rows of entries. It is nil when there are none.
func (p *project) buildPiece(entries []entry) *run {
	u := unpackers.Get().(*unpacker)
	defer unpackers.Put(u)
	defer u.forget()
	for i := range entries {
		if err := u.add(&entries[i]); err != nil {
			panic(fmt.Sprintf("BUG: cannot read back entry %d: %v", entries[i].lsn, err))
		}
	}
	if len(u.events) == 0 {
		return nil
	}
	return newPiece(part.Build(u.events, p.store.key), p.forget)
}

// settleFrontLocked makes one piece out of the oldest raw entries when there are enough of them, or when all is set of any
// that are not later than the LSN upTo. It is false when there was nothing to do. p.building must be held.
func (p *project) settleFrontLocked(upTo uint64, all bool) bool {
	o := &p.store.options
	p.mu.Lock()
	enough := p.rawRows >= o.PieceRows || p.rawBytes >= o.PieceBytes
	if len(p.raw) == 0 || !enough && !all || p.raw[0].lsn > upTo {
		p.mu.Unlock()
		return false
	}
	entries := p.front(o.PieceRows, o.PieceBytes)
	p.mu.Unlock()

	piece := p.buildPiece(entries)

	p.mu.Lock()
	defer p.mu.Unlock()
	p.tail.settle(entries, piece)
	p.weighLocked()
	return true
}

// buildLoop turns raw rows into pieces, one piece for each project in turn. They are askable all the while.
func (s *Store) buildLoop() {
	defer s.wait.Done()
	for {
		p, ok := s.toBuild.take(s.stop)
		if !ok {
			return
		}
		if p.settleNext() {
			s.toBuild.add(p)
		}
		if p.wantsFlush() {
			s.toFlush.add(p)
		}
	}
}

// settleNext makes one piece if there is enough for it; it is false when there is not.
func (p *project) settleNext() bool {
	p.building.Lock()
	defer p.building.Unlock()
	return p.settleFrontLocked(math.MaxUint64, false)
}
