package app

import (
	"bytes"
	"context"
	"errors"
	"net"
	"strings"
	"testing"
)

// TestWalk is the road end to end: an event comes in, and the next question counts it, also after a restart.
func TestWalk(t *testing.T) {
	h := newHouse(t)
	h.ask("GET", "/healthz", "").want(t, 200)
	h.track("Sign up", `,"distinct_id":"u1"`)
	h.track("Sign up", `,"distinct_id":"u2"`)
	h.track("Sign up", `,"distinct_id":"u2"`)
	if total, people := h.total("Sign up", "total"), h.total("Sign up", "unique"); total != 3 || people != 2 {
		t.Errorf("%v events of %v people, want 3 of 2", total, people)
	}
	h.stop()
	h.open()
	h.track("Sign up", `,"distinct_id":"u1"`)
	if total, people := h.total("Sign up", "total"), h.total("Sign up", "unique"); total != 4 || people != 2 {
		t.Errorf("after a restart: %v events of %v people, want 4 of 2", total, people)
	}
}

func TestProjectMadeWhileTheServerRuns(t *testing.T) {
	h := newHouse(t)
	made, err := CreateProject(t.Context(), h.data(), Keys{}, "Second", "UTC")
	if err != nil {
		t.Fatal(err)
	}
	h.project = made
	h.track("Late", `,"distinct_id":"u1"`)
	if n := h.total("Late", "total"); n != 1 {
		t.Errorf("%v events, want 1", n)
	}
}

func TestServeGreetsAndStops(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	out := greeted{end: cancel}
	if err := Serve(ctx, Options{Data: t.TempDir(), Listen: "127.0.0.1:0", Version: "test"}, &out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"listening on http://localhost:", "/setup#token="} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not in\n%s", want, out.String())
		}
	}
}

// greeted asks for the end once the greeting is complete.
type greeted struct {
	bytes.Buffer
	end func()
}

func (g *greeted) Write(p []byte) (int, error) {
	if strings.Contains(string(p), goodbye) {
		g.end()
	}
	return g.Buffer.Write(p)
}

func TestTakenAddress(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	err = Serve(t.Context(), Options{Data: t.TempDir(), Listen: taken.Addr().String()}, &bytes.Buffer{})
	if err == nil || !strings.Contains(err.Error(), "\nhint: ") || !strings.Contains(err.Error(), "--listen") {
		t.Errorf("%v has no hint about --listen", err)
	}
}

func TestStackUndoesEverythingLastFirst(t *testing.T) {
	var s stack
	var order []string
	broken := errors.New("broken")
	s.pushClose("a", func() error { order = append(order, "a"); return nil })
	s.pushClose("b", func() error { order = append(order, "b"); return broken })
	s.push("c", func(context.Context) error { order = append(order, "c"); return nil })
	err := s.unwind(t.Context())
	if got := strings.Join(order, ""); got != "cba" {
		t.Errorf("undone in the order %s", got)
	}
	if !errors.Is(err, broken) || !strings.Contains(err.Error(), "cannot close b") {
		t.Errorf("the failure reads %v", err)
	}
	if err := s.unwind(t.Context()); err != nil || len(order) != 3 {
		t.Errorf("the second time: %v, %v", err, order)
	}
}
