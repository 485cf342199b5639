package app

import (
	"bytes"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
)

// TestPanicsEndOneRequest: the server goes on, and the log says why without saying who.
func TestPanicsEndOneRequest(t *testing.T) {
	var said bytes.Buffer
	s := newServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/broken" {
			panic("BUG: broken")
		}
	}), slog.New(slog.NewTextHandler(&said, nil)))
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(l) }()
	if a, err := http.Get("http://" + l.Addr().String() + "/broken"); err == nil {
		a.Body.Close()
		t.Errorf("a broken request got %s", a.Status)
	}
	a, err := http.Get("http://" + l.Addr().String() + "/whole")
	if err != nil {
		t.Fatalf("the server does not go on: %v", err)
	}
	a.Body.Close()
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	<-ended
	if text := said.String(); !strings.Contains(text, "BUG: broken") || strings.Contains(text, "127.0.0.1") {
		t.Errorf("the log reads %s", text)
	}
}
