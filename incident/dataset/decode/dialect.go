package decode

import (
	"bytes"
	"slices"
	"strings"

	"jejak/leak"
)

// dialect is how values are separated.
type dialect struct {
	separator, quote, newline byte
	header                    bool
	columns                   int // of most rows
}

// separators in the order in which they are preferred. A text with none of them is a table of one column.
var separators = []byte{',', '\t', ';', '|', 0x01, '^'}

// sampleRows is how many rows are looked at.
const sampleRows = 100

// sniffCSV tells the dialect from the beginning of a text.
func sniffCSV(head []byte, whole bool) dialect {
	d := dialect{quote: '"', newline: '\n'}
	if !bytes.Contains(head, []byte{'\n'}) && bytes.Contains(head, []byte{'\r'}) {
		d.newline = '\r'
	}
	best := -1.0
	for _, quote := range []byte{'"', '\''} {
		if quote == '\'' && bytes.Contains(head, []byte{'"'}) {
			continue
		}
		for _, s := range separators {
			tried := dialect{separator: s, quote: quote, newline: d.newline}
			rows := sampleOf(head, whole, tried)
			if score, columns := evenness(rows); score > best {
				best = score
				d, d.columns = tried, columns
				d.header = isHeader(rows, columns)
			}
		}
	}
	return d
}

// sampleOf splits the beginning into rows; a last row that may be cut is left out.
func sampleOf(head []byte, whole bool, d dialect) (rows [][]string) {
	o := &out{limits: Default, member: &leak.Member{}}
	c := &csvReader{w: overBytes(head, errEnds), t: &table{out: o, more: -1}, dialect: d}
	for len(rows) < sampleRows {
		row, closed := c.sample()
		if len(row) == 0 || !closed && !whole && len(rows) > 0 {
			break
		}
		if len(row) > 1 || row[0] != "" {
			rows = append(rows, row)
		}
	}
	return rows
}

// sample reads a row as texts. closed: its end was seen.
func (c *csvReader) sample() (row []string, closed bool) {
	for {
		text, last, ok := c.field()
		if !ok {
			return row, true
		}
		row = append(row, string(text[:min(len(text), maxName)]))
		if last || len(row) > Default.Columns {
			return row, c.w.at < c.w.end
		}
	}
}

// evenness scores rows: those that all have the same number of columns, and more than one, look like a table.
func evenness(rows [][]string) (score float64, columns int) {
	counts := map[int]int{}
	for _, r := range rows {
		counts[len(r)]++
	}
	for n, times := range counts {
		if times > counts[columns] || times == counts[columns] && n > columns {
			columns = n
		}
	}
	if columns < 2 {
		return 0, max(columns, 1)
	}
	even := float64(counts[columns]) / float64(len(rows))
	return even * even * (1 + min(float64(columns), 50)/100), columns
}

// isHeader tells whether the first row names the columns: all are words, none occurs twice, and something below them is
// unlike a name, or one of them is what columns are often called. In doubt the row is data: no row gets lost.
func isHeader(rows [][]string, columns int) bool {
	if len(rows) == 0 || len(rows[0]) < columns {
		return false
	}
	seen := map[string]bool{}
	for _, name := range rows[0] {
		name = strings.TrimSpace(name)
		if name == "" && columns > 1 {
			continue
		}
		if !isColumnName(name) || seen[name] {
			return false
		}
		seen[name] = true
	}
	return hasUsualName(rows[0]) || columns > 1 && hasOtherKind(rows)
}

// usualNames are words that columns are often called and that are hardly ever values.
var usualNames = strings.Fields("id uuid email e-mail mail name username phone address city country region event time timestamp date distinct_id ip url title status type value created_at")

func hasUsualName(row []string) bool {
	return slices.ContainsFunc(row, func(s string) bool {
		s = strings.ToLower(strings.TrimSpace(s))
		return slices.Contains(usualNames, s) || strings.HasPrefix(s, "$") || strings.HasSuffix(s, "_id") || strings.HasSuffix(s, " id")
	})
}

// hasOtherKind tells whether a column has values below its first that could not be names.
func hasOtherKind(rows [][]string) bool {
	for _, r := range rows[1:] {
		for _, s := range r {
			if s != "" && !isColumnName(s) {
				return true
			}
		}
	}
	return len(rows) == 1 // names and nothing else
}

// isColumnName tells names from values: no addresses, numbers, dates or sentences.
func isColumnName(s string) bool {
	if s == "" || len(s) > 128 || strings.ContainsAny(s, "@\n\r") || strings.Contains(s, "://") || strings.Count(s, " ") > 5 {
		return false
	}
	letters, digits := 0, 0
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r > 127:
			letters++
		}
	}
	return letters > 0 && digits <= letters+4
}
