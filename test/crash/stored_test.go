package crash

import (
	"path/filepath"
	"testing"

	"jejak/analytics/store"
	"jejak/analytics/store/columnar"
	"jejak/event"
	"jejak/test/server"
)

// stored reads the store itself, of a server that does not run: how often each event number is there for questions.
func stored(t *testing.T, s *server.Server) map[int]int {
	t.Helper()
	c, err := columnar.Open(filepath.Join(s.Data, "events"), columnar.Options{})
	if err != nil {
		t.Fatalf("cannot open the store: %v", err)
	}
	defer c.Close()
	snap, err := c.Snapshot(event.ProjectID(s.Project.ID))
	if err != nil {
		t.Fatalf("cannot take a snapshot: %v", err)
	}
	defer snap.Release()
	all := map[int]int{}
	for _, section := range snap.Sections(store.Selection{Bots: true, From: 0, To: 1 << 60}) {
		countNumbers(section, all)
	}
	return all
}

func countNumbers(s store.Section, all map[int]int) {
	gone := map[int]bool{}
	for bucket := range event.Buckets {
		for _, row := range s.Superseded(bucket) {
			gone[row] = true
		}
	}
	for row, n := range s.Column("n").Numbers(0, s.Rows(), nil) {
		if !gone[row] {
			all[int(n)]++
		}
	}
}

// agrees asks the restarted server the same thing the way a script would: how many events, and the sum of their numbers.
func agrees(t *testing.T, s *server.Server, b *book) {
	t.Helper()
	there := stored(t, s)
	sum := 0
	for n := range there {
		sum += n
	}
	if _, err := s.Start(); err != nil {
		t.Fatal(err)
	}
	totals, err := s.Totals(`[{"name":"A","any_event":true,"measure":"total"},{"name":"B","any_event":true,"measure":"sum","property":"n"}]`)
	if err != nil || len(totals) != 2 {
		t.Fatalf("cannot ask: %v, %v", err, totals)
	}
	acknowledged, _ := b.size()
	if int(totals[0]) != len(there) || int(totals[1]) != sum || len(there) < acknowledged {
		t.Errorf("the server counts %.0f events with the sum %.0f; %d with the sum %d are stored, %d were acknowledged",
			totals[0], totals[1], len(there), sum, acknowledged)
	}
}
