package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"jejak/test/server"
)

const trackers = 200 // connections with one event in flight each

// measureTrack: single events from many connections, each answered when it is durable.
func measureTrack(o options, t *table) error {
	s, remove, err := started(o.binary)
	if err != nil {
		return err
	}
	defer remove()
	requests := trackRequests(s, 100_000)
	watch, stopWatch := context.WithCancel(context.Background())
	peak := server.WatchMemory(watch, s.Pid())
	answers, took, err := trackAll(s, requests, o.length, trackers)
	stopWatch()
	if err != nil {
		return err
	}
	c, err := s.Counters()
	if err != nil {
		return err
	}
	if c.Durable != uint64(len(answers)) {
		return fmt.Errorf("%d events were acknowledged, %d are durable", len(answers), c.Durable)
	}
	fmt.Printf("track: %d requests in %.1f s, %d connections, one event each\n", len(answers), took.Seconds(), trackers)
	t.atLeast("/track, requests durable a second", float64(len(answers))/took.Seconds(), 10_000, "requests/s")
	t.atMost("/track, p99 of an answer", millis(quantile(answers, 0.99)), 100, "ms")
	t.atMost("/track, resident memory, highest", peak(), 400, "MB")
	return s.Stop()
}

// trackRequests are whole HTTP requests, made before the clock runs. Sent twice, an event counts once but is kept twice.
func trackRequests(s *server.Server, n int) [][]byte {
	m := newMaker(3, 100_000)
	host := strings.TrimPrefix(s.Base, "http://")
	requests := make([][]byte, n)
	for i := range requests {
		body := m.single(s.Project.Token)
		head := fmt.Sprintf("POST /track HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nUser-Agent: bench\r\nContent-Length: %d\r\n\r\n", host, len(body))
		requests[i] = append([]byte(head), body...)
	}
	return requests
}

func trackAll(s *server.Server, requests [][]byte, length time.Duration, connections int) ([]time.Duration, time.Duration, error) {
	var all []time.Duration
	var mu sync.Mutex
	var next atomic.Int64
	var failed error
	var done sync.WaitGroup
	began := time.Now()
	for range connections {
		done.Go(func() {
			mine, err := trackFrom(s, requests, &next, began.Add(length))
			mu.Lock()
			defer mu.Unlock()
			all, failed = append(all, mine...), errors.Join(failed, err)
		})
	}
	done.Wait()
	return all, time.Since(began), failed
}

// trackFrom sends requests over one connection until the end. It speaks HTTP by hand: the client must not need more of the
// shared cores than the server.
func trackFrom(s *server.Server, requests [][]byte, next *atomic.Int64, end time.Time) ([]time.Duration, error) {
	conn, err := net.Dial("tcp", strings.TrimPrefix(s.Base, "http://"))
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	in := bufio.NewReaderSize(conn, 1024)
	var answers []time.Duration
	for time.Now().Before(end) {
		began := time.Now()
		if _, err := conn.Write(requests[next.Add(1)%int64(len(requests))]); err != nil {
			return nil, err
		}
		if err := readOne(in); err != nil {
			return nil, err
		}
		answers = append(answers, time.Since(began))
	}
	return answers, nil
}

// readOne reads an answer, which must be 200 with the body 1.
func readOne(in *bufio.Reader) error {
	answer, err := http.ReadResponse(in, nil)
	if err != nil {
		return err
	}
	body, err := io.ReadAll(answer.Body)
	_ = answer.Body.Close()
	if err == nil && (answer.StatusCode != http.StatusOK || string(body) != "1") {
		err = fmt.Errorf("/track: %s: %.100s", answer.Status, body)
	}
	return err
}
