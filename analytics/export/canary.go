package export

import (
	"crypto/sha256"
	"encoding/binary"

	"jejak/event"
)

// Canaries: so many invented people are put among the events of an export that may have at least canariesFrom rows. Who meets one of
// their pseudonyms outside knows which export leaked.
const (
	minCanaries  = 5
	maxCanaries  = 12
	canariesFrom = 1000
)

// canary is an invented person: a row of theirs is the copy of another, without its numbers, so that no sum changes.
type canary struct {
	number int
	next   *canary // who leaves with the same rows
}

// invented is how many people are invented for the export.
func (r *Run) invented() int {
	if r.MaxRows < canariesFrom || r.spec.Format == Wire || r.spec.Group != "" {
		return 0
	}
	return minCanaries + int(sha256.Sum256(append([]byte("jejak export 1 canaries"), r.key[:]...))[0])%(maxCanaries-minCanaries+1)
}

// canaries are the invented people, by the job with whose rows they leave: the place of their pseudonym among all says which.
func (r *Run) canaries(jobs int) map[int]*canary {
	out, n := map[int]*canary{}, newNamer(r.key, r.Mark)
	for i := range r.invented() {
		at := place(n.canaryTail(i), jobs)
		out[at] = &canary{i, out[at]}
	}
	return out
}

// place is in which of some equal stretches a pseudonym lies.
func place(name [pseudonymBytes]byte, stretches int) int {
	return int(uint64(binary.BigEndian.Uint32(name[:])) * uint64(stretches) >> 32)
}

// elsewhere is another time in the same hour.
func elsewhere(t event.Millis) event.Millis {
	const hour = 3_600_000
	return t - t%hour + t*7919%hour
}
