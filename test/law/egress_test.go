package law

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// client is what makes or uses a client for HTTP.
var client = regexp.MustCompile(`http\.(Client\{|DefaultClient|DefaultTransport|Transport\{|Get\(|Post\(|PostForm\(|Head\()`)

// TestOneDoor: requests leave the product through ground/egress alone, so that who was cut off is cut off from all of it.
func TestOneDoor(t *testing.T) {
	const root, door = "../..", "ground/egress"
	looked := 0
	for _, part := range []string{"analytics", "app", "cmd", "event", "exposure", "ground", "incident", "leak", "question"} {
		err := filepath.WalkDir(filepath.Join(root, part), func(path string, e fs.DirEntry, err error) error {
			name, _ := filepath.Rel(root, path)
			if err != nil || e.IsDir() || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
				return err
			}
			text, err := os.ReadFile(path)
			looked++
			if used := client.Find(text); used != nil && filepath.Dir(name) != door {
				t.Errorf("%s has %s: take the client of %s", name, used, door)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if looked < 100 {
		t.Fatalf("%d files: this test is looking at the wrong place", looked)
	}
}
