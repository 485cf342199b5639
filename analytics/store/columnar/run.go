package columnar

import (
	"errors"
	"fmt"
	"io/fs"
	"sync/atomic"
	"time"

	"jejak/analytics/store/columnar/internal/disk"
	"jejak/analytics/store/columnar/internal/part"
	"jejak/event"
)

// run is an immutable, sorted set of a project's events: a part on disk or a piece of the tail in memory. Whoever may
// still read it holds a reference; with the last one its memory goes, and its file when it is obsolete.
type run struct {
	entry   partEntry // the zero partEntry is a piece
	part    *part.Part
	bytes   int
	mapping *disk.Mapping // nil: a piece
	path    string
	opened  time.Time
	refs    atomic.Int32
	free    atomic.Int64  // how many of those who were erased it does not hold; see erasedSet
	round   atomic.Uint64 // of Clean that has looked at all of it
	// obsolete is set once a durable manifest no longer names the file.
	obsolete atomic.Bool
	gone     func(*run)
}

// newPiece is a run in memory, with one reference.
func newPiece(b []byte, gone func(*run)) *run {
	p, err := part.Open(b)
	if err != nil {
		panic(fmt.Sprintf("BUG: cannot open a piece that was just built: %v", err))
	}
	r := &run{part: p, bytes: len(b), gone: gone}
	r.refs.Store(1)
	return r
}

// openRun is a run on disk, with one reference.
func openRun(d disk.FS, path string, e partEntry, gone func(*run)) (*run, error) {
	m, err := d.Map(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, partDamage(path, errors.New("the file is missing"))
	}
	if err != nil {
		return nil, fmt.Errorf("cannot open a part: %w", err)
	}
	r := &run{entry: e, bytes: len(m.Bytes), mapping: m, path: path, opened: time.Now(), gone: gone}
	if r.part, err = openPart(m.Bytes, e); err != nil {
		_ = m.Close()
		return nil, partDamage(path, err)
	}
	r.free.Store(int64(e.Erased))
	r.refs.Store(1)
	r.round.Store(e.Round)
	return r, nil
}

// openPart opens the part and compares it with what the manifest says.
func openPart(b []byte, e partEntry) (p *part.Part, err error) {
	if uint64(len(b)) != e.Bytes {
		return nil, fmt.Errorf("it has %d bytes, the manifest says %d", len(b), e.Bytes)
	}
	err = Guard(func() error {
		p, err = part.Open(b)
		return err
	})
	if err != nil {
		return nil, err
	}
	first, last := p.Span()
	if uint64(p.Rows()) != e.Rows || first != e.First || last != e.Last {
		return nil, fmt.Errorf("it holds %d rows from %d to %d, the manifest says %d from %d to %d",
			p.Rows(), first, last, e.Rows, e.First, e.Last)
	}
	return p, nil
}

func partDamage(path string, err error) error {
	return &Damage{
		File: path, Offset: -1, Seen: err.Error(), Safe: "all other parts, the ledgers and the log",
		Do: "restore the folder from a backup",
	}
}

// named is what a manifest says of it now.
func (r *run) named() partEntry {
	e := r.entry
	e.Erased, e.Round = int(r.free.Load()), r.round.Load()
	return e
}

// span is the first and the last time in it, both included.
func (r *run) span() (first, last event.Millis) { return r.part.Span() }

func (r *run) retain() *run {
	if r.refs.Add(1) < 2 {
		panic("BUG: a run was taken up again after its last reference went")
	}
	return r
}

func (r *run) release() {
	if r.refs.Add(-1) == 0 {
		r.gone(r)
	}
}

func releaseAll(runs []*run) {
	for _, r := range runs {
		r.release()
	}
}
