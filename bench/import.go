package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"jejak/test/server"
)

const importers = 4 // connections that send batches one behind the other

// measureImport: batches of history as fast as the server takes them. An event counts when its batch was answered, which
// is when it is durable. Afterwards the server must have exactly what was sent.
func measureImport(o options, t *table) error {
	s, remove, err := started(o.binary)
	if err != nil {
		return err
	}
	defer remove()
	bodies := importBodies(int(60_000 * o.length.Seconds() / batchEvents))
	watch, stopWatch := context.WithCancel(context.Background())
	peak := server.WatchMemory(watch, s.Pid())
	began := time.Now()
	answers, err := sendAll(s, bodies)
	took := time.Since(began)
	stopWatch()
	if err != nil {
		return err
	}
	sent := uint64(len(bodies) * batchEvents)
	if err := mustHave(s, sent); err != nil {
		return err
	}
	fmt.Printf("import: %d events in %.1f s, %d connections, batches of %d, gzip NDJSON\n", sent, took.Seconds(), importers, batchEvents)
	t.atLeast("/import, events durable a second", float64(sent)/took.Seconds(), 50_000, "events/s")
	t.atMost("/import, p99 of an answer", millis(quantile(answers, 0.99)), 250, "ms")
	t.atMost("/import, resident memory, highest", peak(), 400, "MB")
	return s.Stop()
}

// importBodies makes so many batches on all cores.
func importBodies(n int) [][]byte { return bodiesOf(n, func(*maker) {}) }

func bodiesOf(n int, adapt func(*maker)) [][]byte {
	bodies := make([][]byte, n)
	var done sync.WaitGroup
	for w := range 2 {
		done.Go(func() {
			m := newMaker(uint64(w+1), 200_000)
			adapt(m)
			for i := w; i < n; i += 2 {
				bodies[i] = m.batch(batchEvents)
			}
		})
	}
	done.Wait()
	return bodies
}

// sendAll imports the bodies over a few connections and returns how long each answer took.
func sendAll(s *server.Server, bodies [][]byte) ([]time.Duration, error) {
	answers := make([]time.Duration, len(bodies))
	var next atomic.Int64
	var failed atomic.Pointer[error]
	var done sync.WaitGroup
	for range importers {
		done.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(bodies)) && failed.Load() == nil; i = next.Add(1) - 1 {
				began := time.Now()
				if err := importBatch(s, bodies[i]); err != nil {
					failed.Store(&err)
				}
				answers[i] = time.Since(began)
			}
		})
	}
	done.Wait()
	if err := failed.Load(); err != nil {
		return nil, *err
	}
	return answers, nil
}

// mustHave: what was acknowledged is durable and askable, no more and no less.
func mustHave(s *server.Server, acknowledged uint64) error {
	c, err := s.Counters()
	if err != nil {
		return err
	}
	if c.Durable != acknowledged || c.Askable != acknowledged {
		return fmt.Errorf("%d events were acknowledged, %d are durable, %d askable", acknowledged, c.Durable, c.Askable)
	}
	return nil
}

var batchHeader = http.Header{"Content-Type": {"application/x-ndjson"}, "Content-Encoding": {"gzip"}}

func importBatch(s *server.Server, body []byte) error {
	status, answer, err := s.Import(bytes.NewReader(body), batchHeader)
	if err == nil && status != http.StatusOK {
		err = fmt.Errorf("/import: %d %.300s", status, answer)
	}
	return err
}
