package demo

import (
	"math/rand/v2"
	"strconv"
)

// person is one visitor. Index numbers the visitors from 0.
type person struct {
	index   int
	place   *place
	browser *browser
	source  *source
	org     *organisation
	role    string
	bot     bool
	server  bool // calls come from a server, with another library
}

// organisation is a customer.
type organisation struct {
	id      string
	plan    string
	members int // how many people may belong to it
}

const organisations = 1_400

func newOrganisations(random *rand.Rand) []organisation {
	orgs := make([]organisation, organisations)
	for i := range orgs {
		p := pick(random, plans)
		orgs[i] = organisation{id: "org_" + strconv.Itoa(1000+i), plan: p.name, members: p.members}
	}
	return orgs
}

func (w *world) newPerson(index int) *person {
	return &person{
		index:   index,
		place:   pick(w.random, places),
		browser: pick(w.random, browsers),
		source:  pick(w.random, sources),
		org:     w.newOrg(),
		role:    pick(w.random, roles).name,
		bot:     w.chance(0.02),
		server:  w.chance(0.7),
	}
}

// newOrg prefers large organisations.
func (w *world) newOrg() *organisation {
	for {
		o := &w.orgs[w.random.IntN(len(w.orgs))]
		if w.random.IntN(120) < o.members {
			return o
		}
	}
}

// device and user are the identifiers a person's browser and server send.
func (p *person) device() string { return "demo-device-" + strconv.Itoa(p.index) }
func (p *person) user() string   { return "demo-user-" + strconv.Itoa(p.index) }

// weighted is a thing that is picked as often as its weight says.
type weighted interface{ heft() int }

// pick draws from a table.
func pick[T any, P interface {
	*T
	weighted
}](random *rand.Rand, table []T) P {
	sum := 0
	for i := range table {
		sum += P(&table[i]).heft()
	}
	x := random.IntN(sum)
	for i := range table {
		if x -= P(&table[i]).heft(); x < 0 {
			return &table[i]
		}
	}
	panic("BUG: the weights of a table do not add up")
}
