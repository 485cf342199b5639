package app

import (
	"context"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

const (
	// softLimit is where the collector starts to work harder, in bytes. Mapped files and stacks come on top.
	softLimit = 300 << 20
	// growth is how much the heap may grow between two collections, in percent.
	growth = 60
)

// LimitMemory keeps the process small, unless the environment says how large it may be.
func LimitMemory() {
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(softLimit)
	}
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(growth)
	}
}

const (
	restEvery = 10 * time.Second
	// quiet is how many bytes an idle server allocates in that time at most.
	quiet = 1 << 20
)

// rests tells when it is time to give memory back: once after each busy time.
type rests struct {
	allocated uint64
	busy      bool
}

// due is asked every restEvery with all bytes ever allocated.
func (r *rests) due(allocated uint64) bool {
	grown := allocated - r.allocated
	r.allocated = allocated
	if grown > quiet {
		r.busy = true
		return false
	}
	was := r.busy
	r.busy = false
	return was
}

// restWhenQuiet gives the memory of busy times back to the machine. The collector by itself keeps it for long.
func restWhenQuiet(ctx context.Context) {
	tick := time.NewTicker(restEvery)
	defer tick.Stop()
	r := rests{busy: true}
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if r.due(allocated()) {
				runtime.GC() // pools let go of what they hold at the second collection
				debug.FreeOSMemory()
				r.allocated = allocated()
			}
		}
	}
}

func allocated() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}
