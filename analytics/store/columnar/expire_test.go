package columnar

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"testing"
	"time"

	"jejak/analytics/store/columnar/internal/disk"
	"jejak/analytics/store/storetest"
	"jejak/event"
)

// keeper lives a store that keeps a few days only, beside the model of one project.
type keeper struct {
	*testing.T
	r     *rand.Rand
	disk  *disk.Memory
	store *Store
	today int64 // UTC day
	keep  int   // days
	model storetest.Model
	n     int
}

func (k *keeper) open() {
	k.Helper()
	o := tiny
	o.disk, o.still, o.Log = k.disk, true, slog.New(slog.DiscardHandler)
	o.now = func() time.Time { return time.UnixMilli(k.today*dayMillis + 5) }
	o.KeepDays = func(event.ProjectID) int { return k.keep }
	s, err := Open(root, o)
	if err != nil {
		k.Fatal(err)
	}
	k.store = s
}

// oldest is the first instant that is kept.
func (k *keeper) oldest() event.Millis {
	if k.keep == 0 {
		return always
	}
	return event.Millis((k.today - int64(k.keep)) * dayMillis)
}

// compare holds answers and counters against what should be left.
func (k *keeper) compare() {
	k.Helper()
	var left storetest.Model
	for _, e := range k.model.Events {
		if e.Time >= k.oldest() {
			left.Events = append(left.Events, e)
		}
	}
	s, err := k.store.Snapshot(1)
	if err != nil {
		k.Fatal(err)
	}
	defer s.Release()
	if d := left.DiffersFrom(s); d != "" {
		k.Fatalf("keeping %d days before %d: %s", k.keep, k.today, d)
	}
	c := k.store.Counters(1)
	if all := uint64(len(k.model.Events)); c.Durable != all || c.Askable != uint64(len(left.Rows())) ||
		c.Askable+c.Duplicates+c.Expired != all {
		k.Fatalf("of %d events with %d to be seen the counters are %+v", all, len(left.Rows()), c)
	}
}

func (k *keeper) step() {
	k.Helper()
	p := k.store.project(1)
	var err error
	switch k.r.IntN(5) {
	case 0:
		err = p.flush(context.Background())
	case 1:
		for more := true; more && err == nil; {
			more, err = p.compact(context.Background(), time.Now().Add(time.Hour*time.Duration(k.r.IntN(2))))
		}
		k.gone()
	default:
		b := storetest.RandomBatch(k.r, 1, k.r.IntN(40), &k.n)
		k.model.Add(b)
		err = k.store.Append(context.Background(), b)
	}
	if err != nil {
		k.Fatal(err)
	}
}

// gone: what compaction could find is gone from the disk.
func (k *keeper) gone() {
	k.Helper()
	for _, e := range k.store.project(1).manifest.Parts {
		if e.Last < k.oldest() || e.First < k.oldest() && !e.days().levelZero() {
			k.Fatalf("part %d still reaches from %d to %d, %d is the oldest kept", e.File, e.First, e.Last, k.oldest())
		}
	}
}

// TestExpiry lets days pass, and the number of days that are kept change: whatever lies in parts or in memory, answers
// and counters know only what is kept, and compaction deletes the rest.
func TestExpiry(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	deleted := uint64(0)
	for round := range uint64(10) {
		k := &keeper{T: t, r: rand.New(rand.NewPCG(seed, round)), disk: disk.NewMemory(1 << 30), today: 20_001, keep: 3}
		k.open()
		for range 4 {
			for range 12 {
				k.step()
				k.compare()
			}
			k.keep = min(k.keep, 1+k.r.IntN(4)) // only less: what is deleted does not come back
			k.compare()
			if err := k.store.Close(); err != nil {
				t.Fatal(err)
			}
			if _, err := check(k.disk, root, Witness{}); err != nil {
				t.Fatal(err)
			}
			k.today++
			k.open()
			k.compare()
		}
		deleted += k.store.project(1).manifest.Expired
		if err := k.store.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if deleted == 0 {
		t.Error("nothing was ever deleted")
	}
}

// TestExpiryReadsNothing: parts that are old as a whole go without being read, even when they are damaged.
func TestExpiryReadsNothing(t *testing.T) {
	k := &keeper{T: t, r: rand.New(rand.NewPCG(1, 2)), disk: disk.NewMemory(1 << 30), today: 20_002}
	k.open()
	for range 10 {
		k.step()
	}
	p := k.store.project(1)
	if err := p.flush(context.Background()); err != nil {
		t.Fatal(err)
	}
	for _, r := range p.runs {
		clear(r.mapping.Bytes[headBytesOfPart:])
	}
	k.keep, k.today = 1, 30_000
	if more, err := p.compact(context.Background(), time.Now()); !more || err != nil {
		t.Fatal(more, err)
	}
	if n := len(p.manifest.Parts); n != 0 {
		t.Errorf("%d parts are left", n)
	}
	k.compare()
	if err := k.store.Close(); err != nil {
		t.Fatal(err)
	}
}

const headBytesOfPart = 16
