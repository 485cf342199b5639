package scope

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"jejak/exposure"
	"jejak/incident/rehearse"
	"jejak/leak"
)

// wide is a file of many tables, or of one with many columns.
type wide struct {
	tables, columns int
	value           string
}

// Read implements Source.
func (s wide) Read(_ context.Context, _ leak.Position, sink leak.Sink) error {
	for n := range s.tables {
		id := leak.MemberID(fmt.Sprintf("1.%d", n+1))
		for first := 0; first < s.columns; first += 10_000 {
			names := make([]string, min(10_000, s.columns-first))
			for i := range names {
				names[i] = fmt.Sprint("state ", first+i)
			}
			if err := sink.Table(leak.Table{Member: id, First: first, Columns: names}); err != nil {
				return err
			}
		}
		var b leak.Batch
		b.Begin(id, 0, 1)
		b.Cell(s.columns-1, []byte(s.value))
		b.EndRow(0, false)
		if err := sink.Rows(&b); err != nil {
			return err
		}
		if err := sink.Member(leak.Member{ID: id, Rows: 1}); err != nil {
			return err
		}
	}
	return nil
}

// TestTooManyShapes: of a million columns, and of a hundred thousand tables, every cell is read, and what is in the last one is found.
func TestTooManyShapes(t *testing.T) {
	_, _, b := told(t, rehearse.Story{Seed: 1, People: 50, Organisations: 2, Rows: 10})
	for _, s := range []wide{{1, 1_000_000, b.userIDs[7]}, {30_000, 1, b.userIDs[7]}} {
		r := read(t, s, b, nil, Options{})
		report := reported(t, r)
		if report.Rows != int64(s.tables) || report.People.Certain != 1 || report.Unlisted == 0 || len(report.Tables) > maxTables+1 {
			t.Errorf("%d tables of %d columns: %d rows, people %+v, %d cells unlisted, %d tables", s.tables, s.columns, report.Rows, report.People, report.Unlisted, len(report.Tables))
		}
		if c := report.Absences[0]; c.Class != exposure.Credentials || !c.Certified {
			t.Errorf("%s: %s", c.Class, c.Why)
		}
	}
}

// falling is a directory whose matcher panics.
type falling struct{ nobody }

func (f falling) Matcher() Matcher { return f }

func (falling) Match([]Identifier, []Found) []Found { panic("a row that nobody thought of") }

// TestWorkerThatBreaks: a row that breaks a worker ends the reading with an error, and not the program.
func TestWorkerThatBreaks(t *testing.T) {
	file, _, _ := told(t, rehearse.Small())
	if _, err := Read(t.Context(), file, falling{}, nil, Options{}); !errors.Is(err, ErrBroken) {
		t.Errorf("got %v", err)
	}
	if _, err := Read(t.Context(), file, falling{}, nil, Options{Keep: func(State) error { return nil }}); !errors.Is(err, ErrBroken) {
		t.Errorf("got %v", err)
	}
}
