package main

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// same tells how two answers differ; nil when they do not.
func same(ours, theirs [][]any) error {
	a, b := lines(ours), lines(theirs)
	if len(a) == 0 {
		return fmt.Errorf("the answer is empty: that proves nothing")
	}
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return fmt.Errorf("ours has %q where theirs has %q (row %d of %d and %d)", a[i], b[i], i+1, len(a), len(b))
		}
	}
	if len(a) != len(b) {
		return fmt.Errorf("ours has %d rows, theirs %d", len(a), len(b))
	}
	return nil
}

// lines are the rows as text, sorted.
func lines(rows [][]any) []string {
	list := make([]string, len(rows))
	for i, row := range rows {
		cells := make([]string, len(row))
		for j, c := range row {
			cells[j] = cell(c)
		}
		list[i] = strings.Join(cells, " | ")
	}
	slices.Sort(list)
	return list
}

// cell writes whole numbers as they are and others with ten digits: what is computed in 64-bit floating point may differ
// in the last bits.
func cell(c any) string {
	switch c := c.(type) {
	case float64:
		if c == math.Trunc(c) && math.Abs(c) < 1<<53 {
			return strconv.FormatFloat(c, 'f', 0, 64)
		}
		return strconv.FormatFloat(c, 'g', 10, 64)
	case nil:
		return "null"
	default:
		return fmt.Sprint(c)
	}
}
