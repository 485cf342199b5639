package querytest

import "jejak/question"

// flow is a random flow.
func (w *world) flow() question.Question {
	q := &question.Flow{Kind: "flow", Range: w.rangeOf(w.interval()), IncludeBots: w.chance(20), Top: w.top(), Collapse: w.chance(30)}
	for range 1 + w.IntN(3) {
		q.Anchors = append(q.Anchors, question.Anchor{Selector: w.selector(1), Before: w.steps(), After: w.steps()})
	}
	q.Counting = pick(w.Rand, []question.Counting{"", question.CountUnique, question.CountTotal, question.CountTotal, question.CountSession})
	if q.Counting == question.CountSession {
		q.Sessions = w.sessions()
	} else {
		q.Window = pick(w.Rand, []int{0, 1, 60, 900, 7200, 86400, 31622400})
	}
	for w.chance(20) {
		q.Hidden = append(q.Hidden, pick(w.Rand, names))
	}
	if w.chance(30) {
		q.Expand = append(q.Expand, question.FlowExpand{Event: pick(w.Rand, names), Property: w.orComputed(pick(w.Rand, properties))})
		q.Expand = append(q.Expand, question.FlowExpand{Event: "pay", Property: w.orComputed(pick(w.Rand, properties))})
	}
	q.Nodes, q.Paths = pick(w.Rand, []int{0, 1, 2, 4, 50}), pick(w.Rand, []int{0, 1, 3, 50})
	if w.chance(25) {
		q.Filter = w.filter(2)
	}
	for range w.breakdowns() {
		q.Breakdown = append(q.Breakdown, question.Breakdown{Property: w.orComputed(pick(w.Rand, properties))})
	}
	return q
}

func (w *world) steps() int { return pick(w.Rand, []int{0, 0, 1, 2, 3, 5}) }
