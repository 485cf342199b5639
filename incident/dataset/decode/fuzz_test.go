package decode

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"sort"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"jejak/leak"
)

// orderly fails when what is read is not in the order that a sink may rely on.
type orderly struct {
	t       *testing.T
	columns map[string]int
	next    map[string]int64
	done    int64
}

func (s *orderly) Table(t leak.Table) error {
	key := fmt.Sprint(t.Member, "/", t.ID)
	if t.First != s.columns[key] {
		s.t.Fatalf("table %s: columns from %d, %d are known", key, t.First, s.columns[key])
	}
	s.columns[key] += len(t.Columns)
	return nil
}

func (s *orderly) Rows(b *leak.Batch) error {
	key := fmt.Sprint(b.Member, "/", b.Table)
	var copied leak.Batch
	if err := copied.Load(b.Member, b.Table, b.First, b.Count, bytes.Clone(b.Body())); err != nil {
		s.t.Fatalf("a batch does not travel: %v", err)
	}
	for r := range copied.Rows() {
		if want := s.next[key]; r.Number != want && r.Number != want+1 {
			s.t.Fatalf("table %s: row %d after %d", key, r.Number, want)
		}
		s.next[key] = r.Number
		for _, c := range r.Cells {
			if c.Column >= s.columns[key] {
				s.t.Fatalf("table %s: column %d of %d", key, c.Column, s.columns[key])
			}
			if len(c.Text) > Default.Cell*2 {
				s.t.Fatalf("a cell of %d bytes", len(c.Text))
			}
		}
	}
	return nil
}

func (s *orderly) Member(m leak.Member) error { s.done++; return nil }

// FuzzRead: whatever the bytes, reading ends, in order, and without a panic that is not caught.
func FuzzRead(f *testing.F) {
	parquetText := parquetFile(f, 20, 10)
	for _, seed := range [][]byte{
		[]byte(people), inUTF16(binary.LittleEndian, true, people), []byte(`{"a":{"b":[1,"x\u00e9",null,{"c":"{\"d\":1}"}]}}` + "\n" + `{"a":2}`),
		[]byte(`{"results":[{"a":1},{"b":[1]}],"next":null}`), manyCopies(3), manyInserts(3), gzipped([]byte(people)), zstded([]byte(people)), xzed([]byte(people)),
		tarred(packed{"a", []byte(people)}), zipped(zip.Deflate, packed{"a", []byte(people)}), parquetText,
		workbookFile(`<worksheet><sheetData><row><c t="s"><v>0</v></c><c><f>A1</f><v>2</v></c></row></sheetData></worksheet>`),
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		s := &orderly{t: t, columns: map[string]int{}, next: map[string]int64{}}
		limits := Limits{Floor: 4 << 20, Spool: 1 << 20}
		if err := Read(source("x", text), Options{Limits: limits}, s); err != nil {
			t.Fatal(err)
		}
		if s.done == 0 {
			t.Fatal("no member is told")
		}
	})
}

// TestCSVAsTheStandardLibrary: what encoding/csv writes is read as encoding/csv reads it.
func TestCSVAsTheStandardLibrary(t *testing.T) {
	cell := rapid.StringOfN(rapid.SampledFrom([]rune("ab,\"\n\r; \té@1")), 0, 12, -1)
	rapid.Check(t, func(t *rapid.T) {
		columns := rapid.IntRange(2, 5).Draw(t, "columns")
		rows := rapid.SliceOfN(rapid.SliceOfN(cell, columns, columns), 1, 20).Draw(t, "rows")
		var b bytes.Buffer
		b.WriteString("id,email_id")
		for i := 2; i < columns; i++ {
			fmt.Fprintf(&b, ",c%d", i)
		}
		b.WriteString("\n")
		w := csv.NewWriter(&b)
		w.UseCRLF = rapid.Bool().Draw(t, "crlf")
		w.WriteAll(rows)
		want, err := csv.NewReader(bytes.NewReader(b.Bytes())).ReadAll()
		if err != nil {
			t.Skip("not even the library reads it")
		}
		got := csvRows(t, b.Bytes(), columns)
		if len(got) != len(want)-1 {
			t.Fatalf("%d rows, want %d, of %q", len(got), len(want)-1, b.String())
		}
		for i, row := range got {
			for j := range row {
				if normal(row[j]) != want[i+1][j] {
					t.Fatalf("row %d is %q, want %q, of %q", i, row, want[i+1], b.String())
				}
			}
		}
	})
}

// normal: the library makes line ends of texts one; we keep them.
func normal(s string) string { return strings.ReplaceAll(s, "\r\n", "\n") }

// csvRows reads with a fixed dialect: what a dialect looks like is another test's.
func csvRows(t *rapid.T, text []byte, columns int) (rows [][]string) {
	s := &grid{columns: columns}
	o := &out{sink: s, limits: Default, member: &leak.Member{}}
	c := &csvReader{w: newWindow(bytes.NewReader(text), 1<<16), dialect: dialect{separator: ',', quote: '"', newline: '\n'}, t: o.table("")}
	if err := c.header(); err != nil {
		t.Fatal(err)
	}
	for {
		more, err := c.row()
		if err != nil {
			t.Fatal(err)
		}
		if !more {
			o.flush(false)
			return s.rows
		}
	}
}

type grid struct {
	nothing
	columns int
	rows    [][]string
}

func (g *grid) Rows(b *leak.Batch) error {
	for r := range b.Rows() {
		row := make([]string, g.columns)
		for _, c := range r.Cells {
			row[c.Column] = string(c.Text)
		}
		g.rows = append(g.rows, row)
	}
	return nil
}

// TestJSONAsTheStandardLibrary: the cells of a value are the leaves that encoding/json finds.
func TestJSONAsTheStandardLibrary(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := map[string]any{"k": value(t, 0), "second": value(t, 0)}
		text, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		var want []string
		leaves("", v, &want)
		s := &transcript{}
		if err := Read(source("x", append(append(text, '\n'), `{"k":"end"}`...)), Options{}, s); err != nil {
			t.Fatal(err)
		}
		sort.Strings(want)
		if line := rowOne(s); line != strings.Join(want, "|") {
			t.Fatalf("%s gives\n%q, want\n%q", text, line, strings.Join(want, "|"))
		}
	})
}

func rowOne(s *transcript) string {
	line, _, _ := strings.Cut(s.b.String(), "\n2|")
	cells := strings.Split(line, "|")[1:]
	sort.Strings(cells)
	return strings.Join(cells, "|")
}

// value draws a JSON value without texts that are JSON themselves.
func value(t *rapid.T, depth int) any {
	kind := rapid.IntRange(0, 5).Draw(t, "kind")
	if depth > 3 {
		kind %= 4
	}
	switch kind {
	case 0:
		return rapid.StringOfN(rapid.SampledFrom([]rune("ab\\\"\té😀\u2028/1<")), 0, 8, -1).Draw(t, "text")
	case 1:
		return rapid.IntRange(-1000, 1000).Draw(t, "number")
	case 2:
		return rapid.Bool().Draw(t, "bool")
	case 3:
		return nil
	case 4:
		list := []any{}
		for range rapid.IntRange(0, 3).Draw(t, "items") {
			list = append(list, value(t, depth+1))
		}
		return list
	default:
		m := map[string]any{}
		for i := range rapid.IntRange(0, 3).Draw(t, "members") {
			m[fmt.Sprintf("m%d", i)] = value(t, depth+1)
		}
		return m
	}
}

func leaves(path string, v any, to *[]string) {
	switch v := v.(type) {
	case nil:
	case map[string]any:
		for k, x := range v {
			name := k
			if path != "" {
				name = path + "." + k
			}
			leaves(name, x, to)
		}
	case []any:
		for _, x := range v {
			leaves(path+"[]", x, to)
		}
	default:
		*to = append(*to, fmt.Sprintf("%s=%v", path, v))
	}
}
