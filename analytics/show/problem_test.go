package show

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"jejak/analytics/query"
	"jejak/ground/access"
	"jejak/question"
)

func TestProblems(t *testing.T) {
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	for _, c := range []struct {
		ctx         context.Context
		err         error
		status      int
		code, retry string
	}{
		{nil, question.Faults{{Location: "range", Code: question.BadDate, Message: "m"}}, 422, question.BadDate, ""},
		{nil, fmt.Errorf("wrapped: %w", &query.TooLarge{Code: query.OutOfMemory, Reason: "r", Hint: "h"}), 422, query.OutOfMemory, ""},
		{nil, &access.Invalid{Field: "name", Code: "too_long", Message: "m"}, 422, "too_long", ""},
		{nil, &access.Limited{Wait: 1500 * time.Millisecond}, 429, "", "2"},
		{nil, &access.Limited{}, 429, "", "1"},
		{nil, fmt.Errorf("wrapped: %w", access.ErrNotFound), 404, "", ""},
		{nil, access.ErrUnauthenticated, 401, "", ""},
		{nil, access.ErrCredentials, 401, "", ""},
		{nil, access.ErrForbidden, 403, "", ""},
		{nil, access.ErrLink, 410, "", ""},
		{nil, access.ErrCeremony, 410, "", ""},
		{nil, access.ErrNoPasskeyHere, 422, "", ""},
		{nil, busy("later", 3*time.Second), 503, "", "3"},
		{gone, context.Canceled, statusGone, "", ""},
		{nil, errors.New("disk sdb7 is on fire"), 500, "", ""},
	} {
		if c.ctx == nil {
			c.ctx = t.Context()
		}
		s := &server{Options: Options{Log: slog.New(slog.DiscardHandler)}}
		p := s.problemOf(c.ctx, c.err)
		code := ""
		if len(p.Errors) > 0 {
			code = p.Errors[0].Code
		}
		if p.Status != c.status || code != c.code || p.GetHeaders().Get("Retry-After") != c.retry || p.Detail == "" {
			t.Errorf("%v becomes %+v", c.err, p)
		}
	}
}

// TestProblemsKeepTheInsideInside: what is not known goes to the log, not to the client.
func TestProblemsKeepTheInsideInside(t *testing.T) {
	var log bytes.Buffer
	s := &server{Options: Options{Log: slog.New(slog.NewTextHandler(&log, nil))}}
	w := httptest.NewRecorder()
	writeProblem(w, s.problemOf(t.Context(), errors.New("disk sdb7 is on fire")))
	if strings.Contains(w.Body.String(), "sdb7") || !strings.Contains(log.String(), "sdb7") {
		t.Errorf("the client got %s, the log %s", w.Body, log.String())
	}
}

// TestClientOf: only our own proxies are believed about who stands behind them.
func TestClientOf(t *testing.T) {
	for _, c := range []struct{ peer, forwarded, client string }{
		{"203.0.113.9:1", "", "203.0.113.9"},
		{"203.0.113.9:1", "198.51.100.1", "203.0.113.9"},
		{"127.0.0.1:1", "", "127.0.0.1"},
		{"127.0.0.1:1", "198.51.100.1", "198.51.100.1"},
		{"127.0.0.1:1", "192.0.2.66, 198.51.100.1", "198.51.100.1"}, // the client wrote the first itself
		{"10.0.0.2:1", "192.0.2.66, 198.51.100.1, 10.0.0.3", "198.51.100.1"},
		{"[::1]:1", "2001:db8::7", "2001:db8::7"},
		{"127.0.0.1:1", "nonsense", "127.0.0.1"},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = c.peer
		if c.forwarded != "" {
			r.Header.Set("X-Forwarded-For", c.forwarded)
		}
		if got := ClientOf(r).String(); got != c.client {
			t.Errorf("from %s by way of %q: %s, want %s", c.peer, c.forwarded, got, c.client)
		}
	}
}
