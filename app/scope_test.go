package app

import (
	"bufio"
	"context"
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"jejak/exposure"
	"jejak/ground/access"
	"jejak/incident/dataset/decode"
	"jejak/incident/rehearse"
	"jejak/incident/scope"
	"jejak/leak"
)

// The size of the founding case. The whole one: -args -people 1000000 -organisations 5000 -rows 3000000.
var (
	storyPeople        = flag.Int("people", 5_000, "in the directory")
	storyOrganisations = flag.Int("organisations", 200, "in the directory")
	storyRows          = flag.Int("rows", 20_000, "of the leaked file")
)

// inProcess reads a leaked file in the test itself.
type inProcess struct{ *os.File }

// Read implements scope.Source.
func (f inProcess) Read(_ context.Context, from leak.Position, sink leak.Sink) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	return decode.Read(decode.Source{Name: "leak.csv", At: f.File, Size: info.Size()}, decode.Options{From: from}, sink)
}

// TestScopeOfTheFoundingCase: with a real directory, who is told is in the file, who is in it is told, and of what exactly; the
// group that the first statement missed is named on the first run.
func TestScopeOfTheFoundingCase(t *testing.T) {
	story := rehearse.Story{Seed: 1, People: *storyPeople, Organisations: *storyOrganisations, Rows: *storyRows}
	dir := t.TempDir()
	write := func(name string, fill func(io.Writer) error) string {
		path := filepath.Join(dir, name)
		f, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(fill(f), f.Close()); err != nil {
			t.Fatal(err)
		}
		return path
	}
	var truth *rehearse.Truth
	d := DirectoryFiles{Users: write("users.csv", story.WriteUsers), Organisations: write("organisations.csv", story.WriteOrganisations)}
	file := write("leak.csv", func(w io.Writer) (err error) { truth, err = story.WriteLeak(w); return err })
	reading := readStory(t, filepath.Join(dir, "data"), file, d)

	ids := userIDs(t, d.Users)
	var found []rehearse.Found
	for a := range reading.Affected {
		found = append(found, rehearse.Found{UserID: ids[a.Member], Tier: a.Tier, Classes: a.Classes})
	}
	s := truth.Score(found)
	t.Logf("seed %d: %+v", story.Seed, s)
	if s.Precision < 0.9999 || s.Recall < 0.999 || s.WrongClasses != 0 || s.People == 0 {
		t.Errorf("seed %d: score %+v", story.Seed, s)
	}
	report, err := reading.Report(scope.Heading{Version: 1}, nil)
	if err != nil {
		t.Fatal(err)
	}
	help := report.Groups[0]
	if help.Event != rehearse.HelpEvent || help.Referrer != "help.example.com" || !slices.Contains(report.Open, help.ID) {
		t.Errorf("seed %d: the help centre is not named: %+v", story.Seed, help)
	}
	if report.Rows != int64(truth.Rows) {
		t.Errorf("seed %d: %d rows of %d", story.Seed, report.Rows, truth.Rows)
	}
}

// readStory matches a file against a directory that is taken in.
func readStory(t *testing.T, data, file string, d DirectoryFiles) *scope.Reading {
	t.Helper()
	var down stack
	t.Cleanup(func() {
		if err := down.unwind(context.Background()); err != nil {
			t.Error(err)
		}
	})
	g, err := openGround(data, Keys{File: filepath.Join(t.TempDir(), "key")}, &down)
	if err != nil {
		t.Fatal(err)
	}
	known, err := g.known(access.AtConsole(t.Context()), data, d, &down)
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	down.pushClose("the leaked file", f.Close)
	r, err := scope.Read(t.Context(), inProcess{f}, known, nil, scope.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// userIDs are the first column of the users, in the order of their numbers.
func userIDs(t *testing.T, path string) (ids []string) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	in := csv.NewReader(bufio.NewReader(f))
	for {
		line, err := in.Read()
		if errors.Is(err, io.EOF) {
			return ids[1:]
		}
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, line[0])
	}
}

// TestScopeNamesItsExport: a file that left this installation says which export it was and who asked for it, by the pseudonyms in it and by
// its times; one of other people's says nothing of the kind.
func TestScopeNamesItsExport(t *testing.T) {
	h := newHouse(t)
	h.signIn()
	for i := range 300 {
		h.track("Docs viewed", fmt.Sprintf(`,"distinct_id":"user-%d"`, i))
	}
	x, a := h.export(fmt.Sprintf(anExport, "csv"))
	a.want(t, http.StatusOK)
	ctx := access.With(t.Context(), access.Identity{Kind: access.User, ID: "01", Role: access.IncidentLead})
	trace := func(file string) *scope.Origin {
		path := filepath.Join(t.TempDir(), "leak.csv")
		if err := os.WriteFile(path, []byte(file), 0o600); err != nil {
			t.Fatal(err)
		}
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		r, err := scope.Read(ctx, inProcess{f}, nobody{}, nil, scope.Options{})
		if err != nil {
			t.Fatal(err)
		}
		o, err := r.Trace(ctx, h.App.scopes.tracer)
		if err != nil {
			t.Fatal(err)
		}
		return o
	}
	o := trace(a.body)
	if len(o.Ours) != 1 || o.Ours[0].ID != x.ID || o.Ours[0].People < 290 || o.Ours[0].Luck < 9 {
		t.Errorf("export %s is traced as %+v", x.ID, o)
	}
	if o = trace("person,time\n0123456789abcdef0123456789abcdef,1762000000123\n"); len(o.Ours) != 0 || o.Names != 1 {
		t.Errorf("a foreign file is traced as %+v", o)
	}
}

// nobody is a directory without people.
type nobody struct{}

func (nobody) Hash() string                                                  { return "" }
func (nobody) Members() int                                                  { return 0 }
func (nobody) Organisations() int                                            { return 0 }
func (n nobody) Matcher() scope.Matcher                                      { return n }
func (nobody) Person(exposure.MemberID) scope.Person                         { return scope.Person{} }
func (nobody) Admins(exposure.OrganisationID) []exposure.MemberID            { return nil }
func (nobody) Match(_ []scope.Identifier, found []scope.Found) []scope.Found { return found }
