package querytest

import (
	"flag"
	"fmt"
	"slices"
	"strings"

	"jejak/event"
	"jejak/question"
)

var ofFlag = flag.String("of", "", "the kind of question whose people are asked for; all when empty")

// behind is what the exam knows of the people behind the numbers of one kind of question.
type behind struct {
	kind string
	// cell is a random one of an answer; nil when that has none.
	cell func(w *world, of question.Question, a question.Answer) question.Cell
	// people are those of a cell, each at least once, in any order.
	people func(events []event.Event, of question.Question, c question.Cell, now present) []event.Actor
	// number is what the answer shows in the cell; nil when that is not how many people there are.
	number func(of question.Question, c question.Cell, a question.Answer) *float64
}

// behinds are all kinds with people behind their numbers.
var behinds = []behind{
	{"trend", trendCell, peopleOfTrend, numberOfTrend},
	{"funnel", funnelCell, peopleOfFunnel, numberOfFunnel},
	{"flow", flowCell, peopleOfFlow, numberOfFlow},
	{"retention", retentionCell, peopleOfRetention, numberOfRetention},
	{"frequency", frequencyCell, peopleOfFrequency, numberOfFrequency},
	{"stickiness", stickinessCell, peopleOfStickiness, numberOfStickiness},
	{"lifecycle", lifecycleCell, peopleOfLifecycle, numberOfLifecycle},
	{"sessions", sessionCell, peopleOfSessions, numberOfSessions},
}

// init: the kind looks into the list of kinds, which it is in.
func init() {
	kinds = append(kinds, kind{"people", func(w *world) question.Question { return w.peopleBehind() }, referencePeople, printPeople})
}

func behindOf(kind string) behind {
	i := slices.IndexFunc(behinds, func(b behind) bool { return b.kind == kind })
	if i < 0 {
		panic("BUG: the exam does not know who is behind a " + kind)
	}
	return behinds[i]
}

// peopleBehind asks who is behind a number of the answer to another random question.
func (w *world) peopleBehind() question.Question {
	b := pick(w.Rand, behinds)
	if *ofFlag != "" {
		b = behindOf(*ofFlag)
	}
	k := kindOf(b.kind)
	q := &question.People{Kind: "people", Of: w.sound(k), Limit: pick(w.Rand, []int{0, 1, 2, 5, 10000})}
	if cell := b.cell(w, q.Of, k.reference(withComputed(w.past(), q.Of, w.present()), q.Of, w.present())); cell != nil {
		q.Cell = cell
	}
	by := question.CountedBy(q.Of)
	if by != "" && w.chance(30) {
		q.AfterGroup = w.groupOf(by)
	}
	if by == "" && w.chance(30) {
		q.After = question.Person(w.IntN(64 * 2))
	}
	return q
}

// referencePeople answers a sound question about people (section 14).
func referencePeople(events []event.Event, q question.Question, now present) question.Answer {
	p := q.(*question.People)
	b, of := behindOf(p.Of.KindOf()), kindOf(p.Of.KindOf()).reference(events, p.Of, now)
	people := b.people(events, p.Of, p.Cell, now)
	slices.Sort(people)
	people = slices.Compact(people)
	if n := b.number(p.Of, p.Cell, of); n != nil && *n != float64(len(people)) {
		panic(fmt.Sprintf("BUG: the reference shows %v and lists %d people", *n, len(people)))
	}
	a := &question.PeopleAnswer{Kind: "people", Count: int64(len(people)), People: []question.Person{}, Explain: *of.Cost()}
	if by := question.CountedBy(p.Of); by != "" {
		groupPage(a, groupsOf(events, by, people), p)
		return a
	}
	for _, x := range people {
		switch {
		case question.Person(x) <= p.After:
		case len(a.People) == p.LimitOrDefault():
			a.Next = a.People[len(a.People)-1]
		default:
			a.People = append(a.People, question.Person(x))
		}
	}
	return a
}

func printPeople(answer question.Answer) []string {
	a := answer.(*question.PeopleAnswer)
	line := fmt.Sprintf("%d people:", a.Count)
	for _, p := range a.People {
		line += fmt.Sprintf(" %d", p)
	}
	for _, g := range a.Groups {
		line += " " + encode(g)
	}
	if a.NextGroup != nil {
		line += " …, next after " + encode(a.NextGroup)
	}
	if a.Next != 0 {
		line += fmt.Sprintf(" …, next after %d", a.Next)
	}
	return []string{strings.TrimSuffix(line, ":"), fmt.Sprintf("matched: %d", a.Explain.RowsMatched)}
}
