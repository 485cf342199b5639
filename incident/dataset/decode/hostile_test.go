package decode

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"

	"jejak/leak"
)

// letters is a file of one letter, however large.
type letters struct {
	size int64
	head string
}

var letterBlock = bytes.Repeat([]byte("a"), 64<<10)

func (l letters) ReadAt(p []byte, off int64) (int, error) {
	n := min(int64(len(p)), l.size-off)
	for i := 0; i < int(n); i += copy(p[i:n], letterBlock) {
	}
	if off < int64(len(l.head)) {
		copy(p[:n], l.head[off:])
	}
	if n < int64(len(p)) {
		return int(n), io.EOF
	}
	return int(n), nil
}

// tally counts what a reading says and keeps the gaps.
type tally struct {
	rows, cells, bytes int64
	columns            int
	gaps               map[leak.Why]int64
	names              []string
}

func (s *tally) Table(t leak.Table) error { s.columns += len(t.Columns); return nil }

func (s *tally) Rows(b *leak.Batch) error {
	for r := range b.Rows() {
		if !r.Continued {
			s.rows++
		}
		s.cells += int64(len(r.Cells))
		for _, c := range r.Cells {
			s.bytes += int64(len(c.Text))
		}
	}
	return nil
}

func (s *tally) Member(m leak.Member) error {
	if s.gaps == nil {
		s.gaps = map[leak.Why]int64{}
	}
	for _, g := range m.Gaps {
		s.gaps[g.Why] += g.Count
	}
	s.names = append(s.names, m.Name)
	return nil
}

func count(t testing.TB, text []byte, o Options) *tally {
	t.Helper()
	s := &tally{}
	if err := Read(source("x", text), o, s); err != nil {
		t.Fatal(err)
	}
	return s
}

// TestLongLine: a line of 2 GB is read in little memory, its first megabyte is told, and the rest is a gap.
func TestLongLine(t *testing.T) {
	for name, head := range map[string]string{"csv": "id,email\n1,", "quoted": "id,email\n1,\"", "json": `{"a":"`} {
		size := int64(300 << 20)
		if name == "csv" {
			size = 2 << 30
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		s := &tally{}
		if err := Read(Source{Name: name, At: letters{size, head}, Size: size}, Options{}, s); err != nil {
			t.Fatal(err)
		}
		runtime.ReadMemStats(&after)
		if used := after.TotalAlloc - before.TotalAlloc; used > 64<<20 {
			t.Errorf("%s: %d bytes of memory", name, used)
		}
		if s.gaps[leak.CellCut]+s.gaps[leak.CutOff] == 0 || name != "json" && s.bytes < 1<<20 {
			t.Errorf("%s: %+v", name, s)
		}
	}
}

// TestMillionColumns: those above the limit are read into one column; no cell gets lost.
func TestMillionColumns(t *testing.T) {
	const n = 1_000_000
	var wide, object bytes.Buffer
	object.WriteString("{")
	for i := range n {
		fmt.Fprintf(&wide, "c%d,", i)
		fmt.Fprintf(&object, `"k%d":1,`, i)
	}
	wide.WriteString("z\n")
	wide.WriteString(strings.Repeat("1,", n) + "1\n")
	object.WriteString(`"z":1}` + "\n" + `{"k1":2}` + "\n")
	for name, c := range map[string]struct {
		text        []byte
		rows, cells int64
	}{"csv": {wide.Bytes(), 1, n + 1}, "json": {object.Bytes(), 2, n + 2}} {
		s := count(t, c.text, Options{})
		if s.cells != c.cells && s.cells != c.cells*2 || s.columns != Default.Columns+1 || s.gaps[leak.Joined] != 1 {
			t.Errorf("%s: %d rows, %d cells, %d columns, %v", name, s.rows, s.cells, s.columns, s.gaps)
		}
	}
}

func TestDeepJSON(t *testing.T) {
	deep := strings.Repeat(`{"a":`, 100_000) + "1" + strings.Repeat("}", 100_000)
	if s := count(t, []byte(deep+"\n"+`{"b":1}`), Options{}); s.rows != 2 || s.cells != 2 {
		t.Errorf("deep objects: %+v", s)
	}
	for _, open := range []string{"[", `{"a":`, `[{"a":`} {
		s := count(t, []byte(strings.Repeat(open, 300_000)), Options{})
		if len(s.gaps) == 0 {
			t.Errorf("%s without end: %+v", open, s)
		}
	}
}

// bomb is an archive of one letter, about a thousand times smaller than the text.
func bomb(size int) []byte {
	return zipped(zip.Deflate, packed{"letters.csv", bytes.Repeat([]byte("a\n"), size/2)}, packed{"people.csv", []byte(people)})
}

// TestBombs: what unpacks to too much is stopped, and what stands beside it is read.
func TestBombs(t *testing.T) {
	limits := Limits{Floor: 1 << 20, Ratio: 20}
	if s := count(t, bomb(16<<20), Options{Limits: limits}); s.rows < 1000 || s.rows > 1<<21 || s.gaps[leak.Ratio] != 1 || s.cells != s.rows+4 {
		t.Errorf("zip: %+v", s)
	}
	letters := bytes.Repeat([]byte("a\n"), 8<<20)
	if s := count(t, gzipped(letters), Options{Limits: limits}); s.gaps[leak.Ratio] == 0 || s.rows > 1<<20 {
		t.Errorf("gzip: %+v", s)
	}
	if s := count(t, tarred(packed{"b.gz", gzipped(gzipped(letters))}, packed{"p", []byte(people)}), Options{Limits: limits}); s.gaps[leak.Ratio] == 0 || s.rows > 1<<20 {
		t.Errorf("gzip in gzip: %+v", s)
	}
	if s := count(t, overlapping(5000, 1<<20), Options{Limits: limits}); s.gaps[leak.Ratio] == 0 || s.bytes > 300<<20 {
		t.Errorf("overlapping members: %+v", s)
	}
	if s := count(t, tarred(packed{"a", letters}), Options{Limits: Limits{Total: 1 << 20}}); s.gaps[leak.TooLarge] == 0 {
		t.Errorf("too much in all: %+v", s)
	}
}

// overlapping is a zip whose directory names the same bytes many times.
func overlapping(n, size int) []byte {
	one := zipped(zip.Deflate, packed{"a", bytes.Repeat([]byte("a\n"), size/2)})
	end := len(one) - 22
	from := int(binary.LittleEndian.Uint32(one[end+16:]))
	entry := one[from:end]
	out := bytes.Clone(one[:from])
	for range n {
		out = append(out, entry...)
	}
	tail := bytes.Clone(one[end:])
	binary.LittleEndian.PutUint16(tail[8:], uint16(n))
	binary.LittleEndian.PutUint16(tail[10:], uint16(n))
	binary.LittleEndian.PutUint32(tail[12:], uint32(n*len(entry)))
	return append(out, tail...)
}

func TestTooDeepAndTooMany(t *testing.T) {
	nested := []byte(people)
	for range 8 {
		nested = zipped(zip.Store, packed{"in.zip", nested})
	}
	if s := count(t, zipped(zip.Store, packed{"deep.zip", nested}, packed{"p.csv", []byte(people)}), Options{}); s.rows != 2 || s.gaps[leak.TooDeep] != 1 {
		t.Errorf("deep: %+v", s)
	}
	var members []packed
	for i := range 300 {
		members = append(members, packed{fmt.Sprint(i), []byte(people)})
	}
	for name, archive := range map[string][]byte{"tar": tarred(members...), "zip": zipped(zip.Deflate, members...)} {
		if s := count(t, archive, Options{Limits: Limits{Members: 100}}); s.rows != 2*99 || s.gaps[leak.TooMany] == 0 {
			t.Errorf("%s: %d rows, %v", name, s.rows, s.gaps)
		}
	}
	var dump strings.Builder
	for i := range 50 {
		fmt.Fprintf(&dump, "INSERT INTO t%d VALUES (1);\n", i)
	}
	if s := count(t, []byte(dump.String()), Options{Limits: Limits{Tables: 10}}); s.rows != 10 || s.gaps[leak.TooMany] != 40 {
		t.Errorf("tables: %+v", s)
	}
}

// TestLinksAndNames: links and devices are not followed, and names are words, not paths.
func TestLinksAndNames(t *testing.T) {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, h := range []tar.Header{
		{Name: "link", Typeflag: tar.TypeSymlink, Linkname: "/etc/passwd"}, {Name: "hard", Typeflag: tar.TypeLink, Linkname: "/etc/shadow"},
		{Name: "dev", Typeflag: tar.TypeBlock}, {Name: "pipe", Typeflag: tar.TypeFifo}, {Name: "dir/", Typeflag: tar.TypeDir},
		{Name: "../../../etc/cron.d/x\x1b[2J\u202egnp", Typeflag: tar.TypeReg, Size: int64(len(people))},
	} {
		if err := w.WriteHeader(&h); err != nil {
			t.Fatal(err)
		}
		if h.Size > 0 {
			io.WriteString(w, people)
		}
	}
	w.Close()
	s := count(t, b.Bytes(), Options{})
	if s.rows != 2 || s.gaps[leak.Link] != 4 || s.names[0] != "../../../etc/cron.d/x\ufffd[2J\ufffdgnp" {
		t.Errorf("%+v", s)
	}
}

// TestCutAndLocked: archives that end early or want a password are told as such.
func TestCutAndLocked(t *testing.T) {
	long := manyCSV(2000)
	for name, whole := range map[string][]byte{"gzip": gzipped(long), "zstd": zstded(long), "xz": xzed(long), "tar": tarred(packed{"a", long}), "zip": zipped(zip.Deflate, packed{"a", long}), "parquet": parquetFile(t, 500, 100)} {
		s := count(t, whole[:len(whole)*2/3], Options{})
		if s.gaps[leak.CutOff]+s.gaps[leak.Damaged] == 0 {
			t.Errorf("%s: %+v", name, s)
		}
	}
	locked := zipped(zip.Deflate, packed{"a.csv", long}, packed{"b.csv", []byte(people)})
	at := bytes.Index(locked, []byte("PK\x01\x02"))
	locked[at+8] |= 1
	if s := count(t, locked, Options{}); s.gaps[leak.Encrypted] != 1 || s.rows != 2 {
		t.Errorf("locked: %+v", s)
	}
}

// TestUnclosedQuotes: a quote that never closes costs no row and no time.
func TestUnclosedQuotes(t *testing.T) {
	text := "id,email\n" + strings.Repeat("1,\"a@b.example\n", 100_001)
	if s := count(t, []byte(text), Options{}); s.rows < 50_000 || s.gaps[leak.Quotes] == 0 {
		t.Errorf("%+v", s)
	}
}

// TestHugeInsert: a statement of many megabytes is read row by row.
func TestHugeInsert(t *testing.T) {
	text := "INSERT INTO `t` VALUES " + strings.Repeat("(1,'a@b.example'),", 500_000) + "(2,'x');"
	if s := count(t, []byte("-- MySQL dump\n"+text), Options{}); s.rows != 500_002 || len(s.gaps) != 0 {
		t.Errorf("%+v", s)
	}
}

// TestBytesOfNoMember: what an archive does not name is told, so that nothing is claimed about it.
func TestBytesOfNoMember(t *testing.T) {
	hidden := bytes.Repeat([]byte("hidden@example.com\n"), 1000)
	archive := zipped(zip.Store, packed{"a.csv", []byte(people)}, packed{"b.csv", hidden}, packed{"c.csv", []byte(people)})
	if s := count(t, archive, Options{}); len(s.gaps) != 0 || s.rows != 1004 {
		t.Errorf("a sound zip: %+v", s)
	}
	at := bytes.Index(archive, []byte("PK\x01\x02"))
	second := at + 1 + bytes.Index(archive[at+1:], []byte("PK\x01\x02"))
	third := second + 1 + bytes.Index(archive[second+1:], []byte("PK\x01\x02"))
	end := bytes.Clone(archive[third:])
	tail := end[len(end)-22:]
	tail[8], tail[10] = 2, 2
	binary.LittleEndian.PutUint32(tail[12:], uint32(second-at+len(end)-22))
	without := append(bytes.Clone(archive[:second]), end...)
	if s := count(t, without, Options{}); s.rows != 4 || s.gaps[leak.Unsupported] != 1 {
		t.Errorf("a member out of the directory: %+v", s)
	}
	behind := append(tarred(packed{"a.csv", []byte(people)}), hidden...)
	if s := count(t, behind, Options{}); s.rows != 2 || s.gaps[leak.Unsupported] != 1 {
		t.Errorf("bytes behind a tar: %+v", s)
	}
}
