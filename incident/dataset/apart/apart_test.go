package apart

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"jejak/ground/sealed"
	"jejak/incident/dataset/decode"
	"jejak/leak"
)

// TestMain lets the test binary be the process that reads, and misbehave.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 {
		if role, ok := roles[os.Args[1]]; ok {
			if err := role(); err != nil {
				os.Exit(1)
			}
			os.Exit(0)
		}
	}
	os.Exit(m.Run())
}

var roles = map[string]func() error{
	"read":  func() error { return Child(os.Stdin, os.Stdout) },
	"probe": probe,
	"stall": stall,
	"babble": func() error {
		_, err := os.Stdout.Write(bytes.Repeat([]byte("r\x00\x00\x00\x05\xff\xff\xff\xff\xff"), 10))
		return err
	},
}

// probe puts up the walls and tries what they should stop; it says what came of it as the names of members.
func probe() error {
	s := newSpeaker(os.Stdout)
	w := putUpWalls(job{Memory: 256 << 20, CPU: 60, Spool: 1 << 20})
	if err := s.say(hello, w); err != nil {
		return err
	}
	tell := func(what string, err error) {
		s.note(s.say(aMember, leak.Member{ID: "1", Name: fmt.Sprintf("%s %t", what, err == nil)}))
	}
	_, err := net.DialTimeout("tcp", "127.0.0.1:1", time.Second)
	tell("socket", okIf(errors.Is(err, os.ErrPermission) || strings.Contains(err.Error(), "not permitted")))
	_, err = os.ReadFile("/etc/hostname")
	tell("open", okIf(errors.Is(err, os.ErrPermission)))
	err = os.WriteFile("/tmp/jejak-probe", nil, 0o600)
	tell("create", okIf(errors.Is(err, os.ErrPermission)))
	tell("start", okIf(exec.Command("/bin/true").Run() != nil))
	tell("remove", okIf(errors.Is(os.Remove("/tmp"), os.ErrPermission)))
	return errors.Join(s.err, s.say(end, ended{}))
}

func okIf(yes bool) error {
	if yes {
		return nil
	}
	return errors.New("no")
}

// stall begins a member and says no more.
func stall() error {
	s := newSpeaker(os.Stdout)
	_ = s.say(begin, begun{ID: leak.File, Name: "x"})
	select {}
}

// heard is what a reading said.
type heard struct {
	members []leak.Member
	rows    int64
	cells   int64
	text    strings.Builder
	tables  int
	stop    error
}

func (h *heard) Table(leak.Table) error { h.tables++; return nil }

func (h *heard) Rows(b *leak.Batch) error {
	for r := range b.Rows() {
		h.rows++
		h.cells += int64(len(r.Cells))
		if h.rows < 100 {
			for _, c := range r.Cells {
				h.text.Write(c.Text)
				h.text.WriteByte('|')
			}
		}
	}
	return h.stop
}

func (h *heard) Member(m leak.Member) error { h.members = append(h.members, m); return nil }

func options(t testing.TB, role string) Options {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return Options{Command: []string{self, role}, Dir: t.TempDir()}
}

func onDisk(t testing.TB, text []byte) *os.File {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

const people = "id,email\n1,ani@example.com\n2,budi@example.com\n"

func TestReadApart(t *testing.T) {
	h := &heard{}
	w, err := options(t, "read").Read(t.Context(), File{Name: "p.csv", File: onDisk(t, []byte(people)), Size: int64(len(people))}, leak.Position{}, h)
	if err != nil {
		t.Fatal(err)
	}
	if h.rows != 2 || h.text.String() != "1|ani@example.com|2|budi@example.com|" || len(h.members) != 1 || h.members[0].Format != "csv" {
		t.Errorf("it says %+v", h)
	}
	if !w.Calls || !w.Memory || !w.CPUTime || !w.FileSize { // a network of its own is not granted inside of every container
		t.Errorf("walls are missing: %+v", w)
	}
}

// TestWalls: what a process that reads cannot do.
func TestWalls(t *testing.T) {
	h := &heard{}
	w, err := options(t, "probe").Read(t.Context(), File{File: onDisk(t, nil)}, leak.Position{}, h)
	if err != nil || !w.Calls {
		t.Fatal(w, err)
	}
	var got []string
	for _, m := range h.members {
		got = append(got, m.Name)
	}
	if want := "socket true, open true, create true, start true, remove true"; strings.Join(got, ", ") != want {
		t.Errorf("stopped: %v, want %s", got, want)
	}
}

// TestStalled: a process that says nothing is ended, and that is a gap.
func TestStalled(t *testing.T) {
	o := options(t, "stall")
	o.Patience = 300 * time.Millisecond
	h := &heard{}
	if _, err := o.Read(t.Context(), File{File: onDisk(t, nil)}, leak.Position{}, h); err != nil {
		t.Fatal(err)
	}
	if len(h.members) != 1 || h.members[0].Gaps[0].Why != leak.Stalled {
		t.Errorf("it says %+v", h.members)
	}
}

// TestBabble: frames that are malformed are refused.
func TestBabble(t *testing.T) {
	if _, err := options(t, "babble").Read(t.Context(), File{File: onDisk(t, nil)}, leak.Position{}, &heard{}); !errors.Is(err, errFrame) {
		t.Errorf("babble ends in %v", err)
	}
	o := options(t, "read")
	o.Command = []string{"/does/not/exist"}
	if _, err := o.Read(t.Context(), File{File: onDisk(t, nil)}, leak.Position{}, &heard{}); !errors.Is(err, ErrStart) {
		t.Errorf("a missing program ends in %v", err)
	}
}

// TestTheSinkEndsIt: its error comes back, and so does the end of the context.
func TestTheSinkEndsIt(t *testing.T) {
	stop := errors.New("enough")
	f := File{File: onDisk(t, []byte(people)), Size: int64(len(people))}
	if _, err := options(t, "read").Read(t.Context(), f, leak.Position{}, &heard{stop: stop}); !errors.Is(err, stop) {
		t.Errorf("it ends in %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := options(t, "read").Read(ctx, f, leak.Position{}, &heard{}); !errors.Is(err, context.Canceled) {
		t.Errorf("without a context it ends in %v", err)
	}
}

// TestSealedFile: the process opens a sealed copy with its key, and a changed copy gives no result.
func TestSealedFile(t *testing.T) {
	var b bytes.Buffer
	key := sealed.Key{7}
	w := sealed.NewWriter(&b, key)
	w.Write([]byte(people))
	w.Close()
	h := &heard{}
	f := File{File: onDisk(t, b.Bytes()), Size: int64(b.Len()), Key: key[:]}
	if _, err := options(t, "read").Read(t.Context(), f, leak.Position{}, h); err != nil || h.rows != 2 {
		t.Errorf("%d rows, %v", h.rows, err)
	}
	b.Bytes()[b.Len()-1] ^= 1
	f.File = onDisk(t, b.Bytes())
	if _, err := options(t, "read").Read(t.Context(), f, leak.Position{}, &heard{}); !errors.Is(err, ErrSource) {
		t.Errorf("a changed copy ends in %v", err)
	}
}

// TestDeathIsAGap: a member that takes all memory ends its process; what stands behind it is read.
func TestDeathIsAGap(t *testing.T) {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, m := range []struct{ name, text string }{{"a.csv", people}, {"evil.xz", wantsMemory}, {"b.csv", people}} {
		w.WriteHeader(&tar.Header{Name: m.name, Mode: 0o600, Size: int64(len(m.text))})
		w.Write([]byte(m.text))
	}
	w.Close()
	o := options(t, "read")
	o.Memory = 300 << 20
	h := &heard{}
	if _, err := o.Read(t.Context(), File{Name: "h.tar", File: onDisk(t, b.Bytes()), Size: int64(b.Len())}, leak.Position{}, h); err != nil {
		t.Fatal(err)
	}
	text, _ := json.Marshal(h.members)
	if h.rows != 4 || len(h.members) != 5 || h.members[1].Gaps[0].Why != leak.Died {
		t.Errorf("%d rows, %s", h.rows, text)
	}
}

// wantsMemory is an xz stream whose header asks for a dictionary of 4 GiB.
var wantsMemory = func() string {
	block := []byte{0x02, 0x00, 0x21, 0x01, 0x28, 0, 0, 0} // size, flags, LZMA2, one byte of properties: 4 GiB
	block = binary.LittleEndian.AppendUint32(block, crc32.ChecksumIEEE(block))
	flags := []byte{0x00, 0x00}
	head := binary.LittleEndian.AppendUint32(append([]byte("\xfd7zXZ\x00"), flags...), crc32.ChecksumIEEE(flags))
	return string(append(append(head, block...), make([]byte, 100)...))
}()

// TestHostileFile: between good files stand a bomb, a traversal, a link, an endless line, a Parquet file with an evil
// footer, a locked zip and one that takes all memory. Every good row is read, this process stays small, and nothing is
// written.
func TestHostileFile(t *testing.T) {
	o := options(t, "read")
	o.Memory = 400 << 20
	f := hostile(t)
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	h := &heard{}
	if _, err := o.Read(t.Context(), File{Name: "h.tar", File: f, Size: info.Size()}, leak.Position{}, h); err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	if grown := int64(after.Sys) - int64(before.Sys); grown > 100<<20 {
		t.Errorf("this process grew by %d bytes", grown)
	}
	whys := map[leak.Why]int{}
	good := int64(0)
	for _, m := range h.members {
		if strings.HasPrefix(m.Name, "good") {
			good += m.Rows
		}
		for _, g := range m.Gaps {
			whys[g.Why]++
		}
	}
	if good != 6*2 {
		t.Errorf("%d good rows are read: %+v", good, h.members)
	}
	for _, why := range []leak.Why{leak.Ratio, leak.Link, leak.CellCut, leak.Damaged, leak.Encrypted, leak.Died} {
		if whys[why] == 0 {
			t.Errorf("no gap says %s: %v", why, whys)
		}
	}
	if left, err := os.ReadDir(o.Dir); err != nil || len(left) != 0 {
		t.Errorf("in the work folder are %v, %v", left, err)
	}
}

func hostile(t *testing.T) *os.File {
	t.Helper()
	f, err := os.Create(filepath.Join(t.TempDir(), "hostile"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	w := tar.NewWriter(f)
	n := 0
	add := func(name, text string) {
		n++
		w.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: int64(len(text))})
		io.WriteString(w, text)
		w.WriteHeader(&tar.Header{Name: fmt.Sprintf("good%d.csv", n), Mode: 0o600, Size: int64(len(people))})
		io.WriteString(w, people)
	}
	add("../../../tmp/escaped.csv", "id,email\n1,x@y.example\n")
	add("bomb.gz", bombOf(200<<20))
	add("line.csv", "id,email\n1,"+strings.Repeat("a", 40<<20))
	add("evil.parquet", "PAR1"+strings.Repeat("\xff", 300)+"\x2c\x01\x00\x00PAR1")
	add("locked.zip", locked())
	add("evil.xz", wantsMemory)
	w.WriteHeader(&tar.Header{Name: "link", Typeflag: tar.TypeSymlink, Linkname: "/etc/passwd"})
	w.Close()
	return f
}

func bombOf(size int) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	line := bytes.Repeat([]byte("a\n"), 1<<19)
	for range size / len(line) {
		z.Write(line)
	}
	z.Close()
	return b.String()
}

func locked() string {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, _ := z.CreateHeader(&zip.FileHeader{Name: "secret.csv", Flags: 1})
	w.Write([]byte(people))
	z.Close()
	return b.String()
}

func BenchmarkReadApart(b *testing.B) {
	var text bytes.Buffer
	text.WriteString("user_id,name,email,city,region,country,os,browser,referrer,org_id,time\n")
	for i := range 1_000_000 {
		fmt.Fprintf(&text, "user-%09d,Person %d,person%d@example.com,Jakarta,DKI Jakarta,ID,Mac OS X,Chrome,https://search.example.com/page/%d,org-%05d,2025-11-%02dT10:00:00Z\n", i, i, i, i%997, i%5000, i%28+1)
	}
	f := onDisk(b, text.Bytes())
	o := options(b, "read")
	b.SetBytes(int64(text.Len()))
	for b.Loop() {
		h := &heard{}
		if _, err := o.Read(b.Context(), File{File: f, Size: int64(text.Len())}, leak.Position{}, h); err != nil || h.rows != 1_000_000 {
			b.Fatal(h.rows, err)
		}
	}
}

// TestPadIsSealed: what is spooled comes back, in a stack, and does not lie in the file in the clear.
func TestPadIsSealed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pad")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	p := &pad{file: f}
	var open []decode.Scratch
	for i := range 3 {
		s, err := p.take()
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(s, "%d %s", i, strings.Repeat("ani@example.com ", 10_000))
		at, err := s.ReaderAt()
		if err != nil {
			t.Fatal(err)
		}
		got := make([]byte, 17)
		if _, err := at.ReadAt(got, 0); err != nil || string(got) != fmt.Sprintf("%d ani@example.com", i) {
			t.Errorf("%q, %v", got, err)
		}
		open = append(open, s)
	}
	text, err := os.ReadFile(path)
	if err != nil || bytes.Contains(text, []byte("ani@")) {
		t.Errorf("the file holds it in the clear: %v", err)
	}
	open[2].Close()
	open[1].Close()
	if p.top == 0 || p.top > 200_000 {
		t.Errorf("the top is at %d", p.top)
	}
}

// TestSpooledMember: an archive in a stream that is too large for memory is spooled, sealed, and read.
func TestSpooledMember(t *testing.T) {
	var inner, outer bytes.Buffer
	z := zip.NewWriter(&inner)
	w, _ := z.CreateHeader(&zip.FileHeader{Name: "people.csv", Method: zip.Store})
	io.WriteString(w, "id,email\n"+strings.Repeat("1,somebody-with-a-long-name@example.com\n", 900_000))
	z.Close()
	g := gzip.NewWriter(&outer)
	g.Write(inner.Bytes())
	g.Close()
	h := &heard{}
	o := options(t, "read")
	if _, err := o.Read(t.Context(), File{Name: "x.zip.gz", File: onDisk(t, outer.Bytes()), Size: int64(outer.Len())}, leak.Position{}, h); err != nil {
		t.Fatal(err)
	}
	if h.rows != 900_000 {
		t.Errorf("%d rows, %+v", h.rows, h.members)
	}
}
