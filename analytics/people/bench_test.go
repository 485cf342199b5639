package people

import (
	"fmt"
	"testing"

	"jejak/analytics/store/columnar"
	"jejak/event"
)

// BenchmarkTake updates profiles of 50,000 people in batches of 50.
func BenchmarkTake(b *testing.B) {
	s, err := columnar.Open(b.TempDir(), columnar.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	h := newHouse(b, s, nil)
	n := 0
	for b.Loop() {
		batch := &event.ProfileBatch{Project: 1}
		for range 50 {
			n++
			batch.Profiles = append(batch.Profiles, event.Profile{Body: someUpdate(n)})
		}
		if _, err := h.Take(b.Context(), batch); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(n), "ns/update")
}

func someUpdate(n int) []byte {
	who := n * 7919 % 50_000
	switch n % 3 {
	case 0:
		return fmt.Appendf(nil, `{"$distinct_id":"u%d","$set":{"$email":"u%d@mail.example","$first_name":"Siti","plan":"team","$os":"Linux","seats":3}}`, who, who)
	case 1:
		return fmt.Appendf(nil, `{"$distinct_id":"u%d","$add":{"logins":1}}`, who)
	default:
		return fmt.Appendf(nil, `{"$distinct_id":"u%d","$union":{"features":["a","b%d"]}}`, who, n%5)
	}
}
