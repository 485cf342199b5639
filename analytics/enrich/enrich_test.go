package enrich

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"jejak/event"
)

// atlas knows one place and counts how often it is asked.
type atlas struct {
	address netip.Addr
	place   Place
	asked   int
}

func (a *atlas) Locate(x netip.Addr) (Place, bool) {
	a.asked++
	return a.place, x == a.address
}

var (
	visitor = netip.MustParseAddr("203.0.113.9")
	bandung = Place{"Bandung", "West Java", "ID"}
)

func batch(s event.Source, events ...event.Event) *event.Batch {
	return &event.Batch{Source: s, UserAgent: chromeWindows, Events: events}
}

func TestPlacesAreAddedAndAddressesTakenAway(t *testing.T) {
	for _, s := range []event.Source{event.Track, event.Import, event.Native} {
		a := &atlas{address: visitor, place: bandung}
		b := batch(s, event.Event{Address: visitor}, event.Event{Address: visitor, Properties: []event.Property{
			{Name: "$city", Value: event.StringOf("Depok")},
		}}, event.Event{})
		New(a).Enrich(b)
		for i, want := range []string{"Bandung West Java ID", "Depok West Java ID", "  "} {
			e := &b.Events[i]
			got := fmt.Sprint(e.Get("$city").Text, " ", e.Get("$region").Text, " ", e.Get("mp_country_code").Text)
			if got != want {
				t.Errorf("source %d, event %d: place %q, want %q", s, i, got, want)
			}
			if e.Address.IsValid() {
				t.Errorf("source %d, event %d: the address is kept", s, i)
			}
		}
		if a.asked != 1 {
			t.Errorf("one address was looked up %d times", a.asked)
		}
	}
}

func TestAddressesThatStandForAnIdentifierReachIdentify(t *testing.T) {
	b := batch(event.Track, event.Event{Address: visitor, IDs: event.IDs{AddressStands: true}})
	New(nil).Enrich(b)
	if b.Events[0].Address != visitor {
		t.Error("the address is gone before identify could use it")
	}
}

func TestAgentsDescribeLiveTrafficOnly(t *testing.T) {
	for s, want := range map[event.Source]string{event.Track: "Chrome", event.Native: "Chrome", event.Import: "", event.Demo: ""} {
		b := batch(s, event.Event{})
		New(nil).Enrich(b)
		if got := b.Events[0].Get("$browser").Text; got != want {
			t.Errorf("source %d: $browser = %q, want %q", s, got, want)
		}
		if b.UserAgent != "" {
			t.Errorf("source %d: the agent is kept", s)
		}
	}
}

func TestMachinesAreAClassOfLiveTraffic(t *testing.T) {
	for s, want := range map[event.Source]event.Class{event.Track: event.Bot, event.Native: event.Bot, event.Import: event.Person} {
		b := batch(s, event.Event{})
		b.UserAgent = googlebot
		New(nil).Enrich(b)
		if len(b.Events) != 1 || b.Events[0].Class != want {
			t.Errorf("source %d: class %d, want %d", s, b.Events[0].Class, want)
		}
	}
}

func TestImportsAreMarkedAndCut(t *testing.T) {
	b := batch(event.Import, event.Event{Properties: []event.Property{
		{Name: "$current_url", Value: event.StringOf("https://app.example/?utm_source=a&token=b")},
		{Name: "$referrer", Value: event.StringOf("https://www.google.com/?q=a")},
	}})
	New(nil).Enrich(b)
	var got []string
	for _, p := range b.Events[0].Properties {
		got = append(got, p.Name+"="+p.Value.String())
	}
	want := "$current_url=https://app.example/?utm_source=a $referrer=https://www.google.com/ $import=true"
	if s := strings.Join(got, " "); s != want {
		t.Errorf("properties = %s, want %s", s, want)
	}
}

// typical makes an event of 15 properties as servers import it.
func typical() event.Event {
	e := event.Event{Name: "API call"}
	for i := range 12 {
		e.Properties = append(e.Properties, event.Property{Name: fmt.Sprintf("property %d", i), Value: event.StringOf("some value")})
	}
	e.Set("$current_url", event.StringOf("https://console.example/keys?tab=2"))
	e.Set("$referrer", event.StringOf("https://www.example/"))
	e.Set("$browser", event.StringOf("Chrome"))
	return e
}

func BenchmarkEnrichImport(b *testing.B) {
	events := make([]event.Event, 2000)
	e := New(nil)
	b.ReportAllocs()
	for b.Loop() {
		b.StopTimer()
		for i := range events {
			events[i] = typical()
		}
		b.StartTimer()
		e.Enrich(&event.Batch{Source: event.Import, Events: events})
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(events)), "ns/event")
}
