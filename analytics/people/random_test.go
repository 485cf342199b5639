package people

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"jejak/ground/access"
	"jejak/ground/vault"
)

// TestRandomOperationsOnTokens: what is revealed after random updates full of personal values is what the same operations make of
// the plain values.
func TestRandomOperationsOnTokens(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	h := newHouse(t, stores(t)["columnar"], func(o *Options) { o.CacheBytes = 2000; o.Log = openLog(t) })
	plain := map[string]Profile{}
	for range 300 {
		who := fmt.Sprint("u", r.IntN(4))
		record := fmt.Sprintf(`{"$distinct_id":%q,"$ignore_time":true,%s}`, who, randomUpdate(r))
		u, err := Read([]byte(record), false)
		if err != nil {
			t.Fatal(err)
		}
		after, err := u.Apply(plain[who], now)
		if no := h.engage(record); (err != nil) != (len(no) > 0) {
			t.Fatalf("%s is refused with %v, in the plain with %v", record, no, err)
		}
		if err == nil {
			plain[who] = after
		}
		if got := h.revealed(who); !sameJSON(t, got, encode(plain[who])) {
			t.Fatalf("after %s the profile is\n%s, want\n%s", record, got, encode(plain[who]))
		}
	}
}

// revealed is a profile as somebody sees it who may.
func (h *house) revealed(distinctID string) string {
	h.t.Helper()
	a, err := h.identify.Find(1, distinctID)
	if err != nil {
		h.t.Fatal(err)
	}
	ctx := access.AtConsole(h.t.Context())
	o, err := h.Reveal(ctx, 1, Users, a, vault.Support)
	if err != nil {
		h.t.Fatal(err)
	}
	if k, err := h.Profile(ctx, 1, Users, a); err != nil || strings.Contains(encode(k.Properties), "@") {
		h.t.Fatalf("without a right it is %s (%v)", encode(k.Properties), err)
	}
	return encode(o.Properties)
}

var randomTexts = []string{"free", "team", "ann@mail.example", "ben@mail.example", "call ann@mail.example or ben@mail.example", "Ann Doe", "+62 812-5550-147", ""}

func randomText(r *rand.Rand) any { return randomTexts[r.IntN(len(randomTexts))] }

func randomValue(r *rand.Rand) any {
	switch r.IntN(6) {
	case 0:
		return float64(r.IntN(5))
	case 1:
		return []any{randomText(r), randomText(r), float64(r.IntN(3))}
	case 2:
		return map[string]any{"mail": randomText(r), "to": []any{randomText(r)}}
	case 3:
		return nil
	}
	return randomText(r)
}

func randomUpdate(r *rand.Rand) string {
	verbs := []string{"$set", "$set_once", "$add", "$union", "$append", "$remove", "$unset", "$merge", "$delete"}
	names := []string{"$email", "$name", "note", "l", "mails", "o", "ann@mail.example"}
	out := map[string]any{}
	for range 1 + r.IntN(2) {
		verb := verbs[r.IntN(len(verbs))]
		values := map[string]any{}
		for range 1 + r.IntN(3) {
			name := names[r.IntN(len(names))]
			if values[name] = randomValue(r); strings.HasPrefix(name, "$") {
				values[name] = randomText(r) // a number under the name of a person's value is hidden as a text
			}
		}
		switch verb {
		case "$unset":
			out[verb] = []any{names[r.IntN(len(names))]}
		case "$delete":
			if r.IntN(3) == 0 {
				out[verb] = ""
			}
		case "$add":
			out[verb] = map[string]any{names[2+r.IntN(len(names)-2)]: float64(r.IntN(3))}
		default:
			out[verb] = values
		}
	}
	if len(out) == 0 {
		return `"$set":{}`
	}
	b, err := json.Marshal(out)
	if err != nil {
		panic(err)
	}
	return string(b[1 : len(b)-1])
}
