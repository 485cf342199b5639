// Command engines asks Jejak and other engines the same questions about the same events, on this machine, one engine at a
// time, each in a process of its own. It prints one table, and fails when two answers differ.
package main

import (
	"flag"
	"fmt"
	"os"
	"runtime/pprof"
	"time"
)

// options are the flags.
type options struct {
	events    int
	seed      uint64
	dir       string
	peers     string
	questions string
	repeats   int
	deadline  time.Duration
	engines   string
	child     string
	ingest    bool
	load      bool
	profile   string
}

func main() {
	var o options
	flag.IntVar(&o.events, "events", 10_000_000, "events that each engine holds, 100,000 at least")
	flag.Uint64Var(&o.seed, "seed", 1, "of the data")
	flag.StringVar(&o.dir, "dir", "", "folder that keeps the loaded data for the next run; empty: one that goes")
	flag.StringVar(&o.peers, "peers", "clickhouse,duckdb", "engines beside ours")
	flag.StringVar(&o.questions, "questions", "", "only those whose names hold one of these words, separated by commas")
	flag.IntVar(&o.repeats, "repeats", 7, "times each question is asked after a first one, cold")
	flag.DurationVar(&o.deadline, "deadline", 45*time.Minute, "longest life of one engine's process")
	flag.BoolVar(&o.load, "load", false, "only load, into -dir")
	flag.BoolVar(&o.ingest, "ingest", false, "instead: questions while 20,000 events a second come in")
	flag.StringVar(&o.profile, "profile", "", "file for a processor profile of ours while it is asked")
	flag.StringVar(&o.engines, "engines", "bench/engines", "folder of the packages of the other engines")
	flag.StringVar(&o.child, "child", "", "used by the program itself: serve this engine")
	flag.Parse()
	if err := run(o); err != nil {
		fmt.Fprintf(os.Stderr, "error: %v\n", err)
		os.Exit(1)
	}
}

func run(o options) error {
	if o.child != "" {
		return runChild(o)
	}
	if o.events < leastRows {
		return fmt.Errorf("cannot compare with fewer than %d events", leastRows)
	}
	if o.dir == "" {
		dir, err := os.MkdirTemp("", "jejak-engines-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		o.dir = dir
	}
	if o.ingest {
		return measureIngest(o)
	}
	return compareAll(o)
}

func runChild(o options) error {
	e, err := openChild(o)
	if err != nil {
		return err
	}
	if o.profile != "" {
		f, err := os.Create(o.profile)
		if err != nil {
			return err
		}
		defer f.Close()
		if err := pprof.StartCPUProfile(f); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
	}
	return serve(e)
}

// compareAll loads, asks, compares and prints.
func compareAll(o options) error {
	r := report{options: o, questions: chosen(o.questions)}
	for _, p := range peersOf(o) {
		l, err := ensureLoaded(o, p)
		if err != nil {
			return err
		}
		if o.load {
			continue
		}
		answers, used, err := askAll(o, p, r.questions)
		if err != nil {
			return err
		}
		r.columns = append(r.columns, result{p, l, answers, used})
	}
	if o.load {
		return nil
	}
	r.print(os.Stdout)
	return r.differences()
}
