package scope

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"

	"jejak/ground/detect"
)

// Control is what became of invented values of one kind that were planted into copies of rows of the file: how well the reading
// finds the kind where this file would have it.
type Control struct {
	Class   detect.Class `json:"class"`
	Kind    string       `json:"kind"`
	Planted int          `json:"planted"`
	Found   int          `json:"found"`
	// AtLeast is the lower end of the 95 % interval of the share that is found (Wilson), in ten thousandths, rounded down.
	AtLeast int `json:"at_least"`
}

// Controls: so many for each kind and way; a kind is certified from enough on.
const (
	plantedEach = 100
	enough      = 9_800 // ten thousandths
)

// ways are how a value may stand in a file.
var ways = []func(r *rand.Rand, value string) string{
	func(_ *rand.Rand, v string) string { return v },
	func(_ *rand.Rand, v string) string {
		return "https://app.example.com/open?ref=" + url.QueryEscape(v) + "&page=2"
	},
	func(_ *rand.Rand, v string) string {
		inner, _ := json.Marshal(map[string]any{"note": map[string]string{"text": "was " + v + " before"}})
		outer, _ := json.Marshal(string(inner)) // strings are always written
		return `{"payload":` + string(outer) + `}`
	},
	func(_ *rand.Rand, v string) string {
		return "data " + base64.StdEncoding.EncodeToString([]byte("value: "+v))
	},
	func(_ *rand.Rand, v string) string { return percentAll("value: " + v) },
	func(r *rand.Rand, v string) string {
		at := 1 + r.IntN(len(v)-1)
		return "please use " + v[:at] + cut(r) + v[at:] + " from now on"
	},
}

func cut(r *rand.Rand) string { return []string{"\n", "\r\n", "=\n"}[r.IntN(3)] }

func percentAll(v string) string {
	var b strings.Builder
	for i := range len(v) {
		fmt.Fprintf(&b, "%%%02X", v[i])
	}
	return b.String()
}

// controls plants every kind into copies of the sampled rows, in every way, and looks for it again.
func (r *Reading) controls() []Control {
	rows := r.sampledRows()
	if len(rows) == 0 {
		return nil
	}
	var out []Control
	for n, k := range detect.Kinds() {
		c := Control{Class: k.Class, Kind: k.Name}
		draw := rand.New(rand.NewPCG(Version, uint64(n)))
		for i := range plantedEach * len(ways) {
			if k.Under != "" && i%len(ways) > 0 {
				continue // it is one by its name only
			}
			c.Planted++
			if r.finds(k, draw, rows[i%len(rows)], ways[i%len(ways)]) {
				c.Found++
			}
		}
		for k.Under != "" && c.Planted < plantedEach*len(ways) {
			c.Planted++
			if r.finds(k, draw, rows[c.Planted%len(rows)], ways[0]) {
				c.Found++
			}
		}
		c.AtLeast = wilson(c.Found, c.Planted)
		out = append(out, c)
	}
	return out
}

// sampledRows are the rows that were drawn, in an order that is always the same.
func (r *Reading) sampledRows() []sampled {
	kept := r.total.Tally.Sampled.Kept
	keys := make([]string, 0, len(kept))
	for k := range kept {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b string) int { return cmp.Or(cmp.Compare(hash([]byte(a)), hash([]byte(b))), cmp.Compare(a, b)) })
	rows := make([]sampled, len(keys))
	for i, k := range keys {
		rows[i] = *kept[k]
	}
	return rows
}

// finds plants one value into one cell of a row and tells whether it is found.
func (r *Reading) finds(k detect.Kind, draw *rand.Rand, row sampled, way func(*rand.Rand, string) string) bool {
	cell := row.Cells[draw.IntN(len(row.Cells))]
	by := *roleAt(r.total.Tables[row.Table].roles, cell.Column)
	text := []byte(way(draw, detect.Invent(k, draw)))
	if k.Under != "" {
		by = roleOf("", k.Under, nil, nil)
	}
	var e eye
	for _, h := range e.see(&by, text) {
		if h.class == k.Class {
			return true
		}
	}
	return false
}

// wilson is the lower end of the 95 % interval of a share, in ten thousandths (E. B. Wilson, 1927).
func wilson(found, planted int) int {
	if planted == 0 {
		return 0
	}
	const z2 = 3.841458820694124 // of the two-sided interval
	n, p := float64(planted), float64(found)/float64(planted)
	middle := p + z2/(2*n)
	spread := math.Sqrt(z2 * (p*(1-p)/n + z2/(4*n*n)))
	return int((middle - spread) / (1 + z2/n) * 10_000)
}
