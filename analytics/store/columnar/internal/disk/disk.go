// Package disk is the file system as the columnar store sees it: small enough that a test can stand in for it, forget
// what was not synced and fail any call.
package disk

import "io"

// FS is a file system. Paths are those of the operating system. Errors for a path that does not exist satisfy
// errors.Is(err, fs.ErrNotExist). Many goroutines may call at once.
type FS interface {
	// MakeDir makes the folder and its parents. It is durable once the parents are synced.
	MakeDir(dir string) error
	// List names what is in the folder, sorted.
	List(dir string) ([]string, error)
	// Create makes an empty file, in place of one that is there.
	Create(path string) (File, error)
	// Open opens a file for reading and writing.
	Open(path string) (File, error)
	// Map makes the bytes of a file readable until the Mapping is closed. The file MUST NOT change meanwhile.
	Map(path string) (*Mapping, error)
	Rename(from, to string) error
	Remove(path string) error
	// SyncDir makes names created, renamed and removed in the folder durable.
	SyncDir(dir string) error
	// Free is the space in bytes that an unprivileged process may still fill.
	Free(dir string) (uint64, error)
	// Lock takes the file for this process, or fails when another holds it. It is freed by Close and by the end of the process.
	Lock(path string) (io.Closer, error)
}

// File is an open file. Nothing written is durable before Sync returned nil.
type File interface {
	io.ReaderAt
	io.WriterAt
	io.Closer
	Truncate(size int64) error
	Sync() error
	Size() (int64, error)
}

// Mapping is the content of a file in memory. Reading it after Close is a crash.
type Mapping struct {
	Bytes []byte
	free  func([]byte) error
	rest  func([]byte)
}

// Rest gives the memory back that reading took. What is read again comes from the system's cache, or the disk.
func (m *Mapping) Rest() {
	if m != nil && m.rest != nil {
		m.rest(m.Bytes)
	}
}

// Close gives the memory back. A second Close does nothing.
func (m *Mapping) Close() error {
	if m == nil || m.free == nil {
		return nil
	}
	b, free := m.Bytes, m.free
	m.Bytes, m.free = nil, nil
	return free(b)
}

// ReadAll returns the whole content of a file.
func ReadAll(f FS, path string) ([]byte, error) {
	file, err := f.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	size, err := file.Size()
	if err != nil {
		return nil, err
	}
	b := make([]byte, size)
	if n, err := file.ReadAt(b, 0); n < len(b) {
		return nil, err
	}
	return b, nil
}
