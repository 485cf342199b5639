package publish

import (
	"strings"
	"testing"

	"jejak/exposure"
)

// TestWordsInEachLocale: the locales have the same keys, with the same places for values.
func TestWordsInEachLocale(t *testing.T) {
	for _, l := range exposure.Locales {
		for _, o := range exposure.Locales {
			for key, text := range words[l] {
				other, is := words[o][key]
				if !is || text == "" {
					t.Errorf("%s says %s, %s does not", l, key, o)
				}
				for _, verb := range []string{"%s", "%d"} {
					if strings.Count(text, verb) != strings.Count(other, verb) {
						t.Errorf("%s has another number of %s in %s and %s", key, verb, l, o)
					}
				}
			}
		}
		if n := len(strings.Split(say(l, "months"), " ")); n != 12 {
			t.Errorf("%s has %d months", l, n)
		}
	}
}
