package exposure_test

import (
	"testing"

	"jejak/exposure"
)

func TestClassesHaveWordsInEachLocale(t *testing.T) {
	for _, c := range exposure.Classes() {
		for _, l := range exposure.Locales {
			if w := c.In(l); w == "" || w == string(c) {
				t.Errorf("%s has no words in %s", c, l)
			}
		}
	}
}

func TestSortedIsTheOrderOfTelling(t *testing.T) {
	got := exposure.Sorted([]exposure.Class{exposure.City, exposure.Name, exposure.City})
	if len(got) != 2 || got[0] != exposure.Name || got[1] != exposure.City {
		t.Errorf("got %v", got)
	}
}

func TestParseIncidentID(t *testing.T) {
	for _, bad := range []string{"", "2026", "2026-1", "26-01", "2026-01/..", "2026-01\n"} {
		if _, err := exposure.ParseIncidentID(bad); err == nil {
			t.Errorf("%q was read", bad)
		}
	}
	if id, err := exposure.ParseIncidentID("2026-01"); err != nil || id != "2026-01" {
		t.Errorf("got %v, %v", id, err)
	}
}
