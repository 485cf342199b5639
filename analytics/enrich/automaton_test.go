package enrich

import (
	"math/rand/v2"
	"strings"
	"testing"
)

func TestAutomatonAgreesWithLookingForEachText(t *testing.T) {
	const seed = 4
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	word := func(most int) string {
		b := make([]byte, 1+r.IntN(most))
		for i := range b {
			b[i] = "ab-c"[r.IntN(4)]
		}
		return string(b)
	}
	hits := 0
	for range 2000 {
		var texts []string
		for range 1 + r.IntN(6) {
			w := word(5)
			switch r.IntN(6) {
			case 0:
				w = string(rune(begin)) + w
			case 1:
				w += string(rune(end))
			}
			texts = append(texts, w)
		}
		a, s := newAutomaton(texts), word(12)
		want := false
		for _, w := range texts {
			want = want || strings.Contains(string(rune(begin))+s+string(rune(end)), w)
		}
		if got := a.match(s); got != want {
			t.Fatalf("match(%q) of %q = %v, want %v", s, texts, got, want)
		}
		if want {
			hits++
		}
	}
	if hits < 200 || hits > 1800 {
		t.Errorf("%d of 2000 texts match: the test says little", hits)
	}
}
