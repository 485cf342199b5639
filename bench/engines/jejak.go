package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"jejak/analytics/query"
	"jejak/analytics/store"
	"jejak/analytics/store/columnar"
	"jejak/event"
	"jejak/question"
)

// jejakEngine serves our own store, as the server opens it.
type jejakEngine struct {
	folder string
	store  *columnar.Store
	budget query.Budget
}

const project = 1

func openJejak(folder string) (*jejakEngine, error) {
	s, err := columnar.Open(folder, columnar.Options{})
	if err != nil {
		return nil, err
	}
	awaitQuiet()
	return &jejakEngine{folder: folder, store: s}, nil
}

// awaitQuiet waits until what the store prepares in the background after its start is done, as it is in a server that
// runs; two minutes at most.
func awaitQuiet() {
	for began := time.Now(); time.Since(began) < 2*time.Minute; {
		used := processorTime()
		<-time.After(500 * time.Millisecond)
		if processorTime()-used < 25*time.Millisecond {
			return
		}
	}
}

// load appends the rows of the pipe as the road does, batch by batch, and waits until compaction has ended.
func (e *jejakEngine) load(pipe string) (a reply, err error) {
	f, err := os.Open(pipe)
	if err != nil {
		return a, err
	}
	defer f.Close()
	began := time.Now()
	if err := e.appendAll(f); err != nil {
		return a, err
	}
	ended, err := e.settle()
	if err != nil {
		return a, err
	}
	a.Seconds, a.Processor = ended.Sub(began).Seconds(), processorTime().Seconds()
	a.Bytes, _, err = partsIn(e.folder)
	return a, err
}

// appendAll keeps two batches on their way, so that one waits for the disk while the next is made.
func (e *jejakEngine) appendAll(from io.Reader) error {
	batches := make(chan []event.Event, 2)
	failed := make(chan error, 2)
	var wait sync.WaitGroup
	for range cap(failed) {
		wait.Go(func() {
			for events := range batches {
				if err := e.append(events); err != nil {
					failed <- err
					for range batches { // let the reader go on to its end
					}
					return
				}
			}
		})
	}
	err := readBatches(from, func(events []event.Event) { batches <- events })
	close(batches)
	wait.Wait()
	if err != nil {
		return err
	}
	close(failed)
	return <-failed
}

// append waits when the store says that too much is on its way, as clients do.
func (e *jejakEngine) append(events []event.Event) error {
	b := store.Batch{Project: project, Events: events, Tally: event.TallyOf(len(events), nil)}
	err := e.store.Append(context.Background(), b)
	for tries := 0; err != nil && tries < 100; tries++ {
		<-time.After(100 * time.Millisecond)
		err = e.store.Append(context.Background(), b)
	}
	return err
}

const batchRows = 2_000

// readBatches makes events of lines.
func readBatches(from io.Reader, take func([]event.Event)) error {
	in := bufio.NewReaderSize(from, 1<<20)
	for {
		lines, err := readLines(in, batchRows)
		if events, bad := eventsOf(lines); bad != nil {
			return bad
		} else if len(events) > 0 {
			take(events)
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("cannot read the rows: %w", err)
		}
	}
}

// readLines reads at most n lines.
func readLines(in *bufio.Reader, n int) (string, error) {
	var b strings.Builder
	b.Grow(n * 200)
	for range n {
		line, err := in.ReadSlice('\n')
		b.Write(line)
		if err != nil {
			return b.String(), err
		}
	}
	return b.String(), nil
}

func eventsOf(lines string) ([]event.Event, error) {
	events := make([]event.Event, 0, batchRows)
	for line := range strings.Lines(lines) {
		e, err := eventOf(strings.TrimSuffix(line, "\n"))
		if err != nil {
			return nil, err
		}
		events = append(events, e)
	}
	return events, nil
}

func eventOf(line string) (e event.Event, err error) {
	next := func() (field string) {
		field, line, _ = strings.Cut(line, "\t")
		return field
	}
	at, err := strconv.ParseInt(next(), 10, 64)
	if err != nil {
		return e, fmt.Errorf("cannot read a time: %w", err)
	}
	user, err := strconv.ParseUint(next(), 10, 32)
	if err != nil {
		return e, fmt.Errorf("cannot read a user: %w", err)
	}
	e = event.Event{Time: event.Millis(at), Actor: event.Actor(user), Name: next(), InsertID: next()}
	e.Properties = make([]event.Property, len(properties))
	for i, p := range properties {
		v, err := valueOf(p.kind, next())
		if err != nil {
			return e, err
		}
		e.Properties[i] = event.Property{Name: p.name, Value: v}
	}
	return e, nil
}

func valueOf(kind, field string) (event.Value, error) {
	switch kind {
	case number:
		f, err := strconv.ParseFloat(field, 64)
		return event.NumberOf(f), err
	case boolean:
		return event.BooleanOf(field == "true"), nil
	default:
		return event.StringOf(field), nil
	}
}

// settle closes the store and opens it with no patience for leftovers, until nothing changes any more. It tells when that
// began.
func (e *jejakEngine) settle() (ended time.Time, err error) {
	if err := e.store.Close(); err != nil {
		return ended, err
	}
	if e.store, err = columnar.Open(e.folder, columnar.Options{ColdAge: time.Second}); err != nil {
		return ended, err
	}
	ended = time.Now()
	_, before, err := partsIn(e.folder)
	for still := 0; err == nil && still < 4; {
		used := processorTime()
		<-time.After(2 * time.Second)
		var now string
		_, now, err = partsIn(e.folder)
		if now == before && processorTime()-used < 20*time.Millisecond {
			still++
		} else {
			before, still, ended = now, 0, time.Now()
		}
	}
	return ended, err
}

// partsIn is how many bytes the parts have, and their names.
func partsIn(folder string) (bytes int64, names string, err error) {
	err = filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".part") {
			return nil // one that compaction has just taken away
		}
		if i, err := d.Info(); err == nil {
			bytes += i.Size()
			names += path + "\n"
		}
		return nil
	})
	return bytes, names, err
}

// processorTime is what this process has used.
func processorTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// ask answers one question from a snapshot of its own, as the server does.
func (e *jejakEngine) ask(text string) (rows [][]any, matched int64, err error) {
	q, err := question.Parse([]byte(text))
	if err != nil {
		return nil, 0, err
	}
	snap, err := e.store.Snapshot(project)
	if err != nil {
		return nil, 0, err
	}
	defer snap.Release()
	a, err := query.Ask(context.Background(), snap, q, query.Options{Budget: e.budget, Guard: columnar.Guard})
	if err != nil {
		return nil, 0, err
	}
	rows, err = flatten(q, a)
	return rows, a.Cost().RowsMatched, err
}

func (e *jejakEngine) close() error { return e.store.Close() }
