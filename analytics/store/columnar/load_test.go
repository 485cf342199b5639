package columnar

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"jejak/analytics/store"
	"jejak/analytics/store/columnar/internal/disk"
	"jejak/event"
)

var (
	loadEvents = flag.Int("load", 60_000, "events that TestLoad loads; with a million or more the sizes are those of a server")
	loadLate   = flag.Float64("late", 0.05, "share of events that come days late")
	loadFolder = flag.String("folder", "", "folder that TestLoad fills and leaves; empty: one that goes")
)

// counted counts what is written to parts, and the highest number of bytes they had at once.
type counted struct {
	disk.FS
	parts, logs atomic.Int64
}

func (c *counted) Create(path string) (disk.File, error) {
	f, err := c.FS.Create(path)
	if err != nil {
		return nil, err
	}
	n := &c.logs
	if strings.HasSuffix(path, ".part") {
		n = &c.parts
	}
	return countedFile{f, n}, nil
}

type countedFile struct {
	disk.File
	n *atomic.Int64
}

func (f countedFile) WriteAt(b []byte, at int64) (int, error) {
	f.n.Add(int64(len(b)))
	return f.File.WriteAt(b, at)
}

const loadDays = 60

// loader makes events in the order of a project's life: the clock runs through sixty days, people and names are of very
// different activity, some events come late and some twice.
type loader struct {
	r             *rand.Rand
	names, people *rand.Zipf
	n             int
}

func newLoader(seed uint64, n int) *loader {
	r := rand.New(rand.NewPCG(seed, 0))
	return &loader{r, rand.NewZipf(r, 1.1, 4, 39), rand.NewZipf(r, 1.05, 3000, max(1000, uint64(n/100))), n}
}

func (l *loader) event(i int) event.Event {
	at := int64(i) * loadDays * dayMillis / int64(l.n)
	if l.r.Float64() < *loadLate {
		at = l.r.Int64N(at + 1)
	}
	person := l.people.Uint64()
	e := event.Event{
		Name: fmt.Sprint("event ", l.names.Uint64()), Time: event.Millis(1_700_006_400_000 + at),
		InsertID: strconv.Itoa(i), Actor: event.MakeActor(int(person%64), uint32(1+person/64)),
	}
	pick := func(values ...string) event.Value { return event.StringOf(values[l.r.IntN(len(values))]) }
	e.Properties = append(make([]event.Property, 0, 15), []event.Property{
		{Name: "$browser", Value: pick("Chrome", "Safari", "Firefox", "Microsoft Edge")},
		{Name: "$browser_version", Value: event.NumberOf(float64(100 + l.r.IntN(40)))},
		{Name: "$city", Value: pick("Jakarta", "Bandung", "Surabaya", "Singapore", "Kuala Lumpur", "Berlin", "London", "Sydney")},
		{Name: "$current_url", Value: event.StringOf("https://shop.example/items/" + strconv.Itoa(l.r.IntN(5000)))},
		{Name: "$os", Value: pick("Windows", "Mac OS X", "Linux", "Android", "iOS")},
		{Name: "$referrer", Value: event.StringOf("https://www.google.com/")},
		{Name: "$screen_height", Value: event.NumberOf(1080)}, {Name: "$screen_width", Value: event.NumberOf(1920)},
		{Name: "amount", Value: event.NumberOf(float64(l.r.IntN(100_000)) / 100)},
		{Name: "mp_country_code", Value: pick("ID", "SG", "MY", "DE", "GB", "AU")},
		{Name: "mp_lib", Value: event.StringOf("bench")},
		{Name: "plan", Value: pick("Free", "Free", "Free", "Pro", "Team", "Enterprise")},
		{Name: "quantity", Value: event.NumberOf(float64(1 + l.r.IntN(9)))},
		{Name: "signed in", Value: event.BooleanOf(l.r.IntN(2) == 0)},
		{Name: "variant", Value: pick("v0", "v1", "v2", "v3")},
	}...)
	return e
}

// batch is the events from <= i < to, and two of a hundred once more.
func (l *loader) batch(from, to int) []event.Event {
	events := make([]event.Event, 0, to-from+(to-from)/50)
	for i := from; i < to; i++ {
		events = append(events, l.event(i))
	}
	for range (to - from) / 50 {
		events = append(events, events[l.r.IntN(to-from)])
	}
	return events
}

// TestLoad: however large a project grows and however late a part of its events comes, each is copied a few times only.
// go test -run TestLoad -v -load 10000000 tells sizes and speed.
func TestLoad(t *testing.T) {
	n, size, o := *loadEvents, 2000, Options{MinFree: -1}
	if n < 1_000_000 { // a small world: everything a hundredth
		size, o.PieceRows, o.FlushRows, o.FlushBytes, o.SmallRows = 50, 82, 1310, 160<<10, 1000
	}
	d := &counted{FS: disk.System{}}
	o.disk = d
	dir := *loadFolder
	if dir == "" {
		dir = t.TempDir()
	}
	s, err := Open(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	load(t, s, n, size)
	loaded := time.Since(began)
	if err := s.project(1).flush(context.Background()); err != nil {
		t.Fatal(err)
	}
	settle(t, s)
	report(t, s, d, loaded)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

func load(t testing.TB, s *Store, n, size int) {
	l := newLoader(1, n)
	batches := make(chan []event.Event, 4)
	var done sync.WaitGroup
	for range 2 {
		done.Go(func() {
			for events := range batches {
				b := store.Batch{Project: 1, Events: events}
				for err := s.Append(context.Background(), b); err != nil; err = s.Append(context.Background(), b) {
					if !strings.Contains(err.Error(), "too much waits") {
						t.Error(err)
						return
					}
				}
			}
		})
	}
	for from := 0; from < n; from += size {
		batches <- l.batch(from, min(n, from+size))
	}
	close(batches)
	done.Wait()
}

// settle lets compaction end its work.
func settle(t *testing.T, s *Store) {
	t.Helper()
	for {
		s.toCompact.add(s.project(1))
		p := s.project(1)
		p.mu.Lock()
		pl := planner{runs: append([]*run(nil), p.runs...), small: uint64(s.options.SmallRows), oldest: always, erased: nobody}
		p.mu.Unlock()
		if pl.next() == nil {
			return
		}
		<-time.After(20 * time.Millisecond) // the background works
	}
}

func report(t *testing.T, s *Store, d *counted, took time.Duration) {
	t.Helper()
	p := s.project(1)
	bytes, rows, days := uint64(0), uint64(0), map[int64]bool{}
	for _, r := range p.runs {
		bytes += r.entry.Bytes
		rows += r.entry.Rows
		days[r.entry.FromDay] = true
	}
	amplification := float64(d.parts.Load()) / float64(bytes)
	t.Logf("%d rows in %d parts of %d partitions, %.1f bytes a row; %.0f rows/s; parts were written %.2f times; log %.1f bytes a row; %s",
		rows, len(p.runs), len(days), float64(bytes)/float64(rows), float64(rows)/took.Seconds(), amplification,
		float64(d.logs.Load())/float64(rows), resident())
	if amplification > 8 {
		t.Errorf("each byte of a part was written %.1f times", amplification)
	}
}

// resident is the memory of the process at its highest and now, as the system counts it.
func resident() string {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return err.Error()
	}
	var lines []string
	for line := range strings.Lines(string(status)) {
		if strings.HasPrefix(line, "VmHWM") || strings.HasPrefix(line, "RssAnon") {
			lines = append(lines, strings.Join(strings.Fields(line), " "))
		}
	}
	return strings.Join(lines, ", ")
}

// TestQuiet: however a project's events came, an hour later it has about one part for each of its partitions, and without a
// start in between.
func TestQuiet(t *testing.T) {
	s, err := Open(t.TempDir(), Options{MinFree: -1, SmallRows: 500, still: true})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	const events, size = 20_000, 400
	p, l := s.project(1), newLoader(1, events)
	compact := func(now time.Time) {
		for more := true; more; {
			if more, err = p.compact(context.Background(), now); err != nil {
				t.Fatal(err)
			}
		}
	}
	for from := 0; from < events; from += size {
		if err := s.Append(context.Background(), store.Batch{Project: 1, Events: l.batch(from, from+size)}); err != nil {
			t.Fatal(err)
		}
		if err := p.flush(context.Background()); err != nil {
			t.Fatal(err)
		}
		compact(time.Now())
	}
	before := len(p.runs)
	compact(time.Now().Add(time.Hour))
	partitions := len((&planner{runs: p.runs}).partitions())
	t.Logf("%d runs of %d partitions, %d before", len(p.runs), partitions, before)
	if len(p.runs) > partitions*5/4 || before < 2*partitions {
		t.Errorf("%d runs of %d partitions, %d before", len(p.runs), partitions, before)
	}
}
