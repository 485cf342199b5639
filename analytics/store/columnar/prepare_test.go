package columnar

import (
	"context"
	"math/rand/v2"
	"testing"
)

// TestPrepare: what is worked out ahead is what questions would find, and they find it without reading.
func TestPrepare(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	h := newHistory(t, seed)
	p := h.store.project(1)
	for range 8 {
		for range 4 {
			if err := h.append(1); err != nil {
				t.Fatal(err)
			}
		}
		if err := p.flush(context.Background()); err != nil {
			t.Fatal(err)
		}
		p.prepare()
		h.compare()
	}
	prepared, replaced := 0, 0
	for _, older := range p.pairs.of {
		for _, pair := range older {
			if !pair.complete {
				t.Error("a pair of parts was left out")
			}
			prepared++
			replaced += len(pair.sections)
		}
	}
	if prepared < 7 || replaced == 0 {
		t.Errorf("%d pairs were prepared, %d sections have rows that are replaced", prepared, replaced)
	}
	for _, r := range p.runs {
		clear(r.mapping.Bytes[headBytesOfPart : len(r.mapping.Bytes)/2])
	}
	err := Guard(func() error {
		for _, s := range p.runs[0].part.Sections(everything) {
			p.pairs.supersededBy(p.runs[0], s, p.runs[1:])
		}
		return nil
	})
	if err != nil {
		t.Errorf("it was read again: %v", err)
	}
	if err := h.store.Close(); err != nil {
		t.Fatal(err)
	}
}
