package directory

import (
	"bufio"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/bits"
	"os"
	"slices"
)

// several marks a number in a table where one hash means more than one person: it is the least of them.
const several = 1 << 31

// The form of a table; docs/format/directory.md draws it. All numbers are little-endian.
const (
	tableWord   = "JEJAKDIR"
	tableHeader = 32
	entrySize   = 12
)

// table is keyed hashes and whom they mean, sorted, behind an index of their first bits. Many goroutines may use one.
type table struct {
	n       int
	shift   uint
	entries []byte
	starts  []byte
}

// find is the number under a hash.
func (t *table) find(hash uint64) (number uint32, ok bool) {
	if t.n == 0 {
		return 0, false
	}
	at := t.starts[4*(hash>>t.shift):]
	from, to := binary.LittleEndian.Uint32(at), binary.LittleEndian.Uint32(at[4:])
	for e := t.entries[entrySize*int(from) : entrySize*int(to)]; len(e) >= entrySize; e = e[entrySize:] {
		if binary.LittleEndian.Uint64(e) == hash {
			return binary.LittleEndian.Uint32(e[8:]), true
		}
	}
	return 0, false
}

// loadTable reads a table's form out of its file.
func loadTable(b []byte) (t table, err error) {
	if len(b) < tableHeader || string(b[:8]) != tableWord || binary.LittleEndian.Uint32(b[8:]) != 1 {
		return t, ErrDamaged
	}
	n, shift := binary.LittleEndian.Uint64(b[16:]), uint(binary.LittleEndian.Uint32(b[12:]))
	if n >= 1<<32 || shift < 32 || shift > 63 || uint64(len(b)) != tableHeader+entrySize*n+4*(1<<(64-shift)+1) {
		return t, ErrDamaged
	}
	t = table{n: int(n), shift: shift, entries: b[tableHeader : tableHeader+entrySize*n], starts: b[tableHeader+entrySize*n:]}
	last := uint32(0)
	for i := 0; i < len(t.starts); i += 4 { // find must never leave the table
		s := binary.LittleEndian.Uint32(t.starts[i:])
		if s < last || uint64(s) > n {
			return table{}, ErrDamaged
		}
		last = s
	}
	return t, nil
}

// pair is an entry while it is sorted.
type pair struct {
	hash   uint64
	number uint32
}

// pile collects the entries of a table in a file, in any order. It holds keyed hashes and numbers, no value.
type pile struct {
	file *os.File
	out  *bufio.Writer
	n    int64
	err  error
}

func newPile(path string) (*pile, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, fmt.Errorf("cannot make a table of the directory: %w", err)
	}
	return &pile{file: f, out: bufio.NewWriterSize(f, 64<<10)}, nil
}

// add keeps an error until the pile is sorted.
func (p *pile) add(hash uint64, number uint32) {
	var e [entrySize]byte
	binary.LittleEndian.PutUint64(e[:], hash)
	binary.LittleEndian.PutUint32(e[8:], number)
	if _, err := p.out.Write(e[:]); err != nil && p.err == nil {
		p.err = fmt.Errorf("cannot write a table of the directory: %w", err)
	}
	p.n++
}

// discard forgets the pile.
func (p *pile) discard() error { return errors.Join(p.file.Close(), os.Remove(p.file.Name())) }

// sortedAtOnce is how many entries are sorted in memory at a time: 16 bytes each.
const sortedAtOnce = 6 << 20

// groups gives the numbers under each hash, ascending in both. It reads the pile as often as it must to sort a part of it in
// memory. numbers is valid during the call.
func (p *pile) groups(f func(hash uint64, numbers []uint32) error) error {
	if err := errors.Join(p.err, p.out.Flush()); err != nil {
		return err
	}
	parts := uint(0) // their number is two to the power of it
	for p.n>>parts > sortedAtOnce {
		parts++
	}
	room := make([]pair, 0, p.n>>parts+p.n>>(parts+4)+1024)
	for part := range uint64(1) << parts {
		var err error
		if room, err = p.part(room[:0], part, parts); err != nil {
			return err
		}
		sortPairs(room)
		if err := eachGroup(room, f); err != nil {
			return err
		}
	}
	return nil
}

func sortPairs(all []pair) {
	slices.SortFunc(all, func(a, b pair) int {
		return cmp.Or(cmp.Compare(a.hash, b.hash), cmp.Compare(a.number, b.number))
	})
}

// part reads the entries whose hash begins with the bits of part.
func (p *pile) part(to []pair, part uint64, bits uint) ([]pair, error) {
	in := bufio.NewReaderSize(io.NewSectionReader(p.file, 0, p.n*entrySize), 1<<20)
	var e [entrySize]byte
	for range p.n {
		if _, err := io.ReadFull(in, e[:]); err != nil {
			return to, fmt.Errorf("cannot read a table of the directory: %w", err)
		}
		if h := binary.LittleEndian.Uint64(e[:]); h>>(64-bits) == part {
			to = append(to, pair{h, binary.LittleEndian.Uint32(e[8:])})
		}
	}
	return to, nil
}

func eachGroup(sorted []pair, f func(hash uint64, numbers []uint32) error) error {
	var numbers []uint32
	for i := 0; i < len(sorted); {
		numbers = numbers[:0]
		hash := sorted[i].hash
		for ; i < len(sorted) && sorted[i].hash == hash; i++ {
			numbers = append(numbers, sorted[i].number)
		}
		if err := f(hash, numbers); err != nil {
			return err
		}
	}
	return nil
}

// write makes the table of a pile in a new file, durably. one says which number of a group stands for all; it may refuse the pile.
func (p *pile) write(path string, one func(numbers []uint32) (uint32, error)) (err error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o400)
	if err != nil {
		return fmt.Errorf("cannot make a table of the directory: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	w := newTableWriter(bufio.NewWriterSize(f, 256<<10), p.n)
	err = p.groups(func(hash uint64, numbers []uint32) error {
		n, err := one(numbers)
		w.entry(hash, n)
		return err
	})
	if err != nil {
		return err
	}
	w.finish()
	if err := errors.Join(w.err, w.out.Flush()); err != nil {
		return fmt.Errorf("cannot write a table of the directory: %w", err)
	}
	if _, err := f.WriteAt(w.header(), 0); err != nil {
		return fmt.Errorf("cannot write a table of the directory: %w", err)
	}
	return f.Sync()
}

type tableWriter struct {
	out    *bufio.Writer
	shift  uint
	n      uint32
	filled int // of starts
	starts []uint32
	err    error
}

// newTableWriter begins a table of at most n entries, which come ascending.
func newTableWriter(out *bufio.Writer, n int64) *tableWriter {
	shift := uint(64 - max(1, min(28, bits.Len64(uint64(n))-3)))
	w := &tableWriter{out: out, shift: shift, starts: make([]uint32, 1<<(64-shift)+1)}
	w.bytes(make([]byte, tableHeader))
	return w
}

func (w *tableWriter) bytes(b []byte) {
	if _, err := w.out.Write(b); err != nil && w.err == nil {
		w.err = err
	}
}

func (w *tableWriter) entry(hash uint64, number uint32) {
	w.fill(int(hash >> w.shift))
	var e [entrySize]byte
	binary.LittleEndian.PutUint64(e[:], hash)
	binary.LittleEndian.PutUint32(e[8:], number)
	w.bytes(e[:])
	w.n++
}

// fill notes where the buckets up to this one begin.
func (w *tableWriter) fill(bucket int) {
	for ; w.filled <= bucket; w.filled++ {
		w.starts[w.filled] = w.n
	}
}

func (w *tableWriter) finish() {
	w.fill(len(w.starts) - 1)
	var b [4]byte
	for _, s := range w.starts {
		binary.LittleEndian.PutUint32(b[:], s)
		w.bytes(b[:])
	}
}

func (w *tableWriter) header() []byte {
	h := make([]byte, tableHeader)
	copy(h, tableWord)
	binary.LittleEndian.PutUint32(h[8:], 1)
	binary.LittleEndian.PutUint32(h[12:], uint32(w.shift))
	binary.LittleEndian.PutUint64(h[16:], uint64(w.n))
	return h
}
