package decode

import (
	"archive/zip"
	"errors"
	"fmt"
	"strings"
	"testing"

	"jejak/leak"
)

// rowsOnly are the lines of rows with the names of their members left out.
func rowsOnly(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(line, "table ") && !strings.HasPrefix(line, "end ") {
			b.WriteString(line)
		}
	}
	return b.String()
}

// TestResume: reading that ends after any batch and goes on from its position tells every row once.
func TestResume(t *testing.T) {
	csv := manyCSV(6000)
	mixed := []packed{
		{"a.csv", csv}, {"b.json", manyLines(4000)}, {"c.sql", manyCopies(8000)}, {"d.sql", manyInserts(8000)},
		{"e.parquet", parquetFile(t, 5000, 1000)}, {"f.tgz", gzipped(tarred(packed{"g.csv", csv}, packed{"h.csv", csv}))},
	}
	for name, file := range map[string][]byte{"csv": csv, "tgz": gzipped(tarred(mixed...)), "zip": zipped(zip.Deflate, mixed...)} {
		full := &transcript{}
		if err := Read(source(name, file), Options{}, full); err != nil {
			t.Fatal(err)
		}
		if len(full.whole) < 3 {
			t.Fatalf("%s: only %d batches", name, len(full.whole))
		}
		want := rowsOnly(full.b.String())
		for i := 0; i < len(full.whole); i += 1 + len(full.whole)/6 {
			if got := inTwo(t, name, file, full.whole[i]); got != want {
				t.Errorf("%s, at %+v: %d bytes of rows, want %d", name, full.whole[i], len(got), len(want))
			}
		}
	}
}

// inTwo reads up to a position, and then on from it.
func inTwo(t *testing.T, name string, file []byte, at leak.Position) string {
	t.Helper()
	first := &stopAt{position: at}
	if err := Read(source(name, file), Options{}, first); !errors.Is(err, errStopped) {
		t.Fatalf("%s: it is not stopped: %v", name, err)
	}
	rest := &transcript{}
	if err := Read(source(name, file), Options{From: at}, rest); err != nil {
		t.Fatal(err)
	}
	return rowsOnly(first.b.String()) + rowsOnly(rest.b.String())
}

var errStopped = errors.New("stopped")

// stopAt is a transcript that ends at a position.
type stopAt struct {
	transcript
	position leak.Position
}

func (s *stopAt) Rows(b *leak.Batch) error {
	if err := s.transcript.Rows(b); err != nil {
		return err
	}
	if !b.Open && b.Position() == s.position {
		return errStopped
	}
	return nil
}

// TestSkip: members that others died of are not touched, and the rest is read.
func TestSkip(t *testing.T) {
	file := tarred(packed{"a.csv", []byte(people)}, packed{"b.csv", []byte(people)}, packed{"c.csv", []byte(people)})
	s := &transcript{}
	if err := Read(source("x", file), Options{Skip: []leak.MemberID{"1.2"}, From: leak.Position{Member: "1.1", Rows: -1}}, s); err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprintf("%d %d %s", s.rows, len(s.members), s.members[0].ID); got != "2 2 1.3" {
		t.Errorf("%s\n%s", got, s.b.String())
	}
}
