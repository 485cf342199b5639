package verify

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"jejak/ground/access"
)

func TestNoticesAreFixedBeforeTheyAreSent(t *testing.T) {
	h := newHouse(t)
	for i := range 300 {
		h.send("2026-01", 1, fmt.Sprintf("person%d@example.com", i))
	}
	f, err := h.fix("2026-01", 1)
	if err != nil || f.Size != 300 {
		t.Fatalf("fixed %+v, %v", f, err)
	}
	entry, err := h.log.Entry(f.Entry)
	if err != nil {
		t.Fatal(err)
	}
	var e struct{ Act, About string }
	if err := json.Unmarshal(entry, &e); err != nil || e.Act != "notices.fixed" || e.About != fmt.Sprintf("incident 2026-01, notices of version 1: 300, Merkle root %x", f.Root[:]) {
		t.Errorf("the audit log says %s", entry)
	}
	size := h.log.Size()
	if again, err := h.fix("2026-01", 1); err != nil || again != f || h.log.Size() != size {
		t.Errorf("the same notices fixed again: %+v, %v", again, err)
	}
	if c, err := h.Checks(access.AtConsole(t.Context()), "2026-01"); err != nil || len(c.Fixed) != 1 || c.Fixed[0] != f {
		t.Errorf("%+v, %v", c, err)
	}
	h.send("2026-01", 1, "one.more@example.com")
	if _, err := h.fix("2026-01", 1); !errors.Is(err, ErrFixed) {
		t.Errorf("one more notice: %v", err)
	}
	if _, err := h.Set(t.Context(), "2026-01", 2); !errors.Is(err, ErrNotFixed) {
		t.Errorf("version 2: %v", err)
	}
}

func TestProofsAreCheckedOffline(t *testing.T) {
	h := newHouse(t)
	var codes []Code
	for i := range 65 {
		c, _ := h.send("2026-01", 1, fmt.Sprintf("person%d@example.com", i))
		codes = append(codes, c)
	}
	if _, err := h.fix("2026-01", 1); err != nil {
		t.Fatal(err)
	}
	for _, c := range codes {
		s, err := h.Show(t.Context(), c.String(), from(0))
		if err != nil || s.Proof == nil {
			t.Fatalf("%+v, %v", s, err)
		}
		kept, err := json.Marshal(s.Proof)
		if err != nil {
			t.Fatal(err)
		}
		var p Proof
		if err := json.Unmarshal(kept, &p); err != nil || p.Check(h.vkey) != nil {
			t.Fatalf("the proof does not hold: %v, %v", err, p.Check(h.vkey))
		}
		for what, spoil := range map[string]func(*Proof){
			"text": func(p *Proof) { p.Text += "Pay here." }, "subject": func(p *Proof) { p.Subject = "x" }, "size": func(p *Proof) { p.Size-- },
			"code": func(p *Proof) { p.Code = codes[0].String() + "0" }, "root": func(p *Proof) { p.Root[0]++ }, "index": func(p *Proof) { p.Index = -1 },
			"incident": func(p *Proof) { p.Incident = "2026-02" }, "version": func(p *Proof) { p.Version = 2 },
			"entry": func(p *Proof) { p.Log.Entry = []byte(`{}`) }, "log": func(p *Proof) { p.Log.Index++ },
		} {
			var p Proof
			if err := json.Unmarshal(kept, &p); err != nil {
				t.Fatal(err)
			}
			if spoil(&p); !errors.Is(p.Check(h.vkey), ErrProof) {
				t.Errorf("with another %s it still holds", what)
			}
		}
	}
}

// TestChangedNoticeHasNoProof: a ledger that says today what it did not say when the notices were fixed proves nothing.
func TestChangedNoticeHasNoProof(t *testing.T) {
	h := newHouse(t)
	c, n := h.send("2026-01", 1, "ani@example.com")
	if _, err := h.fix("2026-01", 1); err != nil {
		t.Fatal(err)
	}
	n.Text += "Nobody else was affected.\n"
	h.notices[c] = n
	if s, err := h.Show(t.Context(), c.String(), from(0)); err != nil || s.Proof != nil {
		t.Errorf("%+v, %v", s.Proof, err)
	}
}

// TestDamagedSetIsNoticed: what is kept of a set and is not what was fixed is said, not used.
func TestDamagedSetIsNoticed(t *testing.T) {
	leaf := LeafOf(Code{1}, "s", "t").hash()
	if _, err := newSet([]tlog.Hash{leaf, leaf}); !errors.Is(err, errTwice) {
		t.Errorf("a notice twice: %v", err)
	}
	if _, err := setOf(leaf[:31]); !errors.Is(err, errDamaged) {
		t.Errorf("half a leaf: %v", err)
	}
}
