package show

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

// TestDescription keeps docs/openapi.json, from which the console's types are made.
func TestDescription(t *testing.T) {
	const golden = "../../docs/openapi.json"
	s := &server{}
	got, err := json.MarshalIndent(s.offer(http.NewServeMux()), "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	got = append(got, '\n')
	if *rewrite {
		if err := os.WriteFile(golden, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("the API differs from docs/openapi.json: run go test ./analytics/show -rewrite, then npm run types in ui/, and read the difference")
	}
}

// TestNamesArePretty: programs are generated from the description, and their authors read these names.
func TestNamesArePretty(t *testing.T) {
	s := &server{}
	d := s.offer(http.NewServeMux())
	for name := range d.Components.Schemas.Map() {
		if !regexp.MustCompile(`^[A-Z][A-Za-z]+$`).MatchString(name) {
			t.Errorf("the schema %q wants a better name", name)
		}
	}
	for _, name := range []string{"Project", "Counters", "TrendQuestion", "TrendAnswer", "LiveEvent", "Problem"} {
		if d.Components.Schemas.Map()[name] == nil {
			t.Errorf("there is no schema %s", name)
		}
	}
}
