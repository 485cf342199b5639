package columnar

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"jejak/analytics/store/columnar/internal/disk"
	"jejak/event"
)

const (
	lockName  = "LOCK"
	storeName = "STORE"
)

// load brings the store to the state of its last acknowledged Append.
func (s *Store) load() error {
	if err := s.makeFolders(); err != nil {
		return fmt.Errorf("cannot make the store's folders: %w", err)
	}
	var err error
	if s.lock, err = s.disk.Lock(filepath.Join(s.dir, lockName)); err != nil {
		return fmt.Errorf("cannot lock the store: %w", err)
	}
	if err := s.loadIdentity(); err != nil {
		return err
	}
	leftovers, err := s.loadProjects()
	if err != nil {
		return err
	}
	unused, err := s.replay()
	if err != nil {
		return err
	}
	if err := s.checkOrphans(leftovers); err != nil {
		return err
	}
	if err := s.secure(); err != nil {
		return fmt.Errorf("cannot sync what an earlier process left: %w", err)
	}
	for _, files := range leftovers {
		unused = append(unused, files...)
	}
	for _, path := range unused {
		s.removeFile(path)
	}
	return s.log.free(s.isFlushed)
}

func (s *Store) makeFolders() error {
	for _, dir := range []string{s.dir, s.logDir(), s.projectsDir()} {
		if err := s.disk.MakeDir(dir); err != nil {
			return err
		}
	}
	return s.disk.SyncDir(s.dir)
}

// syncAbove makes the folder's own name durable, and the names of the folders above it, which may be new too.
func (s *Store) syncAbove() error {
	for dir := s.dir; dir != filepath.Dir(dir); {
		dir = filepath.Dir(dir)
		err := s.disk.SyncDir(dir)
		if errors.Is(err, fs.ErrPermission) {
			return nil // whoever may not read it did not make it
		}
		if err != nil {
			return fmt.Errorf("cannot make the store's folder durable: %w", err)
		}
	}
	return nil
}

// loadIdentity reads STORE, or makes it when nothing is there that belongs to one.
func (s *Store) loadIdentity() error {
	path := filepath.Join(s.dir, storeName)
	id, err := readIdentity(s.disk, path)
	if errors.Is(err, fs.ErrNotExist) {
		return s.makeIdentity(path)
	}
	if err == nil {
		s.key, err = id.key()
	}
	if err != nil {
		return identityDamage(path, err.Error())
	}
	return nil
}

func readIdentity(d disk.FS, path string) (id identity, err error) {
	b, err := disk.ReadAll(d, path)
	if err != nil {
		return id, err
	}
	return id, openText("store", b, &id)
}

func identityDamage(path, seen string) error {
	return &Damage{
		File: path, Offset: -1, Seen: seen, Safe: "all parts, the ledgers and the log",
		Do: "restore this file from a backup: without it duplicates cannot be found",
	}
}

// checkEmpty is what must hold where there is no STORE: nothing was ever kept.
func checkEmpty(d disk.FS, dir string) error {
	for _, sub := range []string{"log", "p"} {
		names, err := d.List(filepath.Join(dir, sub))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("cannot list the store: %w", err)
		}
		if len(names) > 0 {
			return identityDamage(filepath.Join(dir, storeName), "the file is missing, but the store is not empty")
		}
	}
	return nil
}

func (s *Store) makeIdentity(path string) error {
	if err := checkEmpty(s.disk, s.dir); err != nil {
		return err
	}
	if err := s.syncAbove(); err != nil {
		return err
	}
	_, _ = rand.Read(s.key[:]) // never fails
	content, err := sealText("store", identity{hex.EncodeToString(s.key[:])})
	if err != nil {
		return err
	}
	if _, err := replaceDurably(s.disk, path, content); err != nil {
		return fmt.Errorf("cannot make the store's key: %w", err)
	}
	return nil
}

// loadProjects opens all projects' parts. leftovers are, of each project, the files that its manifest does not name.
func (s *Store) loadProjects() (leftovers map[event.ProjectID][]string, err error) {
	ids, err := listProjects(s.disk, s.projectsDir())
	if err != nil {
		return nil, err
	}
	leftovers = map[event.ProjectID][]string{}
	for _, id := range ids {
		p := s.project(id)
		if leftovers[id], err = p.load(); err != nil {
			return nil, err
		}
	}
	return leftovers, nil
}

// listProjects gives the projects that have a folder, in order.
func listProjects(d disk.FS, dir string) ([]event.ProjectID, error) {
	names, err := d.List(dir)
	if err != nil {
		return nil, fmt.Errorf("cannot list the projects: %w", err)
	}
	var ids []event.ProjectID
	for _, name := range names {
		if n, err := strconv.ParseUint(name, 10, 32); err == nil && n > 0 && strconv.FormatUint(n, 10) == name {
			ids = append(ids, event.ProjectID(n))
		}
	}
	slices.Sort(ids)
	return ids, nil
}

// load reads the manifest and opens the parts that it names. leftovers are the other files.
func (p *project) load() (leftovers []string, err error) {
	names, err := p.store.disk.List(p.dir)
	if err != nil {
		return nil, fmt.Errorf("cannot list project %d: %w", p.id, err)
	}
	m, err := readManifest(p.store.disk, p.dir, p.id)
	if err != nil {
		return nil, err
	}
	for _, e := range m.Parts {
		r, err := openRun(p.store.disk, partPath(p.dir, e.File), e, p.forget)
		if err != nil {
			return nil, err
		}
		p.runs = append(p.runs, r)
	}
	p.manifest, p.made = m, true
	p.flushed.Store(m.Flushed)
	p.tail.last, p.tail.tally, p.tail.durable = m.Flushed, m.tally(), m.Durable
	for _, name := range names {
		if n, ok := numbered(name, ".part"); ok {
			p.nextFile = max(p.nextFile, n+1)
		}
		if m.leavesOut(name) {
			leftovers = append(leftovers, filepath.Join(p.dir, name))
		}
	}
	return leftovers, nil
}

// readManifest reads a project's manifest; an empty one when there is none yet.
func readManifest(d disk.FS, dir string, id event.ProjectID) (*manifest, error) {
	path := filepath.Join(dir, manifestName)
	b, err := disk.ReadAll(d, path)
	if errors.Is(err, fs.ErrNotExist) {
		return &manifest{Project: id}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("cannot read a manifest: %w", err)
	}
	m, err := decodeManifest(b)
	if err == nil && m.Project != id {
		err = fmt.Errorf("the manifest is that of project %d", m.Project)
	}
	if err != nil {
		return nil, manifestDamage(path, err.Error())
	}
	return m, nil
}

func manifestDamage(path, seen string) error {
	return &Damage{
		File: path, Offset: -1, Seen: seen, Safe: "the parts beside it, the log and all other projects",
		Do: "restore the project's folder from a backup; do not remove its parts",
	}
}

// leavesOut tells whether a file of the project's folder is none of the manifest's. The ledgers' own lengths say what
// counts of them.
func (m *manifest) leavesOut(name string) bool {
	if strings.HasSuffix(name, newSuffix) {
		return true
	}
	n, ok := numbered(name, ".part")
	return ok && !slices.ContainsFunc(m.Parts, func(e partEntry) bool { return e.File == n })
}

// replay reads the log into the tails. unused are files of segments that never began.
func (s *Store) replay() (unused []string, err error) {
	s.log, unused, err = openLog(s.disk, s.logDir(), func(e *entry) error {
		if p := s.project(e.project); e.lsn > p.flushed.Load() {
			p.apply(e.clone())
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	s.log.limit = s.options.SegmentBytes
	for _, p := range s.allProjects() {
		s.log.next = max(s.log.next, p.flushed.Load()+1) // numbers are never used twice
	}
	return unused, nil
}

// checkOrphans tells a manifest that was lost from one that was never written: before a project's first flush all of
// it is in the log.
func (s *Store) checkOrphans(leftovers map[event.ProjectID][]string) error {
	for id, files := range leftovers {
		p := s.known(id)
		if p.manifest.Flushed == 0 && p.tail.empty() && slices.ContainsFunc(files, isPart) {
			return manifestDamage(filepath.Join(p.dir, manifestName), seenOrphan)
		}
	}
	return nil
}

// secure syncs what a killed process may have written and not synced: from now on this process relies on it.
func (s *Store) secure() error {
	for _, p := range s.allProjects() {
		if p.made {
			if err := s.disk.SyncDir(p.dir); err != nil {
				return err
			}
		}
	}
	for _, dir := range []string{s.dir, s.projectsDir(), s.logDir()} {
		if err := s.disk.SyncDir(dir); err != nil {
			return err
		}
	}
	return s.log.secure()
}
