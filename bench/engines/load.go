package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"jejak/bench/machine"
)

// loaded is what is known about an engine's data. It lies beside them, so that the next run can ask them again.
type loaded struct {
	Events int    `json:"events"`
	Seed   uint64 `json:"seed"`
	Commit string `json:"commit"`
	Bytes  int64  `json:"bytes"`
	Spare  int64  `json:"spare"`
	// Seconds and Processor are those of one order, Usage that of the whole process.
	Seconds   float64 `json:"seconds"`
	Processor float64 `json:"processor_seconds"`
	Usage     usage   `json:"usage"`
}

// ensureLoaded loads the engine's data unless they are there.
func ensureLoaded(o options, p peer) (l loaded, err error) {
	folder := filepath.Join(o.dir, p.folder)
	stamp := folder + ".json"
	b, err := os.ReadFile(stamp)
	if err == nil {
		if err := json.Unmarshal(b, &l); err != nil {
			return l, fmt.Errorf("cannot read %s: %w", stamp, err)
		}
		if l.Events != o.events || l.Seed != o.seed {
			return l, fmt.Errorf("%s holds %d events of seed %d: take another -dir", folder, l.Events, l.Seed)
		}
		return l, nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return l, err
	}
	if err := os.RemoveAll(folder); err != nil { // of a load that did not end
		return l, err
	}
	if l, err = load(o, p); err != nil {
		return l, fmt.Errorf("cannot load %s: %w", p.folder, err)
	}
	return l, writeStamp(stamp, l)
}

func writeStamp(path string, l loaded) error {
	b, err := json.Marshal(l)
	if err != nil {
		return err
	}
	return os.WriteFile(path, b, 0o600)
}

// load feeds a new child through a pipe.
func load(o options, p peer) (l loaded, err error) {
	if err := os.MkdirAll(o.dir, 0o700); err != nil {
		return l, err
	}
	pipe := filepath.Join(o.dir, p.folder+".pipe")
	if err := makePipe(pipe); err != nil {
		return l, err
	}
	defer os.Remove(pipe)
	fmt.Fprintf(os.Stderr, "loading %d events into %s\n", o.events, p.folder)
	c, err := startChild(o.deadline, p.words(o)...)
	if err != nil {
		return l, err
	}
	fed := make(chan error, 1)
	go func() { fed <- feed(pipe, newGenerator(o.seed, o.events), p.copies) }()
	a, err := c.ask(request{Do: "load", Pipe: pipe})
	if err != nil {
		release(pipe)
		<-fed
		c.kill()
		return l, err
	}
	l = loaded{
		Events: o.events, Seed: o.seed, Commit: machine.Commit(),
		Bytes: a.Bytes, Spare: a.Spare, Seconds: a.Seconds, Processor: a.Processor,
	}
	err = <-fed
	if l.Usage, err = c.endAfter(err); err != nil {
		return l, err
	}
	return l, nil
}

// release opens the pipe for a moment, so that a writer who waits for a reader that has gone goes on, and fails.
func release(pipe string) {
	if f, err := os.OpenFile(pipe, os.O_RDONLY|syscall.O_NONBLOCK, 0); err == nil {
		_ = f.Close()
	}
}
