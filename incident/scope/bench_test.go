package scope

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"testing"

	"jejak/exposure"
	"jejak/incident/rehearse"
)

// nobody is a directory that costs nothing: what is measured is the reading.
type nobody struct{}

func (nobody) Hash() string                                       { return "" }
func (nobody) Members() int                                       { return 0 }
func (nobody) Organisations() int                                 { return 0 }
func (n nobody) Matcher() Matcher                                 { return n }
func (nobody) Person(exposure.MemberID) Person                    { return Person{} }
func (nobody) Admins(exposure.OrganisationID) []exposure.MemberID { return nil }
func (nobody) Match(_ []Identifier, found []Found) []Found        { return found }

// asLines is a CSV file as JSON lines in the layout of an export of events.
func asLines(t testing.TB, file []byte) text {
	rows, err := csv.NewReader(bytes.NewReader(file)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	for _, row := range rows[1:] {
		properties := map[string]string{}
		for i, v := range row {
			if i > 0 && v != "" {
				properties[rows[0][i]] = v
			}
		}
		line, err := json.Marshal(map[string]any{"event": row[0], "properties": properties})
		if err != nil {
			t.Fatal(err)
		}
		out.Write(append(line, '\n'))
	}
	return out.Bytes()
}

func BenchmarkRead(b *testing.B) {
	file, _, _ := told(b, rehearse.Story{Seed: 1, People: 20_000, Organisations: 500, Rows: 200_000})
	for name, f := range map[string]text{"csv": file, "lines": asLines(b, file)} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(f)))
			for b.Loop() {
				r, err := Read(b.Context(), f, nobody{}, nil, Options{Workers: 1})
				if err != nil || r.total.Tally.Cells == 0 {
					b.Fatal(err)
				}
			}
		})
	}
}
