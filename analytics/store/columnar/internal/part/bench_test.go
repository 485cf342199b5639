package part

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"strconv"
	"testing"

	"jejak/event"
)

const (
	day       = event.Millis(86_400_000)
	benchBase = 1_700_006_400_000
)

var (
	benchNames   = []string{"Page viewed", "Button clicked", "Search", "Item viewed", "Item added", "Checkout", "Purchase", "API call"}
	benchBrowser = []string{"Chrome", "Safari", "Firefox", "Microsoft Edge"}
	benchCities  = []string{"Jakarta", "Bandung", "Surabaya", "Singapore", "Kuala Lumpur", "Berlin", "London", "Sydney"}
)

// benchEvents are n typical events of 15 properties over so many days.
func benchEvents(seed uint64, n, days int) []event.Event {
	r := rand.New(rand.NewPCG(seed, 1))
	pick := func(s []string) event.Value { return event.StringOf(s[r.IntN(len(s))]) }
	number := func(n int) event.Value { return event.NumberOf(float64(n)) }
	events := make([]event.Event, n)
	for i := range events {
		events[i] = event.Event{
			Name: benchNames[r.IntN(len(benchNames))], Time: benchBase + event.Millis(r.Int64N(int64(day)*int64(days))),
			InsertID: fmt.Sprint(seed, "x", i), Actor: event.MakeActor(r.IntN(event.Buckets), 1+r.Uint32N(1500)),
			Properties: []event.Property{
				{Name: "$browser", Value: pick(benchBrowser)}, {Name: "$browser_version", Value: number(100 + r.IntN(40))},
				{Name: "$city", Value: pick(benchCities)},
				{Name: "$current_url", Value: event.StringOf("https://shop.example/items/" + strconv.Itoa(r.IntN(5000)))},
				{Name: "$os", Value: pick(benchBrowser)}, {Name: "$referrer", Value: event.StringOf("https://www.google.com/")},
				{Name: "$screen_height", Value: number(1080)}, {Name: "$screen_width", Value: number(1920)},
				{Name: "amount", Value: event.NumberOf(float64(r.IntN(100_000)) / 100)},
				{Name: "mp_country_code", Value: pick(benchCities)}, {Name: "mp_lib", Value: event.StringOf("bench")},
				{Name: "plan", Value: pick(benchCities)}, {Name: "quantity", Value: number(1 + r.IntN(9))},
				{Name: "signed in", Value: event.BooleanOf(r.IntN(2) == 0)}, {Name: "variant", Value: pick(benchCities)},
			},
		}
	}
	return events
}

func perEvent(b *testing.B, n int) {
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/event")
}

func BenchmarkBuild(b *testing.B) {
	for _, n := range []int{100, 8192} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			events := benchEvents(1, n, 60)
			b.ReportAllocs()
			for b.Loop() {
				Build(events, testKey)
			}
			perEvent(b, n)
		})
	}
}

func benchPieces(b *testing.B, pieces, n, days int) []*Part {
	var inputs []*Part
	for i := range pieces {
		inputs = append(inputs, mustOpen(b, Build(benchEvents(uint64(i), n, days), testKey)))
	}
	return inputs
}

func merged(b testing.TB, inputs ...*Part) *Part {
	var out bytes.Buffer
	if _, err := Merge(context.Background(), &out, inputs, nil, always, forever); err != nil {
		b.Fatal(err)
	}
	return mustOpen(b, out.Bytes())
}

// BenchmarkMerge puts 16 pieces together, as a flush does.
func BenchmarkMerge(b *testing.B) {
	inputs := benchPieces(b, 16, 8192, 60)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Merge(context.Background(), io.Discard, inputs, nil, always, forever); err != nil {
			b.Fatal(err)
		}
	}
	perEvent(b, 16*8192)
}

// BenchmarkMergeDay takes one day of 30 out of four parts, as compaction does.
func BenchmarkMergeDay(b *testing.B) {
	inputs := benchPieces(b, 4, 1<<16, 30)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Merge(context.Background(), io.Discard, inputs, nil, benchBase+day, benchBase+2*day); err != nil {
			b.Fatal(err)
		}
	}
	perEvent(b, 4<<16/30)
}

// BenchmarkSuperseded compares two pieces.
func BenchmarkSuperseded(b *testing.B) {
	for _, unit := range []event.Millis{1, 1000} {
		var pieces []*Part
		for i := range 2 {
			events := benchEvents(uint64(i), 8192, 1)
			for j := range events {
				events[j].Time -= events[j].Time % unit
			}
			pieces = append(pieces, mustOpen(b, Build(events, testKey)))
		}
		olds, news := pieces[0].Sections(everything), pieces[1].Sections(everything)
		b.Run(fmt.Sprint(unit, "ms"), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				for i := range olds {
					var gone [event.Buckets][]int
					Superseded(olds[i], news[i], &gone)
				}
			}
			perEvent(b, 8192)
		})
	}
}

// BenchmarkManyNames puts 30 small days of a project with 5,000 event names together.
func BenchmarkManyNames(b *testing.B) {
	var days [][]event.Event
	for i := range 30 {
		events := benchEvents(uint64(i), 300, 1)
		for j := range events {
			events[j].Name = fmt.Sprint("event ", rand.IntN(5000))
		}
		days = append(days, events)
	}
	b.Run("Build", func(b *testing.B) {
		for b.Loop() {
			for _, events := range days {
				Build(events, testKey)
			}
		}
		perEvent(b, 30*300)
	})
	var inputs []*Part
	for _, events := range days {
		inputs = append(inputs, mustOpen(b, Build(events, testKey)))
	}
	b.Run("Merge", func(b *testing.B) {
		for b.Loop() {
			if _, err := Merge(context.Background(), io.Discard, inputs, nil, always, forever); err != nil {
				b.Fatal(err)
			}
		}
		perEvent(b, 30*300)
		b.ReportMetric(float64(len(inputs[0].bytes))/300, "B/event-before")
		b.ReportMetric(float64(len(merged(b, inputs...).bytes))/9000, "B/event-after")
	})
}

func BenchmarkOpen(b *testing.B) {
	p := merged(b, benchPieces(b, 4, 1<<16, 1)...)
	b.ReportAllocs()
	for b.Loop() {
		mustOpen(b, p.bytes)
	}
	b.ReportMetric(float64(len(p.bytes))/float64(p.Rows()), "B/event")
}

// BenchmarkRead decodes a stream of all rows, bucket by bucket.
func BenchmarkRead(b *testing.B) {
	p := merged(b, benchPieces(b, 4, 1<<16, 1)...)
	sections := p.Sections(everything)
	var times []event.Millis
	var indexes []uint32
	var numbers []float64
	read := map[string]func(s *Section, lo, hi int){
		"times":   func(s *Section, lo, hi int) { times = s.Times(lo, hi, times) },
		"actors":  func(s *Section, lo, hi int) { indexes = s.Actors(lo, hi, indexes) },
		"codes":   func(s *Section, lo, hi int) { indexes = s.Column("$current_url").Codes(lo, hi, indexes) },
		"numbers": func(s *Section, lo, hi int) { numbers = s.Column("amount").Numbers(lo, hi, numbers) },
	}
	for name, f := range read {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				for _, s := range sections {
					for bucket := range event.Buckets {
						lo, hi := s.Bucket(bucket)
						f(s, lo, hi)
					}
				}
			}
			perEvent(b, p.Rows())
		})
	}
}

// BenchmarkUnpack is the innermost loop.
func BenchmarkUnpack(b *testing.B) {
	for _, w := range []uint{5, 13, 20, 27, 40} {
		vals := make([]int64, blockRows)
		for i := range vals {
			vals[i] = int64(rand.Uint64() & (1<<w - 1))
		}
		packed := append(appendPacked(nil, vals, 0, 1, w), make([]byte, overRead)...)
		b.Run(strconv.Itoa(int(w)), func(b *testing.B) {
			for b.Loop() {
				unpack(vals, packed, 0, w, 1e12)
			}
			perEvent(b, blockRows)
		})
	}
}

// BenchmarkDictionary goes over the values of a property of many.
func BenchmarkDictionary(b *testing.B) {
	var events []event.Event
	for i := range 5000 {
		e := event.Event{Name: "a", Time: event.Millis(i)}
		e.Set("item", event.StringOf("item "+strconv.Itoa(i)))
		events = append(events, e)
	}
	p, err := Open(Build(events, testKey))
	if err != nil {
		b.Fatal(err)
	}
	d := p.Sections(everything)[0].Column("item").Dictionary()
	length := 0
	for b.Loop() {
		d.Values(1, uint32(d.Len())+1, func(_ uint32, v event.Value) { length += len(v.Text) })
	}
	perEvent(b, d.Len())
}
