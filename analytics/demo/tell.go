package demo

import (
	"math"
	"math/rand/v2"
	"strconv"

	"jejak/event"
)

var names = [...]string{
	visit: "Docs viewed", signUpStarted: "Sign-up started", signUpCompleted: "Sign-up completed", keyCreated: "API key created",
	firstCall: "First API call", call: "API call", playground: "Playground run", consoleOpened: "Console opened",
	invited: "Teammate invited", upgraded: "Plan upgraded", invoicePaid: "Invoice paid", supportAsked: "Support asked",
}

// tell turns a deed into the event that a client would have sent. number makes its insert id.
func (w *world) tell(d deed, number int) event.Event {
	random := rand.New(rand.NewPCG(uint64(d.dice), uint64(d.at)))
	e := event.Event{
		Name: names[d.what], Time: event.Millis(d.at), InsertID: "demo-" + strconv.FormatInt(int64(number), 36),
		Properties: make([]event.Property, 0, 16),
	}
	if d.who.bot {
		e.Class = event.Bot
	}
	fromServer := d.who.server && (d.what == call || d.what == firstCall)
	if !fromServer {
		e.IDs.Device = d.who.device()
		tellBrowser(&e, d.who)
	}
	if d.known {
		e.IDs.User = d.who.user()
		tellAccount(&e, d.who)
	}
	tellPlace(&e, d.who.place)
	tellDeed(&e, d, random)
	e.Size = 40 + 36*len(e.Properties)
	return e
}

func set(e *event.Event, name, value string) {
	if value != "" {
		e.Properties = append(e.Properties, event.Property{Name: name, Value: event.StringOf(value)})
	}
}

func setNumber(e *event.Event, name string, value float64) {
	e.Properties = append(e.Properties, event.Property{Name: name, Value: event.NumberOf(value)})
}

func tellBrowser(e *event.Event, p *person) {
	b, s := p.browser, p.source
	set(e, "$browser", b.name)
	set(e, "$browser_version", b.version)
	set(e, "$os", b.system)
	set(e, "$device", b.device)
	setNumber(e, "$screen_width", b.width)
	setNumber(e, "$screen_height", b.height)
	set(e, "mp_lib", "web")
	set(e, "$initial_referrer", orDirect(s.referrer))
	set(e, "$initial_referring_domain", orDirect(s.domain))
	set(e, "$search_engine", s.engine)
	set(e, "utm_source", s.utm)
	set(e, "utm_medium", s.medium)
	set(e, "utm_campaign", s.campaign)
}

func orDirect(s string) string {
	if s == "" {
		return "$direct"
	}
	return s
}

func tellAccount(e *event.Event, p *person) {
	set(e, "organisation", p.org.id)
	set(e, "plan", p.org.plan)
	set(e, "role", p.role)
}

func tellPlace(e *event.Event, p *place) {
	set(e, "$city", p.city)
	set(e, "$region", p.region)
	set(e, "mp_country_code", p.country)
}

func tellDeed(e *event.Event, d deed, random *rand.Rand) {
	switch d.what {
	case visit:
		tellVisit(e, d, random)
	case call, firstCall, playground:
		tellCall(e, random)
	case keyCreated:
		set(e, "environment", [...]string{"test", "test", "live"}[random.IntN(3)])
	case invited:
		set(e, "invited role", pick(random, roles).name)
	case upgraded:
		set(e, "from plan", "Free")
	case invoicePaid:
		setNumber(e, "amount", invoices[random.IntN(len(invoices))])
		set(e, "currency", currencies[random.IntN(len(currencies))])
	case supportAsked:
		set(e, "topic", [...]string{"billing", "rate limits", "errors", "account"}[random.IntN(4)])
	}
}

func tellVisit(e *event.Event, d deed, random *rand.Rand) {
	path := docs[min(random.IntN(len(docs)), random.IntN(len(docs)))]
	set(e, "$current_url", "https://console.nusa.example"+path)
	set(e, "page", path)
	set(e, "$referrer", d.who.source.referrer)
	set(e, "$referring_domain", d.who.source.domain)
}

func tellCall(e *event.Event, random *rand.Rand) {
	x := pick(random, endpoints)
	set(e, "endpoint", x.path)
	set(e, "model", x.model)
	setNumber(e, "latency ms", math.Round(x.latency*math.Exp(random.NormFloat64()*0.5)))
	setNumber(e, "tokens", float64(20+random.IntN(2000)))
	status := 200.0
	switch random.IntN(60) {
	case 0:
		status = 429
	case 1:
		status = 500
	case 2:
		status = 401
	}
	setNumber(e, "status", status)
	e.Properties = append(e.Properties, event.Property{Name: "streamed", Value: event.BooleanOf(random.IntN(3) == 0)})
}
