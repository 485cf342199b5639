package show

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"jejak/event"
	"jejak/ground/access"
)

// LiveEvent is an event that has just become durable.
type LiveEvent struct {
	Time       string         `json:"time" format:"date-time" doc:"When it happened."`
	Received   string         `json:"received" format:"date-time" doc:"When it became durable."`
	Name       string         `json:"name"`
	Class      string         `json:"class" enum:"person,bot"`
	Person     string         `json:"person" doc:"A stable pseudonym of who sent it; empty for nobody."`
	Properties map[string]any `json:"properties"`
}

// LiveDropped says how many events a slow listener has missed.
type LiveDropped struct {
	Dropped uint64 `json:"dropped"`
}

const (
	// heartbeat keeps proxies from closing a quiet stream, and asks again whether its watcher may still watch.
	heartbeat = 15 * time.Second
	// breath is the least time between two writes to one listener: it bounds what a flood of events costs.
	breath = 200 * time.Millisecond
	// writePatience is how long one write may take.
	writePatience = 10 * time.Second
)

// streamed is the answer that does not end.
type streamed struct {
	Body func(huma.Context)
}

func (s *server) offerLive(api huma.API) {
	op := operation("watch", http.MethodGet, "/projects/{id}/live", "Events as they become durable (server-sent events)", byBoth)
	op.Description = "Each message is a LiveEvent. A message of type dropped is a LiveDropped: the listener was too slow for so many events."
	schema := func(t reflect.Type) *huma.Schema { return api.OpenAPI().Components.Schemas.Schema(t, true, "") }
	op.Responses = map[string]*huma.Response{"200": {
		Description: "A stream",
		Content: map[string]*huma.MediaType{"text/event-stream": {Schema: &huma.Schema{OneOf: []*huma.Schema{
			schema(reflect.TypeFor[LiveEvent]()), schema(reflect.TypeFor[LiveDropped]()),
		}}}},
	}}
	register(s, api, op, s.watch)
}

func (s *server) watch(ctx context.Context, in *InProject) (*streamed, error) {
	p := event.ProjectID(in.ID)
	if err := s.mayRead(ctx, p); err != nil {
		return nil, err
	}
	l := s.Hub.listen(p)
	if l == nil {
		return nil, busy("too many streams are open already", 10*time.Second)
	}
	return &streamed{func(c huma.Context) {
		defer s.Hub.leave(p, l)
		r, w := humago.Unwrap(c)
		s.stream(r, w, p, l)
	}}, nil
}

// stream writes until the client goes away, may no longer watch, or the server stops.
func (s *server) stream(r *http.Request, w http.ResponseWriter, p event.ProjectID, l *listener) {
	out := &streamWriter{w: w, control: http.NewResponseController(w), project: p}
	if out.open() != nil {
		return
	}
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	for {
		select {
		case <-r.Context().Done():
			return
		case <-beat.C:
			if s.stillWatches(r, p) != nil || out.beat() != nil {
				return
			}
		case first, open := <-l.events:
			if !open || out.events(first, l) != nil || !rest(r.Context(), breath) {
				return
			}
		}
	}
}

// stillWatches asks for the right again: a session may have ended since.
func (s *server) stillWatches(r *http.Request, p event.ProjectID) error {
	who, err := s.caller(r)
	if err != nil {
		return err
	}
	return who.May(p, access.Read)
}

// rest waits; false when the context ends first.
func rest(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}

// streamWriter writes server-sent events.
type streamWriter struct {
	w       http.ResponseWriter
	control *http.ResponseController
	project event.ProjectID
	text    bytes.Buffer
}

func (o *streamWriter) open() error {
	// The request is read; from here on the connection may be quiet for long.
	if err := o.control.SetReadDeadline(time.Time{}); err != nil {
		return fmt.Errorf("cannot keep the stream open: %w", err)
	}
	h := o.w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("X-Accel-Buffering", "no")
	o.text.WriteString(": watching\n\n")
	return o.send()
}

func (o *streamWriter) beat() error {
	o.text.WriteString(": still here\n\n")
	return o.send()
}

// events writes what waits, in one go.
func (o *streamWriter) events(first arrival, l *listener) error {
	o.message("", o.live(first))
	for range len(l.events) {
		next, open := <-l.events
		if !open {
			break
		}
		o.message("", o.live(next))
	}
	if n := l.dropped.Swap(0); n > 0 {
		o.message("dropped", LiveDropped{n})
	}
	return o.send()
}

func (o *streamWriter) message(kind string, v any) {
	text, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("BUG: a live event cannot be written: %v", err))
	}
	if kind != "" {
		fmt.Fprintf(&o.text, "event: %s\n", kind)
	}
	fmt.Fprintf(&o.text, "data: %s\n\n", text)
}

func (o *streamWriter) send() error {
	defer o.text.Reset()
	if err := o.control.SetWriteDeadline(time.Now().Add(writePatience)); err != nil {
		return fmt.Errorf("cannot bound a write: %w", err)
	}
	if _, err := o.w.Write(o.text.Bytes()); err != nil {
		return fmt.Errorf("cannot write to the stream: %w", err)
	}
	return o.control.Flush()
}

func (o *streamWriter) live(a arrival) LiveEvent {
	class := "person"
	if a.Class == event.Bot {
		class = "bot"
	}
	properties := make(map[string]any, len(a.Properties))
	for _, p := range a.Properties {
		properties[p.Name] = plain(p.Value)
	}
	return LiveEvent{
		Time:     stamp(time.UnixMilli(int64(a.Time))),
		Received: stamp(a.at),
		Name:     a.Name, Class: class, Person: nickname(o.project, a.Actor), Properties: properties,
	}
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z07:00") }

// plain is a value as JSON writes it.
func plain(v event.Value) any {
	switch v.Kind {
	case event.Number:
		return v.Number
	case event.Boolean:
		return v.Bool()
	case event.List, event.Object:
		return json.RawMessage(v.Text)
	case event.String:
		return v.Text
	default:
		return nil
	}
}
