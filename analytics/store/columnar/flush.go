package columnar

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"path/filepath"
	"time"

	"jejak/analytics/store"
	"jejak/analytics/store/columnar/internal/disk"
	"jejak/analytics/store/columnar/internal/part"
	"jejak/event"
)

// flush turns the tail as it is now into a part of level 0, moves records into the ledgers and counters into the
// manifest. When it fails nothing is lost and it can be called again.
func (p *project) flush(ctx context.Context) error {
	p.edit.Lock()
	defer p.edit.Unlock()
	s := p.freeze()
	if s == nil {
		return nil
	}
	if err := p.makeFolder(); err != nil {
		return err
	}
	m := p.manifest.clone()
	runs := p.runs
	var fresh *run
	if len(s.pieces) > 0 {
		r, sum, err := p.writePart(ctx, s.pieces, days{}, always, s.first, s.last, nil)
		if err != nil {
			return err
		}
		if fresh = r; r != nil {
			runs = append(append([]*run(nil), runs...), r)
			m.Parts = append(m.Parts, r.entry)
		}
		m.Removed += s.durable - sum.Rows - sum.Erased
		m.Erased += sum.Erased
	}
	if err := p.extendLedgers(m, s.records); err != nil {
		p.discard(fresh)
		return err
	}
	m.Flushed, m.Durable = s.last, m.Durable+s.durable
	t := m.tally()
	t.Add(s.tally)
	m.Received, m.Refused, m.Changed = t.Received, t.Refused, t.Changed
	return p.install(m, runs, fresh)
}

// freeze moves everything applied so far out of the tail and on its way to disk. What an earlier, failed flush left
// goes first. It is nil when there is nothing.
func (p *project) freeze() *settled {
	p.building.Lock()
	defer p.building.Unlock()
	p.mu.Lock()
	waiting, upTo := p.flushing, p.last
	p.mu.Unlock()
	if waiting != nil {
		return waiting
	}
	for p.settleFrontLocked(upTo, true) {
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.settled.entries == 0 {
		return nil
	}
	s := p.settled
	p.flushing, p.settled = &s, settled{}
	p.born = time.Now() // of whatever came meanwhile, or comes
	return p.flushing
}

// makeFolder makes the project's folder durable the first time, with a manifest that names nothing: so a folder that holds
// anything else and no manifest has lost it.
func (p *project) makeFolder() error {
	if p.made {
		return nil
	}
	d := p.store.disk
	if err := d.MakeDir(p.dir); err != nil {
		return fmt.Errorf("cannot make a project's folder: %w", err)
	}
	if err := d.SyncDir(filepath.Dir(p.dir)); err != nil {
		return fmt.Errorf("cannot make a project's folder: %w", err)
	}
	content, err := encodeManifest(p.manifest)
	if err == nil {
		_, err = replaceDurably(d, filepath.Join(p.dir, manifestName), content)
	}
	if err != nil {
		return fmt.Errorf("cannot make a project's manifest: %w", err)
	}
	p.made = true
	return nil
}

// writePart merges the rows of runs that are in the days, not older and of nobody who was erased into a new part, durable
// under its name no later than the manifest that will name it. With x it is the only run as x cleans it. The run is nil when no row
// is left.
func (p *project) writePart(ctx context.Context, inputs []*run, d days, oldest event.Millis, first, last uint64, x *part.Cleaning) (*run, part.Summary, error) {
	p.mu.Lock()
	number := p.nextFile
	p.nextFile++
	erased := p.erased
	p.mu.Unlock()
	path := partPath(p.dir, number)
	sum, err := p.mergeInto(ctx, path, inputs, erased, d, oldest, x)
	if err != nil {
		p.store.removeFile(path)
		return nil, sum, fmt.Errorf("cannot write a part: %w", err)
	}
	if sum.Rows == 0 {
		p.store.removeFile(path)
		return nil, sum, nil
	}
	e := partEntry{
		File: number, Bytes: sum.Bytes, Rows: sum.Rows, FirstLSN: first, LastLSN: last, First: sum.First, Last: sum.Last,
		FromDay: d.from, ToDay: d.to, Erased: erased.length,
	}
	r, err := openRun(p.store.disk, path, e, p.forget)
	if err != nil {
		p.store.removeFile(path)
		return nil, sum, err
	}
	return r, sum, nil
}

func (p *project) mergeInto(ctx context.Context, path string, inputs []*run, erased *erasedSet, d days, oldest event.Millis, x *part.Cleaning) (sum part.Summary, err error) {
	f, err := p.store.disk.Create(path)
	if err != nil {
		return sum, err
	}
	from, to := always, event.Millis(math.MaxInt64)
	if !d.levelZero() {
		from, to = d.span()
	}
	from = max(from, oldest)
	parts := make([]*part.Part, len(inputs))
	for i, r := range inputs {
		parts[i] = r.part
	}
	defer restAll(inputs)
	w := bufio.NewWriterSize(&fileWriter{f: f, rest: func() { restAll(inputs) }}, 1<<18)
	err = Guard(func() error {
		if gone := p.masks.gone(inputs, erased); x != nil {
			sum, err = x.Write(ctx, w, gone, from, to)
		} else {
			sum, err = part.Merge(ctx, w, parts, gone, from, to)
		}
		return err
	})
	if err == nil {
		err = w.Flush()
	}
	if err == nil {
		err = f.Sync()
	}
	return sum, errors.Join(err, f.Close())
}

// restEvery is after how many bytes of output a merge gives back the pages of its inputs.
const restEvery = 16 << 20

// fileWriter writes to a file from its start on.
type fileWriter struct {
	f      disk.File
	at     int64
	rest   func()
	rested int64
}

func (w *fileWriter) Write(b []byte) (int, error) {
	n, err := w.f.WriteAt(b, w.at)
	w.at += int64(n)
	if w.at-w.rested >= restEvery {
		w.rested = w.at
		w.rest()
	}
	return n, err
}

// restAll gives back the memory that reading the runs took.
func restAll(runs []*run) {
	for _, r := range runs {
		r.mapping.Rest()
	}
}

func (p *project) extendLedgers(m *manifest, records map[store.RecordKind][][]byte) error {
	for _, k := range ledgerKinds {
		if len(records[k]) == 0 {
			continue
		}
		end, err := extendLedger(p.store.disk, p.dir, p.id, m.ledger(k), records[k])
		if err != nil {
			return err
		}
		m.setLedger(end)
	}
	return nil
}

// install makes m the project's manifest on disk and shows runs, its parts, to questions. The flushed part of the tail
// is dropped when m covers it. fresh are the runs that m names and its predecessor does not; on an error they are
// discarded.
func (p *project) install(m *manifest, runs []*run, fresh ...*run) error {
	content, err := encodeManifest(m)
	if err == nil {
		err = m.check()
	}
	if err != nil {
		panic(fmt.Sprintf("BUG: project %d would get a wrong manifest: %v", p.id, err))
	}
	renamed, err := replaceDurably(p.store.disk, filepath.Join(p.dir, manifestName), content)
	if err != nil {
		if renamed {
			p.suspect(fresh)
		} else {
			p.discard(fresh...)
		}
		return fmt.Errorf("cannot replace a manifest: %w", err)
	}
	p.show(m, runs)
	p.weigh(m)
	for _, path := range p.suspects {
		p.store.removeFile(path)
	}
	p.suspects = nil
	return nil
}

const manifestName = "MANIFEST"

// show makes the manifest's state the one that questions see.
func (p *project) show(m *manifest, runs []*run) {
	p.mu.Lock()
	old, flushed := p.runs, p.flushing
	p.manifest, p.runs = m, runs
	if flushed != nil && m.Flushed >= flushed.last {
		p.flushing = nil
	} else {
		flushed = nil
	}
	p.flushed.Store(m.Flushed)
	p.weighLocked()
	p.mu.Unlock()

	kept := make(map[*run]bool, len(runs))
	for _, r := range runs {
		kept[r] = true
	}
	for _, r := range old {
		if !kept[r] {
			r.obsolete.Store(true)
			r.release()
		}
	}
	if flushed != nil {
		releaseAll(flushed.pieces)
	}
}

// discard removes parts that no manifest names.
func (p *project) discard(runs ...*run) {
	for _, r := range runs {
		if r != nil {
			r.obsolete.Store(true)
			r.release()
		}
	}
}

// suspect keeps the files of parts that the manifest on disk may name, until a later one is durable.
func (p *project) suspect(runs []*run) {
	for _, r := range runs {
		if r != nil {
			p.suspects = append(p.suspects, r.path)
			r.release()
		}
	}
}

func (s *Store) removeFile(path string) {
	if err := s.disk.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		s.options.Log.Warn("cannot remove a file that is no longer needed; the next start will", "file", path, "error", err)
	}
}

// flushLoop flushes what is large, what keeps the log from being freed and what is old, until the store closes.
func (s *Store) flushLoop() {
	defer s.wait.Done()
	tick := time.NewTicker(min(time.Second, s.options.FlushAge, s.options.QuietAge))
	defer tick.Stop()
	for {
		select {
		case <-s.stop:
			return
		case <-s.toFlush.token:
		case now := <-tick.C:
			s.findFlushes(now)
			s.restQuiet(now)
		}
		if err := s.flushQueued(); err != nil && !errors.Is(err, context.Canceled) {
			s.options.Log.Error("cannot flush; events stay in the log, the next second tries again", "error", err)
			s.pause()
		}
	}
}

// pause waits a second, or for the store to close.
func (s *Store) pause() {
	select {
	case <-s.stop:
	case <-time.After(time.Second):
	}
}

func (s *Store) flushQueued() error {
	for !s.stopping() {
		p := s.toFlush.next()
		if p == nil {
			break
		}
		if err := p.flush(s.background); err != nil {
			s.toFlush.add(p)
			return fmt.Errorf("project %d: %w", p.id, err)
		}
		s.toCompact.add(p)
		s.relieve()
	}
	return s.log.free(s.isFlushed)
}

// findFlushes queues the projects that are due.
func (s *Store) findFlushes(now time.Time) {
	for _, id := range s.log.pinning(s.options.KeepSegments, s.isFlushed) {
		s.toFlush.add(s.project(id))
	}
	for _, p := range s.allProjects() {
		if p.isDue(now) {
			s.toFlush.add(p)
		}
	}
	s.relieve()
}

// restQuiet gives back what reading took once nobody has read for a while.
func (s *Store) restQuiet(now time.Time) {
	if !s.reading.over(now, s.options.QuietAge) {
		return
	}
	for _, p := range s.allProjects() {
		p.mu.Lock()
		restAll(p.runs)
		p.mu.Unlock()
	}
}

// relieve queues the project with the largest tail when all tails together are too large.
func (s *Store) relieve() {
	if s.tailBytes.Load() < int64(s.options.TailBytes) {
		return
	}
	var largest *project
	weight := 0
	for _, p := range s.allProjects() {
		p.mu.Lock()
		if p.weight > weight {
			largest, weight = p, p.weight
		}
		p.mu.Unlock()
	}
	if largest != nil {
		s.toFlush.add(largest)
	}
}

func (s *Store) isFlushed(id event.ProjectID, lsn uint64) bool {
	return s.project(id).flushed.Load() >= lsn
}
