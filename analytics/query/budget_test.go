package query_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"jejak/analytics/query"
	"jejak/analytics/query/querytest"
	"jejak/analytics/store"
	"jejak/event"
	"jejak/question"
)

var budgetStart = time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)

func budgetNow() time.Time { return budgetStart.AddDate(0, 0, 5) }

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

// hungry are questions each of which fills another kind of table; there is one of each kind at least.
var hungry = map[string]string{
	"trend unique":            `{"kind":"trend",RANGE,"interval":"hour","metrics":[{"name":"A","event":"pay","measure":"unique"}]}`,
	"trend distinct":          `{"kind":"trend",RANGE,"interval":"hour","metrics":[{"name":"A","event":"pay","measure":"distinct","property":"text"}]}`,
	"trend median":            `{"kind":"trend",RANGE,"interval":"hour","metrics":[{"name":"A","event":"pay","measure":"median","property":"price"}]}`,
	"trend sum":               `{"kind":"trend",RANGE,"interval":"hour","metrics":[{"name":"A","event":"pay","measure":"sum","property":"price"}]}`,
	"trend filter":            `{"kind":"trend",RANGE,"interval":"hour","metrics":[{"name":"A","event":"pay","measure":"total","filter":{"property":"text","operator":"contains","values":["1"]}}]}`,
	"trend breakdown":         `{"kind":"trend",RANGE,"interval":"hour","metrics":[{"name":"A","event":"pay","measure":"total"}],"breakdown":[{"property":"text"}]}`,
	"trend breakdown numbers": `{"kind":"trend",RANGE,"interval":"hour","metrics":[{"name":"A","event":"pay","measure":"max","property":"price"}],"breakdown":[{"property":"price"}]}`,
	"trend breakdown lists":   `{"kind":"trend",RANGE,"interval":"hour","metrics":[{"name":"A","event":"pay","measure":"unique"}],"breakdown":[{"property":"pair"},{"property":"text"},{"property":"price"}]}`,
	"trend computed":          `{"kind":"trend",RANGE,"interval":"hour","metrics":[{"name":"A","event":"pay","measure":"total"}],"breakdown":[{"property":"=properties[\"text\"] + string(properties[\"price\"])"}]}`,
	"trend computed lists":    `{"kind":"trend",RANGE,"interval":"hour","metrics":[{"name":"A","event":"pay","measure":"distinct","property":"=map(x, properties[\"pair\"], upper(x))"}]}`,
	"trend where":             `{"kind":"trend",RANGE,"interval":"hour","metrics":[{"name":"A","event":"pay","measure":"total","filter":{"where":"len(properties[\"pair\"]) > 1 and has_suffix(properties[\"text\"], \"1\")"}}]}`,
	"trend window":            `{"kind":"trend",RANGE,"interval":"hour","metrics":[{"name":"A","event":"pay","measure":"unique","window":{"last":7,"unit":"day"}}],"breakdown":[{"property":"text"}]}`,
	"trend cumulative":        `{"kind":"trend",RANGE,"interval":"hour","metrics":[{"name":"A","event":"pay","measure":"distinct","property":"text","cumulative":true}]}`,
	"trend per user":          `{"kind":"trend",RANGE,"interval":"hour","metrics":[{"name":"A","event":"pay","measure":"median","per_user":{"measure":"distinct","property":"text"}}]}`,
	"trend first ever":        `{"kind":"trend",RANGE,"interval":"hour","metrics":[{"name":"A","event":"pay","measure":"unique","first_ever":true,"attribute":"first"}],"breakdown":[{"property":"text"}]}`,
	"trend sessions":          `{"kind":"trend",RANGE,"interval":"hour","metrics":[{"name":"A","event":"pay","measure":"sessions"}]}`,
	"trend buckets":           `{"kind":"trend",RANGE,"interval":"hour","metrics":[{"name":"A","event":"pay","measure":"unique"}],"breakdown":[{"property":"price","buckets":{"auto":true}}]}`,
	"trend by":                `{"kind":"trend",RANGE,"interval":"hour","by":"pair","metrics":[{"name":"A","event":"pay","measure":"unique"}],"breakdown":[{"property":"text"}]}`,
	"trend by numbers":        `{"kind":"trend",RANGE,"interval":"hour","by":"price","metrics":[{"name":"A","event":"pay","measure":"distinct","property":"text"}]}`,
	"people by":               `{"kind":"people","limit":10000,"cell":{"metric":"A"},"of":{"kind":"trend",RANGE,"interval":"hour","by":"pair","metrics":[{"name":"A","event":"pay","measure":"total"}]}}`,
	"funnel by":               `{"kind":"funnel",RANGE,"by":"text","steps":[{"event":"pay"},{"event":"pay"}],"breakdown":[{"property":"pair"}]}`,
	"timeline by":             `{"kind":"timeline","by":"pair","group":"a7",RANGE}`,
	"people":                  `{"kind":"people","cell":{"metric":"A"},"of":{"kind":"trend",RANGE,"interval":"hour","metrics":[{"name":"A","event":"pay","measure":"total"}]}}`,
	"sessions":                `{"kind":"sessions",RANGE,"interval":"hour","metrics":[{"name":"A","measure":"unique"},{"name":"B","measure":"median","of":"duration"}],"breakdown":[{"property":"text","at":"entry"}]}`,
	"sessions people":         `{"kind":"people","cell":{},"of":{"kind":"sessions",RANGE,"interval":"hour","metrics":[{"name":"A","measure":"unique"}]}}`,
	"retention":               `{"kind":"retention",RANGE,"unit":"hour","buckets":100,"birth":{"event":"pay"},"return":{"any_event":true},"measure":"sum","property":"price"}`,
	"retention breakdown":     `{"kind":"retention",RANGE,"unit":"hour","birth":{"event":"pay"},"return":{"event":"pay"},"criterion":"streak","breakdown":[{"property":"pair"}]}`,
	"retention people":        `{"kind":"people","cell":{"interval":"2026-11-01T00:00:00Z","bucket":0},"of":{"kind":"retention",RANGE,"unit":"day","birth":{"event":"pay"},"return":{"event":"pay"},"criterion":"streak"}}`,
	"frequency":               `{"kind":"frequency",RANGE,"interval":"day","unit":"hour","event":"pay","breakdown":[{"property":"text"}]}`,
	"stickiness":              `{"kind":"stickiness",RANGE,"interval":"hour","event":"pay","breakdown":[{"property":"pair"}]}`,
	"lifecycle":               `{"kind":"lifecycle",RANGE,"interval":"hour","event":"pay"}`,
	"lifecycle people":        `{"kind":"people","cell":{"interval":"2026-11-01T00:00:00Z","state":"new"},"of":{"kind":"lifecycle",RANGE,"interval":"hour","event":"pay"}}`,
	"flow":                    `{"kind":"flow",RANGE,"anchors":[{"event":"pay","after":3}],"counting":"total","expand":[{"event":"pay","property":"text"}],"paths":5}`,
	"flow breakdown":          `{"kind":"flow",RANGE,"anchors":[{"event":"pay","after":2}],"breakdown":[{"property":"pair"}]}`,
	"flow people":             `{"kind":"people","cell":{"step":0},"of":{"kind":"flow",RANGE,"anchors":[{"event":"pay","after":2}]}}`,
	"funnel":                  `{"kind":"funnel",RANGE,"interval":"hour","steps":[{"event":"pay"},{"event":"pay"}],"counting":"total","times":{},"sum":"price"}`,
	"funnel breakdown":        `{"kind":"funnel",RANGE,"steps":[{"event":"pay"},{"event":"pay"}],"breakdown":[{"property":"text"}],"hold":["pair"]}`,
	"funnel people":           `{"kind":"people","cell":{"step":1},"of":{"kind":"funnel",RANGE,"steps":[{"event":"pay"},{"event":"pay"}]}}`,
	"timeline":                `{"kind":"timeline","person":64,RANGE}`,
	"timeline filter":         `{"kind":"timeline","person":64,"events":{"event":"pay","filter":{"property":"text","operator":"contains","values":["1"]}},RANGE}`,
}

func hungryOne(t *testing.T, name string) question.Question {
	text := strings.Replace(hungry[name], "RANGE", `"range":{"from":"2026-11-01","to":"2026-11-01","zone":"UTC"}`, 1)
	q, err := question.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return q
}

// eachHungry runs a test for each hungry question.
func eachHungry(t *testing.T, run func(*testing.T, question.Question)) {
	for _, name := range slices.Sorted(maps.Keys(hungry)) {
		t.Run(name, func(t *testing.T) { run(t, hungryOne(t, name)) })
	}
}

func TestHungryQuestionsOfEachKind(t *testing.T) {
	for _, kind := range question.Kinds() {
		if !slices.ContainsFunc(slices.Collect(maps.Keys(hungry)), func(name string) bool { return strings.HasPrefix(name, kind) }) {
			t.Errorf("no hungry question is a %s", kind)
		}
	}
}

// withoutCost is an answer as JSON, but for what it cost.
func withoutCost(t *testing.T, a question.Answer) string {
	x := a.Cost()
	x.RowsRead, x.TookMS = 0, 0
	text, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestBudgetMemory gives every question a little more memory until it has enough. Until then it is refused, never answered
// wrongly.
func TestBudgetMemory(t *testing.T) {
	snap := full(t, 600)
	eachHungry(t, func(t *testing.T, q question.Question) {
		refused := 0
		whole, err := query.Ask(context.Background(), snap, q, query.Options{Now: budgetNow})
		if err != nil {
			t.Fatal(err)
		}
		for memory := int64(100); ; memory += memory / 2 {
			o := query.Options{Now: budgetNow, Budget: query.Budget{Memory: memory, Workers: 2}}
			answer, err := query.Ask(context.Background(), snap, q, o)
			if err == nil {
				if got, want := withoutCost(t, answer), withoutCost(t, whole); got != want {
					t.Errorf("just enough memory (%d bytes) gives another answer than plenty:\n%s\n%s", memory, got, want)
				}
				break
			}
			wantTooLarge(t, err, query.OutOfMemory)
			refused++
		}
		if refused == 0 {
			t.Error("was answered with 100 bytes of memory: nothing is counted")
		}
	})
}

func wantTooLarge(t *testing.T, err error, code string) {
	t.Helper()
	var tooLarge *query.TooLarge
	if !errors.As(err, &tooLarge) || tooLarge.Code != code || tooLarge.Hint == "" || !errors.Is(err, query.ErrTooLarge) {
		t.Fatalf("got %v, want %s", err, code)
	}
}

func TestBudgetTime(t *testing.T) {
	snap := full(t, 100)
	eachHungry(t, func(t *testing.T, q question.Question) {
		_, err := query.Ask(context.Background(), snap, q, query.Options{Budget: query.Budget{Time: 1}})
		wantTooLarge(t, err, query.OutOfTime)
	})
}

func TestCancelled(t *testing.T) {
	snap := full(t, 100)
	eachHungry(t, func(t *testing.T, q question.Question) {
		ctx, cancel := context.WithCancelCause(context.Background())
		gone := errors.New("the reader has left")
		cancel(gone)
		if _, err := query.Ask(ctx, snap, q, query.Options{}); !errors.Is(err, gone) {
			t.Errorf("got %v, want the cause", err)
		}
	})
}

// TestCancelledAnywhere cancels every question at each of its reads in turn. It must end with the cause.
func TestCancelledAnywhere(t *testing.T) {
	snap := full(t, 100)
	gone := errors.New("the reader has left")
	eachHungry(t, func(t *testing.T, q question.Question) {
		for n := int64(1); ; n += 1 + n/4 {
			ctx, cancel := context.WithCancelCause(context.Background())
			s := &watched{Snapshot: snap, onRead: func(read int64) {
				if read == n {
					cancel(gone)
				}
			}}
			_, err := query.Ask(ctx, s, q, query.Options{})
			cancel(nil)
			if s.reads.Load() < n {
				if err != nil {
					t.Error(err)
				}
				return
			}
			if !errors.Is(err, gone) {
				t.Errorf("cancelled at read %d of %d: %v", n, s.reads.Load(), err)
			}
		}
	})
}

// watched is a snapshot that calls onRead when something is decoded: from many goroutines, one after the other.
type watched struct {
	store.Snapshot
	reads  atomic.Int64
	mutex  sync.Mutex
	onRead func(n int64)
}

func (w *watched) read() {
	n := w.reads.Add(1)
	w.mutex.Lock()
	defer w.mutex.Unlock()
	w.onRead(n)
}

func (w *watched) Sections(s store.Selection) (out []store.Section) {
	for _, x := range w.Snapshot.Sections(s) {
		out = append(out, watchedSection{x, w})
	}
	return out
}

type watchedSection struct {
	store.Section
	*watched
}

func (s watchedSection) Actors(lo, hi int, dst []uint32) []uint32 {
	s.read()
	return s.Section.Actors(lo, hi, dst)
}

func (s watchedSection) Times(lo, hi int, dst []event.Millis) []event.Millis {
	s.read()
	return s.Section.Times(lo, hi, dst)
}

func (s watchedSection) Column(p string) store.Column {
	if c := s.Section.Column(p); c != nil {
		return watchedColumn{c, s.watched}
	}
	return nil
}

type watchedColumn struct {
	store.Column
	*watched
}

func (c watchedColumn) Codes(lo, hi int, dst []uint32) []uint32 {
	c.read()
	return c.Column.Codes(lo, hi, dst)
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
	if _, err := query.Ask(context.Background(), snap, hungryOne(t, "trend median"), query.Options{Guard: guard}); !errors.Is(err, damage) {
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
