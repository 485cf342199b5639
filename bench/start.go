package main

import (
	"fmt"
	"time"

	"jejak/test/server"
)

// measureStart: how long a server with many events on disk needs until it takes new ones.
func measureStart(o options, t *table) error {
	s, remove, err := started(o.binary)
	if err != nil {
		return err
	}
	defer remove()
	began := time.Now()
	if err := fill(s, o.stored); err != nil {
		return err
	}
	fmt.Printf("start: %d events stored in %.0f s\n", o.stored, time.Since(began).Seconds())
	if err := s.Stop(); err != nil {
		return err
	}
	took, err := s.Start()
	if err != nil {
		return err
	}
	t.atMost(fmt.Sprintf("start with %d M events, to /healthz", o.stored/1_000_000), millis(took), 1000, "ms")
	if err := mustHave(s, uint64(o.stored)); err != nil {
		return err
	}
	return s.Stop()
}

// fill imports so many events, a piece at a time to bound the client's memory.
func fill(s *server.Server, events int) error {
	m := newMaker(4, 500_000)
	const piece = 50
	for left := events / batchEvents; left > 0; left -= piece {
		bodies := make([][]byte, min(piece, left))
		for i := range bodies {
			bodies[i] = m.batch(batchEvents)
		}
		if _, err := sendAll(s, bodies); err != nil {
			return err
		}
	}
	return nil
}
