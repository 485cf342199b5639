package crash

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// load is clients at work: some send one event at a time, some send batches.
type load struct {
	ctx    context.Context
	cancel context.CancelFunc
	done   sync.WaitGroup
}

func startLoad(v *victim, b *book) *load {
	ctx, cancel := context.WithCancel(context.Background())
	l := &load{ctx: ctx, cancel: cancel}
	for _, size := range []int{1, 1, 1, 1, 7, 50, 400} {
		l.done.Go(func() {
			for ctx.Err() == nil {
				numbers := b.draw(size)
				if v.send(ctx, numbers) {
					b.acknowledge(numbers)
				} else {
					b.putBack(numbers)
				}
			}
		})
	}
	return l
}

// runFor lets the clients work for so long.
func (l *load) runFor(d time.Duration) {
	select {
	case <-time.After(d):
	case <-l.ctx.Done():
	}
}

// stop ends the clients after the server died.
func (l *load) stop() {
	l.cancel()
	l.done.Wait()
}

// base is the time of the first event; number n happened n ms later, so that the days fill up one after the other.
var base = time.Now().Add(-40 * 24 * time.Hour).UnixMilli()

// send imports the events of these numbers and tells whether they were acknowledged.
func (v *victim) send(ctx context.Context, numbers []int) bool {
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
	r, err := http.NewRequestWithContext(ctx, "POST", fmt.Sprintf("%s/import?strict=1&project_id=%d", v.base, v.project.ID), bytes.NewReader(body))
	if err != nil {
		panic(fmt.Sprintf("BUG: cannot make a request: %v", err))
	}
	r.Header.Set("Content-Type", "application/json")
	r.SetBasicAuth(v.project.ServiceAccount.Username, v.project.ServiceAccount.Secret)
	answer, err := v.client.Do(r)
	if err != nil {
		return false
	}
	defer answer.Body.Close()
	_, err = io.ReadAll(answer.Body)
	return err == nil && answer.StatusCode == http.StatusOK
}
