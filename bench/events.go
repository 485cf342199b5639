package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strconv"
	"sync/atomic"
	"time"
)

const batchEvents = 2_000

// maker invents typical events of 15 properties. Not safe for many goroutines.
type maker struct {
	random *rand.Rand
	people int
	from   time.Time // events lie in the sixty days before
	made   int
	name   string // goes into insert ids: no two makers may share it

	crowd func(m *maker, n int, properties map[string]any) // says who does the n-th event of all makers; nil: anybody
	next  *atomic.Int64
}

func newMaker(seed uint64, people int) *maker {
	return &maker{
		random: rand.New(rand.NewPCG(seed, 1)), people: people, from: time.Now(), name: strconv.FormatUint(seed, 36) + "x",
	}
}

var (
	eventNames = [...]string{"Page viewed", "Button clicked", "Search", "Item viewed", "Item added", "Checkout", "Purchase", "API call"}
	browsers   = [...]string{"Chrome", "Safari", "Firefox", "Microsoft Edge"}
	systems    = [...]string{"Windows", "Mac OS X", "Linux", "Android", "iOS"}
	cities     = [...]string{"Jakarta", "Bandung", "Surabaya", "Singapore", "Kuala Lumpur", "Berlin", "London", "Sydney"}
	countries  = [...]string{"ID", "ID", "ID", "SG", "MY", "DE", "GB", "AU"}
	plans      = [...]string{"Free", "Free", "Free", "Pro", "Team", "Enterprise"}
)

// event is one event without its token: a JSON object with 15 properties besides time, distinct id and insert id.
func (m *maker) event(at time.Time) map[string]any {
	m.made++
	place := m.random.IntN(len(cities))
	e := map[string]any{
		"event": eventNames[m.random.IntN(len(eventNames))],
		"properties": map[string]any{
			"time": at.UnixMilli(), "distinct_id": "user-" + strconv.Itoa(m.random.IntN(m.people)),
			"$insert_id": m.name + strconv.Itoa(m.made),
			"$browser":   browsers[m.random.IntN(len(browsers))], "$browser_version": 100 + m.random.IntN(40),
			"$os": systems[m.random.IntN(len(systems))], "$city": cities[place], "mp_country_code": countries[place],
			"$current_url":  "https://shop.example/items/" + strconv.Itoa(m.random.IntN(5000)),
			"$referrer":     "https://www.google.com/",
			"$screen_width": 1920, "$screen_height": 1080, "plan": plans[m.random.IntN(len(plans))],
			"amount": float64(m.random.IntN(100_000)) / 100, "quantity": 1 + m.random.IntN(9),
			"signed in": m.random.IntN(2) == 0, "variant": "v" + strconv.Itoa(m.random.IntN(4)), "mp_lib": "bench",
		},
	}
	if m.crowd != nil {
		m.crowd(m, int(m.next.Add(1)-1), e["properties"].(map[string]any))
	}
	return e
}

// batch is a gzip body of NDJSON for /import.
func (m *maker) batch(n int) []byte {
	var packed bytes.Buffer
	z, _ := gzip.NewWriterLevel(&packed, gzip.BestSpeed)
	e := json.NewEncoder(z)
	for range n {
		at := m.from.Add(-time.Duration(m.random.Int64N(int64(60 * 24 * time.Hour))))
		if err := e.Encode(m.event(at)); err != nil {
			panic(fmt.Sprintf("BUG: cannot encode an event: %v", err))
		}
	}
	_ = z.Close()
	return packed.Bytes()
}

// single is a body for /track, as an SDK sends it.
func (m *maker) single(token string) []byte {
	e := m.event(time.Now())
	e["properties"].(map[string]any)["token"] = token
	b, err := json.Marshal([]any{e})
	if err != nil {
		panic(fmt.Sprintf("BUG: cannot encode an event: %v", err))
	}
	return b
}
