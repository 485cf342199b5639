package query_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"jejak/analytics/query"
	"jejak/analytics/store"
	"jejak/analytics/store/columnar"
	"jejak/event"
	"jejak/question"
)

// onceRows is how many events there are, each with a value of its own in pieces of fifty.
const onceRows = 2000

func manyValues(t *testing.T) store.Snapshot {
	s, err := columnar.Open(t.TempDir(), columnar.Options{PieceRows: 50, FlushRows: 1 << 20})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	for n := 0; n < onceRows; n += 50 {
		events := make([]event.Event, 50)
		for i := range events {
			at := budgetStart.Add(time.Duration(n+i) * time.Minute)
			events[i] = event.Event{Name: "pay", Time: event.Millis(at.UnixMilli()), Actor: event.MakeActor(i, uint32(1+n/100))}
			events[i].Set("text", event.StringOf(fmt.Sprintf("text %04d", n+i)))
			events[i].Set("price", event.NumberOf(float64(n+i)/3))
		}
		if err := s.Append(context.Background(), store.Batch{Project: 1, Events: events}); err != nil {
			t.Fatal(err)
		}
	}
	snap, err := s.Snapshot(1)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(snap.Release)
	return snap
}

// TestReadOnceOrTwice: an answer does not depend on whether the memory was enough to measure while segments were met, and
// whether that was known before. How many rows were read tells which it was.
func TestReadOnceOrTwice(t *testing.T) {
	snap := manyValues(t)
	ask := func(metrics string, memory int64) (answer string, read int64) {
		t.Helper()
		q, err := question.Parse(fmt.Appendf(nil, `{"kind":"trend","range":{"from":"2026-11-01","to":"2026-11-02","zone":"UTC"},
			"interval":"hour","metrics":[%s],"breakdown":[{"property":"text"}],"top":3}`, metrics))
		if err != nil {
			t.Fatal(err)
		}
		a, err := query.Ask(context.Background(), snap, q, query.Options{Guard: columnar.Guard, Now: budgetNow, Budget: query.Budget{Memory: memory, Workers: 1}})
		if err != nil {
			t.Fatal(err)
		}
		read = a.Cost().RowsRead
		*a.Cost() = question.Explain{}
		text, err := json.Marshal(a)
		if err != nil {
			t.Fatal(err)
		}
		return string(text), read
	}
	sum := `{"name":"A","event":"pay","measure":"sum","property":"price"},{"name":"B","event":"pay","measure":"max","property":"price"}`
	once, read := ask(sum, 0)
	if read != onceRows {
		t.Errorf("%d rows were read with enough memory, not each once", read)
	}
	short, read := ask(sum, 1300<<10)
	if read != 2*onceRows {
		t.Errorf("%d rows were read with little memory, not each twice", read)
	}
	if once != short {
		t.Errorf("with enough memory the answer is\n%s\nwith little\n%s", once, short)
	}
	if _, read := ask(sum+`,{"name":"C","event":"pay","measure":"unique"}`, 0); read != 2*onceRows {
		t.Errorf("%d rows were read for people, not each twice", read)
	}
}
