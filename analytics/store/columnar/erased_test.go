package columnar

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"jejak/analytics/store"
	"jejak/analytics/store/columnar/internal/disk"
	"jejak/analytics/store/storetest"
	"jejak/event"
)

// TestErasedIsGone: once compaction has had its time, no file holds a value that only an erased person brought, parts say
// whom they are free of, and nothing is written anew for those who never were in them.
func TestErasedIsGone(t *testing.T) {
	h := newHistory(t, 1)
	person := event.MakeActor(3, 9)
	for day := range 3 {
		var events []event.Event
		for i := range 200 {
			e := event.Event{Name: "view", Time: event.Millis(20_000+day)*dayMillis + event.Millis(i), Actor: event.MakeActor(i%64, 1+uint32(i))}
			if e.Set("note", event.StringOf("a usual note")); i%50 == 0 {
				e.Actor = person
				e.Set("note", event.StringOf("only this person"))
			}
			events = append(events, e)
		}
		if err := h.store.Append(context.Background(), store.Batch{Project: 1, Events: events}); err != nil {
			t.Fatal(err)
		}
		h.settleAll(1)
	}
	if n := h.holding("only this person"); n == 0 {
		t.Fatal("the search does not find what is there")
	}
	if err := h.store.Erase(context.Background(), 1, []event.Actor{person, event.MakeActor(5, 5000)}); err != nil {
		t.Fatal(err)
	}
	p := h.store.project(1)
	before := fmt.Sprint(p.manifest.Parts)
	if err := h.compact(1, time.Now()); err != nil {
		t.Fatal(err)
	}
	if after := fmt.Sprint(p.manifest.Parts); after != before {
		t.Errorf("parts are written anew before the time: %s, then %s", before, after)
	}
	h.settleAll(1)
	if n := h.holding("only this person"); n != 0 {
		t.Errorf("%d files still hold the note", n)
	}
	for _, e := range p.manifest.Parts {
		if e.Erased != 2 {
			t.Errorf("part %d is free of %d people, want 2", e.File, e.Erased)
		}
	}
	if c := h.store.Counters(1); c.Erased != 12 || c.Askable != 588 || c.Durable != 600 {
		t.Errorf("counters are %+v", c)
	}
	files := fmt.Sprint(p.manifest.Parts)
	if err := h.store.Erase(context.Background(), 1, []event.Actor{event.MakeActor(6, 6000)}); err != nil {
		t.Fatal(err)
	}
	h.settleAll(1)
	for i, e := range p.manifest.Parts {
		if e.Erased = 2; fmt.Sprint(e) != fmt.Sprint(p.manifest.Parts[i]) && p.manifest.Parts[i].Erased != 3 {
			t.Errorf("part %+v after an erasure of somebody without events, before: %s", p.manifest.Parts[i], files)
		}
	}
	h.stop()
}

// settleAll flushes, and compacts until nothing is left to do.
func (h *history) settleAll(p event.ProjectID) {
	h.Helper()
	if err := h.store.project(p).flush(context.Background()); err != nil {
		h.Fatal(err)
	}
	if err := h.compact(p, time.Now().Add(time.Hour)); err != nil {
		h.Fatal(err)
	}
	if err := h.store.log.free(h.store.isFlushed); err != nil {
		h.Fatal(err)
	}
}

// holding counts the parts with the text.
func (h *history) holding(text string) (n int) {
	h.Helper()
	p := h.store.project(1)
	for _, e := range p.manifest.Parts {
		b, err := disk.ReadAll(h.disk, partPath(p.dir, e.File))
		if err != nil {
			h.Fatal(err)
		}
		if bytes.Contains(b, []byte(text)) {
			n++
		}
	}
	return n
}

// TestCheckFindsErased: a part that says it is free of somebody whose rows it has is damage, and one free of more people than
// were erased.
func TestCheckFindsErased(t *testing.T) {
	for name, erase := range map[string]bool{"rows": true, "too many": false} {
		h := newHistory(t, 2)
		for range 5 {
			if err := h.append(1); err != nil {
				t.Fatal(err)
			}
		}
		h.settleAll(1)
		p := h.store.project(1)
		for _, r := range p.runs {
			r.free.Store(1)
		}
		for i := range p.manifest.Parts {
			p.manifest.Parts[i].Erased = 1
		}
		if erase {
			if err := h.store.Erase(context.Background(), 1, []event.Actor{event.MakeActor(31, 1)}); err != nil {
				t.Fatal(err)
			}
		}
		if err := h.append(1); err != nil {
			t.Fatal(err)
		}
		if err := h.store.Close(); err != nil {
			t.Fatal(err)
		}
		if _, err := check(h.disk, root, Witness{}); err == nil {
			t.Errorf("%s: fsck finds nothing", name)
		}
	}
}

// TestErasedPeopleReadBack: what a random order of erasures makes is what reading the records again makes.
func TestErasedPeopleReadBack(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	live, again := nobody, &erasedSet{}
	for i := range 50 {
		var actors []event.Actor
		for range r.IntN(4) {
			actors = append(actors, storetest.RandomActor(r))
		}
		live = live.with(event.Millis(i), actors)
		at, read, err := readErasure(erasedRecord(event.Millis(i), actors))
		if err != nil {
			t.Fatal(err)
		}
		again.put(at, read)
		if got, want := fmt.Sprint(*again), fmt.Sprint(*live); got != want {
			t.Fatalf("read back as %s, want %s", got, want)
		}
	}
	if _, _, err := readErasure([]byte{erasedTag, 1}); err == nil {
		t.Error("half a record is read")
	}
}
