package querytest

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"jejak/analytics/query"
	"jejak/event"
	"jejak/question/where"
)

// lookups are lookup tables by name: of each the rows by key, of each row the values by column (section 17).
type lookups map[string]lookup

type lookup map[string]map[string]event.Value

// Value implements query.Lookup.
func (l lookup) Value(key, column string) event.Value { return l[key][column] }

func (l lookups) open(name string) (query.Lookup, error) {
	if l[name] == nil {
		return nil, nil
	}
	return l[name], nil
}

// inLookup is what the table has for a key, or, of a list, for each item.
func (j *judge) inLookup(key any, n *where.Node) any {
	list, isList := key.([]any)
	if !isList {
		return j.inRow(key, n)
	}
	var out []any
	for _, item := range list {
		v := j.inRow(item, n)
		if v != nil && !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	if out == nil {
		return nil
	}
	return out
}

func (j *judge) inRow(key any, n *where.Node) any {
	if key == nil {
		return nil
	}
	return fromProperty(j.known.lookups[n.Text][j.asText(key)][n.Field])
}

// asText is string(x).
func (j *judge) asText(x any) string {
	switch x := x.(type) {
	case string:
		return x
	case float64:
		return strconv.FormatFloat(x, 'f', -1, 64)
	case moment:
		return j.stamp(x)
	}
	return j.json(x)
}

// tables are random ones: keys are texts that events have.
func (w *world) tables() lookups {
	out := lookups{}
	for n := range w.IntN(3) {
		table := lookup{}
		for _, key := range append([]string{"1", "19.99", "9007199254740992", "false", `["free"]`}, texts...) {
			if w.chance(60) {
				table[key] = map[string]event.Value{
					"text": event.StringOf(pick(w.Rand, texts)), "number": event.NumberOf(pick(w.Rand, numbers)), "truth": event.BooleanOf(w.chance(50)),
				}
			}
		}
		out[fmt.Sprint("t", n)] = table
	}
	return out
}

func (x *writer) lookup(depth int) string {
	return call("lookup", quoted(fmt.Sprint("t", x.IntN(2))), x.any(depth), quoted(pick(x.Rand, []string{"text", "number", "truth", "none"})))
}

// addLookup reads a table of a script: a line is a key and an object.
func (r *scriptRun) addLookup(b block) {
	table := lookup{}
	for _, line := range b.content() {
		key, row, _ := strings.Cut(line, " {")
		var values map[string]any
		if err := json.Unmarshal([]byte("{"+row), &values); err != nil {
			r.Fatal(err)
		}
		table[key] = map[string]event.Value{}
		for column, v := range values {
			table[key][column] = valueOf(v)
		}
	}
	if r.lookups == nil {
		r.lookups = lookups{}
	}
	r.lookups[b.rest] = table
}

// addCSV reads a table as documents show it: a field is JSON, or else a text.
func (r *scriptRun) addCSV(name, text string) {
	records, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		r.Fatal(err)
	}
	table := lookup{}
	for _, record := range records[1:] {
		table[record[0]] = map[string]event.Value{}
		for i, column := range records[0][1:] {
			var v any = record[i+1]
			_ = json.Unmarshal([]byte(record[i+1]), &v) // a text stays what it is
			table[record[0]][column] = valueOf(v)
		}
	}
	if r.lookups == nil {
		r.lookups = lookups{}
	}
	r.lookups[name] = table
}
