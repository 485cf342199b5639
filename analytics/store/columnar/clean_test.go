package columnar

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"jejak/analytics/store"
	"jejak/event"
)

const planted = "planted-value"

// sweeper puts [x] in the place of what is planted.
type sweeper struct {
	looked  int
	settles int // how many succeed; below 0: all
}

var errSweeper = errors.New("no more")

func sweep(text string) string { return strings.ReplaceAll(text, planted, "[x]") }

func (*sweeper) Name(name string) string { return sweep(name) }

func (s *sweeper) Touches(_ string, v event.Value) bool {
	s.looked++
	return sweep(v.Text) != v.Text
}

func (*sweeper) Clean(property string, v event.Value, _ event.Actor) (event.Value, []event.Change, error) {
	v.Text = sweep(v.Text)
	return v, []event.Change{{Did: event.Cut, Class: "test", Property: sweep(property)}}, nil
}

func (s *sweeper) Settle(context.Context) error {
	if s.settles == 0 {
		return errSweeper
	}
	s.settles--
	return nil
}

// plantedFiles are the files that hold it.
func plantedFiles(t *testing.T, dir string) (files []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		if bytes.Contains(b, []byte(planted)) {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// plant appends events until there are some parts and a tail, in this project and another, which share the log.
func plant(t *testing.T, s *Store, batches int) (rows uint64) {
	t.Helper()
	for i := range batches {
		at := event.Millis(i) * dayMillis
		events := []event.Event{
			{Name: "view", Time: at, Actor: event.MakeActor(1, 1), Properties: []event.Property{{Name: "note", Value: event.StringOf("a " + planted)}}},
			{Name: "view", Time: at + 1, Actor: event.MakeActor(2, 1), Properties: []event.Property{{Name: "note", Value: event.StringOf("b")}}},
			{Name: "by " + planted, Time: at + 2, Actor: event.MakeActor(3, 1), Properties: []event.Property{{Name: planted, Value: event.ListOf(`["` + planted + `"]`)}}},
		}
		for _, p := range []event.ProjectID{7, 8} {
			batch := events
			if p == 8 {
				batch = events[1:2]
			}
			if err := s.Append(t.Context(), store.Batch{Project: p, Events: append([]event.Event(nil), batch...), Tally: event.Tally{Received: uint64(len(batch))}}); err != nil {
				t.Fatal(err)
			}
		}
		rows += 2
		if i%3 != 2 {
			continue
		}
		if err := s.project(7).flush(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	return rows
}

func noProgress(uint64, uint64) {}

// TestClean: what is planted is in no byte of the folder, everything else is as it was, and what was done is counted.
func TestClean(t *testing.T) {
	dir := t.TempDir()
	s, err := Open(dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	changed := plant(t, s, 11)
	before := s.Counters(7)
	if len(plantedFiles(t, dir)) < 3 {
		t.Fatal("nothing is planted")
	}
	var told [2]uint64
	if err := s.Clean(t.Context(), 7, 1, &sweeper{settles: -1}, func(done, all uint64) { told = [2]uint64{done, all} }); err != nil {
		t.Fatal(err)
	}
	if found := plantedFiles(t, dir); len(found) > 0 {
		t.Errorf("it is still in %v", found)
	}
	if told[0] != told[1] || told[1] != 33 {
		t.Errorf("%d of %d rows were looked at", told[0], told[1])
	}
	for range 2 {
		if after := s.Counters(7); after.Durable != before.Durable || after.Askable != before.Askable {
			t.Errorf("counters were %+v and are %+v", before, after)
		}
		cleaned := s.Cleaned(7)
		if cleaned[event.Change{Did: event.Cut, Class: "test", Property: "note"}]+cleaned[event.Change{Did: event.Cut, Class: "test", Property: "[x]"}] != changed {
			t.Errorf("%v was done to %d values", cleaned, changed)
		}
		checkSwept(t, s)
		again := &sweeper{}
		if err := s.Clean(t.Context(), 7, 1, again, noProgress); err != nil || again.looked > 0 {
			t.Errorf("the round was done, and %d values were looked at, %v", again.looked, err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if s, err = Open(dir, Options{}); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

func checkSwept(t *testing.T, s *Store) {
	t.Helper()
	snap, err := s.Snapshot(7)
	if err != nil {
		t.Fatal(err)
	}
	defer snap.Release()
	got := map[string]int{}
	for _, section := range snap.Sections(everything) {
		for _, property := range snap.PropertyNames(section.Name()) {
			c := section.Column(property)
			if c == nil {
				continue
			}
			for _, code := range c.Codes(0, section.Rows(), nil) {
				if code != 0 {
					got[section.Name()+" "+property+" "+c.Dictionary().Value(code).Text]++
				}
			}
		}
	}
	if len(got) != 3 || got["view note a [x]"] != 11 || got["view note b"] != 11 || got[`by [x] [x] ["[x]"]`] != 11 {
		t.Errorf("it holds %v", got)
	}
}

// TestCleanGoesOn: a round that was cut off between any two parts goes on where it was, after a restart too, and counts nothing twice.
func TestCleanGoesOn(t *testing.T) {
	dir := t.TempDir()
	open := func() *Store {
		s, err := Open(dir, Options{still: true})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	s := open()
	changed := plant(t, s, 11)
	for cut := 0; ; cut++ {
		c := &sweeper{settles: 1}
		err := s.Clean(t.Context(), 7, 5, c, noProgress)
		if err == nil {
			if cut < 3 {
				t.Errorf("it was cut off only %d times", cut)
			}
			break
		}
		if !errors.Is(err, errSweeper) {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		s = open()
	}
	sum := uint64(0)
	for _, n := range s.Cleaned(7) {
		sum += n
	}
	if found := plantedFiles(t, dir); len(found) > 0 || sum != changed {
		t.Errorf("it is in %v; %d values were changed, %d counted", found, changed, sum)
	}
	checkSwept(t, s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}
