package audit

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/mod/sumdb/tlog"

	"jejak/ground/durable"
)

// entryHead is the length before an entry, big-endian: entries stand as in an entry bundle (C2SP tlog-tiles).
const entryHead = 2

// file is what the log needs of one. Tests put in one that fails.
type file interface {
	io.ReaderAt
	io.WriterAt
	Sync() error
	Truncate(size int64) error
	Size() (int64, error)
	Close() error
}

type osFile struct{ *os.File }

func (f osFile) Size() (int64, error) {
	at, err := f.Stat()
	if err != nil {
		return 0, err
	}
	return at.Size(), nil
}

func openFile(path string) (file, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	return osFile{f}, nil
}

// files are the entries, their hashes and the newest checkpoint.
type files struct {
	dir             string
	entries, hashes file
	open            func(path string) (file, error)
	entriesEnd      int64
	hashesEnd       int64
}

func openFiles(dir string, open func(string) (file, error)) (f files, err error) {
	f = files{dir: dir, open: open}
	if f.entries, err = open(filepath.Join(dir, "entries")); err != nil {
		return f, fmt.Errorf("cannot open the audit log: %w", err)
	}
	if f.hashes, err = open(filepath.Join(dir, "hashes")); err != nil {
		_ = f.entries.Close()
		return f, fmt.Errorf("cannot open the audit log: %w", err)
	}
	return f, durable.Sync(dir)
}

// append makes an entry and its hashes durable, in this order: hashes can be computed again.
func (f *files) append(text []byte, hashes []tlog.Hash) error {
	b := binary.BigEndian.AppendUint16(nil, uint16(len(text)))
	if err := writeAndSync(f.entries, append(b, text...), f.entriesEnd); err != nil {
		return fmt.Errorf("cannot write the audit log: %w", err)
	}
	f.entriesEnd += entryHead + int64(len(text))
	h := bytesOf(hashes)
	if err := writeAndSync(f.hashes, h, f.hashesEnd); err != nil {
		return fmt.Errorf("cannot write the audit log's hashes: %w", err)
	}
	f.hashesEnd += int64(len(h))
	return nil
}

func writeAndSync(f file, b []byte, at int64) error {
	if _, err := f.WriteAt(b, at); err != nil {
		return err
	}
	return f.Sync()
}

// replaceCheckpoint puts a new one in the place of the old one, all at once.
func (f *files) replaceCheckpoint(signed []byte) error {
	path := CheckpointPath(f.dir)
	if err := writeWhole(f.open, path+".new", signed); err != nil {
		return fmt.Errorf("cannot write the checkpoint: %w", err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		return fmt.Errorf("cannot replace the checkpoint: %w", err)
	}
	return durable.Sync(f.dir)
}

func writeWhole(open func(string) (file, error), path string, b []byte) error {
	x, err := open(path)
	if err != nil {
		return err
	}
	return errors.Join(x.Truncate(0), writeAndSync(x, b, 0), x.Close())
}

// entry reads the one at an offset.
func (f *files) entry(offset int64) ([]byte, error) {
	head := make([]byte, entryHead)
	if n, err := f.entries.ReadAt(head, offset); n < entryHead {
		return nil, fmt.Errorf("cannot read an audit entry: %w", err)
	}
	text := make([]byte, binary.BigEndian.Uint16(head))
	if n, err := f.entries.ReadAt(text, offset+entryHead); n < len(text) {
		return nil, fmt.Errorf("cannot read an audit entry: %w", err)
	}
	return text, nil
}

func (f *files) close() error { return errors.Join(f.entries.Close(), f.hashes.Close()) }

// checkpoint is the newest one; nil when there is none.
func (f *files) checkpoint() ([]byte, error) {
	b, err := os.ReadFile(CheckpointPath(f.dir))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return b, err
}
