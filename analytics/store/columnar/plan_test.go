package columnar

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// sized are runs of one partition with these sizes.
func sized(bytes ...uint64) []*run {
	var runs []*run
	for i, n := range bytes {
		runs = append(runs, &run{entry: partEntry{Bytes: n, Rows: n, FromDay: 1, ToDay: 2, FirstLSN: uint64(i + 1)}})
	}
	return runs
}

func TestYoungest(t *testing.T) {
	for _, c := range []struct {
		sizes []uint64
		from  int
	}{
		{[]uint64{1, 1, 1, 1}, 0},
		{[]uint64{4, 1, 1, 1}, 1},
		{[]uint64{4, 3, 2, 1}, 3},
		{[]uint64{4, 3, 2, 1, 1}, 0},
		{[]uint64{1000, 1, 1}, 1},
	} {
		if from := youngest(sized(c.sizes...)); from != c.from {
			t.Errorf("%v: from %d, want %d", c.sizes, from, c.from)
		}
	}
}

// TestWriteAmplification lets a partition grow by equal runs: a row is copied about as often as the partition doubles,
// and the number of runs stays small.
func TestWriteAmplification(t *testing.T) {
	var runs []*run
	written, most := uint64(0), 0
	const n = 1024
	for range n {
		runs = append(runs, sized(1)...)
		pl := planner{runs: runs, small: 0, oldest: always}
		for j := pl.tidy(); j != nil; j = pl.tidy() {
			sum := uint64(0)
			for _, r := range j.inputs {
				sum += r.entry.Bytes
			}
			written += sum
			runs = append(slices.Clone(runs[:len(runs)-len(j.inputs)]), sized(sum)...)
			pl.runs = runs
		}
		most = max(most, len(runs))
	}
	if written > 10*n || most > 12 {
		t.Errorf("%d copies of %d rows, up to %d runs", written, n, most)
	}
}

// TestThinComesFirst: level 0 must not keep a partition from ever being tidied.
func TestThinComesFirst(t *testing.T) {
	for _, n := range []int{manyRuns - 1, manyRuns} {
		runs := sized(slices.Repeat([]uint64{1}, n)...)
		for i := range levelZeroRuns {
			lsn := uint64(n + i + 1)
			runs = append(runs, &run{entry: partEntry{Bytes: 1, Rows: 1, FirstLSN: lsn, First: dayMillis, Last: dayMillis}})
		}
		pl := planner{runs: runs, oldest: always}
		if j := pl.next(); j.inputs[0].entry.days().levelZero() != (n < manyRuns) {
			t.Errorf("with %d runs %v is the first job", n, j.outputs)
		}
	}
}

func TestDivide(t *testing.T) {
	there := []partition{{days: days{10, 12}}, {days: days{20, 21}}}
	for _, c := range []struct {
		counts map[int64]uint64
		want   []days
	}{
		{map[int64]uint64{1: 5, 2: 5, 3: 50, 4: 200, 5: 1}, []days{{1, 5}, {5, 6}}},
		{map[int64]uint64{8: 1, 9: 1, 11: 1, 13: 1, 30: 1}, []days{{8, 10}, {10, 12}, {13, 14}, {30, 31}}},
		{map[int64]uint64{-3: 100, -2: 100, 10: 1, 11: 1, 20: 9}, []days{{-3, -2}, {-2, -1}, {10, 12}, {20, 21}}},
	} {
		if got := divide(c.counts, there, 100); !slices.Equal(got, c.want) {
			t.Errorf("%v: %v, want %v", c.counts, got, c.want)
		}
	}
}

// TestDivideHoldsEveryDay: partitions are ascending, apart from each other, those that are there stay, every day has one.
func TestDivideHoldsEveryDay(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	for range 2000 {
		var there []partition
		for day := r.Int64N(5); day < 60; day += 1 + r.Int64N(20) {
			to := day + 1 + r.Int64N(4)
			there = append(there, partition{days: days{day, to}})
			day = to
		}
		counts := map[int64]uint64{}
		for range 1 + r.IntN(30) {
			counts[r.Int64N(70)-5] += 1 + r.Uint64N(80)
		}
		if fault := wrongDivision(counts, there, divide(counts, there, 100)); fault != "" {
			t.Fatalf("%v into %v: %s", counts, there, fault)
		}
	}
}

func wrongDivision(counts map[int64]uint64, there []partition, out []days) string {
	for i, d := range out {
		if i > 0 && d.from < out[i-1].to || d.from >= d.to {
			return fmt.Sprintf("%v does not follow", d)
		}
		for _, p := range there {
			if d != p.days && d.from < p.to && p.from < d.to {
				return fmt.Sprintf("%v overlaps %v", d, p.days)
			}
		}
	}
	for day := range counts {
		if !slices.ContainsFunc(out, func(d days) bool { return day >= d.from && day < d.to }) {
			return fmt.Sprintf("day %d has no place in %v", day, out)
		}
	}
	return ""
}
