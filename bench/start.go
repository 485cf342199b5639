package main

import (
	"fmt"
	"time"
)

// measureStart: how long a server with many events on disk needs until it takes new ones.
func measureStart(o options, t *table) error {
	s, err := newServer(o.binary)
	if err != nil {
		return err
	}
	defer s.remove()
	began := time.Now()
	if err := fill(s, o.stored); err != nil {
		return err
	}
	fmt.Printf("start: %d events stored in %.0f s\n", o.stored, time.Since(began).Seconds())
	if err := s.stop(); err != nil {
		return fmt.Errorf("the server did not stop gently: %w", err)
	}
	took, err := s.start(o.binary)
	if err != nil {
		return err
	}
	t.atMost(fmt.Sprintf("start with %d M events, to /healthz", o.stored/1_000_000), millis(took), 1000, "ms")
	_, durable, askable, err := s.counters()
	if err != nil {
		return err
	}
	if durable != uint64(o.stored) || askable != uint64(o.stored) {
		return fmt.Errorf("%d events were stored; after the start %d are durable, %d askable", o.stored, durable, askable)
	}
	return s.stop()
}

// fill imports so many events, a piece at a time to bound the client's memory.
func fill(s *server, events int) error {
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
