// Command bench measures the promises of speed: a real server and a client that share this machine's cores. It prints
// the machine's facts and one table, and fails when a target is missed.
package main

import (
	"flag"
	"fmt"
	"os"
	"time"

	"jejak/bench/machine"
)

func main() {
	var o options
	flag.StringVar(&o.binary, "binary", "bin/jejak", "the program to measure")
	flag.DurationVar(&o.length, "length", 20*time.Second, "how long each load lasts")
	flag.IntVar(&o.stored, "stored", 10_000_000, "events on disk for the start")
	flag.StringVar(&o.only, "only", "", "run one part: import, track, engage, start, idle or identity")
	flag.IntVar(&o.identifiers, "identifiers", 1_000_000, "identifiers that are met and merge")
	flag.IntVar(&o.events, "events", 5_000_000, "events of each load of the part identity")
	flag.Parse()
	if err := run(o); err != nil {
		fmt.Fprintf(os.Stderr, "error: %v\n", err)
		os.Exit(1)
	}
}

type options struct {
	binary string
	length time.Duration
	stored int
	only   string

	identifiers, events int
}

func run(o options) error {
	machine.Print(os.Stdout)
	var t table
	for _, part := range []struct {
		name    string
		measure func(options, *table) error
	}{{"import", measureImport}, {"track", measureTrack}, {"engage", measureEngage}, {"idle", measureIdle}, {"start", measureStart}, {"identity", measureIdentity}} {
		if o.only != "" && o.only != part.name {
			continue
		}
		if err := part.measure(o, &t); err != nil {
			return fmt.Errorf("cannot measure %s: %w", part.name, err)
		}
	}
	t.print(os.Stdout)
	if n := t.missed(); n > 0 {
		return fmt.Errorf("%d targets were missed", n)
	}
	return nil
}
