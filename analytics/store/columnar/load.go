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
	if err := s.secure(); err != nil {
		return fmt.Errorf("cannot sync what an earlier process left: %w", err)
	}
	for _, path := range append(unused, leftovers...) {
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

// loadProjects opens all projects' parts. leftovers are the files that no manifest names.
func (s *Store) loadProjects() (leftovers []string, err error) {
	ids, err := listProjects(s.disk, s.projectsDir())
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		files, err := s.project(id).load()
		if err != nil {
			return nil, err
		}
		leftovers = append(leftovers, files...)
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
	m, names, err := readFolder(p.store.disk, p.dir, p.id)
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
	if err := p.loadErased(m); err != nil {
		return nil, err
	}
	p.weigh(m)
	p.manifest, p.made = m, slices.Contains(names, manifestName)
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

// readFolder reads a project's manifest, and the names of the files beside it. The manifest is an empty one when the
// folder is so new that it has none.
func readFolder(d disk.FS, dir string, id event.ProjectID) (m *manifest, names []string, err error) {
	if names, err = d.List(dir); err != nil {
		return nil, nil, fmt.Errorf("cannot list project %d: %w", id, err)
	}
	path := filepath.Join(dir, manifestName)
	b, err := disk.ReadAll(d, path)
	if errors.Is(err, fs.ErrNotExist) {
		if slices.ContainsFunc(names, belongs) {
			return nil, nil, manifestDamage(path, "the file is missing, but others that it would name are there")
		}
		return &manifest{Project: id}, names, nil
	}
	if err != nil {
		return nil, nil, fmt.Errorf("cannot read a manifest: %w", err)
	}
	if m, err = decodeManifest(b); err == nil && m.Project != id {
		err = fmt.Errorf("the manifest is that of project %d", m.Project)
	}
	if err != nil {
		return nil, nil, manifestDamage(path, err.Error())
	}
	return m, names, nil
}

// belongs tells whether a file is of a kind that manifests name.
func belongs(name string) bool {
	return strings.HasSuffix(name, ".part") || strings.HasSuffix(name, ".ledger")
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
