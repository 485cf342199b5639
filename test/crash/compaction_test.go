package crash

import (
	"bufio"
	"bytes"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"jejak/analytics/store"
	"jejak/analytics/store/columnar"
)

// TestKilledInCompaction: after kill -9 in the middle of compaction nothing that was acknowledged is lost, nothing is
// doubled, and the next start leaves no file that nothing names. The store grows from round to round.
func TestKilledInCompaction(t *testing.T) {
	if *seed == 0 {
		*seed = uint64(time.Now().UnixNano())
	}
	t.Logf("-seed=%d -rounds=%d", *seed, *rounds)
	random := rand.New(rand.NewPCG(*seed, 1))
	program := filepath.Join(t.TempDir(), "compactor")
	if out, err := exec.Command("go", "build", "-o", program, "./compactor").CombinedOutput(); err != nil {
		t.Fatalf("cannot build: %v\n%s", err, out)
	}
	k := killed{T: t, program: program, dir: filepath.Join(t.TempDir(), "store"), sure: map[int]bool{}}
	for round := range *rounds {
		k.live(time.Duration(5+random.IntN(150)) * time.Millisecond)
		k.check()
		if t.Failed() {
			t.Fatalf("in round %d", round)
		}
	}
	t.Logf("%d events acknowledged in %d lives; %d deaths left half-made files, %d parts are there now",
		len(k.sure), *rounds, k.halfMade, k.parts)
	if *rounds >= 50 && k.halfMade < *rounds/10 {
		t.Error("death hardly ever met a compaction: the test did not test")
	}
}

// killed is a store that only ever dies.
type killed struct {
	*testing.T
	program, dir string
	next         int          // number of the first event of the next life
	sure         map[int]bool // acknowledged
	halfMade     int
	parts        int
}

// live starts the program and kills it so long after it opened the store.
func (k *killed) live(span time.Duration) {
	k.Helper()
	from := k.next + 1
	c := exec.Command(k.program, "-dir", k.dir, "-from", strconv.Itoa(from))
	var failed bytes.Buffer
	c.Stderr = &failed
	out, err := c.StdoutPipe()
	if err == nil {
		err = c.Start()
	}
	if err != nil {
		k.Fatal(err)
	}
	lines, first := bufio.NewScanner(out), true
	for lines.Scan() {
		if first {
			first = false
			time.AfterFunc(span, func() { _ = c.Process.Kill() }) // the moment of death, not a wait for something
		}
		if n, err := strconv.Atoi(lines.Text()); err == nil {
			k.next = max(k.next, n)
		}
	}
	_ = c.Wait() // it was killed
	if failed.Len() > 0 {
		k.Fatalf("the program says %s", failed.String())
	}
	for n := from; n <= k.next; n++ {
		k.sure[n] = true
	}
}

// check looks at what the dead program left, and at what the next start makes of it.
func (k *killed) check() {
	k.Helper()
	report, err := columnar.Check(k.dir)
	if err != nil {
		k.Fatal(err)
	}
	k.halfMade += min(report.Leftovers, 1)
	k.parts = report.Parts
	s, err := columnar.Open(k.dir, columnar.Options{MinFree: -1})
	if err != nil {
		k.Fatal(err)
	}
	k.compare(s)
	if err := s.Close(); err != nil {
		k.Fatal(err)
	}
	if report, err = columnar.Check(k.dir); err != nil || report.Leftovers > 0 {
		k.Errorf("after the next start there are %d leftovers, %v", report.Leftovers, err)
	}
}

// compare counts each event. The batch that was on its way may be there as well: then it is never sent again.
func (k *killed) compare(s *columnar.Store) {
	k.Helper()
	snap, err := s.Snapshot(1)
	if err != nil {
		k.Fatal(err)
	}
	defer snap.Release()
	stored := map[int]int{}
	for _, section := range snap.Sections(store.Selection{Bots: true, From: 0, To: 1 << 60}) {
		countNumbers(section, stored)
	}
	for n := range k.sure {
		if stored[n] != 1 {
			k.Errorf("event %d was acknowledged and is there %d times", n, stored[n])
		}
	}
	for n, times := range stored {
		if n < 1 || times != 1 {
			k.Errorf("event %d is there %d times", n, times)
		}
		k.next = max(k.next, n)
		k.sure[n] = true
	}
	if c := s.Counters(1); int(c.Askable) != len(stored) || c.Durable != c.Askable+c.Duplicates {
		k.Errorf("%d events are there, the counters say %+v", len(stored), c)
	}
}
