package query_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"testing"
	"time"

	"jejak/analytics/query"
	"jejak/analytics/store"
	"jejak/analytics/store/columnar"
	"jejak/event"
	"jejak/question"
)

// wide is a snapshot of many events with texts and numbers that come once, in parts as a server has them.
func wide(t *testing.T, n int) store.Snapshot {
	s, err := columnar.Open(t.TempDir(), columnar.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	if err := s.Append(context.Background(), store.Batch{Project: 1, Events: wideEvents(n)}); err != nil {
		t.Fatal(err)
	}
	snap, err := s.Snapshot(1)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(snap.Release)
	return snap
}

// wideEvents are of a third as many people, and of one who has a fourth of them.
func wideEvents(n int) []event.Event {
	events := make([]event.Event, n)
	for i := range events {
		person := i % (n / 3)
		if i%4 == 0 {
			person = 0
		}
		at := budgetStart.Add(time.Duration(i) * 20 * time.Hour / time.Duration(n)).UnixMilli()
		events[i] = event.Event{Name: "pay", Time: event.Millis(at), Actor: event.MakeActor(person%event.Buckets, uint32(1+person/event.Buckets))}
		events[i].Set("price", event.NumberOf(float64(i)))
		events[i].Set("text", event.StringOf(fmt.Sprint("a text that is long enough to weigh something ", i)))
		events[i].Set("pair", event.ListOf(fmt.Sprintf(`["a%d","b%d"]`, i, i)))
	}
	return events
}

// Beside its budget a question may hold this much: the buffers of its workers and what the store has decoded for it.
const besideBudget = 6 << 20

// TestBudgetIsTrue gives every question budgets up to what it needs and looks, at many of its reads and when it has ended, at
// how much is really alive in memory: not more than twice the budget.
func TestBudgetIsTrue(t *testing.T) {
	snap := wide(t, 60_000)
	eachHungry(t, func(t *testing.T, q question.Question) {
		for memory := int64(1 << 20); memory <= 64<<20; memory *= 4 {
			peak, err := peakOf(snap, q, query.Budget{Memory: memory, Workers: 2})
			if err != nil && !errors.Is(err, query.ErrTooLarge) {
				t.Fatal(err)
			}
			t.Logf("%d MiB: held %.1f MiB, error %v", memory>>20, float64(peak)/(1<<20), err)
			if peak > 2*memory+besideBudget {
				t.Errorf("with a budget of %d MiB it held %.1f MiB", memory>>20, float64(peak)/(1<<20))
			}
			if err == nil {
				return
			}
		}
	})
}

// peakOf is the most that was alive while the question was answered, beyond what was before.
func peakOf(snap store.Snapshot, q question.Question, b query.Budget) (peak int64, err error) {
	before := alive()
	s := &watched{Snapshot: snap, onRead: func(n int64) {
		if n&(n-1) == 0 || n%64 == 0 {
			peak = max(peak, alive()-before)
		}
	}}
	answer, err := query.Ask(context.Background(), s, q, query.Options{Now: budgetNow, Budget: b, Guard: columnar.Guard})
	peak = max(peak, alive()-before)
	runtime.KeepAlive(answer)
	return peak, err
}

// alive is how many bytes on the heap are in use.
func alive() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
