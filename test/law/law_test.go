// Package law holds the arrows between the packages: which may import which. It reads `go list` and fails with the
// sentence that says what to change.
package law

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "jejak"

// nouns may be imported by everybody and import nothing of ours.
var nouns = []string{"event", "question", "question/where", "exposure", "leak"}

// ground stands in this order: each may import what stands left of it.
var ground = []string{"ground/durable", "ground/meta", "ground/access", "ground/audit", "ground/vault"}

// mayImport lists, besides the nouns and a step's own subpackages, what each part may import. Parts are matched by the
// longest prefix.
var mayImport = map[string][]string{
	"event":    {},
	"question": {},
	"exposure": {},
	"leak":     {},

	"ground/durable": {},
	"ground/meta":    {},
	"ground/access":  {"ground/meta"},
	"ground/audit":   {"ground/durable", "ground/meta", "ground/access"},
	"ground/approve": {"ground/meta", "ground/access", "ground/audit"},
	"ground/vault":   {"ground/durable", "ground/meta", "ground/access", "ground/audit"},
	"ground/detect":  {},
	"ground/sealed":  {},
	"ground/egress":  {},

	"analytics/collect":  ground,
	"analytics/guard":    append([]string{"ground/detect"}, ground...),
	"analytics/enrich":   ground,
	"analytics/identify": append([]string{"analytics/store"}, ground...), // its records are the store's
	"analytics/hide":     append([]string{"ground/detect"}, ground...),
	"analytics/plan":     {},
	"analytics/forget":   ground,
	"analytics/retrieve": {"analytics/store"},
	"analytics/people":   append([]string{"analytics/store"}, ground...),
	"analytics/store":    ground,
	"analytics/demo":     {},
	"analytics/query":    {"analytics/store"},
	"analytics/lexicon":  append([]string{"analytics/plan", "analytics/store", "ground/detect"}, ground...),
	"analytics/export":   append([]string{"analytics/query", "analytics/store", "ground/approve"}, ground...),
	"analytics/scan":     append([]string{"analytics/hide", "analytics/plan", "analytics/store"}, ground...),
	"analytics/show":     append([]string{"analytics/export", "analytics/forget", "analytics/lexicon", "analytics/people", "analytics/plan", "analytics/query", "analytics/retrieve", "analytics/scan", "analytics/store", "ui", "ground/approve"}, ground...),
	"analytics":          {"analytics/collect", "analytics/guard", "analytics/enrich", "analytics/hide", "analytics/identify", "analytics/people", "analytics/plan", "analytics/store"},

	"incident/rehearse":  {},
	"incident/register":  append([]string{"ground/approve"}, ground...),
	"incident/notify":    append([]string{"ground/approve"}, ground...),
	"incident/serve":     {"incident", "ground"},
	"incident/dataset":   append([]string{"ground/approve", "ground/sealed"}, ground...),
	"incident/verify":    ground,
	"incident/vendor":    append([]string{"ground/approve", "ground/egress", "ground/detect"}, ground...),
	"incident/directory": append([]string{"ground/sealed"}, ground...),
	"incident/publish":   append([]string{"ground/approve"}, ground...),
	"incident/evidence":  {"ground/audit"},
	"incident/scope":     append([]string{"ground/approve", "ground/detect", "ground/sealed"}, ground...),

	"ui":  {},
	"app": {"analytics", "ground", "incident", "ui"},
	"cmd": {"app"},

	// Outside the product: they may look everywhere.
	"bench":         {"test/server"},
	"bench/engines": {"analytics", "bench"},
	"test":          {"analytics", "ground", "incident", "app", "ui", "bench"},
}

type listed struct {
	ImportPath string
	Imports    []string
}

func TestArrows(t *testing.T) {
	packages := list(t)
	if len(packages) < 15 {
		t.Fatalf("go list names only %d packages: this test is looking at the wrong place", len(packages))
	}
	for _, p := range packages {
		from := strings.TrimPrefix(p.ImportPath, module+"/")
		for _, i := range p.Imports {
			if to, ours := strings.CutPrefix(i, module+"/"); ours && !allowed(from, to) {
				t.Errorf("%s imports %s. %s", from, to, remedy(from))
			}
		}
	}
}

// TestTheLawBites checks the checker: arrows that must be refused are.
func TestTheLawBites(t *testing.T) {
	for _, arrow := range [][2]string{
		{"event", "question"},
		{"question/where", "question"},
		{"analytics/store/columnar", "analytics/query"},
		{"analytics/guard", "analytics/enrich"},
		{"analytics/query", "analytics/show"},
		{"analytics/collect/mixpanel", "ui"},
		{"ground/meta", "ground/access"},
		{"analytics/show", "app"},
		{"cmd/jejak", "analytics/store"},
		{"analytics/collect/mixpanel", "analytics/collect/native"},
	} {
		if allowed(arrow[0], arrow[1]) {
			t.Errorf("the law lets %s import %s", arrow[0], arrow[1])
		}
	}
	for _, arrow := range [][2]string{
		{"analytics/collect/mixpanel", "analytics/collect"},
		{"analytics/show", "analytics/query"},
		{"analytics", "analytics/guard"},
		{"app", "ground/vault"},
		{"question", "question/where"},
		{"analytics/query", "question/where"},
	} {
		if !allowed(arrow[0], arrow[1]) {
			t.Errorf("the law forbids %s to import %s", arrow[0], arrow[1])
		}
	}
}

// allowed tells whether a package may import another; both without the module's name.
func allowed(from, to string) bool {
	if slices.Contains(nouns, to) {
		return !slices.Contains(nouns, from) || isInside(to, from)
	}
	part := partOf(from)
	if part != "analytics" && isInside(to, part) {
		return !areSiblings(from, to, part)
	}
	return slices.ContainsFunc(mayImport[part], func(p string) bool { return p == to || wholeTrees[part] && isInside(to, p) })
}

// wholeTrees are the parts whose list names whole trees, not packages.
var wholeTrees = map[string]bool{"incident/serve": true, "app": true, "bench": true, "bench/engines": true, "test": true}

// areSiblings: two folders of collect, two wire formats, share their parent and nothing else.
func areSiblings(from, to, part string) bool {
	return part == "analytics/collect" && from != part && to != part && from != to &&
		!isInside(to, from) && !isInside(from, to)
}

func isInside(path, folder string) bool { return path == folder || strings.HasPrefix(path, folder+"/") }

// partOf is the part of the house that a package belongs to; "" when the law does not know it.
func partOf(path string) string {
	best := ""
	for p := range mayImport {
		if isInside(path, p) && len(p) > len(best) && (p != "analytics" || path == p) {
			best = p
		}
	}
	return best
}

func remedy(from string) string {
	part := partOf(from)
	if part == "" {
		return "The law does not know this package: give it a place in test/law."
	}
	return fmt.Sprintf("%s may import the nouns and %v: declare the small interface you need where you need it, and let app hand it in.", part, mayImport[part])
}

func list(t *testing.T) []listed {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports", module+"/...").Output()
	if err != nil {
		t.Fatalf("cannot list the packages: %v", err)
	}
	var all []listed
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listed
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatalf("cannot read the list: %v", err)
		}
		all = append(all, p)
	}
}
