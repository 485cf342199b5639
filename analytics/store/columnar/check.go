package columnar

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"jejak/analytics/store"
	"jejak/analytics/store/columnar/internal/disk"
	"jejak/event"
)

// Report is what Check saw.
type Report struct {
	Projects  int    // that have a folder
	Parts     int    // that manifests name
	Rows      uint64 // in the parts
	IDs       uint64 // records in the ledgers of identifiers
	Profiles  uint64 // records in the ledgers of profile updates
	Hidden    uint64 // records in the ledgers of sealed values
	Groups    uint64 // records in the ledgers of groups
	Erased    int    // people who were erased, as far as ledgers and log say
	Segments  int    // of the log
	Entries   uint64 // in the log
	Events    uint64 // in the log
	Leftovers int    // files that nothing names; the next start removes them
}

func (r Report) String() string {
	return fmt.Sprintf("%d projects, %d parts with %d rows, %d records of identifiers, %d of profiles, %d erased people, %d log segments with %d entries and %d events, %d leftovers",
		r.Projects, r.Parts, r.Rows, r.IDs, r.Profiles, r.Erased, r.Segments, r.Entries, r.Events, r.Leftovers)
}

// Check reads everything in the folder of a store that no process has open, and holds it against its checksums and
// invariants. It changes nothing. The error joins all that was found; nil means sound.
func Check(dir string) (Report, error) { return check(disk.System{}, dir, Witness{}) }

// Witness is told on the way what a store holds, for whoever compares it with what is kept elsewhere. Both may be nil.
type Witness struct {
	// Record is given the records of ledgers in their order, those that the log alone has included. The body is good during
	// the call only.
	Record func(p event.ProjectID, k store.RecordKind, body []byte)
	// Actors is told that events of a bucket have actors with indexes below n.
	Actors func(p event.ProjectID, bucket int, n uint32)
}

// CheckWith is Check with a witness.
func CheckWith(dir string, w Witness) (Report, error) { return check(disk.System{}, dir, w) }

func check(d disk.FS, dir string, w Witness) (Report, error) {
	if w.Record == nil {
		w.Record = func(event.ProjectID, store.RecordKind, []byte) {}
	}
	if w.Actors == nil {
		w.Actors = func(event.ProjectID, int, uint32) {}
	}
	c := checker{
		disk: d, dir: dir, witness: w, inParts: map[event.ProjectID]uint64{},
		erased: map[event.ProjectID]*erasedSet{}, freeOf: map[event.ProjectID]int{},
	}
	lock, err := d.Lock(filepath.Join(dir, lockName))
	if err != nil {
		return c.report, fmt.Errorf("cannot lock the store: %w", err)
	}
	defer lock.Close()
	if c.identity() {
		c.projects()
		c.log()
		c.erasures()
	}
	return c.report, errors.Join(c.found...)
}

// checker goes on after damage, to report all of it.
type checker struct {
	disk    disk.FS
	dir     string
	witness Witness
	report  Report
	flushed uint64                     // the highest LSN that a manifest has seen
	inParts map[event.ProjectID]uint64 // of each project
	erased  map[event.ProjectID]*erasedSet
	freeOf  map[event.ProjectID]int // the highest number of erased people that a part says it does not hold
	found   []error
}

// note keeps an error; it tells whether there was one.
func (c *checker) note(err error) bool {
	if err != nil {
		c.found = append(c.found, err)
	}
	return err != nil
}

// identity is false when nothing was ever kept: the making of the store never finished.
func (c *checker) identity() bool {
	path := filepath.Join(c.dir, storeName)
	id, err := readIdentity(c.disk, path)
	if errors.Is(err, fs.ErrNotExist) {
		return c.note(checkEmpty(c.disk, c.dir))
	}
	if err == nil {
		_, err = id.key()
	}
	if err != nil {
		c.note(identityDamage(path, err.Error()))
	}
	return true
}

func (c *checker) projects() {
	dir := filepath.Join(c.dir, "p")
	ids, err := listProjects(c.disk, dir)
	if c.note(err) {
		return
	}
	for _, id := range ids {
		c.report.Projects++
		c.project(id, projectDir(c.dir, id))
	}
}

func (c *checker) project(id event.ProjectID, dir string) {
	m, names, err := readFolder(c.disk, dir, id)
	if c.note(err) {
		return
	}
	c.flushed, c.inParts[id] = max(c.flushed, m.Flushed), m.Flushed
	for _, name := range names {
		if m.leavesOut(name) {
			c.report.Leftovers++
		}
	}
	set, err := readErased(c.disk, dir, m)
	if c.note(err) {
		set = &erasedSet{}
	}
	c.erased[id] = set
	for _, e := range m.Parts {
		c.freeOf[id] = max(c.freeOf[id], e.Erased)
		c.part(id, partPath(dir, e.File), e, set)
	}
	for _, end := range m.Ledgers {
		count := map[store.RecordKind]*uint64{
			store.Identifiers: &c.report.IDs, store.Profiles: &c.report.Profiles, store.Hidden: &c.report.Hidden,
			store.Groups: &c.report.Groups,
		}[end.Kind]
		if count == nil {
			continue // read above
		}
		c.note(readLedger(c.disk, dir, id, end, func(body []byte) bool {
			*count++
			c.witness.Record(id, end.Kind, body)
			return true
		}))
	}
}

func (c *checker) part(id event.ProjectID, path string, e partEntry, erased *erasedSet) {
	r, err := openRun(c.disk, path, e, func(r *run) { _ = r.mapping.Close() })
	if c.note(err) {
		return
	}
	defer r.release()
	if err := Guard(r.part.Verify); err != nil {
		c.note(partDamage(path, err))
	}
	for bucket := range event.Buckets {
		c.witness.Actors(id, bucket, r.part.Actors(bucket))
	}
	if err := Guard(func() error { return holdsNone(r, erased) }); err != nil {
		c.note(partDamage(path, err))
	}
	c.report.Parts++
	c.report.Rows += e.Rows
}

// holdsNone checks that a part holds no row of those whom the manifest says it is free of. Whom the log alone names, it does
// not look for.
func holdsNone(r *run, erased *erasedSet) error {
	set := erased.first(r.entry.Erased)
	for _, s := range r.part.Sections(everything) {
		for b := range event.Buckets {
			if set.changed[b] > 0 && len(s.RowsOf(b, set.of[b], nil)) > 0 {
				return fmt.Errorf("it holds rows of people who were erased from it")
			}
		}
	}
	return nil
}

// erasures: parts can only be free of people who were erased.
func (c *checker) erasures() {
	for id, set := range c.erased {
		c.report.Erased += set.length
		if c.freeOf[id] > set.length {
			c.note(manifestDamage(filepath.Join(projectDir(c.dir, id), manifestName),
				fmt.Sprintf("a part is free of %d people who were erased, but ledger and log name %d", c.freeOf[id], set.length)))
		}
	}
}

// addErased takes up who was erased by the log's last entries. Those that the ledger has too do not count again.
func (c *checker) addErased(e *entry) error {
	for _, r := range e.records {
		if r.Kind != store.Erased {
			continue
		}
		at, actors, err := readErasure(r.Body)
		if err != nil {
			return fmt.Errorf("entry %d: %w", e.lsn, err)
		}
		if c.erased[e.project] == nil {
			c.erased[e.project] = &erasedSet{}
		}
		c.erased[e.project].put(at, actors)
	}
	return nil
}

func (c *checker) log() {
	var u unpacker
	l, unused, err := openLog(c.disk, filepath.Join(c.dir, "log"), func(e *entry) error {
		c.report.Entries++
		c.report.Events += uint64(e.events)
		defer u.forget()
		if err := c.addErased(e); err != nil {
			return err
		}
		if err := u.add(e); err != nil {
			return &Damage{
				File: filepath.Join(c.dir, "log"), Offset: -1, Seen: fmt.Sprintf("entry %d: %v", e.lsn, err),
				Safe: "all parts", Do: "restore the folder from a backup",
			}
		}
		c.tell(e, u.events)
		return nil
	})
	if c.note(err) {
		return
	}
	if l.next <= c.flushed {
		c.note(&Damage{
			File: filepath.Join(c.dir, "log"), Offset: -1, Seen: fmt.Sprintf("it ends before LSN %d, parts go up to %d", l.next, c.flushed),
			Safe: "all parts, and what is left of the log",
			Do:   "put the newest segments back; when they are lost, start: what was in them and was not flushed is lost",
		})
	}
	c.report.Segments = len(l.segments)
	c.report.Leftovers += len(unused)
}

// tell the witness what no part and no ledger has yet.
func (c *checker) tell(e *entry, events []event.Event) {
	if e.lsn <= c.inParts[e.project] {
		return
	}
	for _, r := range e.records {
		c.witness.Record(e.project, r.Kind, r.Body)
	}
	for i := range events {
		a := events[i].Actor
		c.witness.Actors(e.project, a.Bucket(), a.Index()+1)
	}
}
