package guard

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestCutCountsCharacters(t *testing.T) {
	for _, s := range []string{"", "a", strings.Repeat("a", 255), strings.Repeat("語", 255)} {
		if got := cut(s); got != s {
			t.Errorf("a text of %d characters is cut to %d", utf8.RuneCountInString(s), utf8.RuneCountInString(got))
		}
	}
	for _, s := range []string{strings.Repeat("a", 256), strings.Repeat("語", 300), strings.Repeat("aé語😀", 100)} {
		got := cut(s)
		if n := utf8.RuneCountInString(got); n != 255 || !strings.HasPrefix(s, got) || !utf8.ValidString(got) {
			t.Errorf("a text of %d characters is cut to %d", utf8.RuneCountInString(s), n)
		}
	}
}
