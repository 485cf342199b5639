package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strconv"
	"time"
)

// A child speaks with its parent in lines of JSON: a request comes in, its reply goes out, until the input ends. All
// engines speak so, whatever they are written in.

// request is what a child is to do.
type request struct {
	Do      string `json:"do"`   // load, ask or ingest
	Pipe    string `json:"pipe"` // load: where the rows come from
	Text    string `json:"text"` // ask: the question in the engine's language
	Repeats int    `json:"repeats"`
	// Others are asked in between, while events come in.
	Others []string `json:"others,omitempty"`
}

// reply is what came of it.
type reply struct {
	Error  string    `json:"error,omitempty"`
	Rows   [][]any   `json:"rows,omitempty"`   // ask: the answer, cells are strings, numbers or null
	Millis []float64 `json:"millis,omitempty"` // ask: of each repeat, the first one, cold, left out
	// Matched is how many events count in the answer; told by ours.
	Matched int64 `json:"matched,omitempty"`
	Bytes   int64 `json:"bytes,omitempty"` // load: on disk
	// Seconds and Processor are what loading took, until nothing was left to do; of one order, where there are two. For ask,
	// Processor is that of one repeat.
	Seconds   float64 `json:"seconds,omitempty"`
	Processor float64 `json:"processor,omitempty"`
	// Rate is how many events a second came in meanwhile, Asked how many questions were answered.
	Rate  float64 `json:"rate,omitempty"`
	Asked int     `json:"asked,omitempty"`
	// Spare is what of Bytes is a column that only removes duplicates.
	Spare int64 `json:"spare,omitempty"`
}

// engine is what a child serves.
type engine interface {
	// load reads the rows from a pipe until it ends, and returns when nothing is left to do in the background.
	load(pipe string) (reply, error)
	// ask answers once. Ours tells how many events match.
	ask(text string) (rows [][]any, matched int64, err error)
	close() error
}

// serve answers requests until there are no more.
func serve(e engine) error {
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 1<<20)
	for in.Scan() {
		var r request
		if err := json.Unmarshal(in.Bytes(), &r); err != nil {
			return fmt.Errorf("cannot read a request: %w", err)
		}
		a, err := do(e, r)
		if err != nil {
			a = reply{Error: err.Error()}
		}
		if err := json.NewEncoder(os.Stdout).Encode(a); err != nil {
			return fmt.Errorf("cannot reply: %w", err)
		}
	}
	return e.close()
}

func do(e engine, r request) (reply, error) {
	switch r.Do {
	case "load":
		return e.load(r.Pipe)
	case "ask":
		return askRepeatedly(e, r)
	case "ingest":
		return e.(*jejakEngine).ingest(r)
	default:
		return reply{}, fmt.Errorf("cannot %s: unknown request", strconv.Quote(r.Do))
	}
}

// askRepeatedly asks once to warm up and then as often as wanted.
func askRepeatedly(e engine, r request) (a reply, err error) {
	if a.Rows, a.Matched, err = e.ask(r.Text); err != nil {
		return a, err
	}
	used := processorTime()
	for range r.Repeats {
		began := time.Now()
		if _, _, err := e.ask(r.Text); err != nil {
			return a, err
		}
		a.Millis = append(a.Millis, float64(time.Since(began))/float64(time.Millisecond))
	}
	a.Processor = (processorTime() - used).Seconds() / float64(max(1, r.Repeats))
	return a, nil
}

// refusal is the error of an engine that goes on.
type refusal string

func (r refusal) Error() string { return "the engine says: " + string(r) }

// conversation is the parent's end.
type conversation struct {
	to   io.WriteCloser
	from *bufio.Reader
}

func (c *conversation) ask(r request) (a reply, err error) {
	if err := json.NewEncoder(c.to).Encode(r); err != nil {
		return a, fmt.Errorf("cannot send a request: %w", err)
	}
	line, err := c.from.ReadBytes('\n')
	if err != nil {
		return a, fmt.Errorf("the engine ended without a reply: %w", err)
	}
	if err := json.Unmarshal(line, &a); err != nil {
		return a, fmt.Errorf("cannot read a reply: %w", err)
	}
	if a.Error != "" {
		return a, refusal(a.Error)
	}
	return a, nil
}
