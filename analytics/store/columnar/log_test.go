package columnar

import (
	"encoding/hex"
	"os"
	"regexp"
	"strings"
	"testing"

	"jejak/analytics/store"
	"jejak/event"
)

// example is the batch that docs/format/log.md writes out.
func example() store.Batch {
	e := event.Event{Name: "Up", Time: 1000, InsertID: "a", Actor: 65}
	e.Set("n", event.NumberOf(1))
	return store.Batch{Project: 7, Events: []event.Event{e}, Tally: event.Tally{Received: 1}}
}

func TestWorkedExample(t *testing.T) {
	b := append(make([]byte, frameHead), encodeEntry(example())...)
	sealFrame(b, 1, 1, 0)
	if got := drawn(t, "../../../docs/format/log.md"); got != hex.EncodeToString(b) {
		t.Errorf("docs/format/log.md shows\n%s, the frame is\n%x", got, b)
	}
}

// drawn is the bytes of the example in the document: in its block of code, between the word and the explanation.
func drawn(t *testing.T, path string) string {
	t.Helper()
	doc, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	_, example, _ := strings.Cut(string(doc), "## Example")
	block := strings.Split(example, "```")[1]
	digits := ""
	for line := range strings.Lines(block) {
		columns := regexp.MustCompile(`^ (?:frame|entry|     )  ((?:[0-9a-f]{2} {1,2})+)`).FindStringSubmatch(line)
		if columns != nil {
			digits += strings.ReplaceAll(columns[1], " ", "")
		}
	}
	return digits
}
