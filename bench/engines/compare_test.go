package main

import (
	"strings"
	"testing"
)

func TestSame(t *testing.T) {
	ours := [][]any{{"A", "2026-09-01", 3.0}, {"A", "2026-09-02", 1.0 / 3}}
	for _, x := range []struct {
		name   string
		theirs [][]any
		wrong  string // part of the message; empty: the same
	}{
		{"another order", [][]any{{"A", "2026-09-02", 1.0 / 3}, {"A", "2026-09-01", 3.0}}, ""},
		{"the last bits", [][]any{{"A", "2026-09-01", 3.0}, {"A", "2026-09-02", 1.0/3 + 1e-16}}, ""},
		{"one more", [][]any{{"A", "2026-09-01", 4.0}, {"A", "2026-09-02", 1.0 / 3}}, `"A | 2026-09-01 | 4"`},
		{"a row less", [][]any{{"A", "2026-09-01", 3.0}}, "ours has 2 rows, theirs 1"},
		{"a row more", append([][]any{{"B", "2026-09-01", 3.0}}, ours...), "ours has 2 rows, theirs 3"},
	} {
		err := same(ours, x.theirs)
		if (err == nil) != (x.wrong == "") || err != nil && !strings.Contains(err.Error(), x.wrong) {
			t.Errorf("%s: %v", x.name, err)
		}
	}
	if same(nil, nil) == nil {
		t.Error("two empty answers prove nothing")
	}
}

func TestLargeNumbersAreWrittenWhole(t *testing.T) {
	if a, b := cell(1788220800001.0), cell(1788220800002.0); a == b {
		t.Errorf("%s and %s", a, b)
	}
}
