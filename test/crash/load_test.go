package crash

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"jejak/test/server"
)

// load is clients at work: some send one event at a time, some send batches.
type load struct {
	over atomic.Bool
	done sync.WaitGroup
}

func startLoad(s *server.Server, b *book) *load {
	l := &load{}
	for _, size := range []int{1, 1, 1, 1, 7, 50, 400} {
		l.done.Go(func() {
			for !l.over.Load() {
				numbers := b.draw(size)
				if send(s, numbers) == http.StatusOK {
					b.acknowledge(numbers)
				} else {
					b.putBack(numbers)
				}
			}
		})
	}
	return l
}

// stop ends the clients, after the server died or while it lives.
func (l *load) stop() {
	l.over.Store(true)
	l.done.Wait()
}

// base is the time of the first event; the days fill up one after the other.
var base = time.Now().Add(-40 * 24 * time.Hour).UnixMilli()

var header = http.Header{"Content-Type": {"application/json"}}

// send imports the events of these numbers and returns the status; 0 when there was no answer.
func send(s *server.Server, numbers []int) int {
	events := make([]any, len(numbers))
	for i, n := range numbers {
		events[i] = map[string]any{"event": "Crash " + strconv.Itoa(n%5), "properties": map[string]any{
			"time": base + int64(n)*37, "distinct_id": "someone-" + strconv.Itoa(n%997), "$insert_id": "n" + strconv.Itoa(n),
			"n": n, "text": "value " + strconv.Itoa(n%50),
		}}
	}
	body, err := json.Marshal(events)
	if err != nil {
		panic(fmt.Sprintf("BUG: cannot encode events: %v", err))
	}
	status, _, err := s.Import(bytes.NewReader(body), header)
	if err != nil {
		return 0
	}
	return status
}
