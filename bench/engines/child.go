package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// child is an engine in a process of its own, so that memory and processor time are those of the engine alone.
type child struct {
	conversation
	process *exec.Cmd
	cancel  context.CancelFunc
	began   time.Time
	used    usage
	stop    chan struct{}
	stopped chan struct{}
}

// usage is what a child has used.
type usage struct {
	Seconds   float64 `json:"seconds"`
	Processor float64 `json:"processor_seconds"`
	PeakMB    float64 `json:"peak_mb"`    // resident, files in memory included
	PrivateMB float64 `json:"private_mb"` // resident, without files
}

// startChild starts the words of a command; it is killed at the deadline, and when this process ends.
func startChild(deadline time.Duration, words ...string) (*child, error) {
	ctx, cancel := context.WithTimeout(context.Background(), deadline)
	c := &child{process: exec.CommandContext(ctx, words[0], words[1:]...), cancel: cancel, began: time.Now()}
	c.process.Stderr = os.Stderr
	c.process.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	in, err := c.process.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := c.process.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := c.process.Start(); err != nil {
		return nil, fmt.Errorf("cannot start %s: %w", words[0], err)
	}
	c.conversation = conversation{in, bufio.NewReaderSize(out, 1<<20)}
	c.stop, c.stopped = make(chan struct{}), make(chan struct{})
	go c.watch()
	return c, nil
}

// watch notes the highest memory.
func (c *child) watch() {
	defer close(c.stopped)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		c.used.PeakMB = max(c.used.PeakMB, memoryMB(c.process.Process.Pid, "VmHWM:"))
		c.used.PrivateMB = max(c.used.PrivateMB, memoryMB(c.process.Process.Pid, "RssAnon:"))
		select {
		case <-tick.C:
		case <-c.stop:
			return
		}
	}
}

// end lets the child end by itself and tells what it has used.
func (c *child) end() (usage, error) {
	close(c.stop)
	<-c.stopped
	_ = c.to.Close()
	err := c.process.Wait()
	c.cancel()
	c.used.Seconds = time.Since(c.began).Seconds()
	c.used.Processor = (c.process.ProcessState.UserTime() + c.process.ProcessState.SystemTime()).Seconds()
	if err != nil {
		return c.used, fmt.Errorf("the engine ended badly: %w", err)
	}
	return c.used, nil
}

// kill ends it at once.
func (c *child) kill() {
	c.cancel()
	_, _ = c.end()
}

// memoryMB is a line of /proc/PID/status in MB; 0 when the process is gone.
func memoryMB(pid int, key string) float64 {
	b, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/status")
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(b), key)
	n, _ := strconv.ParseFloat(strings.Fields(rest + " 0")[0], 64)
	return n / 1024
}

// endAfter ends it, gently unless something went wrong.
func (c *child) endAfter(err error) (usage, error) {
	if err != nil {
		c.kill()
		return c.used, err
	}
	return c.end()
}
