package law

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestPrivacyPromises: each promise of docs/privacy.md names tests, and each test it names is there.
func TestPrivacyPromises(t *testing.T) {
	b, err := os.ReadFile(filepath.Join(root, "docs/privacy.md"))
	if err != nil {
		t.Fatal(err)
	}
	promises := strings.Split(string(b), "\n- ")[1:]
	if len(promises) < 5 {
		t.Fatalf("only %d promises are found", len(promises))
	}
	for _, p := range promises {
		names := regexp.MustCompile("`(Test[A-Za-z0-9]+)`").FindAllStringSubmatch(p, -1)
		if len(names) == 0 {
			t.Errorf("a promise names no test: %.60s", p)
		}
		for _, n := range names {
			if !hasTest(n[1]) {
				t.Errorf("docs/privacy.md names %s, which is not there", n[1])
			}
		}
	}
}

// TestThreatModel: each test that docs/threat-model.md names is there, and each row names one.
func TestThreatModel(t *testing.T) {
	b, err := os.ReadFile(filepath.Join(root, "docs/threat-model.md"))
	if err != nil {
		t.Fatal(err)
	}
	rows := 0
	for line := range strings.Lines(string(b)) {
		if !strings.HasPrefix(line, "| ") || strings.HasPrefix(line, "| Abuse") {
			continue
		}
		rows++
		names := regexp.MustCompile("`(Test[A-Za-z0-9]+)`").FindAllStringSubmatch(line, -1)
		if len(names) == 0 {
			t.Errorf("an abuse names no test: %.60s", line)
		}
		for _, n := range names {
			if !hasTest(n[1]) {
				t.Errorf("docs/threat-model.md names %s, which is not there", n[1])
			}
		}
	}
	if rows < 5 {
		t.Errorf("only %d abuses are found", rows)
	}
}

func hasTest(name string) bool {
	find := exec.Command("grep", "-rqE", "--include=*_test.go", "^func "+name+`\(`, "analytics", "ground", "incident", "app", "cmd", "test")
	find.Dir = root
	return find.Run() == nil
}
