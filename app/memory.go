package app

import (
	"os"
	"runtime/debug"
)

// softLimit is where the collector starts to work harder, in bytes. Mapped files and stacks come on top.
const softLimit = 300 << 20

// LimitMemory keeps the process small, unless GOMEMLIMIT says how large it may be.
func LimitMemory() {
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(softLimit)
	}
}
