//go:build !linux

package apart

import (
	"os/exec"
	"runtime/debug"
)

// putUpWalls bounds what the runtime itself can bound.
func putUpWalls(j job) Walls {
	debug.SetMemoryLimit(j.Memory / 4 * 3)
	return Walls{}
}

func start(make func() *exec.Cmd) (*exec.Cmd, error) {
	c := make()
	return c, c.Start()
}
