package columnar

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"

	"jejak/analytics/store"
	"jejak/analytics/store/columnar/internal/disk"
	"jejak/analytics/store/storetest"
	"jejak/event"
)

// someEntry is a batch with all kinds of values, encoded.
func someEntry(n int) []byte {
	arrival := 0
	b := storetest.RandomBatch(rand.New(rand.NewPCG(1, uint64(n))), 7, n, &arrival)
	for i := range b.Events {
		b.Events[i].Set("list", event.ListOf(`["a"]`))
		b.Events[i].Set("object", event.ObjectOf(`{"a":1}`))
		b.Events[i].Set("yes", event.BooleanOf(true))
		b.Events[i].Set("no", event.BooleanOf(false))
	}
	return encodeEntry(b)
}

func FuzzEntry(f *testing.F) {
	f.Add(someEntry(0))
	f.Add(someEntry(2))
	f.Add(someEntry(100)) // packed
	f.Fuzz(func(t *testing.T, b []byte) {
		e, rest, err := decodeEntry(b)
		if err != nil {
			return
		}
		var u unpacker
		if u.add(&e) != nil {
			return
		}
		again := encodeEntry(store.Batch{Project: e.project, Events: u.events, Records: e.records, Tally: e.tally})
		f, left, err := decodeEntry(again)
		if err != nil || len(left) > 0 || f.project != e.project || f.events != e.events {
			t.Fatalf("%d bytes came back as another entry: %v", len(b)-len(rest), err)
		}
		var v unpacker
		if err := v.add(&f); err != nil || fmt.Sprint(v.events) != fmt.Sprint(u.events) {
			t.Fatalf("events came back as others: %v", err)
		}
	})
}

func FuzzFrame(f *testing.F) {
	frame := append(make([]byte, frameHead), someEntry(3)...)
	sealFrame(frame, 5, 1, 9)
	f.Add(frame, uint32(9))
	f.Add(append(frame, frame...), uint32(9))
	f.Fuzz(func(t *testing.T, b []byte, salt uint32) {
		fr, err := decodeFrame(b, salt)
		if at := findFrame(b, 0, 0, salt); err == nil && at != 0 || at > len(b) {
			t.Fatalf("a frame at 0 was found at %d", at)
		}
		if err != nil {
			return
		}
		again := append(make([]byte, frameHead), fr.body...)
		sealFrame(again, fr.first, fr.entries, salt)
		if other, err := decodeFrame(again, salt); err != nil || other.first != fr.first || !bytes.Equal(other.body, fr.body) {
			t.Fatalf("the frame came back as another: %v", err)
		}
	})
}

func FuzzSegmentHeader(f *testing.F) {
	f.Add(segmentHeader{number: 2, first: 3, previous: 1, previousEnd: 64, salt: 9}.encode())
	f.Fuzz(func(t *testing.T, b []byte) {
		h, err := decodeSegmentHeader(b)
		if err != nil {
			return
		}
		if g, err := decodeSegmentHeader(h.encode()); err != nil || g != h {
			t.Fatalf("%+v came back as %+v, %v", h, g, err)
		}
	})
}

// FuzzLog reads a folder with one segment of any content: it is read or refused, never more.
func FuzzLog(f *testing.F) {
	head := segmentHeader{number: 1, first: 1, salt: 9}.encode()
	frame := append(make([]byte, frameHead), someEntry(3)...)
	sealFrame(frame, 1, 1, 9)
	f.Add(append(head, frame...))
	f.Add(append(head, frame[:len(frame)/2]...))
	f.Fuzz(func(t *testing.T, b []byte) {
		m := disk.NewMemory(1 << 30)
		_ = m.MakeDir("/log")
		file, _ := m.Create(segmentPath("/log", 1))
		_, _ = file.WriteAt(b, 0)
		_, _, _ = openLog(m, "/log", func(e *entry) error {
			var u unpacker
			return u.add(e)
		})
	})
}

func FuzzManifest(f *testing.F) {
	b, err := encodeManifest(&manifest{
		Project: 7, Flushed: 9, Received: 5, Durable: 5, Removed: 1, Refused: map[event.Reason]uint64{event.TooOld: 1},
		Ledgers: []ledgerEnd{{store.Identifiers, 40, 1}},
		Parts:   []partEntry{{File: 1, Bytes: 100, Rows: 4, FirstLSN: 1, LastLSN: 9, First: 5, Last: 6, FromDay: 0, ToDay: 1}},
	})
	if err != nil {
		f.Fatal(err)
	}
	_, doc, _ := bytes.Cut(b, []byte("\n"))
	f.Add(doc)
	f.Fuzz(func(t *testing.T, doc []byte) {
		sealed := fmt.Appendf(nil, "jejak manifest 1 crc32c=%08x bytes=%d\n%s", checksum(doc), len(doc), doc)
		m, err := decodeManifest(sealed)
		if err != nil {
			return
		}
		again, err := encodeManifest(m)
		if err != nil {
			t.Fatal(err)
		}
		if n, err := decodeManifest(again); err != nil || fmt.Sprintf("%+v", n) != fmt.Sprintf("%+v", m) {
			t.Fatalf("%+v came back as %+v, %v", m, n, err)
		}
	})
}

func FuzzSealed(f *testing.F) {
	b, err := sealText("store", identity{"000102030405060708090a0b0c0d0e0f"})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Fuzz(func(t *testing.T, b []byte) {
		var id identity
		if openText("store", b, &id) == nil {
			_, _ = id.key()
		}
	})
}

func FuzzLedger(f *testing.F) {
	b := appendRecord(appendRecord(ledgerHeader(7, store.Identifiers), []byte("ab")), nil)
	f.Add(b, uint64(2))
	f.Fuzz(func(t *testing.T, b []byte, records uint64) {
		m := disk.NewMemory(1 << 30)
		_ = m.MakeDir("/p")
		file, _ := m.Create("/p/identifiers.ledger")
		_, _ = file.WriteAt(b, 0)
		again := ledgerHeader(7, store.Identifiers)
		err := readLedger(m, "/p", 7, ledgerEnd{store.Identifiers, int64(len(b)), records}, func(body []byte) bool {
			again = appendRecord(again, body)
			return true
		})
		if err == nil && len(b) > 0 && !bytes.Equal(again, b) {
			t.Fatal("a ledger came back as another")
		}
	})
}
