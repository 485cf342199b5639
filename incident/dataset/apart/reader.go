// Package apart reads leaked files in a process of their own, which has no network, opens nothing, and may take only so
// much memory and time. When it dies of what it reads, that is a gap, and another process goes on behind it.
package apart

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"time"

	"jejak/incident/dataset/decode"
	"jejak/leak"
)

// Options say how the process is started and what it may take. Command is required.
type Options struct {
	Command []string // runs Child on its standard input and output
	Dir     string   // where the unnamed file is made that large members are spooled into, sealed
	Limits  decode.Limits
	Memory  int64         // bytes; 0: 1 GiB
	CPU     time.Duration // 0: an hour, and a second for each megabyte
	// Patience is how long it may say nothing; 0: two minutes.
	Patience time.Duration
}

// File is what is read.
type File struct {
	Name string // as it was received; shown, and never used as a path
	File *os.File
	Size int64  // on disk, in bytes
	Key  []byte // nil: it is not sealed
}

// ErrSource says that the file itself cannot be read, or is not what was taken in: what came of it MUST NOT be used.
var ErrSource = errors.New("the file cannot be read, or was changed since it was taken in")

// ErrStart says that the process that reads does not come up.
var ErrStart = errors.New("the process that reads does not start")

// maxDeaths is after how many dead processes the rest of a file is given up.
const maxDeaths = 20

// Read reads a file into the sink, from a position on. Errors are the sink's, the context's, ErrSource or ErrStart. walls
// are those of the last process.
func (o Options) Read(ctx context.Context, f File, from leak.Position, sink leak.Sink) (walls Walls, err error) {
	w := &watch{o: o, f: f, sink: sink}
	w.job = job{
		Name: f.Name, Size: f.Size, Key: f.Key, Limits: o.Limits, From: from,
		Memory: cmp.Or(o.Memory, 1<<30), CPU: int64(o.CPU.Seconds()), Spool: spoolOf(o.Limits),
	}
	if w.job.CPU == 0 {
		w.job.CPU = 3600 + f.Size>>20
	}
	for deaths := 0; ; deaths++ {
		w.open = nil
		err := w.once(ctx)
		if !errors.Is(err, errDied) {
			return w.walls, err
		}
		if done, err := w.bury(deaths); done || err != nil {
			return w.walls, err
		}
	}
}

// spoolOf is how large the unnamed file may get: what is spooled is sealed, and may be spooled at each depth.
func spoolOf(l decode.Limits) int64 {
	return 2 * cmp.Or(l.Spool, decode.Default.Spool)
}

var errDied = errors.New("the process died")

// watch is one reading of a file by one process after another.
type watch struct {
	o     Options
	f     File
	sink  leak.Sink
	job   job
	walls Walls
	open  []leak.Member // begun and not over, outermost first
	why   leak.Gap      // how the last one died
}

// bury tells the member that a process died of, and lets the next one go on behind it.
func (w *watch) bury(deaths int) (done bool, err error) {
	if len(w.open) == 0 {
		return true, fmt.Errorf("cannot read the file: %w", ErrStart)
	}
	dead := w.open[len(w.open)-1]
	if deaths+1 >= maxDeaths {
		dead, w.why.Note = w.open[0], "too many processes died of it"
	}
	w.why.Row, w.why.Count = dead.Rows, 1
	dead.Gaps = []leak.Gap{w.why}
	if err := w.sink.Member(dead); err != nil {
		return true, err
	}
	w.job.From = leak.Position{Member: dead.ID, Rows: -1}
	w.job.Skip = append(w.job.Skip, dead.ID)
	return dead.ID == leak.File, nil
}

// once runs one process to its end. errDied: it did not come to its own.
func (w *watch) once(outer context.Context) error {
	runtime.LockOSThread() // the child ends with the thread that started it
	defer runtime.UnlockOSThread()
	ctx, stop := context.WithCancel(outer)
	defer stop()
	scratch, err := unnamed(w.o.Dir)
	if err != nil {
		return err
	}
	defer scratch.Close()
	from, to, err := os.Pipe()
	if err != nil {
		return fmt.Errorf("cannot make a pipe: %w", err)
	}
	defer from.Close()
	var last tail
	child, err := w.start(ctx, scratch, to, &last)
	_ = to.Close()
	if err != nil {
		return errors.Join(ErrStart, err)
	}
	stalled, err := w.listen(from, stop)
	stop() // whatever it still does is of no use
	_ = child.Wait()
	switch {
	case err == nil, !errors.Is(err, errDied):
		return err
	case stalled:
		w.why = leak.Gap{Why: leak.Stalled}
		return errDied
	case outer.Err() != nil:
		return outer.Err()
	}
	w.why = leak.Gap{Why: leak.Died, Note: last.reason()}
	return errDied
}

// start starts the child and tells it what to do.
func (w *watch) start(ctx context.Context, scratch, out *os.File, last *tail) (*exec.Cmd, error) {
	text, err := json.Marshal(w.job)
	if err != nil {
		return nil, err
	}
	return start(func() *exec.Cmd {
		c := exec.CommandContext(ctx, w.o.Command[0], w.o.Command[1:]...)
		c.Env = []string{"GOTRACEBACK=none"}
		c.Dir = string(os.PathSeparator)
		c.Stdin, c.Stdout, c.Stderr = bytes.NewReader(text), out, last
		c.ExtraFiles = []*os.File{w.f.File, scratch}
		c.WaitDelay = time.Second
		return c
	})
}

// unnamed is a file without a name: it is gone when nobody has it open any more.
func unnamed(dir string) (*os.File, error) {
	f, err := os.CreateTemp(dir, "reading-*")
	if err != nil {
		return nil, fmt.Errorf("cannot make a file to spool into: %w", err)
	}
	if err := os.Remove(f.Name()); err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("cannot take the name from the file to spool into: %w", err)
	}
	return f, nil
}

// listen hands on what the child says until it says how it ended. stalled: it said nothing for too long and was ended.
func (w *watch) listen(from io.Reader, kill func()) (stalled bool, err error) {
	patience := cmp.Or(w.o.Patience, 2*time.Minute)
	late := make(chan struct{})
	alarm := time.AfterFunc(patience, func() { close(late); kill() })
	defer alarm.Stop()
	l := newListener(from)
	for {
		kind, content, err := l.next()
		if !alarm.Stop() {
			<-late
			return true, errDied
		}
		if err != nil {
			return false, errDied
		}
		done, err := w.take(l, kind, content)
		if done || err != nil {
			return false, err
		}
		alarm.Reset(patience)
	}
}

// take hands one frame on.
func (w *watch) take(l *listener, kind byte, content []byte) (done bool, err error) {
	switch kind {
	case hello:
		return false, broken(json.Unmarshal(content, &w.walls))
	case begin:
		var b begun
		if err := json.Unmarshal(content, &b); err != nil {
			return false, broken(err)
		}
		w.open = append(w.open, leak.Member{ID: b.ID, Name: b.Name, Format: "unknown"})
		return false, nil
	case aTable:
		var t leak.Table
		if err := json.Unmarshal(content, &t); err != nil {
			return false, broken(err)
		}
		return false, w.sink.Table(t)
	case rows:
		b, err := l.rows(content)
		if err != nil {
			return false, err
		}
		if n := len(w.open); n > 0 {
			w.open[n-1].Rows = b.Done
		}
		return false, w.sink.Rows(b)
	case aMember:
		var m leak.Member
		if err := json.Unmarshal(content, &m); err != nil {
			return false, broken(err)
		}
		w.open = slices.DeleteFunc(w.open, func(o leak.Member) bool { return o.ID == m.ID })
		return false, w.sink.Member(m)
	case progress:
		return false, nil
	case end:
		var e ended
		if err := json.Unmarshal(content, &e); err != nil {
			return false, broken(err)
		}
		if e.Source {
			return true, ErrSource
		}
		return true, nil
	}
	return false, errFrame
}

func broken(err error) error {
	if err == nil {
		return nil
	}
	return errFrame
}

// tail keeps the end of what a child says on its way out. It is looked at for a few words and never passed on: it may
// quote the file.
type tail struct{ text []byte }

// Write implements io.Writer.
func (t *tail) Write(p []byte) (int, error) {
	if room := 4096 - len(t.text); room > 0 {
		t.text = append(t.text, p[:min(room, len(p))]...)
	}
	return len(p), nil
}

func (t *tail) reason() string {
	for _, sign := range []string{"out of memory", "cannot allocate memory", "failed to reserve"} {
		if strings.Contains(string(t.text), sign) {
			return "it wanted more memory than it may take"
		}
	}
	return ""
}
