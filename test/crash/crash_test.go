// Package crash kills a real server under load, again and again, and looks for what was lost or counted twice.
package crash

import (
	"flag"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

var (
	rounds = flag.Int("rounds", 6, "how often the server is killed")
	binary = flag.String("binary", "", "the program to kill; built when empty")
	seed   = flag.Uint64("seed", 0, "of the moments of death; 0 takes one from the clock")
)

// TestKilledUnderLoad: after kill -9 at a random moment under load every acknowledged event is there, once, and fsck
// finds nothing wrong. Clients send again what was not acknowledged, as SDKs do.
func TestKilledUnderLoad(t *testing.T) {
	if *seed == 0 {
		*seed = uint64(time.Now().UnixNano())
	}
	t.Logf("-seed=%d -rounds=%d", *seed, *rounds)
	random := rand.New(rand.NewPCG(*seed, 0))
	v := newVictim(t, program(t))
	book := newBook()
	for round := range *rounds {
		v.start(t)
		load := startLoad(v, book)
		moment := time.Duration(20+random.IntN(400)) * time.Millisecond
		load.runFor(moment)
		v.kill(t)
		load.stop()
		v.fsck(t)
		if t.Failed() {
			t.Fatalf("round %d, killed after %v", round, moment)
		}
		if round%10 == 9 || round == *rounds-1 {
			book.compare(t, v.stored(t))
		}
	}
	acknowledged, sent := book.size()
	t.Logf("%d events acknowledged of %d sent, in %d rounds", acknowledged, sent, *rounds)
	if acknowledged < *rounds {
		t.Error("hardly anything was acknowledged: the test did not test")
	}
	v.agrees(t, book)
}

// program is the server to kill.
func program(t *testing.T) string {
	t.Helper()
	if *binary != "" {
		path, err := filepath.Abs(*binary)
		if err != nil {
			t.Fatal(err)
		}
		return path
	}
	path := filepath.Join(t.TempDir(), "jejak")
	if out, err := exec.Command("go", "build", "-o", path, "jejak/cmd/jejak").CombinedOutput(); err != nil {
		t.Fatalf("cannot build: %v\n%s", err, out)
	}
	return path
}
