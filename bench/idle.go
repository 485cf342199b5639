package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"syscall"
	"time"

	"jejak/test/server"
)

// measureIdle: how long the demo needs to fill the page, and what it takes when nobody asks anything.
func measureIdle(o options, t *table) error {
	address, err := server.FreeAddress()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	p := exec.CommandContext(ctx, o.binary, "demo", "--listen", address)
	p.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	p.Stderr = os.Stderr
	out, err := p.StdoutPipe()
	if err != nil {
		return err
	}
	began := time.Now()
	if err := p.Start(); err != nil {
		return err
	}
	if err := awaitLink(bufio.NewScanner(out)); err != nil {
		return err
	}
	t.atMost("jejak demo, until the page is filled", time.Since(began).Seconds(), 5, "s")
	const settle, watch = 20 * time.Second, 10 * time.Second
	time.Sleep(settle)
	used := processorTime(p.Process.Pid)
	time.Sleep(watch)
	used = processorTime(p.Process.Pid) - used
	t.atMost("idle after the demo, resident memory", server.ResidentMB(p.Process.Pid), 100, "MB")
	t.atMost("idle after the demo, processor", 100*used.Seconds()/watch.Seconds(), 1, "% of a core")
	if err := p.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	return p.Wait()
}

var link = regexp.MustCompile(`http://\S+/enter\S*`)

// awaitLink reads the demo's output up to the sign-in link, which it prints once everything is loaded.
func awaitLink(lines *bufio.Scanner) error {
	for lines.Scan() {
		if link.MatchString(lines.Text()) {
			return nil
		}
	}
	return fmt.Errorf("the demo ended without a sign-in link: %w", lines.Err())
}
