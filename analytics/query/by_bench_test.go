package query_test

import (
	"fmt"
	"testing"

	"jejak/analytics/query"
	"jejak/analytics/store"
	"jejak/analytics/store/columnar"
	"jejak/event"
	"jejak/question"
)

// BenchmarkGroups asks of groups and profiles, beside what the same takes of people and of properties of events.
func BenchmarkGroups(b *testing.B) {
	snap := loaded(b)
	profiles := benchProfiles(b, snap)
	const unique = `"kind":"trend","interval":"day","metrics":[{"name":"A","any_event":true,"measure":"unique"}]`
	const funnel = `"kind":"funnel","window":1209600,"steps":[{"event":"event 03"},{"event":"event 04"},{"event":"event 06"}]`
	for _, x := range []struct{ name, parts string }{
		{"unique", unique}, {"unique_by_country", unique + `,"by":"country"`}, {"unique_by_url", unique + `,"by":"url"`},
		{"funnel", funnel}, {"funnel_by_country", funnel + `,"by":"country"`}, {"funnel_by_url", funnel + `,"by":"url"`},
		{"breakdown", unique + `,"breakdown":[{"property":"country"}]`},
		{"breakdown_profile", unique + `,"breakdown":[{"property":"=user[\"plan\"]"}]`},
		{"filter", unique + `,"filter":{"property":"browser","operator":"is","values":["B1"]}`},
		{"filter_profile", unique + `,"filter":{"where":"user[\"plan\"] == \"plan 1\""}`},
	} {
		b.Run(x.name, func(b *testing.B) {
			q, err := question.Parse(fmt.Appendf(nil, `{%s,"range":{"from":"2020-01-01","to":"2029-12-31","zone":"Asia/Jakarta"}}`, x.parts))
			if err != nil {
				b.Fatal(err)
			}
			if t, ok := q.(*question.Trend); ok {
				t.Range = question.Range{From: "2026-09-03", To: "2026-10-31", Zone: "Asia/Jakarta"}
			}
			o := query.Options{Guard: columnar.Guard, Budget: query.Budget{Memory: 2 << 30}, Profiles: func() (store.Snapshot, error) { return profiles.Snapshot(1) }}
			for b.Loop() {
				if _, err := query.Ask(b.Context(), snap, q, o); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// benchProfiles are those of everybody.
func benchProfiles(b *testing.B, snap store.Snapshot) store.Store {
	s, err := columnar.Open(b.TempDir(), columnar.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.Close() })
	for bucket := range event.Buckets {
		var rows []event.Event
		for index := uint32(1); index < snap.Actors(bucket); index++ {
			e := event.Event{Name: store.UserProfiles, Actor: event.MakeActor(bucket, index), Time: event.Millis(index), InsertID: "profile"}
			e.Set("plan", event.StringOf(fmt.Sprint("plan ", index%7)))
			e.Set("seats", event.NumberOf(float64(index%100)))
			rows = append(rows, e)
		}
		if err := s.Append(b.Context(), store.Batch{Project: 1, Events: rows}); err != nil {
			b.Fatal(err)
		}
	}
	return s
}
