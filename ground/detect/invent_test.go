package detect

import (
	"math/rand/v2"
	"testing"
)

// TestInventedIsFound: what is planted as a control is found where nothing stands around it.
func TestInventedIsFound(t *testing.T) {
	const seed, each = 5, 300
	for _, k := range Kinds() {
		r := rand.New(rand.NewPCG(seed, 0))
		missed := ""
		n := 0
		for range each {
			v := Invent(k, r)
			found := false
			for _, f := range Value(k.Under, v, nil) {
				found = found || f.Class == k.Class && f.Confidence >= Likely
			}
			if !found {
				n++
				missed = v
			}
		}
		if n > each/300 {
			t.Errorf("seed %d: %v: %d of %d missed, such as %q", seed, k, n, each, missed)
		}
	}
}
