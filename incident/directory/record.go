package directory

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"

	"jejak/ground/sealed"
)

// A file of records is sealed: the records, then where each begins (u64), then how many there are and where that list begins. A
// record is texts, each behind its length as a varint. docs/format/directory.md draws it.
type recordWriter struct {
	file   *os.File
	to     *sealed.Writer
	begins []int64
	record []byte
}

func newRecordWriter(path string, key sealed.Key) (*recordWriter, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o400)
	if err != nil {
		return nil, fmt.Errorf("cannot make a file of the directory: %w", err)
	}
	return &recordWriter{file: f, to: sealed.NewWriter(f, key)}, nil
}

// add appends a record, and returns it as it was written, until the next one.
func (w *recordWriter) add(texts ...string) ([]byte, error) {
	w.record = w.record[:0]
	for _, t := range texts {
		w.record = binary.AppendUvarint(w.record, uint64(len(t)))
		w.record = append(w.record, t...)
	}
	w.begins = append(w.begins, w.to.Size())
	_, err := w.to.Write(w.record)
	return w.record, err
}

// finish ends the file and makes it durable.
func (w *recordWriter) finish() error {
	end := w.to.Size()
	room := make([]byte, 0, 1<<16)
	w.begins = append(w.begins, int64(len(w.begins)), end)
	for _, b := range w.begins {
		room = binary.LittleEndian.AppendUint64(room, uint64(b))
		if len(room) == cap(room) {
			if _, err := w.to.Write(room); err != nil {
				return err
			}
			room = room[:0]
		}
	}
	_, err := w.to.Write(room)
	if err := errors.Join(err, w.to.Close(), w.file.Sync(), w.file.Close()); err != nil {
		return fmt.Errorf("cannot write a file of the directory: %w", err)
	}
	return nil
}

// records reads a file of records. One goroutine uses it.
type records struct {
	file   *os.File
	from   *sealed.Reader
	begins []byte
	end    int64
	record []byte
}

// maxRecord bounds a record, in bytes.
const maxRecord = 16 * maxCell

func openRecords(path string, key sealed.Key) (*records, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("cannot open a file of the directory: %w", err)
	}
	r, err := loadRecords(f, key)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return r, nil
}

func loadRecords(f *os.File, key sealed.Key) (*records, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("cannot open a file of the directory: %w", err)
	}
	from, err := sealed.NewReader(f, info.Size(), key)
	if err != nil {
		return nil, errors.Join(ErrDamaged, err)
	}
	var foot [16]byte
	if from.Size() < int64(len(foot)) {
		return nil, ErrDamaged
	}
	if _, err := from.ReadAt(foot[:], from.Size()-int64(len(foot))); err != nil {
		return nil, errors.Join(ErrDamaged, err)
	}
	n, end := int64(binary.LittleEndian.Uint64(foot[:])), int64(binary.LittleEndian.Uint64(foot[8:]))
	if n < 0 || n > MaxAccounts || end < 0 || end+8*n+int64(len(foot)) != from.Size() {
		return nil, ErrDamaged
	}
	r := &records{file: f, from: from, begins: make([]byte, 8*n), end: end}
	if _, err := from.ReadAt(r.begins, end); n > 0 && err != nil {
		return nil, errors.Join(ErrDamaged, err)
	}
	return r, nil
}

func (r *records) len() int { return len(r.begins) / 8 }

// read is the texts of record i, which must have exactly as many as want. They are the caller's own.
func (r *records) read(i, want int) ([]string, error) {
	from, to := int64(binary.LittleEndian.Uint64(r.begins[8*i:])), r.end
	if i+1 < r.len() {
		to = int64(binary.LittleEndian.Uint64(r.begins[8*(i+1):]))
	}
	if from < 0 || to < from || to > r.end || to-from > maxRecord {
		return nil, ErrDamaged
	}
	r.record = append(r.record[:0], make([]byte, to-from)...)
	if _, err := r.from.ReadAt(r.record, from); err != nil && len(r.record) > 0 {
		return nil, errors.Join(ErrDamaged, err)
	}
	texts := make([]string, want)
	for j, left := 0, r.record; ; j++ {
		if j == want {
			if len(left) > 0 {
				return nil, ErrDamaged
			}
			return texts, nil
		}
		size, n := binary.Uvarint(left)
		if n <= 0 || size > uint64(len(left)-n) {
			return nil, ErrDamaged
		}
		texts[j] = string(left[n : n+int(size)])
		left = left[n+int(size):]
	}
}

func (r *records) close() error { return r.file.Close() }
