package identify

import (
	"bytes"
	"encoding/hex"
	"errors"
	"testing"

	"jejak/event"
)

// The worked examples of docs/format/ledgers.md.
func TestRecordsAreAsDrawn(t *testing.T) {
	id := identity{kind: device, hash: [16]byte{0xA0, 15: 0xAF}, actor: event.MakeActor(5, 2)}
	for _, c := range []struct {
		record []byte
		want   string
	}{
		{identifierRecord(&id, []byte{0xEE, 0xFF}), "0102" + "85000000" + "a00000000000000000000000000000af" + "eeff"},
		{linkRecord(event.MakeActor(5, 2), event.MakeActor(5, 1)), "02" + "85000000" + "45000000"},
		{verbRecord(aliasVerb, event.MakeActor(0, 1), event.MakeActor(63, 1)), "0302" + "40000000" + "7f000000"},
	} {
		if got := hex.EncodeToString(c.record); got != c.want {
			t.Errorf("record %s, want %s", got, c.want)
		}
	}
}

func TestDamagedRecordsAreAnError(t *testing.T) {
	id := identity{kind: user, hash: [16]byte{1}, actor: event.MakeActor(0, 1)}
	good, late := identifierRecord(&id, nil), identifierRecord(&identity{kind: user, actor: event.MakeActor(0, 2)}, nil)
	link := linkRecord(event.MakeActor(0, 1), event.MakeActor(0, 2))
	for _, records := range [][][]byte{
		{nil}, {{9}}, {{identifierTag}}, {good[:21]}, {good, good}, {late}, {link}, {good, link}, {good, late, link, link}, {link[:8]}, {make([]byte, 30)},
		{identifierRecord(&identity{kind: user, actor: 5}, nil)},
	} {
		if err := start(&book{records: map[event.ProjectID][][]byte{1: records}}).Open(1); !errors.Is(err, errRecord) {
			t.Errorf("%x: error %v", bytes.Join(records, []byte(" ")), err)
		}
	}
}

func FuzzReplay(f *testing.F) {
	id := identity{kind: user, hash: [16]byte{1}, actor: event.MakeActor(0, 1)}
	f.Add(identifierRecord(&id, []byte("sealed")))
	f.Add(linkRecord(64, 128))
	f.Add([]byte{verbTag, 1})
	f.Fuzz(func(_ *testing.T, r []byte) {
		var p people
		p.mu.Lock()
		defer p.mu.Unlock()
		_ = p.replayLocked(r)
	})
}
