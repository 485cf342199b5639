package verify

import (
	"encoding/binary"
	"testing"

	"jejak/ground/access"
)

// BenchmarkFix makes the notices of a version final, 100,000 of them, and the proof of one.
func BenchmarkFix(b *testing.B) {
	h := newHouse(b)
	for n := range b.N {
		_, err := h.Fix(b.Context(), "2026-01", n+1, func(yield func(Leaf) error) error {
			for i := range 100_000 {
				l := Leaf{Text: TextHash("subject", "text")}
				binary.BigEndian.PutUint32(l.Code[:], uint32(i))
				if err := yield(l); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkShow is one look at a page's notice with its proof, among 100,000.
func BenchmarkShow(b *testing.B) {
	h := newHouse(b)
	code, n := h.send("2026-01", 1, "ani@example.com")
	_, err := h.Fix(b.Context(), "2026-01", 1, func(yield func(Leaf) error) error {
		for i := range 99_999 {
			l := Leaf{Text: TextHash("subject", "text")}
			binary.BigEndian.PutUint32(l.Code[:], uint32(i))
			if err := yield(l); err != nil {
				return err
			}
		}
		return yield(LeafOf(code, n.Subject, n.Text))
	})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if s, err := h.Show(b.Context(), code.String(), from(1)); err != nil || s.Proof == nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkCheckMail judges a real mail.
func BenchmarkCheckMail(b *testing.B) {
	h := newHouse(b)
	_, n := h.send("2026-01", 1, "ani@example.com")
	mail := []byte(sign(b, domain, h.publish(), mailOf(n).String()))
	h.mails = access.NewLimit(1, 1<<40)
	for b.Loop() {
		if r, err := h.CheckMail(b.Context(), mail, from(1)); err != nil || r.Verdict != Real {
			b.Fatal(r, err)
		}
	}
}
