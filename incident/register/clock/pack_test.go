package clock

import (
	"crypto/rand"
	"errors"
	"flag"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/mod/sumdb/note"
)

var rewrite = flag.Bool("rewrite", false, "sign the rules with a new key")

// TestHouseRules: the rules that come with the program are signed, and are rules. With -rewrite a new pair of keys signs them; the
// half that signs is thrown away.
func TestHouseRules(t *testing.T) {
	if *rewrite {
		skey, vkey, err := note.GenerateKey(rand.Reader, "jejak-rules")
		if err != nil {
			t.Fatal(err)
		}
		must(t, os.WriteFile("rules/SIGNED", sign(t, skey), 0o644))
		must(t, os.WriteFile("rules/key", []byte(vkey+"\n"), 0o644))
		t.Skip("signed; run the test again")
	}
	p, err := House()
	if err != nil {
		t.Fatalf("%v\nafter a change of the rules: go test ./incident/register/clock -run TestHouseRules -rewrite", err)
	}
	if len(p.Rules()) < 15 || len(p.Regimes()) != 7 {
		t.Errorf("%d rules of %v", len(p.Rules()), p.Regimes())
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func sign(t *testing.T, skey string) []byte {
	t.Helper()
	s, err := note.NewSigner(skey)
	must(t, err)
	text, err := Sign(os.DirFS("rules"), s)
	must(t, err)
	return text
}

// own is a folder of an operator's rules, signed.
func own(t *testing.T, text string) (dir fstest.MapFS, key string) {
	t.Helper()
	skey, vkey, err := note.GenerateKey(rand.Reader, "operator")
	must(t, err)
	s, err := note.NewSigner(skey)
	must(t, err)
	dir = fstest.MapFS{"own.json": {Data: []byte(text)}}
	list, err := Sign(dir, s)
	must(t, err)
	dir["SIGNED"] = &fstest.MapFile{Data: list}
	return dir, vkey
}

const ownRule = `{"regime":"house","rules":[{"id":"house-24","version":1,"title":{"en":"T","id":"T"},"starts":["breach_found"],"why":{"en":"W","id":"W"},
"unit":"hours","amount":24,"to":"people","cases":[],"otherwise":{"answer":"required","because":{"en":"B","id":"B"}},"effective_from":"2026-01-01","source":"our promise"}]}`

func TestOwnRules(t *testing.T) {
	house, err := House()
	must(t, err)
	dir, key := own(t, ownRule)
	p, err := house.With(dir, key)
	must(t, err)
	if !p.Knows("house-24") || !p.Knows("gdpr-33") || p.Hash() == house.Hash() || house.Knows("house-24") {
		t.Error("the own rule is not beside those of the house")
	}
	_, other := own(t, ownRule)
	for name, change := range map[string]func(fstest.MapFS) string{
		"changed file": func(d fstest.MapFS) string {
			d["own.json"] = &fstest.MapFile{Data: []byte(strings.Replace(ownRule, `"amount":24`, `"amount":99`, 1))}
			return key
		},
		"other key": func(fstest.MapFS) string { return other },
		"no list":   func(d fstest.MapFS) string { delete(d, "SIGNED"); return key },
		"no file":   func(d fstest.MapFS) string { delete(d, "own.json"); return key },
	} {
		d := fstest.MapFS{"own.json": dir["own.json"], "SIGNED": dir["SIGNED"]}
		if _, err := house.With(d, change(d)); !errors.Is(err, ErrRules) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestBadRules(t *testing.T) {
	house, err := House()
	must(t, err)
	for name, change := range map[string][2]string{
		"no language":   {`"title":{"en":"T","id":"T"}`, `"title":{"en":"T"}`},
		"no amount":     {`"amount":24`, `"amount":0`},
		"far too long":  {`"amount":24`, `"amount":9999`},
		"no unit":       {`"hours"`, `"moons"`},
		"no zone":       {`"hours"`, `"calendar_days"`},
		"no such zone":  {`"to":`, `"zone":"Mars/Olympus","to":`},
		"no date":       {`2026-01-01`, `soon`},
		"unknown field": {`"to":`, `"too":1,"to":`},
		"no answer":     {`"required"`, `"perhaps"`},
		"no table":      {`"hours"`, `"business_days","zone":"UTC","holidays":"none"`},
	} {
		text := strings.Replace(ownRule, change[0], change[1], 1)
		if text == ownRule {
			t.Fatalf("%s changes nothing", name)
		}
		dir, key := own(t, text)
		if _, err := house.With(dir, key); !errors.Is(err, ErrRules) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
