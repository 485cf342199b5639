package columnar

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"jejak/analytics/store/columnar/internal/part"
	"jejak/event"
)

// job is one step of compaction: the rows of the inputs, divided over the outputs.
type job struct {
	inputs  []*run // in order of arrival
	outputs []days // ascending; together they hold all days of the inputs that are kept
	free    int    // not 0: nothing is written but that the inputs hold nobody of the first so many who were erased
}

const (
	// levelZeroRuns is how many parts of level 0 gather before their rows go to their days; they go up to twice as
	// many at a time.
	levelZeroRuns = 8
	// partitionRuns is how many runs a partition has before some of them are merged.
	partitionRuns = 4
	// manyRuns is how many it has before they are more urgent than level 0: while events keep coming that never rests.
	manyRuns = 16
	// restShare bounds the cost of bringing a partition at rest to one run: the newer ones are at least this share of the
	// oldest, or the project has gone on by this share since the oldest was written. So a row is copied about as often as
	// its partition, and its project, grow by an eighth.
	restShare = 8
)

// planner looks for the next job among the runs of one project, in the order of the manifest.
type planner struct {
	runs  []*run
	small uint64 // rows below which a partition joins its neighbours
	cold  bool   // nothing has come for a while: what is left in level 0 may go to its days
	// rested says what is at rest: partitions without runs that were opened later.
	rested time.Time
	// oldest is the first instant that is kept, a midnight.
	oldest event.Millis
	// current is the version of the format that new parts have.
	current uint32
	// Who was erased, and until when an erasure may have happened whose rows are to go now.
	erased       *erasedSet
	masks        *masks
	erasedBefore event.Millis
}

// next is the most urgent job, or nil. It may read the times of rows.
func (pl *planner) next() *job {
	for _, find := range []func() *job{pl.expire, pl.thin, pl.levelZero, pl.tidy, pl.join, pl.erase, pl.upgrade} {
		if j := find(); j != nil {
			return j
		}
	}
	return nil
}

// levelZero brings the oldest parts of level 0 to the partitions of their days.
func (pl *planner) levelZero() *job {
	first := len(pl.runs)
	for first > 0 && pl.runs[first-1].entry.days().levelZero() {
		first--
	}
	inputs := pl.runs[first:]
	if len(inputs) < levelZeroRuns && (!pl.cold || len(inputs) == 0) {
		return nil
	}
	inputs = inputs[:min(len(inputs), 2*levelZeroRuns)]
	return &job{inputs: inputs, outputs: divide(pl.rowsByDay(inputs), pl.partitions(), pl.small)}
}

// partition is the runs of one range of days.
type partition struct {
	days
	runs []*run
}

func (p *partition) rows() (n uint64) {
	for _, r := range p.runs {
		n += r.entry.Rows
	}
	return n
}

func (pl *planner) partitions() []partition {
	var all []partition
	for _, r := range pl.runs {
		d := r.entry.days()
		if d.levelZero() {
			break
		}
		if len(all) == 0 || all[len(all)-1].days != d {
			all = append(all, partition{days: d})
		}
		last := &all[len(all)-1]
		last.runs = append(last.runs, r)
	}
	return all
}

// tidy merges runs of a partition that has some, or of one at rest.
func (pl *planner) tidy() *job {
	newest := pl.newest()
	for _, p := range pl.partitions() {
		from := len(p.runs)
		if len(p.runs) >= partitionRuns {
			from = youngest(p.runs)
		}
		if pl.rests(p) {
			from = min(from, worthwhile(p.runs, newest))
		}
		if len(p.runs)-from >= 2 {
			return pl.merge(p, from)
		}
	}
	return nil
}

func (pl *planner) rests(p partition) bool {
	return !slices.ContainsFunc(p.runs, func(r *run) bool { return r.opened.After(pl.rested) })
}

// newest is the last entry of the log that is in the runs.
func (pl *planner) newest() (lsn uint64) {
	for _, r := range pl.runs {
		lsn = max(lsn, r.entry.LastLSN)
	}
	return lsn
}

// thin merges runs of a partition that has very many: at least half of them, whatever their sizes.
func (pl *planner) thin() *job {
	for _, p := range pl.partitions() {
		if len(p.runs) >= manyRuns {
			return pl.merge(p, min(youngest(p.runs), len(p.runs)/2))
		}
	}
	return nil
}

// merge makes one of the runs of a partition from a place on.
func (pl *planner) merge(p partition, from int) *job {
	j := &job{inputs: p.runs[from:], outputs: []days{p.days}}
	if from == 0 && p.to-p.from > 1 && p.rows() > 4*pl.small {
		j.outputs = divide(pl.rowsByDay(p.runs), nil, pl.small) // it has outgrown its company
	}
	return j
}

// youngest is where the runs begin that are worth one merge: going back in time, each is no larger than all later ones
// together. So a row is copied about as often as its partition can double.
func youngest(runs []*run) int {
	i := len(runs) - 1
	for sum := runs[i].entry.Bytes; i > 0 && runs[i-1].entry.Bytes <= sum; i-- {
		sum += runs[i-1].entry.Bytes
	}
	return i
}

// worthwhile is where to begin when there is time: at the oldest run unless the others are tiny beside it and it was
// written lately.
func worthwhile(runs []*run, newest uint64) int {
	oldest, sum := runs[0].entry, uint64(0)
	for _, r := range runs[1:] {
		sum += r.entry.Bytes
	}
	if sum < oldest.Bytes/restShare && newest-oldest.LastLSN < oldest.LastLSN/restShare {
		return 1
	}
	return 0
}

// join makes one of neighbours that are all small.
func (pl *planner) join() *job {
	all := pl.partitions()
	for i := 0; i+1 < len(all); i++ {
		if all[i].rows() >= pl.small || all[i+1].rows() >= pl.small {
			continue
		}
		j, rows := &job{}, uint64(0)
		d := all[i].days
		for ; i < len(all) && all[i].rows() < pl.small && rows < pl.small; i++ {
			j.inputs = append(j.inputs, all[i].runs...)
			rows += all[i].rows()
			d.to = all[i].to
		}
		j.outputs = []days{d}
		return j
	}
	return nil
}

// upgrade rewrites a part of an older format, each by itself: its place among the others stays. Those of level 0 are
// rewritten on their way to the partitions.
func (pl *planner) upgrade() *job {
	for _, r := range pl.runs {
		if d := r.entry.days(); !d.levelZero() && r.part.Version() < pl.current {
			return &job{inputs: []*run{r}, outputs: []days{d}}
		}
	}
	return nil
}

// rowsByDay counts the rows of each day that is kept.
func (pl *planner) rowsByDay(runs []*run) map[int64]uint64 {
	counts := map[int64]uint64{}
	for _, r := range runs {
		if d := dayOf(r.entry.First); d == dayOf(r.entry.Last) {
			counts[d] += r.entry.Rows
			continue
		}
		for _, s := range r.part.Sections(everything) {
			countDays(s, counts)
		}
	}
	maps.DeleteFunc(counts, func(day int64, _ uint64) bool { return day < dayOf(pl.oldest) })
	return counts
}

func countDays(s *part.Section, counts map[int64]uint64) {
	const chunk = 8192
	for lo := 0; lo < s.Rows(); lo += chunk {
		for _, t := range s.Times(lo, min(lo+chunk, s.Rows()), nil) {
			counts[dayOf(t)]++
		}
	}
}

// divide gives each day a partition: the one that is there for it, or a new one of as few neighbouring days as hold
// enough rows.
func divide(counts map[int64]uint64, there []partition, enough uint64) []days {
	var out []days
	rows := uint64(0) // in the last of out; enough of them when it is closed
	for _, day := range slices.Sorted(maps.Keys(counts)) {
		i, found := slices.BinarySearchFunc(there, day, func(p partition, day int64) int {
			if day >= p.from && day < p.to {
				return 0
			}
			return cmp.Compare(p.from, day)
		})
		switch {
		case found:
			if len(out) == 0 || out[len(out)-1] != there[i].days {
				out = append(out, there[i].days)
			}
			rows = enough
		case len(out) == 0 || rows >= enough || i > 0 && there[i-1].from > out[len(out)-1].from:
			out = append(out, days{day, day + 1})
			rows = counts[day]
		default:
			out[len(out)-1].to = day + 1
			rows += counts[day]
		}
	}
	return out
}
