package app

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"jejak/analytics/show"
)

// TestLive watches over a real connection: an event that has become durable arrives, nothing of other projects does, and
// the stream ends with the server.
func TestLive(t *testing.T) {
	h := newHouse(t)
	other, err := createProject(t.Context(), h.data(), Keys{}, "Other", "UTC")
	if err != nil {
		t.Fatal(err)
	}
	stream := h.watch()
	mine := h.project
	h.project = other
	h.track("Elsewhere", `,"distinct_id":"siti@mail.example"`)
	h.project = mine
	h.track("Sign up", `,"distinct_id":"siti@mail.example","plan":"Pro"`)
	text := nextMessage(t, stream)
	var e show.LiveEvent
	if err := json.Unmarshal([]byte(text), &e); err != nil {
		t.Fatal(err)
	}
	if e.Name != "Sign up" || e.Class != "person" && e.Class != "bot" || len(e.Person) != 8 || e.Properties["plan"] != "Pro" {
		t.Errorf("the event is told as %s", text)
	}
	if strings.Contains(text, "siti") {
		t.Errorf("the stream tells an identifier: %s", text)
	}
	h.stop()
	if rest, err := io.ReadAll(stream); err != nil || strings.Contains(string(rest), "data:") {
		t.Errorf("the stream ends with %v and %q", err, rest)
	}
}

// watch opens the live stream with the project's service account.
func (h *house) watch() *bufio.Reader {
	h.t.Helper()
	r, err := http.NewRequestWithContext(h.t.Context(), "GET", fmt.Sprintf("%s/api/v1/projects/%d/live", h.at(), h.project.ID), nil)
	if err != nil {
		h.t.Fatal(err)
	}
	r.SetBasicAuth(h.project.ServiceAccount.Username, h.project.ServiceAccount.Secret)
	a, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(func() { _ = a.Body.Close() })
	if a.StatusCode != http.StatusOK || a.Header.Get("Content-Type") != "text/event-stream" {
		h.t.Fatalf("the stream answers %d %s", a.StatusCode, a.Header.Get("Content-Type"))
	}
	return bufio.NewReader(a.Body)
}

func nextMessage(t *testing.T, stream *bufio.Reader) string {
	t.Helper()
	for {
		line, err := stream.ReadString('\n')
		if err != nil {
			t.Fatal(err)
		}
		if data, ok := strings.CutPrefix(line, "data: "); ok {
			return data
		}
	}
}
