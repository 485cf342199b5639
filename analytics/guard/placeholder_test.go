package guard

import "testing"

func TestPlaceholders(t *testing.T) {
	for _, id := range []string{
		"00000000-0000-0000-0000-000000000000", "anon", "anonymous", "nil", "none", "null", "n/a", "na", "undefined", "unknown",
		"<nil>", "0", "-1", "true", "false", "[]", "{}", "NULL", "Anonymous",
	} {
		if !placeholder(id) {
			t.Errorf("%q is taken for an identifier", id)
		}
	}
	for _, id := range []string{"", "1", "nullable", "ann", "00000000-0000-0000-0000-000000000001", "anonymous ", "ÜNKNOWN"} {
		if placeholder(id) {
			t.Errorf("%q is taken for a placeholder", id)
		}
	}
}
