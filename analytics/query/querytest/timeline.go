package querytest

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"jejak/event"
	"jejak/question"
)

// timeline is a random question about somebody.
func (w *world) timeline() question.Question {
	q := &question.Timeline{Kind: "timeline", Person: question.Person(w.person()), Range: w.rangeOf(w.interval()), IncludeBots: w.chance(50)}
	q.Order = pick(w.Rand, []question.Order{"", question.Newest, question.Oldest})
	q.Limit = pick(w.Rand, []int{0, 1, 2, 3, 7, 1000})
	if w.chance(40) {
		s := w.selector(2)
		q.Events = &s
	}
	if len(w.events) > 0 && w.chance(50) {
		q.After = question.Place{Millis: int64(pick(w.Rand, w.events).Time), Nth: w.IntN(3)}.String()
	}
	return q
}

// person is mostly one who has events.
func (w *world) person() event.Actor {
	if past := w.past(); len(past) > 0 && w.chance(95) {
		if a := pick(w.Rand, past).Actor; a.Index() != 0 {
			return a
		}
	}
	return event.MakeActor(w.IntN(event.Buckets), uint32(1+w.IntN(3)))
}

// referenceTimeline answers a sound question about one person (section 14).
func referenceTimeline(events []event.Event, q question.Question, now present) question.Answer {
	t := q.(*question.Timeline)
	p := pastOf(events, t.Range, t.IncludeBots, now)
	within := p.rangeOf(t.Range)
	all := p.byPerson()[event.Actor(t.Person)]
	if t.By != "" {
		all = p.byPerson()[p.groupOf(t)]
	}
	hers := slices.DeleteFunc(slices.Clone(all), func(e event.Event) bool { return !inside(within, e) || !p.selects(t.Selector(), e) })
	a := &question.TimelineAnswer{Kind: "timeline", Range: within.answer(), Count: int64(len(hers)), Events: []question.PastEvent{}}
	order := placed(hers)
	if t.Order != question.Oldest {
		slices.Reverse(order)
	}
	for _, x := range order {
		switch {
		case t.After != "" && !x.isBehind(t.After, t.Order):
		case len(a.Events) < t.LimitOrDefault():
			a.Events = append(a.Events, pastEvent(within, x.Event))
			a.Next = x.place.String()
		default:
			a.Explain = p.explainOfPerson(t, all, within)
			return a
		}
	}
	a.Next, a.Explain = "", p.explainOfPerson(t, all, within)
	return a
}

// explainOfPerson is section 7 for the events of one person.
func (p *past) explainOfPerson(t *question.Timeline, hers []event.Event, within stretch) question.Explain {
	only := *p
	only.events = hers
	return only.explainOf(nil, []*question.Selector{t.Selector()}, within, within)
}

// placedEvent is an event and where it stands.
type placedEvent struct {
	event.Event
	place question.Place
}

// placed are events, given in their order, with their places.
func placed(events []event.Event) (out []placedEvent) {
	for i, e := range events {
		nth := 0
		for nth < i && events[i-nth-1].Time == e.Time {
			nth++
		}
		out = append(out, placedEvent{e, question.Place{Millis: int64(e.Time), Nth: nth}})
	}
	return out
}

// isBehind tells whether it comes after the place in the order.
func (x placedEvent) isBehind(place string, o question.Order) bool {
	y, _ := question.ParsePlace(place)
	later := x.place.Millis > y.Millis || x.place.Millis == y.Millis && x.place.Nth > y.Nth
	return later == (o == question.Oldest) && x.place != y
}

func pastEvent(s stretch, e event.Event) question.PastEvent {
	out := question.PastEvent{
		Time: s.stamp(time.UnixMilli(int64(e.Time))), Name: e.Name, Class: "person", Properties: map[string]any{},
	}
	if e.Class == event.Bot {
		out.Class = "bot"
	}
	for _, p := range e.Properties {
		if _, computed := question.Computed(p.Name); computed {
			continue // the question's own
		}
		out.Properties[p.Name] = plain(segment{p.Value})[0]
	}
	return out
}

func printTimeline(answer question.Answer) []string {
	a := answer.(*question.TimelineAnswer)
	var lines [][]string
	for _, e := range a.Events {
		text, _ := json.Marshal(e.Properties)
		lines = append(lines, []string{shorten(e.Time), e.Name, e.Class, string(text)})
	}
	out := align(lines)
	last := fmt.Sprintf("events: %d, matched: %d, bots left out: %d", a.Count, a.Explain.RowsMatched, a.Explain.BotsLeftOut)
	if a.Next != "" {
		last += ", next after " + a.Next
	}
	return append(out, last)
}
