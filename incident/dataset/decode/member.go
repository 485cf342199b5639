// Package decode reads files that somebody else made: tables in many formats, packed in each other. It trusts nothing of
// them, writes nothing but what it is given to spool into, and says what it could not read. It is made to run in a process
// that may die of what it reads.
package decode

import (
	"bufio"
	"errors"
	"io"
	"slices"

	"jejak/leak"
)

// Source is a file to be read.
type Source struct {
	Name string // as it was received: shown, and never used as a path
	At   io.ReaderAt
	Size int64
}

// Options say how a file is read.
type Options struct {
	Limits Limits
	// From is where to go on; the zero value is the beginning.
	From leak.Position
	// Skip are members that are not to be touched: whoever tried died of them.
	Skip []leak.MemberID
	// Begin is told each member before it is read; nil: nobody wants to know.
	Begin func(leak.MemberID, string)
	// Progress is told bytes that were read, of any member, now and then; nil: nobody wants to know.
	Progress func(bytes int64)
	// Scratch makes a place for a member that must be read out of order; nil: only what fits into memory is.
	Scratch func() (Scratch, error)
}

// Scratch is a place to write to and read from.
type Scratch interface {
	io.Writer
	// ReaderAt ends writing and reads.
	ReaderAt() (io.ReaderAt, error)
	io.Closer
}

// ErrSource says that the file itself cannot be read, or was changed since it was taken in: what came of it MUST NOT be used.
var ErrSource = errors.New("the file cannot be read")

// Read reads a file into the sink. An error is one of the sink's or ErrSource; whatever is wrong inside of the file is told
// to the sink as a gap.
func Read(s Source, o Options, sink leak.Sink) error {
	r := &reader{o: o, limits: o.Limits.orDefault(), sink: sink, size: s.Size}
	c := content{name: s.Name, at: &sourceAt{r: s.At, total: s.Size}, size: s.Size}
	return r.member(leak.File, c, 0)
}

// sourceAt tells failures of the file from those of what is in it.
type sourceAt struct {
	r     io.ReaderAt
	total int64
}

func (s *sourceAt) ReadAt(p []byte, off int64) (int, error) {
	n, err := s.r.ReadAt(p, off)
	if err != nil && !(errors.Is(err, io.EOF) && off+int64(n) >= s.total) {
		err = errors.Join(ErrSource, err)
	}
	return n, err
}

// reader reads a file with all that is in it.
type reader struct {
	o       Options
	limits  Limits
	sink    leak.Sink
	size    int64 // of the file
	members int
	total   int64 // bytes unpacked
	bombs   int   // members that were stopped
}

// content is what a member is read from.
type content struct {
	name string
	r    io.Reader   // from the beginning; nil when there is At
	at   io.ReaderAt // nil when it comes as a stream
	size int64       // known when there is At
}

func (c *content) stream() io.Reader {
	if c.r == nil {
		return io.NewSectionReader(c.at, 0, c.size)
	}
	return c.r
}

// member reads one member, whatever it is. An error ends everything.
func (r *reader) member(id leak.MemberID, c content, depth int) error {
	if r.isDone(id) || slices.Contains(r.o.Skip, id) {
		return nil
	}
	r.members++
	if r.o.Begin != nil {
		r.o.Begin(id, printable(c.name))
	}
	m := &leak.Member{ID: id, Name: printable(c.name), Format: "unknown"}
	o := &out{sink: r.sink, limits: r.limits, member: m, alive: r.o.Progress}
	if r.o.From.Member == id {
		o.skip = r.o.From.Rows
	}
	counted := &counter{r: c.stream(), progress: r.o.Progress}
	err := r.read(o, counted, c, depth)
	m.Bytes = max(m.Bytes, counted.n)
	switch {
	case o.failed != nil:
		return o.failed
	case errors.Is(err, ErrSource), errors.As(err, new(sinkError)):
		return err
	case err != nil:
		o.gap(gapOf(err, m.Bytes))
	}
	o.flush(false)
	if o.failed != nil {
		return o.failed
	}
	return r.sink.Member(*m)
}

// isDone tells members that were over before reading goes on.
func (r *reader) isDone(id leak.MemberID) bool {
	from := r.o.From
	if from.Member == "" || id.Holds(from.Member) && (id != from.Member || from.Rows >= 0) {
		return false
	}
	return id.Compare(from.Member) <= 0
}

// read finds out what a member is and reads it. A reader that stumbles is a gap, not the end.
func (r *reader) read(o *out, counted *counter, c content, depth int) (err error) {
	defer func() {
		if p := recover(); p != nil {
			if bug, isBug := p.(string); isBug && len(bug) > 4 && bug[:4] == "BUG:" {
				panic(p)
			}
			err = errStumbled
		}
	}()
	buffered := bufio.NewReaderSize(counted, headSize)
	head, err := buffered.Peek(headSize)
	if err != nil && err != io.EOF && len(head) == 0 {
		return err
	}
	whole := err == io.EOF
	format, note := sniff(head, whole)
	o.member.Format = format
	if note != "" {
		why := leak.Unsupported
		if encrypted[format] {
			why = leak.Encrypted
		}
		o.gap(leak.Gap{Why: why, Note: note})
		return nil
	}
	switch format {
	case formatCSV, formatJSON, formatSQL:
		return o.readText(format, asUTF8(buffered, head), asText(head, whole), whole)
	case formatEmpty:
		return nil
	case formatGzip, formatZstd, formatBzip2, formatXz:
		return r.unpack(o, format, buffered, counted, c.name, depth)
	case formatTar:
		return r.tar(o, buffered, counted, depth)
	}
	return r.outOfOrder(o, format, buffered, c, depth)
}

func (o *out) readText(format string, text io.Reader, head []byte, whole bool) error {
	switch format {
	case formatJSON:
		return o.readJSON(text)
	case formatSQL:
		return o.readSQL(text, head)
	default:
		return o.readCSV(text, head, whole)
	}
}

// counter counts what was read.
type counter struct {
	r        io.Reader
	n, told  int64
	progress func(int64)
}

// progressStep is after how many bytes progress is told.
const progressStep = 16 << 20

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	if c.progress != nil && c.n-c.told >= progressStep {
		c.progress(c.n - c.told)
		c.told = c.n
	}
	return n, err
}
