package main

import (
	"fmt"
	"strconv"
	"sync/atomic"
	"time"
)

// crowd says who does the events of a load.
type crowd struct {
	name   string
	people func(m *maker, n int, properties map[string]any)
}

// crowds of so many identifiers. In all of them events have the same number of properties. The n-th event is one of a run
// that goes through all identifiers evenly, so that new ones come to the end.
func crowds(identifiers, events int) (known, met, merging, personal crowd) {
	at := func(n, of int) string { return strconv.Itoa(int(int64(n) * int64(of) / int64(events))) }
	known = crowd{"1,000 people who are known", func(m *maker, n int, p map[string]any) {
		p["distinct_id"], p["note"] = "user-"+strconv.Itoa(n%1000), "write to "+at(n, identifiers)+" example org"
	}}
	met = crowd{"all identifiers new, none merging", func(m *maker, n int, p map[string]any) {
		p["distinct_id"], p["note"] = "user-"+at(n, identifiers), "write to "+at(n, identifiers)+" example org"
	}}
	merging = crowd{"all identifiers new, a device and a user merging", func(m *maker, n int, p map[string]any) {
		delete(p, "distinct_id")
		p["$user_id"], p["$device_id"] = "user-"+at(n, identifiers/2), "device-"+at(n, identifiers/2)
		p["note"] = "write to " + at(n, identifiers) + " example org"
	}}
	personal = crowd{"1,000 people who are known, a value in each event sealed", func(m *maker, n int, p map[string]any) {
		p["distinct_id"], p["note"] = "user-"+strconv.Itoa(n%1000), "write to "+at(n, identifiers)+"@example.org"
	}}
	return known, met, merging, personal
}

// spent is what a load took.
type spent struct {
	took      time.Duration
	processor time.Duration // of the server
}

// measureIdentity: what it costs that people are new, that they merge, and that personal values are sealed. The cost is in
// the server's processor time for an event, which other work on the machine does not change.
func measureIdentity(o options, t *table) error {
	known, met, merging, personal := crowds(o.identifiers, o.events)
	var all [4]spent
	for i, c := range []crowd{known, met, merging, personal} {
		var err error
		if all[i], err = o.load(c); err != nil {
			return err
		}
		s := all[i]
		fmt.Printf("identity: %d events, %s: %.1f s, %.0f events/s, %.2f µs of processor time each\n", o.events, c.name,
			s.took.Seconds(), float64(o.events)/s.took.Seconds(), float64(s.processor.Microseconds())/float64(o.events))
	}
	cost := func(dear, cheap spent) float64 { return 100 * (1 - cheap.processor.Seconds()/dear.processor.Seconds()) }
	t.atMost(fmt.Sprintf("merging %d identifiers, of ingest speed", o.identifiers), cost(all[2], all[1]), 20, "%")
	t.atMost(fmt.Sprintf("sealing a value of %d in each event, of ingest speed", o.identifiers), cost(all[3], all[0]), 25, "%")
	fmt.Printf("identity: meeting and sealing %d new identifiers costs %.0f %% of ingest speed\n", o.identifiers, cost(all[1], all[0]))
	return nil
}

// load imports events of a crowd into a new server.
func (o options) load(c crowd) (spent, error) {
	s, remove, err := started(o.binary)
	if err != nil {
		return spent{}, err
	}
	defer remove()
	var next atomic.Int64
	bodies := bodiesOf(o.events/batchEvents, func(m *maker) { m.crowd, m.next = c.people, &next })
	before, began := processorTime(s.Pid()), time.Now()
	if _, err := sendAll(s, bodies); err != nil {
		return spent{}, err
	}
	took := spent{time.Since(began), processorTime(s.Pid()) - before}
	if err := mustHave(s, uint64(len(bodies)*batchEvents)); err != nil {
		return spent{}, err
	}
	return took, s.Stop()
}
