package querytest

import (
	"context"
	"encoding/json"
	"flag"
	"math/rand/v2"
	"testing"
	"time"

	"jejak/analytics/store"
	"jejak/event"
	"jejak/question"
)

var (
	seedFlag   = flag.Uint64("seed", 0, "seed of the random questions; 0 draws one")
	worldsFlag = flag.Int("worlds", 40, "how many random worlds are asked about, for each kind of question")
	kindFlag   = flag.String("kind", "", "the kind of random question; all when empty")
)

const questionsPerWorld = 12

// runRandom asks random questions of each kind of random events, each world in a project of its own.
func runRandom(t *testing.T, open func(t *testing.T) store.Store, persons Persons, shown Shown) {
	seed := *seedFlag
	if seed == 0 {
		seed = rand.Uint64()
	}
	for _, k := range kinds {
		if *kindFlag == "" || *kindFlag == k.name {
			t.Run(k.name, func(t *testing.T) {
				worlds := *worldsFlag
				if persons != nil || shown != nil {
					worlds = (worlds + 3) / 4
				}
				t.Logf("to repeat: -seed %d -worlds %d -kind %s", seed, *worldsFlag, k.name)
				runWorlds(t, open, k, seed, worlds, persons, shown)
			})
		}
	}
}

// worldsPerStore keeps the stores of long runs small.
const worldsPerStore = 200

func runWorlds(t *testing.T, open func(t *testing.T) store.Store, k kind, seed uint64, worlds int, persons Persons, shown Shown) {
	asked := 0
	for first := 0; first < worlds; first += worldsPerStore {
		s := open(t)
		for i := first; i < min(first+worldsPerStore, worlds) && !t.Failed(); i++ { // one disagreement is enough to read
			w := newWorld(rand.New(rand.NewPCG(seed, uint64(i))), event.ProjectID(i+1))
			if shape, special := shapes[k.name]; special {
				shape(w)
			}
			w.shown = shown
			if w.persons = persons; persons != nil {
				w.profiles.person = func(a event.Actor) event.Actor { return persons(w.project, a) }
			}
			for n := range 3 {
				c := w.cohort(2)
				w.cohorts[question.CustomID(n+1)] = &c
			}
			w.lookups = w.tables()
			asked += w.askOften(t, s, k)
		}
		closeStore(t, s)
	}
	t.Logf("%d questions were answered and compared", asked)
}

// world is some events and what may be asked about them.
type world struct {
	*rand.Rand
	project  event.ProjectID
	zone     string
	now      time.Time
	start    time.Time     // of the events
	length   time.Duration // of what they cover
	people   int
	visits   int           // of a hundred events so many follow another of the same person
	events   []event.Event // in order of arrival
	persons  Persons       // nil: every actor is a person
	shown    Shown         // nil: events are shown as they are stored
	profiles profiles
	cohorts  question.Cohorts
	lookups  lookups
}

func (w *world) present() present { return present{w.now, &w.profiles, w.cohorts, w.lookups} }

// moments are days on which something happens to the clocks of these zones.
var moments = []struct{ zone, day string }{
	{"UTC", "2026-11-01"}, {"Asia/Jakarta", "2026-11-01"}, {"Asia/Kolkata", "2026-02-28"}, {"Asia/Kathmandu", "2024-02-29"},
	{"Europe/Berlin", "2026-03-29"}, {"Europe/Berlin", "2026-10-25"},
	{"America/Santiago", "2026-04-04"}, {"America/Santiago", "2026-09-06"},
	{"Australia/Lord_Howe", "2026-04-05"}, {"Australia/Lord_Howe", "2026-10-04"},
	{"America/New_York", "2026-11-01"}, {"Africa/Cairo", "2026-04-24"}, {"Pacific/Chatham", "2026-09-27"},
}

func newWorld(r *rand.Rand, p event.ProjectID) *world {
	m := pick(r, moments)
	day, err := time.Parse(time.DateOnly, m.day)
	if err != nil {
		panic("BUG: a moment without a day")
	}
	w := &world{Rand: r, project: p, cohorts: question.Cohorts{}, zone: m.zone, people: 1 + r.IntN(40), visits: pick(r, []int{0, 30, 80})}
	w.length = pick(r, []time.Duration{2 * time.Hour, 30 * time.Hour, 5 * 24 * time.Hour, 70 * 24 * time.Hour})
	w.start = day.Add(-w.length / 2).Truncate(time.Minute)
	w.now = w.start.Add(time.Duration(r.Float64() * 1.3 * float64(w.length))).Truncate(time.Millisecond)
	return w
}

func pick[T any](r *rand.Rand, from []T) T { return from[r.IntN(len(from))] }

// chance is true p times of a hundred.
func (w *world) chance(p int) bool { return w.IntN(100) < p }

// shapes make a world one in which questions of a kind find something.
var shapes = map[string]func(*world){"funnel": funnelWorld}

// askOften loads batches and asks after each. It returns how many answers were compared.
func (w *world) askOften(t *testing.T, s store.Store, k kind) (asked int) {
	batches := 1 + w.IntN(4)
	for range batches {
		batch := w.batch()
		w.events = append(w.events, cloneEvents(batch)...)
		if err := s.Append(context.Background(), store.Batch{Project: w.project, Events: batch}); err != nil {
			t.Fatal(err)
		}
		if err := w.profiles.save(s, w.project, w.said()...); err != nil {
			t.Fatal(err)
		}
		for range questionsPerWorld / batches {
			if w.ask(t, s, k) {
				asked++
			}
		}
	}
	return asked
}

// ask compares the answer to a random question with the reference. It is false when the question is refused.
func (w *world) ask(t *testing.T, s store.Store, k kind) bool {
	text, err := json.Marshal(w.sound(k))
	if err != nil {
		t.Fatal(err)
	}
	q, err := question.Parse(text)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	got, err := ask(s, w.project, string(text), w.present())
	if _, refused := err.(question.Faults); refused {
		return false // too many intervals or points; scripts hold which
	}
	if err != nil {
		t.Errorf("project %d: %v\nto the question %s", w.project, err, text)
		return false
	}
	want := k.reference(withComputed(w.past(), q, w.present()), q, w.present())
	if a, b := withoutCost(got), withoutCost(want); a != b {
		t.Errorf("project %d at %s: the question\n%s\nis answered differently from the reference:\n%s\ngot  %s\nwant %s",
			w.project, w.now, text, difference(k.print(got), k.print(want)), a, b)
	}
	return true
}

// sound is a random question of the kind that validation accepts.
func (w *world) sound(k kind) question.Question {
	for {
		q := k.random(w)
		w.counted(q)
		if q.Validate() == nil {
			return q
		}
	}
}

// withoutCost is an answer as JSON, but for what it cost.
func withoutCost(a question.Answer) string {
	x := a.Cost()
	x.RowsRead, x.TookMS = 0, 0
	return encode(a)
}

func difference(got, want []string) (out string) {
	for i := range max(len(got), len(want)) {
		a, b := "", ""
		if i < len(got) {
			a = got[i]
		}
		if i < len(want) {
			b = want[i]
		}
		if a != b {
			out += "got  " + a + "\nwant " + b + "\n"
		}
	}
	return out
}
