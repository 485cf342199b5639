package show

import (
	"testing"
	"time"

	"jejak/event"
)

func some(n int) []event.Event {
	events := make([]event.Event, n)
	for i := range events {
		events[i] = event.Event{At: i, Name: "E"}
	}
	return events
}

func TestHubShowsAProjectToItsListenersOnly(t *testing.T) {
	h := NewHub(nil)
	if h.Listening(1) {
		t.Error("somebody listens before anybody came")
	}
	one, other := h.listen(1), h.listen(2)
	if !h.Listening(1) {
		t.Error("nobody listens to project 1")
	}
	h.Publish(1, some(3))
	if len(one.events) != 3 || len(other.events) != 0 {
		t.Errorf("the listener of 1 has %d events, that of 2 has %d", len(one.events), len(other.events))
	}
	h.leave(1, one)
	h.leave(1, one)
	if h.Listening(1) || !h.Listening(2) || h.count != 1 {
		t.Errorf("after one left: listening to 1 %v, to 2 %v, count %d", h.Listening(1), h.Listening(2), h.count)
	}
}

func TestHubDropsForTheSlowAndCounts(t *testing.T) {
	h := NewHub(nil)
	l := h.listen(1)
	h.Publish(1, some(backlog-1))
	h.Publish(1, some(5))
	if len(l.events) != backlog || l.dropped.Load() != 4 {
		t.Errorf("%d events wait and %d are dropped, want %d and 4", len(l.events), l.dropped.Load(), backlog)
	}
}

func TestHubKeepsTheNewestOfAFlood(t *testing.T) {
	h := NewHub(nil)
	l := h.listen(1)
	h.Publish(1, some(backlog+10))
	if first := <-l.events; first.At != 10 || l.dropped.Load() != 10 {
		t.Errorf("the first is event %d and %d are dropped, want 10 and 10", first.At, l.dropped.Load())
	}
}

func TestHubTakesSoManyListeners(t *testing.T) {
	h := NewHub(nil)
	for range maxListeners {
		if h.listen(1) == nil {
			t.Fatal("refused too early")
		}
	}
	if h.listen(2) != nil {
		t.Error("one too many was taken")
	}
}

func TestHubClose(t *testing.T) {
	h := NewHub(func() time.Time { return time.Unix(0, 0) })
	l := h.listen(1)
	h.Close()
	h.Close()
	if _, open := <-l.events; open {
		t.Error("the stream goes on")
	}
	h.Publish(1, some(1))
	h.leave(1, l)
	if h.listen(1) != nil {
		t.Error("a closed hub takes listeners")
	}
}
