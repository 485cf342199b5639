package scope

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"jejak/exposure"
	"jejak/incident/dataset/decode"
	"jejak/incident/rehearse"
	"jejak/leak"
)

// text is a leaked file in memory.
type text []byte

// Read implements Source.
func (t text) Read(_ context.Context, from leak.Position, sink leak.Sink) error {
	return decode.Read(decode.Source{Name: "leak", At: bytes.NewReader(t), Size: int64(len(t))}, decode.Options{From: from}, sink)
}

// book is a directory in memory: the plainest that keeps the contract.
type book struct {
	ids, mails, former, boxes map[string]exposure.MemberID
	names                     map[string]exposure.MemberID // name and city
	orgs                      map[string]exposure.OrganisationID
	people                    []Person
	userIDs                   []string
	admins                    map[exposure.OrganisationID][]exposure.MemberID
}

func newBook(t testing.TB, s rehearse.Story) *book {
	t.Helper()
	var users, orgs bytes.Buffer
	if err := errors.Join(s.WriteUsers(&users), s.WriteOrganisations(&orgs)); err != nil {
		t.Fatal(err)
	}
	b := &book{map[string]exposure.MemberID{}, map[string]exposure.MemberID{}, map[string]exposure.MemberID{}, map[string]exposure.MemberID{}, map[string]exposure.MemberID{}, map[string]exposure.OrganisationID{}, nil, nil, map[exposure.OrganisationID][]exposure.MemberID{}}
	for i, line := range lines(t, &orgs) {
		b.orgs[line[0]] = exposure.OrganisationID(i)
	}
	for i, line := range lines(t, &users) {
		m := exposure.MemberID(i)
		b.ids[line[0]], b.mails[line[1]], b.names[line[3]+"\n"+line[8]] = m, m, m
		b.boxes[strings.ReplaceAll(line[1], ".", "")] = m
		if line[2] != "" {
			b.former[line[2]] = m
		}
		p := Person{Key: line[0], Country: line[7], Mailboxes: 1}
		for o := range strings.SplitSeq(line[4], ";") {
			p.Organisations = append(p.Organisations, b.orgs[o])
		}
		if line[5] != "" {
			b.admins[b.orgs[line[5]]] = append(b.admins[b.orgs[line[5]]], m)
		}
		b.people, b.userIDs = append(b.people, p), append(b.userIDs, line[0])
	}
	return b
}

func lines(t testing.TB, text *bytes.Buffer) [][]string {
	t.Helper()
	all, err := csv.NewReader(text).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return all[1:]
}

func (b *book) Hash() string                                         { return fmt.Sprintf("%064d", len(b.people)) }
func (b *book) Members() int                                         { return len(b.people) }
func (b *book) Organisations() int                                   { return len(b.orgs) }
func (b *book) Matcher() Matcher                                     { return b }
func (b *book) Person(m exposure.MemberID) Person                    { return b.people[m] }
func (b *book) Admins(o exposure.OrganisationID) []exposure.MemberID { return b.admins[o] }
func (b *book) find(f []Found, at int, t exposure.Tier, in map[string]exposure.MemberID, v string) ([]Found, bool) {
	m, is := in[v]
	if is {
		f = append(f, Found{At: at, Tier: t, Member: m})
	}
	return f, is
}

// Match implements Matcher.
func (b *book) Match(row []Identifier, f []Found) []Found {
	name, city, strong := "", "", false
	for i, id := range row {
		v, is := string(id.Value), false
		switch id.Kind {
		case Called:
			name = v
		case Town:
			city = v
		case Mail:
			v = strings.ToLower(v)
			if f, is = b.find(f, i, exposure.Certain, b.mails, v); !is {
				if f, is = b.find(f, i, exposure.Strong, b.former, v); !is {
					f, is = b.find(f, i, exposure.Probable, b.boxes, strings.ReplaceAll(v, ".", ""))
				}
			}
		default:
			f, is = b.find(f, i, exposure.Certain, b.ids, v)
			if o, org := b.orgs[v]; org {
				f = append(f, Found{At: i, Tier: exposure.Certain, Organisation: o, Organised: true})
			}
		}
		strong = strong || is
	}
	if !strong && name != "" {
		f, _ = b.find(f, 0, exposure.Weak, b.names, name+"\n"+city)
	}
	return f
}

// told is a story with its file and the truth about it.
func told(t testing.TB, s rehearse.Story) (text, *rehearse.Truth, *book) {
	t.Helper()
	var file bytes.Buffer
	truth, err := s.WriteLeak(&file)
	if err != nil {
		t.Fatal(err)
	}
	return file.Bytes(), truth, newBook(t, s)
}

func read(t testing.TB, file Source, b *book, kept State, o Options) *Reading {
	t.Helper()
	r, err := Read(context.Background(), file, b, kept, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func score(r *Reading, b *book, truth *rehearse.Truth) rehearse.Score {
	var found []rehearse.Found
	for a := range r.Affected {
		found = append(found, rehearse.Found{UserID: b.userIDs[a.Member], Tier: a.Tier, Classes: a.Classes})
	}
	return truth.Score(found)
}

// TestTheFoundingCase: who is in the file, what of each, and the group that the first statement missed, named on the first run.
func TestTheFoundingCase(t *testing.T) {
	file, truth, b := told(t, rehearse.Small())
	r := read(t, file, b, nil, Options{})
	if s := score(r, b, truth); s.Precision < 0.9999 || s.Recall < 0.999 || s.WrongClasses != 0 {
		t.Errorf("score %+v", s)
	}
	report := reported(t, r)
	help := report.Groups[0]
	if help.Event != rehearse.HelpEvent || help.Referrer != "help.example.com" || help.Rows < int64(truth.HelpRows)*9/10 || !slices.Contains(report.Open, help.ID) {
		t.Errorf("the help centre is not named: %+v", help)
	}
	if report.Closed || report.Rows != int64(truth.Rows) || report.People.Certain == 0 {
		t.Errorf("rows %d, people %+v, closed %t", report.Rows, report.People, report.Closed)
	}
}

func reported(t testing.TB, r *Reading) *Report {
	t.Helper()
	report, err := r.Report(Heading{Version: 1}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// TestExplaining: no group above one in a thousand rows may stay unexplained, and the small ones not together.
func TestExplaining(t *testing.T) {
	file, _, b := told(t, rehearse.Small())
	report := reported(t, read(t, file, b, nil, Options{}))
	if !slices.Contains(report.Open, Rest) {
		t.Errorf("the small groups together need no explanation: %v", report.Open)
	}
	explained := int64(0)
	for _, id := range slices.Clone(report.Open) {
		if err := report.Explain(id, Explanation{"visitors of the help centre, or broken rows", "user:1"}); err != nil {
			t.Fatal(err)
		}
	}
	for _, g := range report.Groups {
		if g.Explanation != nil {
			explained += g.Rows
		}
	}
	if len(report.Open) > 0 || explained != report.Unmatched {
		t.Errorf("%d of %d rows are explained, open %v", explained, report.Unmatched, report.Open)
	}
	if err := report.Explain("0123456789abcdef", Explanation{}); !errors.Is(err, ErrNoGroup) {
		t.Errorf("got %v", err)
	}
}

func bytesOf(t testing.TB, r *Reading) []byte {
	t.Helper()
	text, err := reported(t, r).Canonical()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// TestTheSameBytes: one worker, many, and any number of kills make the same report.
func TestTheSameBytes(t *testing.T) {
	file, _, b := told(t, rehearse.Story{Seed: 3, People: 2_000, Organisations: 50, Rows: 30_000})
	want := bytesOf(t, read(t, file, b, nil, Options{Workers: 1}))
	if got := bytesOf(t, read(t, file, b, nil, Options{Workers: 5})); !bytes.Equal(got, want) {
		t.Error("five workers report something else than one")
	}
	killed := errors.New("killed")
	var kept State
	kills := 0
	for {
		first := true
		r, err := Read(context.Background(), file, b, kept, Options{Workers: 3, Keep: func(s State) error {
			if !first {
				return killed // between one state and the next
			}
			first, kept = false, s
			return nil
		}})
		if err == nil {
			if got := bytesOf(t, r); !bytes.Equal(got, want) {
				t.Errorf("after %d kills the report is another", kills)
			}
			break
		}
		if !errors.Is(err, killed) {
			t.Fatal(err)
		}
		kills++
	}
	if kills < 3 {
		t.Errorf("only %d kills", kills)
	}
}

func TestAnotherState(t *testing.T) {
	file, _, b := told(t, rehearse.Story{Seed: 3, People: 200, Organisations: 5, Rows: 10_000})
	var kept State
	read(t, file, b, nil, Options{Keep: func(s State) error { kept = s; return nil }})
	if kept == nil {
		t.Fatal("nothing was kept")
	}
	_, _, other := told(t, rehearse.Story{Seed: 3, People: 201, Organisations: 5, Rows: 10})
	for _, x := range []struct {
		b    *book
		kept State
		o    Options
	}{{other, kept, Options{}}, {b, kept[:len(kept)/2], Options{}}, {b, kept, Options{Meanings: []Meaning{{Column: "event", Class: exposure.Content}}}}} {
		if _, err := Read(context.Background(), file, x.b, x.kept, x.o); !errors.Is(err, ErrState) {
			t.Errorf("got %v", err)
		}
	}
}

func zipped(t testing.TB, files map[string]string) text {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		f, err := w.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write([]byte(files[name])); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
