package show

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
)

func TestGateLetsAFewInAndSomeWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGate(1, 1)
		if err := g.enter(t.Context()); err != nil {
			t.Fatal(err)
		}
		second := make(chan error)
		go func() { second <- g.enter(t.Context()) }()
		synctest.Wait()
		var p *Problem
		if err := g.enter(t.Context()); !errors.As(err, &p) || p.Status != 503 || p.GetHeaders().Get("Retry-After") != "2" {
			t.Errorf("the third got %v, want 503 with Retry-After", err)
		}
		g.leave()
		if err := <-second; err != nil {
			t.Errorf("the second got %v", err)
		}
		g.leave()
	})
}

func TestGateLetsNobodyWaitForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGate(1, 1)
		_ = g.enter(t.Context())
		if err := g.enter(t.Context()); err == nil {
			t.Error("entered while another runs")
		}
		ctx, cancel := context.WithCancelCause(t.Context())
		gone := errors.New("gone")
		cancel(gone)
		if err := g.enter(ctx); !errors.Is(err, gone) {
			t.Errorf("who went away got %v", err)
		}
		g.leave()
		if err := g.enter(t.Context()); err != nil {
			t.Errorf("the places of who gave up are not free: %v", err)
		}
	})
}
