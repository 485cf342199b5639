// Package enrich adds what a request implies, the place of its address, the browser behind its agent, the source behind
// its referrer, and cuts what is too exact to keep. Values given by the client win.
package enrich

import (
	"net/netip"

	"jejak/event"
)

// Enricher adds properties. Many goroutines may use one at once.
type Enricher struct {
	places Locator
	agents agents
}

// New makes an Enricher that looks up places in l; nil: it knows no places.
func New(l Locator) *Enricher { return &Enricher{places: l} }

// Enrich adds to each event of b what its address, agent, referrer and URL say, and takes the agent and the addresses
// away (identify takes those that stand for an identifier). History from an import gets its place and no more: its
// request says nothing about the visit.
func (e *Enricher) Enrich(b *event.Batch) {
	live := b.Source == event.Track || b.Source == event.Native
	var who agent
	if live {
		who = e.agents.of(b.UserAgent)
	}
	b.UserAgent = ""
	var last located
	for i := range b.Events {
		ev := &b.Events[i]
		e.place(ev, &last)
		if live {
			who.describe(ev)
			describeSource(ev)
		}
		cutURLs(ev)
		if b.Source == event.Import {
			ev.Set("$import", event.BooleanOf(true))
		}
	}
}

// located is the last address looked up: the events of one request mostly share theirs.
type located struct {
	address netip.Addr
	place   Place
}

func (e *Enricher) place(ev *event.Event, last *located) {
	a := ev.Address
	if !ev.IDs.AddressStands {
		ev.Address = netip.Addr{}
	}
	if !a.IsValid() || e.places == nil {
		return
	}
	if a != last.address {
		found, _ := e.places.Locate(a)
		*last = located{a, found}
	}
	addText(ev, "$city", last.place.City)
	addText(ev, "$region", last.place.Region)
	addText(ev, "mp_country_code", last.place.Country)
}

// add sets a property that the client did not.
func add(ev *event.Event, name string, v event.Value) {
	if v.Kind != event.None && ev.Get(name).Kind == event.None {
		ev.Set(name, v)
	}
}

// addText sets a property that the client did not, to a text that is not empty.
func addText(ev *event.Event, name, text string) {
	if text != "" {
		add(ev, name, event.StringOf(text))
	}
}
