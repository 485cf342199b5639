package columnar

import (
	"errors"
	"fmt"
	"slices"

	"jejak/analytics/store/columnar/internal/disk"
	"jejak/event"
)

// openLog reads the whole log and hands each durable entry to each, in order. It changes nothing on disk. leftovers
// are files of segments that never began.
func openLog(d disk.FS, dir string, each func(*entry) error) (l *wal, leftovers []string, err error) {
	l = &wal{disk: d, dir: dir, next: 1}
	numbers, err := listSegments(d, dir)
	if err != nil {
		return nil, nil, err
	}
	if len(numbers) > 0 {
		l.number = numbers[len(numbers)-1]
	}
	chain, leftovers, err := l.chain(numbers)
	if err != nil {
		return nil, nil, err
	}
	for i, s := range chain {
		var next *segment
		if i+1 < len(chain) {
			next = chain[i+1]
		}
		if err := l.read(s, next, each); err != nil {
			return nil, nil, err
		}
	}
	l.segments = chain
	return l, leftovers, nil
}

// chain finds the segments that belong together, oldest first, and the files that belong to none.
func (l *wal) chain(numbers []uint64) (chain []*segment, leftovers []string, err error) {
	for i := len(numbers) - 1; i >= 0; i-- {
		s, err := l.openSegment(numbers[i])
		if err != nil {
			return nil, nil, err
		}
		var after *segment
		if len(chain) > 0 {
			after = chain[len(chain)-1]
		}
		switch {
		case s == nil, after != nil && s.header.number > after.header.previous,
			after != nil && s.header.number < after.header.previous && s.end == 0:
			leftovers = append(leftovers, segmentPath(l.dir, numbers[i]))
		case after != nil && s.header.number < after.header.previous:
			return nil, nil, &Damage{
				File: segmentPath(l.dir, after.header.previous), Offset: -1,
				Seen: "the file is missing, but older segments are there",
				Safe: "all parts, and the log after it",
				Do:   "put the file back, or move the older segments out of the folder and start again: what is in them and in the missing one and was not flushed is lost",
			}
		default:
			chain = append(chain, s)
		}
	}
	slices.Reverse(chain)
	return chain, leftovers, nil
}

// openSegment reads the header. It is nil for a file whose creation never finished.
func (l *wal) openSegment(number uint64) (*segment, error) {
	path := segmentPath(l.dir, number)
	f, err := l.disk.Open(path)
	if err != nil {
		return nil, fmt.Errorf("cannot open the log: %w", err)
	}
	defer f.Close()
	size, err := f.Size()
	if err != nil {
		return nil, fmt.Errorf("cannot open the log: %w", err)
	}
	head := make([]byte, min(size, segmentHead))
	if n, err := f.ReadAt(head, 0); n < len(head) {
		return nil, fmt.Errorf("cannot read the log: %w", err)
	}
	h, err := decodeSegmentHeader(head)
	if err == nil && h.number == number {
		// The end is known once it was read. 0: it never got a frame.
		return &segment{header: h, path: path, end: max(0, size-segmentHead), last: map[event.ProjectID]uint64{}}, nil
	}
	// A frame is written only after the header was synced.
	if errors.Is(err, errNotWhole) && size <= segmentHead {
		return nil, nil
	}
	return nil, &Damage{
		File: path, Offset: 0, Seen: "the header of the segment is " + seenHeader(err),
		Safe: "all parts, and the segments after it",
		Do:   "restore the folder from a backup, or move this segment and all older ones out of the folder and start again: what is in them and was not flushed is lost",
	}
}

func seenHeader(err error) string {
	if err == nil {
		return "that of another segment"
	}
	return err.Error()
}

// read goes through one segment. next is the one after it, which says where s ends; nil for the newest.
func (l *wal) read(s, next *segment, each func(*entry) error) error {
	m, err := l.disk.Map(s.path)
	if err != nil {
		return fmt.Errorf("cannot read the log: %w", err)
	}
	defer m.Close()
	b := m.Bytes
	if next != nil {
		if next.header.previousEnd < segmentHead || next.header.previousEnd > int64(len(b)) {
			return l.damage(s, int64(len(b)), "the segment is shorter than the next one says")
		}
		b = b[:next.header.previousEnd]
	}
	// After the newest segments were lost or moved away, numbers go on behind those that are known to be used.
	if s.header.first < l.next {
		return l.damage(s, 0, "its numbers begin before those of the segment before it end")
	}
	l.next = s.header.first
	return l.readFrames(s, b, next == nil, each)
}

func (l *wal) readFrames(s *segment, b []byte, newest bool, each func(*entry) error) error {
	at := segmentHead
	for at < len(b) {
		f, err := decodeFrame(b[at:], s.header.salt)
		if err == nil && f.first != l.next {
			return l.damage(s, int64(at), fmt.Sprintf("a frame begins with LSN %d", f.first))
		}
		if err != nil {
			if newest && findFrame(b, at+1, l.next, s.header.salt) < 0 {
				break // it was being written when the power went
			}
			return l.damage(s, int64(at), "a frame is not whole, and it is not the last one")
		}
		if err := l.readEntries(s, at, f, each); err != nil {
			return err
		}
		s.newest = int64(at)
		at += frameHead + len(f.body)
	}
	s.end = int64(at)
	return nil
}

func (l *wal) readEntries(s *segment, at int, f frame, each func(*entry) error) error {
	rest := f.body
	for range f.entries {
		e, after, err := decodeEntry(rest)
		if err != nil {
			return l.damage(s, int64(at), "the frame's checksum fits, but an entry in it is not well formed")
		}
		rest = after
		e.lsn = l.next
		l.next++
		s.last[e.project] = e.lsn
		if err := each(&e); err != nil {
			return err
		}
	}
	if len(rest) > 0 {
		return l.damage(s, int64(at), "the frame holds more than its entries")
	}
	return nil
}

func (l *wal) damage(s *segment, at int64, seen string) error {
	return &Damage{
		File: s.path, Offset: at, Seen: fmt.Sprintf("%s (LSN %d is next)", seen, l.next),
		Safe: fmt.Sprintf("all parts, and entries of the log before LSN %d", l.next),
		Do:   "restore the folder from a backup, or move this segment and all older ones out of the folder and start again: what is in them and was not flushed is lost",
	}
}
