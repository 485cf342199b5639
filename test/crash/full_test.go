package crash

import (
	"net/http"
	"testing"
)

// TestDiskFull: where the system refuses to write, clients hear 503, nothing acknowledged is lost, nothing half-written
// is found, and with room again everything goes on. A limit on the size of files stands in for the full disk: it
// refuses in the middle of a write, too.
func TestDiskFull(t *testing.T) {
	s, b := newServer(t), newBook()
	if _, err := s.Start("sh", "-c", `ulimit -f 2048; exec "$@"`, "sh"); err != nil { // 1 or 2 MB, as the shell counts
		t.Fatal(err)
	}
	refused := 0
	for refused < 20 {
		numbers := b.draw(50)
		switch status := send(s, numbers); status {
		case http.StatusOK:
			b.acknowledge(numbers)
		case http.StatusServiceUnavailable:
			b.putBack(numbers)
			refused++
		default:
			t.Fatalf("a full disk is answered with %d", status)
		}
		if acknowledged, _ := b.size(); acknowledged > 200_000 {
			t.Fatal("the disk never became full: the test did not test")
		}
	}
	s.Kill()
	mustBeSound(t, s)
	b.compare(t, stored(t, s))
	if _, err := s.Start(); err != nil {
		t.Fatal(err)
	}
	for range 40 {
		numbers := b.draw(50)
		if status := send(s, numbers); status != http.StatusOK {
			t.Fatalf("with room again the answer is %d", status)
		}
		b.acknowledge(numbers)
	}
	if err := s.Stop(); err != nil {
		t.Fatal(err)
	}
	mustBeSound(t, s)
	b.compare(t, stored(t, s))
}
