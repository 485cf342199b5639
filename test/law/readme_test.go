package law

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const root = "../.."

func readme(t *testing.T) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestReadmeMap: the folders that README's map names are there, and no step or ground is missing from it.
func TestReadmeMap(t *testing.T) {
	_, text, found := strings.Cut(readme(t), "## The house")
	if !found {
		t.Fatal("README has no map of the house")
	}
	text, _, _ = strings.Cut(text, "`make` alone")
	for _, folder := range regexp.MustCompile(`[a-z]+(?:/[a-z]+)?/`).FindAllString(text, -1) {
		if !isFolder(folder) && !isFolder("analytics/"+folder) && !isFolder("incident/"+folder) {
			t.Errorf("README names the folder %s, which is not there", folder)
		}
	}
	for _, parent := range []string{"analytics", "ground", "incident"} {
		entries, err := os.ReadDir(filepath.Join(root, parent))
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if e.IsDir() && !strings.Contains(text, e.Name()) {
				t.Errorf("README's map does not name %s/%s", parent, e.Name())
			}
		}
	}
}

func isFolder(path string) bool {
	info, err := os.Stat(filepath.Join(root, path))
	return err == nil && info.IsDir()
}

// TestReadmeLinks: what README links to inside the checkout is there.
func TestReadmeLinks(t *testing.T) {
	for _, m := range regexp.MustCompile(`\]\(([^)#:]+)\)`).FindAllStringSubmatch(readme(t), -1) {
		if _, err := os.Stat(filepath.Join(root, m[1])); err != nil {
			t.Errorf("README links to %s, which is not there", m[1])
		}
	}
}

// TestReadmeTargets: README's make commands are targets, and every target says what it does.
func TestReadmeTargets(t *testing.T) {
	b, err := os.ReadFile(filepath.Join(root, "Makefile"))
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile("(?m)make ([a-z]+)").FindAllStringSubmatch(readme(t), -1) {
		if m[1] == "alone" {
			continue
		}
		if !regexp.MustCompile(`(?m)^` + m[1] + `:.*## `).Match(b) {
			t.Errorf("README says make %s: no such target with a description", m[1])
		}
	}
}
