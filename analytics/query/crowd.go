package query

import (
	"encoding/json"
	"fmt"
	"math/bits"
	"reflect"
	"slices"

	"jejak/event"
	"jejak/question"
)

// crowd is the people behind one cell of an answer. A question is asked with one in its Options when the people are wanted
// and not the numbers: where a kind counts somebody into a cell, it adds her to the crowd if the cell is the wanted one.
// So the list comes from the reading and the code that the number comes from. A nil crowd: nobody asks.
type crowd struct {
	cell  question.Cell
	meter *meter
	in    [event.Buckets][]uint64 // a bit per actor; a bucket is filled by one worker at a time
}

// add puts a person in. Nobody is not a person.
func (c *crowd) add(a event.Actor) { c.addIn(a.Bucket(), a.Index()) }

// addIn is add for an actor of a bucket.
func (c *crowd) addIn(bucket int, actor uint32) {
	if actor == 0 || int(actor/64) >= len(c.in[bucket]) && !c.widen(bucket, int(actor/64)+1) {
		return
	}
	c.in[bucket][actor/64] |= 1 << (actor % 64)
}

// widen makes room for so many words. It is false when memory is used up: the question ends.
func (c *crowd) widen(bucket, words int) bool {
	had := len(c.in[bucket])
	words = max(words, 2*had)
	if !c.meter.take(8 * int64(words-had)) {
		return false
	}
	c.in[bucket] = append(c.in[bucket], make([]uint64, words-had)...)
	return true
}

// count is how many people are in.
func (c *crowd) count() (n int64) {
	for _, words := range c.in {
		for _, w := range words {
			n += int64(bits.OnesCount64(w))
		}
	}
	return n
}

// list is the first people behind the given one, ascending, at most so many, and whether there are more.
func (c *crowd) list(after event.Actor, limit int) (people []question.Person, more bool) {
	people = []question.Person{}
	last := uint32(0)
	for _, words := range c.in {
		last = max(last, uint32(64*len(words)))
	}
	for index := after.Index(); index < last; index++ {
		for bucket := range c.in {
			a := event.MakeActor(bucket, index)
			if a <= after || !c.has(bucket, index) {
				continue
			}
			if len(people) == limit {
				return people, true
			}
			people = append(people, question.Person(a))
		}
	}
	return people, false
}

func (c *crowd) has(bucket int, actor uint32) bool {
	words := c.in[bucket]
	return int(actor/64) < len(words) && words[actor/64]>>(actor%64)&1 != 0
}

// notInAnswer refuses a cell that the answer does not have.
func notInAnswer(location, what string) error {
	return question.Faults{{Location: "cell." + location, Code: question.NotInAnswer, Message: fmt.Sprintf("the answer has no such %s: ask again", what)}}
}

// intervalNamed is the number of the interval that a cell names by its start; -1 is the whole range.
func (l *timeline) intervalNamed(start string) (int, error) {
	if start == "" {
		return -1, nil
	}
	i := slices.Index(l.answerIntervals(), start)
	if i < 0 {
		return 0, notInAnswer("interval", "interval")
	}
	return i, nil
}

// slotNamed is the slot of the segment that a cell names, or of other; -1 is the whole.
func (r *ranking) slotNamed(s question.Spot) (int, error) {
	switch {
	case s.Other:
		return len(r.shown), nil
	case len(s.Segment) == 0:
		return -1, nil
	}
	is := func(segment uint32) bool { return isSegment(r.values(segment), s.Segment) }
	slot := slices.IndexFunc(r.shown, is)
	if slot < 0 {
		return 0, notInAnswer("segment", "segment")
	}
	return slot, nil
}

// isSegment compares items with what stands for them in answers, read as JSON.
func isSegment(items []event.Value, given []any) bool {
	for i, item := range items {
		text, err := json.Marshal(plain(item))
		var v any
		if err != nil || json.Unmarshal(text, &v) != nil || !reflect.DeepEqual(v, given[i]) {
			return false
		}
	}
	return true
}
