package directory

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"syscall"
	"testing"
	"time"

	"jejak/incident/rehearse"
)

var measured = flag.Int("accounts", 0, "measure with a directory of so many accounts")

// TestMeasure tells what a large directory costs: go test -run Measure -v -args -accounts 5000000
func TestMeasure(t *testing.T) {
	if *measured == 0 {
		t.Skip("it measures when -accounts says how many")
	}
	story := rehearse.Story{Seed: 1, People: *measured, Organisations: 5000, Rows: 200_000}
	path := t.TempDir() + "/users.csv"
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := story.WriteUsers(f); err != nil {
		t.Fatal(err)
	}
	f.Seek(0, 0)
	rows, err := NewCSV(Users, f)
	if err != nil {
		t.Fatal(err)
	}
	r := newRoom(t)
	runtime.GC()
	report := timed(t, "import")
	info, err := r.Take(lead, Sources{Users: rows})
	report(1)
	if err != nil {
		t.Fatal(err)
	}
	debug.FreeOSMemory()
	report = timed(t, "open")
	s, err := r.Open(lead, info.ID)
	report(1)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	t.Logf("%+v", s.Info)
	var leaked bytes.Buffer
	if _, err := story.WriteLeak(&leaked); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(leaked.String(), "\n")
	measureRows(t, s, lines[1:len(lines)-1])
	debug.FreeOSMemory()
	status, _ := os.ReadFile("/proc/self/status")
	for l := range strings.SplitSeq(string(status), "\n") {
		if strings.HasPrefix(l, "Rss") {
			t.Log(strings.Join(strings.Fields(l), " "))
		}
	}
}

func measureRows(t *testing.T, s *Snapshot, lines []string) {
	m := s.Matcher()
	var found []Found
	row := make([]Value, 6)
	hints := map[int]Hint{2: Any, 3: Name, 4: Address, 5: City, 11: OrganisationID, 12: UserID}
	for _, miss := range []string{"", "x"} {
		var all [][]Value
		for _, l := range lines {
			row = row[:0]
			for i, c := range strings.Split(l, ",") {
				if h, ok := hints[i]; ok && c != "" {
					row = append(row, Value{h, []byte(c + miss)})
				}
			}
			all = append(all, append([]Value(nil), row...))
		}
		report := timed(t, fmt.Sprintf("rows, miss %t", miss != ""))
		n := 0
		for _, row := range all {
			found = m.Row(row, found[:0])
			n += len(found)
		}
		report(len(all))
		t.Logf("%d found", n)
	}
}

// timed tells how long something took, and how much of it the processor worked.
func timed(t *testing.T, what string) func(n int) {
	began, before := time.Now(), worked(t)
	return func(n int) {
		wall, cpu := time.Since(began), worked(t)-before
		t.Logf("%s: %v, %v of the processor; each %v; resident at most %d MB", what, wall, cpu, cpu/time.Duration(n), peak(t))
	}
}

func worked(t *testing.T) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func peak(t *testing.T) int64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return u.Maxrss >> 10
}
