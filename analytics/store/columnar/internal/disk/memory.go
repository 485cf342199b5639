package disk

import (
	"fmt"
	"io"
	"io/fs"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"sync"
	"syscall"
)

// Memory is a file system for tests. It forgets what was not synced when Crash is called, can fail any call, and can
// be full. The zero Memory is not ready: see NewMemory.
type Memory struct {
	mu       sync.Mutex
	folders  map[string]*folder
	locked   map[string]bool
	fault    func(Call) error
	calls    int
	capacity int64
	used     int64
}

// Call is one call that changes something, as a fault sees it.
type Call struct {
	N    int // from 1, over all changing calls
	Op   string
	Path string
}

type folder struct {
	durable bool             // its own name survives a crash
	names   map[string]*node // as seen now
	kept    map[string]*node // as of the last SyncDir
	since   []change         // what happened after it, in order
}

type change struct {
	name string
	to   *node // nil: the name went away
}

type node struct {
	data   []byte
	synced []byte
	dirty  map[int]bool // blocks written since the last Sync, whether that one failed or not
}

// block is what a disk writes at once.
const block = 512

// touch notes that the bytes from ≤ i < to were written.
func (n *node) touch(from, to int) {
	if n.dirty == nil {
		n.dirty = map[int]bool{}
	}
	for b := from / block; b <= max(from, to-1)/block; b++ {
		n.dirty[b] = true
	}
}

// sync makes dirty blocks durable. A failed one forgets that they were dirty, as systems do: only what is written again
// reaches the disk later.
func (n *node) sync(failed bool) {
	if !failed {
		b := make([]byte, len(n.data))
		copy(b, n.synced)
		for i := range n.dirty {
			if at := i * block; at < len(b) {
				copy(b[at:min(at+block, len(b))], n.data[at:])
			}
		}
		n.synced = b
	}
	n.dirty = nil
}

// NewMemory is an empty file system with room for so many bytes.
func NewMemory(capacity int64) *Memory {
	return &Memory{folders: map[string]*folder{}, locked: map[string]bool{}, capacity: capacity}
}

// Fail makes every changing call ask fault first; its error fails the call. A failing write writes the first half. nil
// stops it. The count of calls starts again.
func (m *Memory) Fail(fault func(Call) error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.fault, m.calls = fault, 0
}

// Resize sets the room in bytes.
func (m *Memory) Resize(capacity int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.capacity = capacity
}

// Calls is the number of changing calls since Fail or the beginning.
func (m *Memory) Calls() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.calls
}

// Crash is what another process would find after the power went at this moment: everything synced, and of the rest what luck wants.
// m MUST NOT be used any more.
func (m *Memory) Crash(luck *rand.Rand) *Memory {
	m.mu.Lock()
	defer m.mu.Unlock()
	after := NewMemory(m.capacity)
	survivors := map[*node]*node{}
	for _, dir := range slices.Sorted(maps.Keys(m.folders)) {
		f := m.folders[dir]
		if !f.durable && luck.IntN(2) == 0 {
			continue
		}
		names := maps.Clone(f.kept)
		for _, c := range f.since[:luck.IntN(len(f.since)+1)] {
			apply(names, c)
		}
		after.folders[dir] = keepFolder(names, survivors, luck)
	}
	for _, dir := range slices.Sorted(maps.Keys(after.folders)) { // parents come first
		if parent := filepath.Dir(dir); parent != dir && after.folders[parent] == nil && m.folders[parent] != nil {
			delete(after.folders, dir)
		}
	}
	after.recount()
	return after
}

// Kill is what another process finds after this one was killed: all that was written, synced or not. m MUST NOT be used
// any more.
func (m *Memory) Kill() *Memory {
	m.mu.Lock()
	defer m.mu.Unlock()
	after := NewMemory(m.capacity)
	copies := map[*node]*node{nil: nil}
	copied := func(n *node) *node {
		if copies[n] == nil && n != nil {
			copies[n] = &node{slices.Clone(n.data), slices.Clone(n.synced), maps.Clone(n.dirty)}
		}
		return copies[n]
	}
	for dir, f := range m.folders {
		g := &folder{durable: f.durable, names: map[string]*node{}, kept: map[string]*node{}}
		for name, n := range f.names {
			g.names[name] = copied(n)
		}
		for name, n := range f.kept {
			g.kept[name] = copied(n)
		}
		for _, c := range f.since {
			g.since = append(g.since, change{c.name, copied(c.to)})
		}
		after.folders[dir] = g
	}
	after.recount()
	return after
}

func keepFolder(names map[string]*node, survivors map[*node]*node, luck *rand.Rand) *folder {
	g := &folder{durable: true, names: map[string]*node{}}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		n := names[name]
		if survivors[n] == nil {
			b := n.survive(luck)
			survivors[n] = &node{data: b, synced: slices.Clone(b)}
		}
		g.names[name] = survivors[n]
	}
	g.kept = maps.Clone(g.names)
	return g
}

// survive mixes, block by block, what was synced and what was written since.
func (n *node) survive(luck *rand.Rand) []byte {
	switch luck.IntN(3) {
	case 0:
		return slices.Clone(n.synced)
	case 1:
		return slices.Clone(n.data)
	}
	low, high := min(len(n.synced), len(n.data)), max(len(n.synced), len(n.data))
	b := make([]byte, low+luck.IntN(high-low+1))
	for at := 0; at < len(b); at += block {
		from := n.synced
		if luck.IntN(2) == 0 {
			from = n.data
		}
		if at < len(from) {
			copy(b[at:min(at+block, len(b))], from[at:])
		}
	}
	return b
}

func (m *Memory) recount() {
	for _, f := range m.folders {
		for _, n := range f.names {
			m.used += int64(len(n.data))
		}
	}
}

func apply(names map[string]*node, c change) {
	if c.to == nil {
		delete(names, c.name)
		return
	}
	names[c.name] = c.to
}

func (f *folder) change(name string, to *node) {
	c := change{name, to}
	apply(f.names, c)
	f.since = append(f.since, c)
}

// stepLocked counts a changing call and lets the fault have its say.
func (m *Memory) stepLocked(op, path string) error {
	m.calls++
	if m.fault == nil {
		return nil
	}
	if err := m.fault(Call{m.calls, op, path}); err != nil {
		return &fs.PathError{Op: op, Path: path, Err: err}
	}
	return nil
}

func missing(op, path string) error {
	return &fs.PathError{Op: op, Path: path, Err: fs.ErrNotExist}
}

func (m *Memory) MakeDir(dir string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.stepLocked("mkdir", dir); err != nil {
		return err
	}
	for ; m.folders[dir] == nil; dir = filepath.Dir(dir) {
		m.folders[dir] = &folder{names: map[string]*node{}, kept: map[string]*node{}, durable: dir == filepath.Dir(dir)}
	}
	return nil
}

func (m *Memory) List(dir string) ([]string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	f := m.folders[dir]
	if f == nil {
		return nil, missing("list", dir)
	}
	names := slices.Collect(maps.Keys(f.names))
	for d := range m.folders {
		if filepath.Dir(d) == dir && d != dir {
			names = append(names, filepath.Base(d))
		}
	}
	slices.Sort(names)
	return names, nil
}

func (m *Memory) Create(path string) (File, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.stepLocked("create", path); err != nil {
		return nil, err
	}
	f := m.folders[filepath.Dir(path)]
	if f == nil {
		return nil, missing("create", path)
	}
	name := filepath.Base(path)
	n := f.names[name]
	if n == nil {
		n = &node{}
		f.change(name, n)
	}
	m.used -= int64(len(n.data))
	n.data, n.dirty = nil, nil
	return &memoryFile{m, n, path}, nil
}

func (m *Memory) Open(path string) (File, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	n := m.findLocked(path)
	if n == nil {
		return nil, missing("open", path)
	}
	return &memoryFile{m, n, path}, nil
}

func (m *Memory) findLocked(path string) *node {
	f := m.folders[filepath.Dir(path)]
	if f == nil {
		return nil
	}
	return f.names[filepath.Base(path)]
}

// Map gives a copy, and overwrites it when it is closed: who reads on finds damage.
func (m *Memory) Map(path string) (*Mapping, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	n := m.findLocked(path)
	if n == nil {
		return nil, missing("map", path)
	}
	spoil := func(b []byte) error {
		for i := range b {
			b[i] = 0xDB
		}
		return nil
	}
	return &Mapping{Bytes: slices.Clone(n.data), free: spoil}, nil
}

func (m *Memory) Rename(from, to string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.stepLocked("rename", from); err != nil {
		return err
	}
	n := m.findLocked(from)
	if n == nil {
		return missing("rename", from)
	}
	dir := m.folders[filepath.Dir(to)]
	if old := m.findLocked(to); old != nil {
		m.used -= int64(len(old.data))
	}
	dir.change(filepath.Base(to), n)
	dir.change(filepath.Base(from), nil)
	return nil
}

func (m *Memory) Remove(path string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.stepLocked("remove", path); err != nil {
		return err
	}
	n := m.findLocked(path)
	if n == nil {
		return missing("remove", path)
	}
	m.used -= int64(len(n.data))
	m.folders[filepath.Dir(path)].change(filepath.Base(path), nil)
	return nil
}

func (m *Memory) SyncDir(dir string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.stepLocked("syncdir", dir); err != nil {
		return err
	}
	f := m.folders[dir]
	if f == nil {
		return missing("syncdir", dir)
	}
	f.kept, f.since = maps.Clone(f.names), nil
	for d, g := range m.folders {
		if filepath.Dir(d) == dir {
			g.durable = true
		}
	}
	return nil
}

func (m *Memory) Free(string) (uint64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return uint64(max(0, m.capacity-m.used)), nil
}

func (m *Memory) Lock(path string) (io.Closer, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.locked[path] {
		return nil, fmt.Errorf("another process holds %s", path)
	}
	m.locked[path] = true
	return &memoryLock{m, path}, nil
}

type memoryLock struct {
	m    *Memory
	path string
}

func (l *memoryLock) Close() error {
	l.m.mu.Lock()
	defer l.m.mu.Unlock()
	delete(l.m.locked, l.path)
	return nil
}

type memoryFile struct {
	m    *Memory
	n    *node
	path string
}

func (f *memoryFile) ReadAt(b []byte, at int64) (int, error) {
	f.m.mu.Lock()
	defer f.m.mu.Unlock()
	if at > int64(len(f.n.data)) {
		return 0, io.EOF
	}
	n := copy(b, f.n.data[at:])
	if n < len(b) {
		return n, io.EOF
	}
	return n, nil
}

func (f *memoryFile) WriteAt(b []byte, at int64) (int, error) {
	f.m.mu.Lock()
	defer f.m.mu.Unlock()
	err := f.m.stepLocked("write", f.path)
	if err != nil {
		b = b[:len(b)/2]
	}
	grow := max(0, at+int64(len(b))-int64(len(f.n.data)))
	if room := f.m.capacity - f.m.used; err == nil && grow > room {
		err = &fs.PathError{Op: "write", Path: f.path, Err: syscall.ENOSPC}
		b = b[:max(0, int64(len(b))-(grow-room))]
		grow = max(0, at+int64(len(b))-int64(len(f.n.data)))
	}
	f.n.touch(min(int(at), len(f.n.data)), int(at)+len(b))
	f.n.data = append(f.n.data, make([]byte, grow)...)
	f.m.used += grow
	return copy(f.n.data[at:], b), err
}

func (f *memoryFile) Truncate(size int64) error {
	f.m.mu.Lock()
	defer f.m.mu.Unlock()
	if err := f.m.stepLocked("truncate", f.path); err != nil {
		return err
	}
	f.m.used += size - int64(len(f.n.data))
	f.n.touch(min(int(size), len(f.n.data)), int(size))
	if size <= int64(len(f.n.data)) {
		f.n.data = f.n.data[:size:size]
		return nil
	}
	f.n.data = append(f.n.data, make([]byte, size-int64(len(f.n.data)))...)
	return nil
}

func (f *memoryFile) Sync() error {
	f.m.mu.Lock()
	defer f.m.mu.Unlock()
	err := f.m.stepLocked("sync", f.path)
	f.n.sync(err != nil)
	return err
}

func (f *memoryFile) Size() (int64, error) {
	f.m.mu.Lock()
	defer f.m.mu.Unlock()
	return int64(len(f.n.data)), nil
}

func (f *memoryFile) Close() error { return nil }
