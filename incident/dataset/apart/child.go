package apart

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"jejak/ground/sealed"
	"jejak/incident/dataset/decode"
	"jejak/leak"
)

// The files of the child besides the standard ones.
const (
	fileAt    = 3 // what is read
	scratchAt = 4 // an unnamed file to spool into
)

// job is what the child is told, as JSON on its standard input.
type job struct {
	Name   string          `json:"name"`
	Size   int64           `json:"size"` // of the file as it lies on disk
	Key    []byte          `json:"key,omitempty"`
	Limits decode.Limits   `json:"limits"`
	From   leak.Position   `json:"from"`
	Skip   []leak.MemberID `json:"skip,omitempty"`
	Memory int64           `json:"memory"`
	CPU    int64           `json:"cpu"` // seconds
	Spool  int64           `json:"spool"`
}

// maxJob bounds a job, in bytes.
const maxJob = 16 << 20

// Child is the process that reads: it takes a job, puts up its walls, and says what it reads. It is started by Reader and
// by nobody else.
func Child(in io.Reader, out io.Writer) error {
	var j job
	if err := json.NewDecoder(io.LimitReader(in, maxJob)).Decode(&j); err != nil {
		return fmt.Errorf("cannot understand what to read: %w", err)
	}
	file, scratch := os.NewFile(fileAt, "file"), os.NewFile(scratchAt, "scratch")
	s := newSpeaker(out)
	if err := s.say(hello, putUpWalls(j)); err != nil {
		return err
	}
	source, err := sourceOf(file, j)
	if err == nil {
		err = decode.Read(source, j.options(s, scratch), s)
	}
	if err != nil && !errors.Is(err, decode.ErrSource) && !errors.Is(err, sealed.ErrDamaged) {
		return err
	}
	return s.say(end, ended{Source: err != nil})
}

func sourceOf(file *os.File, j job) (decode.Source, error) {
	if j.Key == nil {
		return decode.Source{Name: j.Name, At: file, Size: j.Size}, nil
	}
	r, err := sealed.NewReader(file, j.Size, sealed.Key(j.Key))
	if err != nil {
		return decode.Source{}, err
	}
	return decode.Source{Name: j.Name, At: r, Size: r.Size()}, nil
}

func (j *job) options(s *speaker, scratch *os.File) decode.Options {
	pad := &pad{file: scratch}
	return decode.Options{
		Limits: j.Limits, From: j.From, Skip: j.Skip,
		Begin:    func(id leak.MemberID, name string) { s.note(s.say(begin, begun{id, name})) },
		Progress: func(bytes int64) { s.note(s.say(progress, bytes)) },
		Scratch:  pad.take,
	}
}

// note remembers that nobody listens any more; the next rows fail by it as well.
func (s *speaker) note(err error) { s.err = errors.Join(s.err, err) }

// pad is the unnamed file, used as a stack. What is on it is sealed under keys that only this process has.
type pad struct {
	file *os.File
	top  int64
}

func (p *pad) take() (decode.Scratch, error) {
	var key sealed.Key
	_, _ = rand.Read(key[:]) // never fails
	x := &sheet{pad: p, from: p.top, key: key}
	x.w = sealed.NewWriter(x, key)
	return spooling{x}, nil
}

// sheet is a part of the pad.
type sheet struct {
	pad  *pad
	from int64
	size int64
	key  sealed.Key
	w    *sealed.Writer
}

// Write implements io.Writer for what is sealed.
func (x *sheet) Write(p []byte) (int, error) {
	n, err := x.pad.file.WriteAt(p, x.from+x.size)
	x.size += int64(n)
	return n, err
}

// spooling is a sheet as the decoder sees it: plain.
type spooling struct{ x *sheet }

// Write implements decode.Scratch.
func (s spooling) Write(p []byte) (int, error) { return s.x.w.Write(p) }

// ReaderAt implements decode.Scratch.
func (s spooling) ReaderAt() (io.ReaderAt, error) {
	if err := s.x.w.Close(); err != nil {
		return nil, err
	}
	s.x.pad.top = s.x.from + s.x.size
	return sealed.NewReader(io.NewSectionReader(s.x.pad.file, s.x.from, s.x.size), s.x.size, s.x.key)
}

// Close implements decode.Scratch: what was taken later is closed already.
func (s spooling) Close() error {
	s.x.pad.top = s.x.from
	return nil
}
