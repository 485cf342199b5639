package crash

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"jejak/analytics/people"
	"jejak/analytics/store/columnar"
	"jejak/event"
	"jejak/test/server"
)

// TestKilledAmongProfiles: every update is the first word of a new person, with personal values and a group; the server is killed at
// random moments. After each death fsck is clean; at the end each acknowledged update is in effect, once for each person.
func TestKilledAmongProfiles(t *testing.T) {
	if *seed == 0 {
		*seed = uint64(time.Now().UnixNano())
	}
	t.Logf("-seed=%d -rounds=%d", *seed, *rounds)
	random := rand.New(rand.NewPCG(*seed, 3))
	s, b := newServer(t), newBook()
	for round := range *rounds {
		if _, err := s.Start(); err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		over := startProfiles(s, b)
		<-time.After(time.Duration(10+random.IntN(150)) * time.Millisecond) // the moment of death, not a wait for something
		s.Kill()
		over()
		mustBeSound(t, s)
		if t.Failed() {
			t.Fatalf("in round %d", round)
		}
	}
	b.compare(t, profiled(t, s))
	acknowledged, sent := b.size()
	t.Logf("%d updates acknowledged of %d sent", acknowledged, sent)
	if acknowledged < *rounds {
		t.Error("hardly anything was acknowledged: the test did not test")
	}
}

func startProfiles(s *server.Server, b *book) (stop func()) {
	var over atomic.Bool
	var done sync.WaitGroup
	for _, size := range []int{1, 1, 5, 40} {
		done.Go(func() {
			for !over.Load() {
				numbers := b.draw(size)
				if sendProfiles(s, numbers) {
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

// sendProfiles sends an update for each number, and one of a group for each tenth.
func sendProfiles(s *server.Server, numbers []int) bool {
	var persons, groups []string
	for _, n := range numbers {
		persons = append(persons, fmt.Sprintf(`{"$token":%q,"$distinct_id":"person-%d","$set":{"n":%d,"$email":"person%d@example.org"},"$union":{"l":["x"]}}`, s.Project.Token, n, n, n))
		if n%10 == 0 {
			groups = append(groups, fmt.Sprintf(`{"$token":%q,"$group_key":"company","$group_id":"company-%d","$set":{"size":%d}}`, s.Project.Token, n, n))
		}
	}
	return (len(groups) == 0 || post(s, "/groups", groups)) && post(s, "/engage", persons)
}

func post(s *server.Server, path string, records []string) bool {
	a, err := http.Post(s.Base+path, "application/json", strings.NewReader("["+strings.Join(records, ",")+"]"))
	if err != nil {
		return false
	}
	defer a.Body.Close()
	return a.StatusCode == http.StatusOK
}

// profiled is how often each number is in a profile, of a server that does not run.
func profiled(t *testing.T, s *server.Server) map[int]int {
	t.Helper()
	c, err := columnar.Open(filepath.Join(s.Data, "events"), columnar.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	snap, err := c.Snapshot(people.Shadow(event.ProjectID(s.Project.ID)))
	if err != nil {
		t.Fatal(err)
	}
	defer snap.Release()
	all := map[int]int{}
	people.Rows(snap, people.Users, func(_ event.Actor, properties []event.Property) bool {
		p := people.ProfileOf(properties)
		n, _ := p["n"].(float64)
		all[int(n)]++
		if list, _ := p["l"].([]any); len(list) != 1 {
			t.Errorf("the list of person %v is %v", n, list)
		}
		return true
	})
	return all
}
