package apart

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"jejak/leak"
)

// What the child says travels in frames:
//
//	┌───────┬──────────────┬───────────────┐
//	│ kind  │ length       │ content       │
//	│ 1 byte│ u32, big end.│ length bytes  │
//	└───────┴──────────────┴───────────────┘
//
// The content of rows is: the member's length (u8) and id, then as unsigned varints the table, the first row, the count of
// pieces, the rows done and whether the last one is open, then the batch's body. All others are JSON.
const (
	hello    = 'h' // Walls, first
	begin    = 'b' // begun
	aTable   = 't' // leak.Table
	rows     = 'r'
	aMember  = 'm' // leak.Member
	progress = 'p' // bytes that were read
	end      = 'e' // ended, last
)

// maxFrame bounds a frame, in bytes: a batch, a piece of a row and its largest cell fit.
const maxFrame = 32 << 20

// begun says that a member is being read now.
type begun struct {
	ID   leak.MemberID `json:"id"`
	Name string        `json:"name"`
}

// ended says how reading ended.
type ended struct {
	Source bool `json:"source,omitempty"` // the file itself cannot be read
}

var errFrame = errors.New("the process that reads says something that it should not")

// speaker writes frames. It is the child's sink.
type speaker struct {
	w   *bufio.Writer
	buf []byte
	err error
}

func newSpeaker(w io.Writer) *speaker { return &speaker{w: bufio.NewWriterSize(w, 512<<10)} }

// say writes a frame of JSON.
func (s *speaker) say(kind byte, v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("cannot write a frame: %w", err)
	}
	return errors.Join(s.frame(kind, text), s.w.Flush())
}

func (s *speaker) frame(kind byte, parts ...[]byte) error {
	length := 0
	for _, p := range parts {
		length += len(p)
	}
	var head [5]byte
	head[0] = kind
	binary.BigEndian.PutUint32(head[1:], uint32(length))
	_, err := s.w.Write(head[:])
	for _, p := range parts {
		if err == nil {
			_, err = s.w.Write(p)
		}
	}
	return err
}

// Table implements leak.Sink.
func (s *speaker) Table(t leak.Table) error { return s.say(aTable, t) }

// Member implements leak.Sink.
func (s *speaker) Member(m leak.Member) error { return s.say(aMember, m) }

// Rows implements leak.Sink.
func (s *speaker) Rows(b *leak.Batch) error {
	if s.err != nil {
		return s.err
	}
	s.buf = append(s.buf[:0], byte(len(b.Member)))
	s.buf = append(s.buf, b.Member...)
	for _, x := range []int64{int64(b.Table), b.First, int64(b.Count), b.Done} {
		s.buf = binary.AppendUvarint(s.buf, uint64(x))
	}
	open := byte(0)
	if b.Open {
		open = 1
	}
	s.buf = append(s.buf, open)
	return s.frame(rows, s.buf, b.Body())
}

// listener reads frames. It trusts none of them.
type listener struct {
	r     *bufio.Reader
	body  []byte
	batch leak.Batch
}

func newListener(r io.Reader) *listener { return &listener{r: bufio.NewReaderSize(r, 512<<10)} }

// next is the next frame; its content is valid until the one after.
func (l *listener) next() (kind byte, content []byte, err error) {
	var head [5]byte
	if _, err := io.ReadFull(l.r, head[:]); err != nil {
		return 0, nil, io.EOF
	}
	length := int(binary.BigEndian.Uint32(head[1:]))
	if length > maxFrame {
		return 0, nil, errFrame
	}
	if cap(l.body) < length {
		l.body = make([]byte, length)
	}
	l.body = l.body[:length]
	if _, err := io.ReadFull(l.r, l.body); err != nil {
		return 0, nil, io.EOF
	}
	return head[0], l.body, nil
}

// rows makes the batch of a frame.
func (l *listener) rows(content []byte) (*leak.Batch, error) {
	if len(content) == 0 || len(content) < 1+int(content[0]) {
		return nil, errFrame
	}
	member := leak.MemberID(content[1 : 1+content[0]])
	content = content[1+content[0]:]
	var x [4]uint64
	for i := range x {
		v, n := binary.Uvarint(content)
		if n <= 0 || v > 1<<62 {
			return nil, errFrame
		}
		x[i], content = v, content[n:]
	}
	if len(content) == 0 {
		return nil, errFrame
	}
	if err := l.batch.Load(member, leak.TableID(x[0]), int64(x[1]), int(x[2]), content[1:]); err != nil {
		return nil, errors.Join(errFrame, err)
	}
	l.batch.Done, l.batch.Open = int64(x[3]), content[0] == 1
	return &l.batch, nil
}
