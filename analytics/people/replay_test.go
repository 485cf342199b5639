package people

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"testing"

	"jejak/analytics/store"
	"jejak/event"
)

// turned stands in for what earlier versions sealed.
func turned(b []byte) []byte {
	out := bytes.Clone(b)
	for i := range out {
		out[i] ^= 0x55
	}
	return out
}

func kept(update string, received uint64) store.Record {
	head, _ := hex.DecodeString("0100" + fmt.Sprintf("%016x", received))
	for i, j := 2, 9; i < j; i, j = i+1, j-1 {
		head[i], head[j] = head[j], head[i]
	}
	return store.Record{Kind: store.Profiles, Body: append(head, turned([]byte(update))...)}
}

// TestOldUpdatesTakeEffectOnce: what earlier versions kept sealed is replayed in its order, once, also when it stops on the way.
func TestOldUpdatesTakeEffectOnce(t *testing.T) {
	s := stores(t)["columnar"]
	for i := range 2*replayBatch + 7 {
		update := fmt.Sprintf(`{"$distinct_id":"ann","$add":{"n":1},"$append":{"l":%d}}`, i%3)
		if i == 3 {
			update = `{"$distinct_id":"ann","$unset":["l"]}`
		}
		if err := s.Append(t.Context(), store.Batch{Project: 1, Records: []store.Record{kept(update, 0x0102030405)}}); err != nil {
			t.Fatal(err)
		}
	}
	calls, broken := 0, errors.New("broken")
	failAt := replayBatch + 3
	old := func(context.Context, event.ProjectID) (Opener, error) {
		return func(b []byte) ([]byte, error) {
			if calls++; calls == failAt {
				return nil, broken
			}
			return turned(b), nil
		}, nil
	}
	h := newHouse(t, s, func(o *Options) { o.Old = old })
	if _, err := h.Take(t.Context(), &event.ProfileBatch{Project: 1}); !errors.Is(err, broken) {
		t.Fatalf("error %v", err)
	}
	calls, failAt = 0, -1
	for range 2 {
		h = newHouse(t, s, func(o *Options) { o.Old = old })
		h.engage()
	}
	if want := replayBatch + 7; calls != want {
		t.Errorf("%d old updates were opened, want %d", calls, want)
	}
	a, _ := h.identify.Find(1, "ann")
	snap, err := s.Snapshot(Shadow(1))
	if err != nil {
		t.Fatal(err)
	}
	defer snap.Release()
	p := ProfileOf(Find(snap, Users, a))
	if n, _ := p["n"].(float64); n != 2*replayBatch+6 || len(p["l"].([]any)) != 2*replayBatch+3 || p["$last_seen"] != "1970-02-20T02:25:19" {
		t.Errorf("n is %v, the list has %d items, last seen %v", p["n"], len(p["l"].([]any)), p["$last_seen"])
	}
}
