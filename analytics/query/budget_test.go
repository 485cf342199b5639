package query_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"testing"
	"time"

	"jejak/analytics/query"
	"jejak/analytics/query/querytest"
	"jejak/analytics/store"
	"jejak/event"
	"jejak/question"
)

var budgetStart = time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)

// full is a snapshot of many events of many people, with a different price and text each.
func full(t *testing.T, n int) store.Snapshot {
	events := make([]event.Event, n)
	for i := range events {
		events[i] = event.Event{
			Name: "pay", Time: event.Millis(budgetStart.Add(time.Duration(i) * time.Second).UnixMilli()),
			Actor: event.MakeActor(i%event.Buckets, uint32(1+i/event.Buckets)),
		}
		events[i].Set("price", event.NumberOf(float64(i)))
		events[i].Set("text", event.StringOf(fmt.Sprint("text ", i)))
		events[i].Set("pair", event.ListOf(fmt.Sprintf(`["a%d","b%d"]`, i, i)))
	}
	s := querytest.NewModel()
	if err := s.Append(context.Background(), store.Batch{Project: 1, Events: events}); err != nil {
		t.Fatal(err)
	}
	snap, err := s.Snapshot(1)
	if err != nil {
		t.Fatal(err)
	}
	return snap
}

func trendOf(t *testing.T, parts string) question.Question {
	q, err := question.Parse(fmt.Appendf(nil, `{"kind":"trend","range":{"from":"2026-11-01","to":"2026-11-01","zone":"UTC"},"interval":"hour",%s}`, parts))
	if err != nil {
		t.Fatal(err)
	}
	return q
}

// hungry are questions each of which fills another kind of table.
var hungry = map[string]string{
	"unique":            `"metrics":[{"name":"A","event":"pay","measure":"unique"}]`,
	"distinct":          `"metrics":[{"name":"A","event":"pay","measure":"distinct","property":"text"}]`,
	"median":            `"metrics":[{"name":"A","event":"pay","measure":"median","property":"price"}]`,
	"sum":               `"metrics":[{"name":"A","event":"pay","measure":"sum","property":"price"}]`,
	"filter":            `"metrics":[{"name":"A","event":"pay","measure":"total","filter":{"property":"text","operator":"contains","values":["1"]}}]`,
	"breakdown":         `"metrics":[{"name":"A","event":"pay","measure":"total"}],"breakdown":[{"property":"text"}]`,
	"breakdown numbers": `"metrics":[{"name":"A","event":"pay","measure":"max","property":"price"}],"breakdown":[{"property":"price"}]`,
	"breakdown lists":   `"metrics":[{"name":"A","event":"pay","measure":"unique"}],"breakdown":[{"property":"pair"},{"property":"text"},{"property":"price"}]`,
}

// TestBudgetMemory gives every question a little more memory until it has enough. Until then it is refused, never answered
// wrongly.
func TestBudgetMemory(t *testing.T) {
	snap := full(t, 600)
	for name, parts := range hungry {
		t.Run(name, func(t *testing.T) {
			refused := 0
			whole, err := query.Ask(context.Background(), snap, trendOf(t, parts), query.Options{})
			if err != nil {
				t.Fatal(err)
			}
			for memory := int64(100); ; memory += memory / 2 {
				o := query.Options{Budget: query.Budget{Memory: memory, Workers: 2}}
				answer, err := query.Ask(context.Background(), snap, trendOf(t, parts), o)
				if err == nil {
					if !reflect.DeepEqual(answer.(*question.TrendAnswer).Series, whole.(*question.TrendAnswer).Series) {
						t.Errorf("just enough memory (%d bytes) gives another answer than plenty", memory)
					}
					break
				}
				var tooLarge *query.TooLarge
				if !errors.As(err, &tooLarge) || tooLarge.Code != query.OutOfMemory || !errors.Is(err, query.ErrTooLarge) {
					t.Fatalf("with %d bytes: %v", memory, err)
				}
				refused++
			}
			if refused == 0 {
				t.Error("was answered with 100 bytes of memory: nothing is counted")
			}
		})
	}
}

func TestBudgetTime(t *testing.T) {
	o := query.Options{Budget: query.Budget{Time: 1}}
	_, err := query.Ask(context.Background(), full(t, 100), trendOf(t, hungry["median"]), o)
	var tooLarge *query.TooLarge
	if !errors.As(err, &tooLarge) || tooLarge.Code != query.OutOfTime {
		t.Errorf("got %v, want %s", err, query.OutOfTime)
	}
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancelCause(context.Background())
	gone := errors.New("the reader has left")
	cancel(gone)
	if _, err := query.Ask(ctx, full(t, 100), trendOf(t, hungry["median"]), query.Options{}); !errors.Is(err, gone) {
		t.Errorf("got %v, want the cause", err)
	}
}

// TestGuard: damage met by any goroutine comes back as the error that Guard makes of it.
func TestGuard(t *testing.T) {
	damage := errors.New("damage")
	guard := func(read func() error) (err error) {
		defer func() {
			if recover() != nil {
				err = damage
			}
		}()
		return read()
	}
	snap := damaged{full(t, 100)}
	if _, err := query.Ask(context.Background(), snap, trendOf(t, hungry["median"]), query.Options{Guard: guard}); !errors.Is(err, damage) {
		t.Errorf("got %v, want the damage", err)
	}
	if _, err := query.Values(context.Background(), snap, "", "price", "", 5, query.Options{Guard: guard}); !errors.Is(err, damage) {
		t.Errorf("values: got %v, want the damage", err)
	}
}

// damaged is a snapshot with columns that cannot be read.
type damaged struct{ store.Snapshot }

func (d damaged) Sections(s store.Selection) (out []store.Section) {
	for _, x := range d.Snapshot.Sections(s) {
		out = append(out, damagedSection{x})
	}
	return out
}

type damagedSection struct{ store.Section }

func (d damagedSection) Column(p string) store.Column { return damagedColumn{d.Section.Column(p)} }

type damagedColumn struct{ store.Column }

func (d damagedColumn) Codes(int, int, []uint32) []uint32 { panic("FATAL: damage") }
