package main

import (
	"math/rand/v2"

	"jejak/event"
)

// The time the events lie in, and how the data is made. docs/benchmarks.md describes it.
const (
	worldDays  = 60
	worldBegin = event.Millis(1_788_220_800_000) // 2026-09-01, UTC
	worldEnd   = worldBegin + worldDays*dayMillis
	dayMillis  = 24 * 3600 * 1000

	eventsPerPerson  = 100
	eventsPerSession = 10
	// apart is the shortest time between two events of a person. It is longer than the grace that funnels give to clocks, so
	// that every engine sees the same order.
	apart     = 2_001
	lateOf    = 20 // one of so many events arrives hours or days late
	copiedOf  = 50 // one of so many arrives twice
	mostDelay = 3 * dayMillis
	leastRows = 100_000 // fewer would not fill the time evenly
)

// row is one event, its values as places in the lists of vocabulary.go.
type row struct {
	time     event.Millis
	id       uint64
	user     event.Actor
	cents    uint32 // price
	path     uint16
	item     uint16
	name     uint8
	referrer uint8
	quantity uint8
	signedIn bool
	copied   bool // an earlier row once more
	person
}

// person is what stays the same for one.
type person struct {
	country, city, browser, version, system, device, plan, variant, screen uint8
}

// generator makes the same rows for the same seed and number, in the order of their arrival. Not safe for many
// goroutines.
type generator struct {
	seed                       uint64
	left                       int          // rows still to come, copies not counted
	every                      event.Millis // between the beginnings of two sessions, in the mean
	begin                      event.Millis // of the next session
	random                     *rand.Rand
	people, names, paths, item *rand.Zipf
	last                       []event.Millis // the latest event of each person
	open                       queue[session]
	delayed                    queue[row]
	id                         uint64
}

// session is one person's visit that goes on.
type session struct {
	person   uint32
	left     uint16
	referrer uint8
}

func newGenerator(seed uint64, n int) *generator {
	r := rand.New(rand.NewPCG(seed, 3))
	people := max(1000, n/eventsPerPerson)
	return &generator{
		seed: seed, left: n, random: r, begin: worldBegin,
		every: (worldEnd - worldBegin) * 98 / 100 * eventsPerSession / event.Millis(n), // it must end in time
		// The offsets keep the first of each from being too large a share.
		people: rand.NewZipf(r, 1.05, 3000, uint64(people-1)),
		names:  rand.NewZipf(r, 1.1, 4, uint64(len(names)-1)),
		paths:  rand.NewZipf(r, 1.2, 5, pathCount-1),
		item:   rand.NewZipf(r, 1.05, 100, itemCount-1),
		last:   make([]event.Millis, people),
	}
}

// next is the row that arrives next; false when there is none.
func (g *generator) next() (row, bool) {
	for g.left > 0 {
		if at, ok := g.delayed.first(); ok && at <= g.now() {
			return g.delayed.pop(), true
		}
		r := g.happen()
		g.left--
		if g.random.IntN(copiedOf) == 0 {
			twin := r
			twin.copied = true
			g.delay(twin)
		}
		if g.random.IntN(lateOf) != 0 {
			return r, true
		}
		g.delay(r)
	}
	if len(g.delayed) > 0 {
		return g.delayed.pop(), true
	}
	return row{}, false
}

// delay lets a row arrive later: within minutes mostly, days at worst. A copy of a late event may come before it.
func (g *generator) delay(r row) {
	f := g.random.Float64()
	g.delayed.push(r.time+event.Millis(f*f*f*mostDelay), r)
}

// now is the time of the next event, or of a session that begins before it.
func (g *generator) now() event.Millis {
	if at, ok := g.open.first(); ok {
		return min(at, g.begin)
	}
	return g.begin
}

// happen makes the next event.
func (g *generator) happen() row {
	for at, ok := g.open.first(); !ok || at > g.begin; at, ok = g.open.first() {
		g.start()
	}
	at, _ := g.open.first()
	s := g.open.pop()
	at = max(at, g.last[s.person]+apart)
	g.last[s.person] = at
	if s.left--; s.left > 0 {
		g.open.push(at+apart+event.Millis(g.random.ExpFloat64()*40_000), s)
	}
	return g.row(at, s)
}

// start begins a session of somebody.
func (g *generator) start() {
	s := session{person: uint32(g.people.Uint64()), referrer: uint8(g.random.IntN(referrerCount))}
	s.left = uint16(1 + g.random.IntN(2*eventsPerSession-1))
	g.open.push(g.begin, s)
	g.begin += 1 + event.Millis(g.random.Int64N(int64(2*g.every-1)))
}

func (g *generator) row(at event.Millis, s session) row {
	g.id++
	r := row{
		time: at, user: actorOf(s.person), id: mix(g.seed ^ g.id<<1),
		name: uint8(g.names.Uint64()), path: uint16(g.paths.Uint64()), item: uint16(g.item.Uint64()),
		cents: uint32(g.random.IntN(100_000)), quantity: uint8(1 + g.random.IntN(9)), referrer: s.referrer,
		person: personOf(g.seed, s.person),
	}
	r.signedIn = r.plan > 0 || g.random.IntN(4) == 0
	return r
}

// actorOf spreads people over the buckets.
func actorOf(p uint32) event.Actor {
	return event.MakeActor(int(p%event.Buckets), 1+p/event.Buckets)
}

// personOf draws what stays the same for a person.
func personOf(seed uint64, p uint32) person {
	h := mix(seed<<32 ^ uint64(p))
	draw := func(n uint64) uint8 { // the smaller of two: small ones more often
		h = mix(h)
		return uint8(min(h%n, h>>32%n))
	}
	return person{
		country: draw(countryCount), city: draw(citiesOfEach), browser: draw(uint64(len(browsers))), version: draw(40),
		system: draw(uint64(len(systems))), device: draw(uint64(len(devices))), plan: draw(uint64(len(plans))),
		variant: draw(uint64(len(variants))), screen: draw(uint64(len(screens))),
	}
}

// mix spreads the bits of x (splitmix64).
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
