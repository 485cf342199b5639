package show

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"jejak/event"
)

// wire is a connection that keeps what is written to it.
type wire struct {
	header http.Header
	mu     sync.Mutex
	text   bytes.Buffer
	err    error
}

func (w *wire) Header() http.Header              { return w.header }
func (w *wire) WriteHeader(int)                  {}
func (w *wire) Flush()                           {}
func (w *wire) SetReadDeadline(time.Time) error  { return nil }
func (w *wire) SetWriteDeadline(time.Time) error { return nil }
func (w *wire) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.err != nil {
		return 0, w.err
	}
	return w.text.Write(p)
}

// taken is what was written since the last call.
func (w *wire) taken() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	defer w.text.Reset()
	return w.text.String()
}

// streaming runs a stream on a fake wire in a bubble of time. It ends when the returned function is called.
func streaming(t *testing.T) (h *Hub, w *wire, end func()) {
	h = NewHub(nil)
	w = &wire{header: http.Header{}}
	ctx, cancel := context.WithCancel(t.Context())
	r := httptest.NewRequestWithContext(ctx, "GET", "/api/v1/projects/1/live", nil)
	s := &server{Options: Options{Hub: h}}
	l := h.listen(1)
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.stream(r, w, 1, l)
	}()
	synctest.Wait()
	return h, w, func() { cancel(); <-done }
}

func TestStreamTellsAnEvent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, w, end := streaming(t)
		defer end()
		if w.header.Get("Content-Type") != "text/event-stream" || !strings.HasPrefix(w.taken(), ":") {
			t.Error("the stream does not open as one")
		}
		h.Publish(1, []event.Event{{
			Name: "Sign up", Time: 1_700_000_000_000, Class: event.Bot, Actor: event.MakeActor(3, 7),
			Properties: []event.Property{
				{Name: "plan", Value: event.StringOf("Pro")}, {Name: "seats", Value: event.NumberOf(3)},
				{Name: "tags", Value: event.ListOf(`["a",1]`)}, {Name: "paid", Value: event.BooleanOf(true)},
			},
		}})
		synctest.Wait()
		want := `data: {"time":"2023-11-14T22:13:20.000Z","received":"2000-01-01T00:00:00.000Z","name":"Sign up","class":"bot",` +
			`"person":"` + nickname(1, event.MakeActor(3, 7)) + `","properties":{"paid":true,"plan":"Pro","seats":3,"tags":["a",1]}}` + "\n\n"
		if got := w.taken(); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	})
}

func TestStreamTakesABreathAndTellsWhatItDropped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, w, end := streaming(t)
		defer end()
		w.taken()
		h.Publish(1, some(1))
		synctest.Wait()
		w.taken()
		h.Publish(1, some(backlog+2))
		synctest.Wait()
		if got := w.taken(); got != "" {
			t.Errorf("written before the breath was over: %s", got)
		}
		time.Sleep(breath) // of the bubble's time
		synctest.Wait()
		got := w.taken()
		if n := strings.Count(got, "data: {\"time\""); n != backlog {
			t.Errorf("%d events, want %d", n, backlog)
		}
		if !strings.HasSuffix(got, "event: dropped\ndata: {\"dropped\":2}\n\n") {
			t.Errorf("the end does not tell that 2 were dropped: %.80q", got[max(0, len(got)-80):])
		}
	})
}

func TestStreamBeats(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, w, end := streaming(t)
		w.taken()
		time.Sleep(heartbeat + time.Second) // of the bubble's time
		synctest.Wait()
		// The request has no session, so the first beat finds that it may not watch, and ends.
		if got := w.taken(); got != "" {
			t.Errorf("who may not watch got %q", got)
		}
		end()
	})
}

func TestStreamEndsWithTheHub(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, _, end := streaming(t)
		h.Close()
		end()
	})
}

func TestNicknames(t *testing.T) {
	if nickname(1, event.MakeActor(9, 0)) != "" {
		t.Error("nobody has a nickname")
	}
	seen := map[string]event.Actor{}
	for i := range uint32(20_000) {
		a := event.MakeActor(int(i%event.Buckets), 1+i/event.Buckets)
		name := nickname(1, a)
		if other, taken := seen[name]; taken || len(name) != 8 {
			t.Fatalf("%v and %v are both %q", a, other, name)
		}
		seen[name] = a
	}
	if nickname(1, 1<<10) == nickname(2, 1<<10) {
		t.Error("two projects name a person alike")
	}
}
