package columnar

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"jejak/analytics/store"
	"jejak/analytics/store/columnar/internal/disk"
	"jejak/analytics/store/storetest"
	"jejak/event"
)

// history lives a store through random calls over a disk that a test can break, beside models of its projects.
type history struct {
	testing.TB
	r       *rand.Rand
	disk    *disk.Memory
	store   *Store
	sure    map[event.ProjectID]*storetest.Model // acknowledged
	noted   []store.Batch                        // noted, perhaps not durable yet
	tried   *store.Batch                         // the Append that was going on when the disk died
	arrival int
}

const root = "/data/store"

func newHistory(t testing.TB, seed uint64) *history {
	h := &history{
		TB: t, r: rand.New(rand.NewPCG(seed, 0)), disk: disk.NewMemory(1 << 30), sure: map[event.ProjectID]*storetest.Model{},
	}
	h.model(1)
	h.model(2)
	h.start()
	return h
}

// start opens the store; the disk must be sound.
func (h *history) start() {
	h.Helper()
	o := tiny
	o.disk, o.still, o.Log, o.NoteDelay = h.disk, true, slog.New(slog.DiscardHandler), time.Hour
	s, err := Open(root, o)
	if err != nil {
		h.Fatalf("cannot open: %v", err)
	}
	h.store = s
}

// step does one random thing. An error is one of the disk.
func (h *history) step() error {
	p := event.ProjectID(1 + h.r.IntN(2))
	switch h.r.IntN(15) {
	case 0, 1, 2, 3, 4:
		return h.append(p)
	case 5:
		h.note(p)
		return nil
	case 6:
		h.store.project(p).settleNext()
		return nil
	case 7, 8:
		return h.store.project(p).flush(context.Background())
	case 9, 10:
		return h.compact(p, time.Now())
	case 11:
		return h.compact(p, time.Now().Add(time.Hour))
	case 13:
		if h.r.IntN(4) > 0 {
			return nil
		}
		return h.erase(p)
	case 12:
		return h.store.log.free(h.store.isFlushed)
	default:
		h.compare()
		return nil
	}
}

func (h *history) append(p event.ProjectID) error {
	b := storetest.RandomBatch(h.r, p, h.r.IntN(40), &h.arrival)
	err := h.store.Append(context.Background(), b)
	if err != nil {
		h.tried = &b
		if !errors.Is(err, store.ErrUnavailable) {
			h.Errorf("append fails with %v", err)
		}
		return err
	}
	h.settle()
	h.model(p).Add(b)
	return nil
}

// erase may come through or not when it fails: the model of who was erased finds out.
func (h *history) erase(p event.ProjectID) error {
	a := storetest.RandomActor(h.r)
	err := h.store.Erase(context.Background(), p, []event.Actor{a})
	if err != nil {
		h.tried = &store.Batch{Project: p, Records: []store.Record{{Kind: store.Erased, Body: erasedRecord(0, []event.Actor{a})}}}
		return err
	}
	h.settle()
	h.model(p).Erase(a)
	return nil
}

func (h *history) note(p event.ProjectID) {
	b := storetest.RandomBatch(h.r, p, 0, &h.arrival)
	h.store.Note(p, b.Records, b.Tally)
	h.noted = append(h.noted, b)
}

// settle says that all notes are durable.
func (h *history) settle() {
	for _, n := range h.noted {
		h.model(n.Project).Add(n)
	}
	h.noted = nil
}

func (h *history) compact(p event.ProjectID, now time.Time) error {
	for range 20 {
		more, err := h.store.project(p).compact(context.Background(), now)
		if err != nil || !more {
			return err
		}
	}
	h.Errorf("compaction finds no end")
	return nil
}

func (h *history) model(p event.ProjectID) *storetest.Model {
	if h.sure[p] == nil {
		h.sure[p] = &storetest.Model{}
	}
	return h.sure[p]
}

// add takes up what became durable.
func (h *history) add(b store.Batch) {
	if a, is := erasing(b); is {
		h.model(b.Project).Erase(a)
		return
	}
	h.model(b.Project).Add(b)
}

// erasing is who an erasure is about.
func erasing(b store.Batch) (a event.Actor, is bool) {
	if len(b.Records) != 1 || b.Records[0].Kind != store.Erased {
		return 0, false
	}
	return event.Actor(binary.LittleEndian.Uint32(b.Records[0].Body[erasedHead:])), true
}

// compare holds the living store against the models. The oldest notes may have become durable by themselves.
func (h *history) compare() {
	h.Helper()
	found := ""
	for n := range len(h.noted) + 1 {
		if n > 0 {
			h.add(h.noted[n-1])
		}
		d := differ(h.store, h.sure)
		if d == "" {
			h.noted = h.noted[n:]
			return
		}
		found += fmt.Sprintf("\nwith %d notes: %s", n, d)
	}
	h.Fatal(found)
}

func differ(s *Store, models map[event.ProjectID]*storetest.Model) string {
	for _, p := range slices.Sorted(maps.Keys(models)) {
		if d := models[p].Differs(s, p); d != "" {
			return fmt.Sprintf("project %d: %s", p, d)
		}
	}
	return ""
}

// check holds the disk, whose store is closed or dead, against every rule.
func (h *history) check() {
	h.Helper()
	if r, err := check(h.disk, root, Witness{}); err != nil {
		h.Fatalf("fsck: %v (%v)", err, r)
	}
}

// wake opens the store after its process died. What was on its way may be there or not, all of it or nothing.
func (h *history) wake() {
	h.Helper()
	h.disk.Fail(nil)
	h.start()
	h.adopt()
}

// adopt finds out whether what was on its way came through: the oldest notes, or all of them and the batch.
func (h *history) adopt() {
	h.Helper()
	if tried := h.tried; tried != nil {
		h.tried = nil
		if a, is := erasing(*tried); is && h.store.IsErased(tried.Project, a) {
			h.add(*tried) // of somebody without events nothing else shows it
		} else {
			h.noted = append(h.noted, *tried)
		}
	}
	h.compare()
	h.noted = nil
}

// stop closes the store on a sound disk and checks what it left.
func (h *history) stop() {
	h.Helper()
	if err := h.store.Close(); err != nil {
		h.Fatal(err)
	}
	h.settle()
	h.check()
}
