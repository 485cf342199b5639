package crash

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"jejak/analytics/identify"
	"jejak/analytics/store"
	"jejak/analytics/store/columnar"
	"jejak/event"
	"jejak/test/server"
)

// TestKilledAmongNewPeople: every event brings a new person with a device and a personal value in a free property, and now
// and then the keys are replaced by a command beside the server; server and command are killed at random moments. After
// each death fsck is clean, which compares events with people and people with their keys; at the end each acknowledged event
// is there once, for a person of its own.
func TestKilledAmongNewPeople(t *testing.T) {
	if *seed == 0 {
		*seed = uint64(time.Now().UnixNano())
	}
	t.Logf("-seed=%d -rounds=%d", *seed, *rounds)
	random := rand.New(rand.NewPCG(*seed, 2))
	s, b := newServer(t), newBook()
	rotations := 0
	for round := range *rounds {
		if _, err := s.Start(); err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		over := startPeople(s, b)
		rotated := startRotation(t, s, round, time.Duration(random.IntN(120))*time.Millisecond)
		<-time.After(time.Duration(10+random.IntN(250)) * time.Millisecond) // the moment of death, not a wait for something
		s.Kill()
		over()
		if rotated() {
			rotations++
		}
		mustBeSound(t, s)
		if t.Failed() {
			t.Fatalf("in round %d", round)
		}
	}
	there := stored(t, s)
	b.compare(t, there)
	if people := peopleOf(t, s); people < len(there) {
		t.Errorf("%d events, %d people", len(there), people)
	}
	acknowledged, sent := b.size()
	t.Logf("%d events acknowledged of %d sent, %d rotations came to their end", acknowledged, sent, rotations)
	if acknowledged < *rounds {
		t.Error("hardly anything was acknowledged: the test did not test")
	}
}

// startPeople sends batches of a few events each until the function it returns is called.
func startPeople(s *server.Server, b *book) (stop func()) {
	var over atomic.Bool
	var done sync.WaitGroup
	for _, size := range []int{1, 1, 5, 40} {
		done.Go(func() {
			for !over.Load() {
				numbers := b.draw(size)
				if sendPeople(s, numbers) == http.StatusOK {
					b.acknowledge(numbers)
				} else {
					b.putBack(numbers)
				}
			}
		})
	}
	return func() {
		over.Store(true)
		done.Wait()
	}
}

// sendPeople imports the events of these numbers, each of a person of its own.
func sendPeople(s *server.Server, numbers []int) int {
	events := make([]any, len(numbers))
	for i, n := range numbers {
		events[i] = map[string]any{"event": "Met", "properties": map[string]any{
			"time": base + int64(n)*37, "$user_id": fmt.Sprint("person-", n), "$device_id": fmt.Sprint("device-", n), "$insert_id": fmt.Sprint("n", n),
			"n": n, "note": fmt.Sprintf("write to person%d@example.org", n),
		}}
	}
	body, err := json.Marshal(events)
	if err != nil {
		panic(fmt.Sprintf("BUG: cannot encode events: %v", err))
	}
	status, _, err := s.Import(bytes.NewReader(body), header)
	if err != nil {
		return 0
	}
	return status
}

// startRotation replaces keys in every second round, by a command that is killed when it lasts longer than span. What it
// returns waits for it, and tells whether it came to its end.
func startRotation(t *testing.T, s *server.Server, round int, span time.Duration) (ended func() bool) {
	words := []string{"key", "rotate", "--data", s.Data}
	switch round % 4 {
	case 1:
	case 3:
		words = []string{"key", "rotate-project", fmt.Sprint(s.Project.ID), "--data", s.Data}
	default:
		return func() bool { return false }
	}
	c := exec.Command(s.Program, words...)
	var said strings.Builder
	c.Stderr = &said
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	killer := time.AfterFunc(span, func() { _ = c.Process.Kill() })
	return func() bool {
		defer killer.Stop()
		err := c.Wait()
		if err != nil && said.Len() > 0 {
			t.Errorf("jejak %s: %v\n%s", strings.Join(words, " "), err, said.String())
		}
		return err == nil
	}
}

// peopleOf counts the actors that events have, of a server that does not run.
func peopleOf(t *testing.T, s *server.Server) int {
	t.Helper()
	c, err := columnar.Open(filepath.Join(s.Data, "events"), columnar.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	var census identify.Census
	for body, err := range c.Records(event.ProjectID(s.Project.ID), store.Identifiers) {
		if err == nil {
			err = census.Add(body)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	snap, err := c.Snapshot(event.ProjectID(s.Project.ID))
	if err != nil {
		t.Fatal(err)
	}
	defer snap.Release()
	people := map[event.Actor]bool{}
	for _, section := range snap.Sections(store.Selection{Bots: true, From: 0, To: 1 << 60}) {
		for bucket := range event.Buckets {
			lo, hi := section.Bucket(bucket)
			for _, index := range section.Actors(lo, hi, nil) {
				if index == 0 || index > census.Given(bucket) {
					t.Fatalf("an event of actor %d of bucket %d, whom the ledger does not know", index, bucket)
				}
				people[event.MakeActor(bucket, index)] = true
			}
		}
	}
	return len(people)
}
