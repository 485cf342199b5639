package crash

import (
	"sync"
	"testing"
)

// book is what the clients know: which event numbers were sent, and which of them were acknowledged.
type book struct {
	mu           sync.Mutex
	last         int
	unanswered   []int // sent, no answer: to be sent again
	acknowledged map[int]bool
}

func newBook() *book { return &book{acknowledged: map[int]bool{}} }

// draw gives numbers to send: first what had no answer, then new ones.
func (b *book) draw(n int) []int {
	b.mu.Lock()
	defer b.mu.Unlock()
	again := min(n, len(b.unanswered))
	numbers := append([]int(nil), b.unanswered[:again]...)
	b.unanswered = b.unanswered[again:]
	for len(numbers) < n {
		b.last++
		numbers = append(numbers, b.last)
	}
	return numbers
}

func (b *book) acknowledge(numbers []int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, n := range numbers {
		b.acknowledged[n] = true
	}
}

func (b *book) putBack(numbers []int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.unanswered = append(b.unanswered, numbers...)
}

func (b *book) size() (acknowledged, sent int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.acknowledged), b.last
}

// compare holds the book against the number of times each event is stored.
func (b *book) compare(t *testing.T, stored map[int]int) {
	t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	lost, twice, strange := 0, 0, 0
	for n := range b.acknowledged {
		if stored[n] == 0 {
			lost++
		}
	}
	for n, times := range stored {
		if times > 1 {
			twice++
		}
		if n < 1 || n > b.last {
			strange++
		}
	}
	if lost > 0 || twice > 0 || strange > 0 {
		t.Errorf("of %d acknowledged events %d are lost; %d are counted twice; %d were never sent", len(b.acknowledged), lost, twice, strange)
	}
}
