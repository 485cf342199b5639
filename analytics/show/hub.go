package show

import (
	"sync"
	"sync/atomic"
	"time"

	"jejak/event"
)

const (
	// maxListeners is how many may watch at once, over all projects.
	maxListeners = 100
	// backlog is how many events wait for one listener. Who reads slower loses events and is told how many.
	backlog = 256
)

// Hub hands events that have become durable to whoever watches their project. Many goroutines may use it at once.
type Hub struct {
	mu        sync.RWMutex
	listeners map[event.ProjectID]map[*listener]bool
	count     int
	closed    bool
	now       func() time.Time
}

// NewHub makes one. now is the clock; nil: time.Now.
func NewHub(now func() time.Time) *Hub {
	if now == nil {
		now = time.Now
	}
	return &Hub{listeners: map[event.ProjectID]map[*listener]bool{}, now: now}
}

// listener is one watcher of one project.
type listener struct {
	events  chan arrival // closed by the hub when it closes
	dropped atomic.Uint64
}

// arrival is an event and when it became durable.
type arrival struct {
	event.Event
	at time.Time
}

// Listening tells whether anybody watches the project.
func (h *Hub) Listening(p event.ProjectID) bool {
	h.mu.RLock()
	defer h.mu.RUnlock()
	return len(h.listeners[p]) > 0
}

// Publish shows the events, whose slice is the hub's from now on, to the project's listeners. It never waits.
func (h *Hub) Publish(p event.ProjectID, events []event.Event) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	at := h.now()
	for l := range h.listeners[p] {
		l.take(events, at)
	}
}

// take keeps the newest that fit and counts the rest.
func (l *listener) take(events []event.Event, at time.Time) {
	if extra := len(events) - backlog; extra > 0 {
		l.dropped.Add(uint64(extra))
		events = events[extra:]
	}
	for i := range events {
		select {
		case l.events <- arrival{events[i], at}:
		default:
			l.dropped.Add(uint64(len(events) - i))
			return
		}
	}
}

// listen adds a listener; nil when there are too many or the hub is closed.
func (h *Hub) listen(p event.ProjectID) *listener {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed || h.count >= maxListeners {
		return nil
	}
	l := &listener{events: make(chan arrival, backlog)}
	if h.listeners[p] == nil {
		h.listeners[p] = map[*listener]bool{}
	}
	h.listeners[p][l] = true
	h.count++
	return l
}

func (h *Hub) leave(p event.ProjectID, l *listener) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.listeners[p][l] {
		return
	}
	delete(h.listeners[p], l)
	if len(h.listeners[p]) == 0 {
		delete(h.listeners, p)
	}
	h.count--
}

// Close ends all streams, so that the server can stop.
func (h *Hub) Close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return
	}
	h.closed = true
	for _, room := range h.listeners {
		for l := range room {
			close(l.events)
		}
	}
	h.listeners, h.count = nil, 0
}
