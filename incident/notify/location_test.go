package notify

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"jejak/exposure"
	"jejak/incident/notify/text"
)

// TestNoLocationForWhoLostNone: IR-6. In ten thousand notices each class is named to exactly those who lost it.
func TestNoLocationForWhoLostNone(t *testing.T) {
	const seed, people = 5, 10_000
	random := rand.New(rand.NewPCG(seed, 0))
	f := facts(1)
	f.Absences = []exposure.Absence{{Class: exposure.Card, Certified: true, Hash: "ab"}}
	differences := 0
	for n := range people {
		var lost []exposure.Class
		for _, c := range exposure.Classes() {
			if random.IntN(3) == 0 {
				lost = append(lost, c)
			}
		}
		if len(lost) == 0 {
			lost = []exposure.Class{exposure.Email}
		}
		l := exposure.Locales[n%2]
		m, err := text.Render(f, text.Notice{Kind: text.First, Audience: exposure.Person, Locales: []exposure.Locale{l}, Classes: lost, Code: "0123456789ABCDEF"})
		if err != nil {
			t.Fatal(err)
		}
		if told := toldIn(l, m.Body); !slices.Equal(told, exposure.Sorted(lost)) {
			differences++
			t.Logf("lost %v, told %v", lost, told)
		}
		if !slices.ContainsFunc(lost, exposure.Class.IsLocation) {
			for _, w := range []string{"location", "lokasi", " city", " kota"} {
				if strings.Contains(strings.ToLower(m.Body), w) {
					t.Fatalf("seed %d: %q without a location: %s", seed, w, m.Body)
				}
			}
		}
	}
	if differences != 0 {
		t.Errorf("seed %d: %d differences of %d", seed, differences, people)
	}
}

// toldIn are the classes that a text lists, in its order.
func toldIn(l exposure.Locale, body string) (out []exposure.Class) {
	list := strings.Split(body, "\n\n")[2]
	for line := range strings.SplitSeq(list, "\n") {
		for _, c := range exposure.Classes() {
			if line == fmt.Sprintf("- %s", c.In(l)) {
				out = append(out, c)
			}
		}
	}
	return out
}
