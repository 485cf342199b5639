// Package crash kills a real server under load, again and again, and looks for what was lost or counted twice.
package crash

import (
	"flag"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"jejak/test/server"
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
	s, b := newServer(t), newBook()
	for round := range *rounds {
		if _, err := s.Start(); err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		clients := startLoad(s, b)
		<-time.After(time.Duration(20+random.IntN(400)) * time.Millisecond) // the moment of death, not a wait for something
		s.Kill()
		clients.stop()
		mustBeSound(t, s)
		if round%10 == 9 || round == *rounds-1 {
			b.compare(t, stored(t, s))
		}
		if t.Failed() {
			t.Fatalf("in round %d", round)
		}
	}
	acknowledged, sent := b.size()
	t.Logf("%d events acknowledged of %d sent, in %d rounds", acknowledged, sent, *rounds)
	if acknowledged < *rounds {
		t.Error("hardly anything was acknowledged: the test did not test")
	}
	agrees(t, s, b)
}

func newServer(t *testing.T) *server.Server {
	t.Helper()
	s, err := server.New(program(t), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Kill)
	return s
}

// program is the server to kill.
func program(t *testing.T) string {
	t.Helper()
	path, err := filepath.Abs(*binary)
	if *binary == "" {
		path, err = server.Build(t.TempDir())
	}
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func mustBeSound(t *testing.T, s *server.Server) {
	t.Helper()
	if _, err := s.Command("fsck", "--data", s.Data); err != nil {
		t.Fatal(err)
	}
}
