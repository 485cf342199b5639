package server

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// WatchMemory watches the resident memory of a process until ctx ends. The function it returns waits for that and gives
// the highest, in MB.
func WatchMemory(ctx context.Context, pid int) (highest func() float64) {
	seen := make(chan float64, 1)
	go func() {
		peak := 0.0
		tick := time.NewTicker(10 * time.Millisecond)
		defer tick.Stop()
		for ctx.Err() == nil {
			peak = max(peak, ResidentMB(pid))
			select {
			case <-tick.C:
			case <-ctx.Done():
			}
		}
		seen <- peak
	}()
	return func() float64 { return <-seen }
}

// ResidentMB is the resident memory of a process in MB, mapped files included; 0 when it is gone.
func ResidentMB(pid int) float64 {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(b), "VmRSS:")
	n, _ := strconv.ParseFloat(strings.Fields(rest + " 0")[0], 64)
	return n / 1024
}
