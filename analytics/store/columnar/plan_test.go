package columnar

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// sized are runs of one partition with these sizes.
func sized(bytes ...uint64) []*run {
	var runs []*run
	for i, n := range bytes {
		e := partEntry{Bytes: n, Rows: n, FromDay: 1, ToDay: 2, FirstLSN: uint64(i + 1), LastLSN: uint64(i + 1)}
		runs = append(runs, &run{entry: e, opened: opened})
	}
	return runs
}

// opened is when the runs of sized were.
var opened = time.Unix(1000, 0)

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
		pl := planner{runs: runs, small: 0, oldest: always, erased: nobody}
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

// TestRest: a partition at rest becomes one run, whatever the sizes of its runs, unless little came since the last time.
func TestRest(t *testing.T) {
	for _, c := range []struct {
		sizes  []uint64
		later  uint64 // entries that came to the project after those of the oldest run, which were 80
		merged int    // runs
	}{
		{[]uint64{8}, 80, 0},
		{[]uint64{8, 1}, 1, 2},
		{[]uint64{80, 7}, 80, 2},
		{[]uint64{80, 7}, 9, 0},
		{[]uint64{80, 40, 20, 10, 5, 2, 1}, 1, 7},
		{[]uint64{800, 40, 20, 10, 5}, 1, 4},
		{[]uint64{800, 40}, 1, 0},
	} {
		runs := sized(c.sizes...)
		for i, r := range runs { // the oldest ends at entry 80
			r.entry.FirstLSN, r.entry.LastLSN = uint64(i+1), uint64(i+80)
		}
		runs = append(runs, &run{entry: partEntry{Bytes: 1, Rows: 1, FromDay: 3, ToDay: 4, LastLSN: 80 + c.later}, opened: opened})
		merged := 0
		pl := planner{runs: runs, oldest: always, erased: nobody, rested: opened}
		if j := pl.tidy(); j != nil {
			merged = len(j.inputs)
		}
		if merged != c.merged {
			t.Errorf("%v %d entries later: %d runs are merged, want %d", c.sizes, c.later, merged, c.merged)
		}
		pl.rested = opened.Add(-1)
		if j := pl.tidy(); j != nil && len(c.sizes) < partitionRuns {
			t.Errorf("%v: merged though the last came lately", c.sizes)
		}
	}
}

// TestRestIsBounded: a project lives for a year, with late events for all its days, and rests every night.
func TestRestIsBounded(t *testing.T) {
	const year, daily, late = 365, 1000, 1
	partitions := make([][]*run, year)
	written, rows, left := uint64(0), uint64(0), 0
	for day := range year {
		for of := range day + 1 {
			n := uint64(late)
			if of == day {
				n = daily
			}
			r := sized(n)[0]
			r.entry.FirstLSN, r.entry.LastLSN = uint64(day+1), uint64(day+1)
			partitions[of], rows = append(partitions[of], r), rows+n
		}
		for of := range day + 1 {
			written += rest(&partitions[of], uint64(day+1))
		}
	}
	for _, p := range partitions {
		left += len(p)
	}
	if written > 10*rows || left > 2*year {
		t.Errorf("%d copies of %d rows; %d runs of %d days are left", written, rows, left, year)
	}
}

// rest does what there is to do for a partition and tells how much was written.
func rest(runs *[]*run, newest uint64) (written uint64) {
	for {
		pl := planner{runs: append(slices.Clone(*runs), &run{entry: partEntry{FromDay: 3, ToDay: 4, LastLSN: newest}}), oldest: always, erased: nobody, rested: opened}
		j := pl.tidy()
		if j == nil {
			return written
		}
		n := (&partition{runs: j.inputs}).rows()
		one := sized(n)[0]
		last := j.inputs[len(j.inputs)-1].entry
		one.entry.FirstLSN, one.entry.LastLSN = j.inputs[0].entry.FirstLSN, last.LastLSN
		*runs = append((*runs)[:len(*runs)-len(j.inputs)], one)
		written += n
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
		pl := planner{runs: runs, oldest: always, erased: nobody}
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
