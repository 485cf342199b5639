package columnar

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"testing"

	"jejak/analytics/store/columnar/internal/disk"
)

var errDead = errors.New("the power is gone")

// ends are the ways in which a process ends without Close.
var ends = []struct {
	name string
	end  func(*disk.Memory, *rand.Rand) *disk.Memory
}{
	{"power", (*disk.Memory).Crash},
	{"kill", func(m *disk.Memory, _ *rand.Rand) *disk.Memory { return m.Kill() }},
}

// TestCrashAtEveryCall breaks off a history at its k-th call to the disk, for all k: what was acknowledged is there
// afterwards, once, and the folder is sound.
func TestCrashAtEveryCall(t *testing.T) {
	const steps = 60
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	stride := 1
	if testing.Short() {
		stride = 10
	}
	for _, e := range ends {
		t.Run(e.name, func(t *testing.T) {
			for k := 1; ; k += stride {
				if !crashAt(t, seed, k, steps, e.end) {
					t.Logf("%d calls", k)
					return
				}
			}
		})
	}
}

// crashAt is false when the history has fewer than k calls.
func crashAt(t *testing.T, seed uint64, k, steps int, end func(*disk.Memory, *rand.Rand) *disk.Memory) bool {
	defer func() {
		if t.Failed() {
			t.Logf("at call %d", k)
		}
	}()
	h := newHistory(t, seed)
	var crashed atomic.Bool // the committer may still be at it when an Append was answered
	h.disk.Fail(func(c disk.Call) error {
		if c.N >= k {
			crashed.Store(true)
			return errDead
		}
		return nil
	})
	for range steps {
		if h.step(); crashed.Load() {
			break
		}
	}
	if !crashed.Load() {
		h.disk.Fail(nil)
		h.stop()
		return false
	}
	dead := h.store
	h.disk = end(h.disk, h.r)
	_ = dead.Close()
	h.check()
	h.wake()
	for range 5 {
		if err := h.step(); err != nil {
			t.Fatal(err)
		}
	}
	h.compare()
	h.disk = h.disk.Crash(h.r)
	h.check()
	h.start()
	h.adopt()
	h.stop()
	return true
}

// TestCrashWhileStarting ends the process again while it comes back, again and again.
func TestCrashWhileStarting(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	for round := range uint64(20) {
		h := newHistory(t, seed+round)
		for range 40 {
			if err := h.step(); err != nil {
				t.Fatal(err)
			}
		}
		for k := 1; k < 30; k++ {
			end := ends[h.r.IntN(len(ends))].end
			old := h.store
			h.disk = end(h.disk, h.r)
			_ = old.Close()
			h.disk.Fail(func(c disk.Call) error {
				if c.N >= k {
					return errDead
				}
				return nil
			})
			o := h.store.options
			o.disk = h.disk
			if s, err := Open(root, o); err == nil {
				h.store = s
			}
		}
		h.disk = h.disk.Crash(h.r)
		h.check()
		h.wake()
		h.stop()
	}
}

// TestCallsFail lets single calls fail and go on: nothing is lost, nothing half-written, and the store recovers.
func TestCallsFail(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	for round := range uint64(40) {
		t.Run(fmt.Sprint(round), func(t *testing.T) {
			h := newHistory(t, seed+round)
			luck := rand.New(rand.NewPCG(seed, round))
			often := 2 + luck.IntN(30)
			h.disk.Fail(func(disk.Call) error {
				if luck.IntN(often) == 0 {
					return errors.New("the disk fails")
				}
				return nil
			})
			for range 80 {
				if h.step(); t.Failed() {
					return
				}
				h.tried = nil // refused for good
			}
			h.compare()
			h.disk.Fail(nil)
			if round%2 == 0 {
				// A refused frame is cut off by the next write at the latest, here, or by Close, below.
				if err := h.append(1); err != nil {
					t.Fatal(err)
				}
				h.disk = h.disk.Crash(h.r)
				h.check()
				h.start()
				h.adopt()
			}
			h.stop()
			h.start()
			h.compare()
			h.stop()
		})
	}
}
