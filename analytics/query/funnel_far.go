package query

import (
	"slices"

	"jejak/event"
	"jejak/question"
)

// farFinder finds how far people come, where nothing else of their attempts counts. With the grace of two seconds, and no
// event that means several steps, that depends on the times of each step alone: no event has to be put in order with those
// of other steps. Each worker has its own.
type farFinder struct {
	*follower
	stepOf   []int            // by markSet; -1: none
	times    [][]event.Millis // by step: of a person's events
	shuffled []bool           // by step: its times must be put in order
	next     []int            // by step: the first time that may be reached yet
}

// onlyFar tells whether nothing but the number of steps that a person reaches counts, and no rule looks at their order.
func (f *funnel) onlyFar() bool {
	return f.rule == nil && f.universe < 0 && f.OrderOrDefault() == question.OrderLoose && !f.NoGrace &&
		f.CountingOrDefault() == question.CountUnique && f.Interval == "" && f.Times == nil && f.Sum == "" &&
		len(f.Exclude)+len(f.Keep)+len(f.Hold)+len(f.Breakdown) == 0
}

func newFarFinder(x *follower) *farFinder {
	n := len(x.Steps)
	return &farFinder{follower: x, times: make([][]event.Millis, n), shuffled: make([]bool, n), next: make([]int, n)}
}

// learnSteps tells whether no event of the sets that there are means several steps.
func (x *farFinder) learnSteps(sets *markSets) bool {
	x.learnAll(sets)
	for m := len(x.stepOf); m < len(x.kinds); m++ {
		step := len(x.times) - 1
		for step >= 0 && !x.kinds[m].steps.has(step) {
			step--
		}
		x.stepOf = append(x.stepOf, step)
	}
	return !x.double
}

// find is how many steps a person reaches whose events stand in any order.
func (x *farFinder) find(stops []stop) (far int) {
	if !x.divide(stops) {
		return 0
	}
	clear(x.next)
	for _, entry := range x.times[0] {
		if entry >= x.line.to {
			return far
		}
		far = max(far, x.from(entry))
		if far == len(x.times) || !x.Optimized {
			return far
		}
	}
	return far
}

// divide brings the times of each step together and in order: mostly they are.
func (x *farFinder) divide(stops []stop) bool {
	for k := range x.times {
		x.times[k], x.shuffled[k] = x.times[k][:0], false
	}
	for _, s := range stops {
		k := x.stepOf[s.marks]
		if k < 0 {
			continue
		}
		n := len(x.times[k])
		if n == cap(x.times[k]) && !room(x.meter, &x.times[k], 1, 8) {
			return false
		}
		x.shuffled[k] = x.shuffled[k] || n > 0 && x.times[k][n-1] > s.time
		x.times[k] = append(x.times[k], s.time)
	}
	for k, shuffled := range x.shuffled {
		if shuffled {
			slices.Sort(x.times[k])
		}
	}
	return true
}

// from is how many steps the attempt with an entry reaches. A later one reaches each step no earlier, so that no time is
// passed twice.
func (x *farFinder) from(entry event.Millis) int {
	reached := entry
	for k := 1; k < len(x.times); k++ {
		times, i := x.times[k], x.next[k]
		for i < len(times) && times[i] < reached-x.grace {
			i++
		}
		x.next[k] = i
		if i == len(times) || times[i]-entry > x.length {
			return k
		}
		reached = max(reached, times[i])
	}
	return len(x.times)
}
