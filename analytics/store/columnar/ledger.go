package columnar

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"path/filepath"

	"jejak/analytics/store"
	"jejak/analytics/store/columnar/internal/disk"
	"jejak/event"
)

// The layout is drawn in docs/format/manifest.md.
const (
	ledgerMagic   = "JEJAKLDG"
	ledgerVersion = 1
	ledgerHead    = 20
	recordHead    = 8
	// recordLimit bounds one record: a profile update is far smaller.
	recordLimit = 1 << 26
)

// ledgerName is the file of a ledger, "" for a kind that has none.
func ledgerName(k store.RecordKind) string {
	switch k {
	case store.Identifiers:
		return "identifiers.ledger"
	case store.Profiles:
		return "profiles.ledger"
	case store.Hidden:
		return "hidden.ledger"
	case store.Groups:
		return "groups.ledger"
	case store.Erased:
		return "erased.ledger"
	}
	return ""
}

var ledgerKinds = []store.RecordKind{store.Identifiers, store.Profiles, store.Hidden, store.Groups, store.Erased}

func ledgerHeader(p event.ProjectID, k store.RecordKind) []byte {
	b := make([]byte, ledgerHead)
	copy(b, ledgerMagic)
	binary.LittleEndian.PutUint32(b[8:], ledgerVersion)
	binary.LittleEndian.PutUint32(b[12:], uint32(p))
	b[16] = byte(k)
	return b
}

func appendRecord(b, body []byte) []byte {
	at := len(b)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(body)))
	sum := checksum(b[at:])
	b = binary.LittleEndian.AppendUint32(b, updateSum(sum, body))
	return append(b, body...)
}

// extendLedger writes records behind the durable end, syncs them and returns the new end, which counts once a manifest
// names it. What a crash left beyond the old end is written over.
func extendLedger(d disk.FS, dir string, p event.ProjectID, end ledgerEnd, records [][]byte) (ledgerEnd, error) {
	f, err := openLedger(d, dir, end)
	if err != nil {
		return end, fmt.Errorf("cannot open a ledger: %w", err)
	}
	var b []byte
	at := end.Bytes
	if at == 0 {
		b = ledgerHeader(p, end.Kind)
	}
	for _, r := range records {
		b = appendRecord(b, r)
		if len(b) > 1<<20 {
			if _, werr := f.WriteAt(b, at); werr != nil {
				err = cmp.Or(err, werr)
			}
			at += int64(len(b))
			b = b[:0]
		}
	}
	_, werr := f.WriteAt(b, at)
	if err = cmp.Or(err, werr, f.Sync(), f.Close()); err != nil {
		return end, fmt.Errorf("cannot write a ledger: %w", err)
	}
	return ledgerEnd{Kind: end.Kind, Bytes: at + int64(len(b)), Records: end.Records + uint64(len(records))}, nil
}

func openLedger(d disk.FS, dir string, end ledgerEnd) (disk.File, error) {
	path := filepath.Join(dir, ledgerName(end.Kind))
	f, err := d.Open(path)
	if errors.Is(err, fs.ErrNotExist) && end.Bytes == 0 {
		return d.Create(path) // its name is durable with the manifest's
	}
	return f, err // never created anew: a manifest that may be on disk already can name bytes of it
}

// Records implements store.Store.
func (s *Store) Records(id event.ProjectID, k store.RecordKind) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		p := s.known(id)
		if p == nil {
			return
		}
		end, recent := p.records(k)
		more := true
		err := readLedger(s.disk, p.dir, id, end, func(body []byte) bool {
			more = yield(body, nil)
			return more
		})
		for i := 0; err == nil && more && i < len(recent); i++ {
			more = yield(recent[i], nil)
		}
		if err != nil && more {
			yield(nil, err)
		}
	}
}

// records are how much of the ledger counts, and the durable records that are not in it yet.
func (p *project) records(k store.RecordKind) (end ledgerEnd, recent [][]byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.flushing != nil {
		recent = append(recent, p.flushing.records[k]...)
	}
	recent = append(recent, p.settled.records[k]...)
	for i := range p.raw {
		for _, r := range p.raw[i].records {
			if r.Kind == k {
				recent = append(recent, r.Body)
			}
		}
	}
	return p.manifest.ledger(k), recent
}

// readLedger hands out the bodies of the durable records, in order. A body is valid until the next one.
func readLedger(d disk.FS, dir string, p event.ProjectID, end ledgerEnd, each func([]byte) bool) error {
	if end.Bytes == 0 {
		return nil
	}
	path := filepath.Join(dir, ledgerName(end.Kind))
	f, err := d.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return ledgerDamage(path, -1, "the file is missing", 0)
	}
	if err != nil {
		return fmt.Errorf("cannot open a ledger: %w", err)
	}
	defer f.Close()
	r := ledgerReader{path: path, in: io.NewSectionReader(f, 0, end.Bytes), buffer: make([]byte, 0, 1<<18)}
	return r.run(p, end, each)
}

// ledgerReader goes through a ledger with a buffer that grows to the longest record.
type ledgerReader struct {
	path   string
	in     io.Reader
	buffer []byte // read and not yet used
	at     int64  // offset of the buffer's first byte
	count  uint64
}

// need makes at least n bytes stand in the buffer, or reports the end.
func (r *ledgerReader) need(n int) error {
	if len(r.buffer) >= n {
		return nil
	}
	if cap(r.buffer) < n {
		r.buffer = append(make([]byte, 0, max(n, 1<<18)), r.buffer...)
	}
	more, err := io.ReadAtLeast(r.in, r.buffer[len(r.buffer):cap(r.buffer)], n-len(r.buffer))
	r.buffer = r.buffer[:len(r.buffer)+more]
	return err
}

func (r *ledgerReader) skip(n int) {
	r.buffer, r.at = r.buffer[n:], r.at+int64(n)
}

func (r *ledgerReader) run(p event.ProjectID, end ledgerEnd, each func([]byte) bool) error {
	if err := r.need(ledgerHead); err != nil || string(r.buffer[:ledgerHead]) != string(ledgerHeader(p, end.Kind)) {
		return ledgerDamage(r.path, 0, "the header is not that of this ledger", 0)
	}
	r.skip(ledgerHead)
	for r.at < end.Bytes {
		body, err := r.record(end.Bytes)
		if err != nil {
			return err
		}
		r.count++
		if !each(body) {
			return nil
		}
	}
	if r.count != end.Records {
		return ledgerDamage(r.path, -1, fmt.Sprintf("it holds %d records, the manifest says %d", r.count, end.Records), r.count)
	}
	return nil
}

func (r *ledgerReader) record(end int64) ([]byte, error) {
	if err := r.need(recordHead); err != nil {
		return nil, ledgerDamage(r.path, r.at, "the file is shorter than the manifest says", r.count)
	}
	length := binary.LittleEndian.Uint32(r.buffer)
	if length > recordLimit || int64(length) > end-r.at-recordHead {
		return nil, ledgerDamage(r.path, r.at, "a record is longer than the ledger", r.count)
	}
	if err := r.need(recordHead + int(length)); err != nil {
		return nil, ledgerDamage(r.path, r.at, "the file is shorter than the manifest says", r.count)
	}
	sum, body := binary.LittleEndian.Uint32(r.buffer[4:]), r.buffer[recordHead:recordHead+length:recordHead+length]
	if updateSum(checksum(r.buffer[:4]), body) != sum {
		return nil, ledgerDamage(r.path, r.at, "a record does not fit its checksum", r.count)
	}
	r.skip(recordHead + int(length))
	return body, nil
}

func ledgerDamage(path string, at int64, seen string, records uint64) error {
	return &Damage{
		File: path, Offset: at, Seen: seen,
		Safe: fmt.Sprintf("all events, and the first %d records of this ledger", records),
		Do:   "restore the folder from a backup",
	}
}
