package app

import (
	"bytes"
	"encoding/json"
	"flag"
	"net/http"
	"os"
	"regexp"
	"testing"
)

var rewrite = flag.Bool("rewrite", false, "write docs/openapi.json anew")

// TestDescription keeps docs/openapi.json, from which the console's types are made: the description that the server gives of
// the operations of both roads.
func TestDescription(t *testing.T) {
	const golden = "../docs/openapi.json"
	a := newHouse(t).ask("GET", "/api/v1/openapi.json", "")
	a.want(t, http.StatusOK)
	var got bytes.Buffer
	if err := json.Indent(&got, []byte(a.body), "", "  "); err != nil {
		t.Fatal(err)
	}
	got.WriteByte('\n')
	if *rewrite {
		if err := os.WriteFile(golden, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got.Bytes(), want) {
		t.Errorf("the API differs from docs/openapi.json: run go test ./app -run TestDescription -rewrite, then npm run types in ui/, and read the difference")
	}
}

// TestNamesArePretty: programs are generated from the description, and their authors read these names.
func TestNamesArePretty(t *testing.T) {
	a := newHouse(t).ask("GET", "/api/v1/openapi.json", "")
	var d struct {
		Components struct{ Schemas map[string]any }
	}
	if err := json.Unmarshal([]byte(a.body), &d); err != nil {
		t.Fatal(err)
	}
	for name := range d.Components.Schemas {
		if !regexp.MustCompile(`^[A-Z][A-Za-z]+$`).MatchString(name) {
			t.Errorf("the schema %q wants a better name", name)
		}
	}
	for _, name := range []string{"Project", "Counters", "TrendQuestion", "TrendAnswer", "LiveEvent", "Problem", "Dataset"} {
		if d.Components.Schemas[name] == nil {
			t.Errorf("there is no schema %s", name)
		}
	}
}
