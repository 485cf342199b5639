package scope

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"jejak/exposure"
	"jejak/ground/access"
	"jejak/ground/approve"
	"jejak/ground/meta"
	"jejak/ground/vault"
	"jejak/incident/rehearse"
	"jejak/leak"
)

// room is a cabinet with people around it.
type room struct {
	*Cabinet
	t     *testing.T
	dir   string
	vault *vault.Vault
	desk  *approve.Desk
}

func newRoom(t *testing.T) *room {
	t.Helper()
	r := &room{t: t, dir: t.TempDir()}
	db, err := meta.Open(r.dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	r.vault, err = vault.Open(vault.Options{DB: db, KeyFile: filepath.Join(t.TempDir(), "key"), Dir: filepath.Join(r.dir, "identity"), Audit: filepath.Join(r.dir, "audit")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.vault.Close() })
	now := func() time.Time { return time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC) }
	r.desk = approve.New(db, r.vault.Log(), now)
	r.Cabinet = NewCabinet(Keeping{Dir: filepath.Join(r.dir, "incident", "scopes"), Vault: r.vault, Log: r.vault.Log(), Desk: r.desk, Every: time.Nanosecond, Now: ticking()})
	return r
}

// ticking is a clock that goes on by a second whenever it is looked at.
func ticking() func() time.Time {
	now := time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)
	return func() time.Time { now = now.Add(time.Second); return now }
}

func as(id, role string) context.Context {
	return access.With(context.Background(), access.Identity{Kind: access.User, ID: id, Role: role})
}

var (
	lead   = as("01", access.IncidentLead)
	second = as("02", access.IncidentLead)
	owner  = as("03", access.Owner)
)

const incident exposure.IncidentID = "2026-01"

func (r *room) made(file text, b *book, ctx context.Context) Revision {
	r.t.Helper()
	v, err := r.Make(ctx, incident, File{SHA256: "f00d", Size: int64(len(file))}, file, b, nil)
	if err != nil {
		r.t.Fatal(err)
	}
	return v
}

// TestNobodyElse: whoever does not lead incidents gets nothing.
func TestNobodyElse(t *testing.T) {
	r := newRoom(t)
	for _, ctx := range []context.Context{owner, context.Background(), as("04", access.Auditor), as("05", access.IdentityReader)} {
		_, make := r.Make(ctx, incident, File{}, text(nil), nobody{}, nil)
		_, list := r.Revisions(ctx, incident)
		_, _, report := r.Report(ctx, incident, 0)
		_, summary := r.Summary(ctx, incident, 0)
		people := r.People(ctx, incident, 0, nil)
		organisations := r.Organisations(ctx, incident, 0, nil)
		_, explain := r.Explain(ctx, incident, Rest, "x")
		_, ask := r.AskToClose(ctx, incident)
		_, closing := r.Close(ctx, incident, "x")
		_, askReject := r.AskToReject(ctx, incident, Rejection{})
		_, reject := r.Reject(ctx, incident, Rejection{}, "x")
		_, difference := r.Difference(ctx, incident, 1, 2)
		for i, err := range []error{make, list, report, summary, people, organisations, explain, ask, closing, askReject, reject, difference} {
			if !errors.Is(err, access.ErrForbidden) && !errors.Is(err, access.ErrUnauthenticated) {
				t.Errorf("call %d: %v", i, err)
			}
		}
	}
}

// TestTwoPeopleCloseAScope: not before every group is explained, not one alone, and not after it changed.
func TestTwoPeopleCloseAScope(t *testing.T) {
	r := newRoom(t)
	file, _, b := told(t, rehearse.Small())
	r.made(file, b, lead)
	if _, err := r.AskToClose(lead, incident); !errors.Is(err, ErrOpen) {
		t.Fatalf("got %v", err)
	}
	report, _, err := r.Report(lead, incident, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range report.Open {
		if _, err := r.Explain(lead, incident, g, "visitors of the help centre"); err != nil {
			t.Fatal(err)
		}
	}
	q, err := r.AskToClose(lead, incident)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Close(lead, incident, q.ID); !errors.Is(err, approve.ErrNotGranted) {
		t.Errorf("one alone: %v", err)
	}
	if _, err := r.desk.Grant(second, 0, q.ID, q.Hash); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Explain(lead, incident, report.Open[0], "on second thoughts"); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Close(lead, incident, q.ID); !errors.Is(err, approve.ErrChanged) {
		t.Errorf("after a change: %v", err)
	}
	if q, err = r.AskToClose(lead, incident); err != nil {
		t.Fatal(err)
	}
	if _, err := r.desk.Grant(second, 0, q.ID, q.Hash); err != nil {
		t.Fatal(err)
	}
	v, err := r.Close(lead, incident, q.ID)
	if err != nil || !v.Closed {
		t.Fatalf("%+v, %v", v, err)
	}
	s, err := r.Summary(lead, incident, 0)
	if err != nil || !s.Closed || s.ReportHash != v.Report || s.Version != v.Number || s.People.Certain == 0 || len(s.Absences) == 0 {
		t.Errorf("%+v, %v", s, err)
	}
}

// TestVersionsDiffer: of another file with more people in it, exactly these get their first notice, and who was told gets the difference.
func TestVersionsDiffer(t *testing.T) {
	r := newRoom(t)
	_, _, b := told(t, rehearse.Small())
	id := func(m int) string { return b.userIDs[m] }
	first := "user_id,city\n" + id(1) + ",\n" + id(2) + ",Bandung\n" + id(3) + ",\n"
	r.made(text(first), b, lead)
	r.made(text(first+id(1)+",Medan\n"+id(9)+",\n"+id(4)+",Depok\n"), b, lead)
	d, err := r.Difference(lead, incident, 1, 2)
	if err != nil {
		t.Fatal(err)
	}
	if len(d.New) != 2 || d.New[0].Member != 4 || d.New[1].Member != 9 || len(d.Gone) != 0 {
		t.Errorf("new %v, gone %v", d.New, d.Gone)
	}
	if len(d.More) != 1 || d.More[0].Member != 1 || !slices.Equal(d.More[0].Added, []exposure.Class{exposure.City}) {
		t.Errorf("more %+v", d.More)
	}
	if d, err = r.Difference(lead, incident, 2, 1); err != nil || len(d.New) != 0 || len(d.Gone) != 2 {
		t.Errorf("the other way round %+v, %v", d, err)
	}
}

// TestScopeInNothingClear: no value of the file, and no name of a group, lies on disk in the clear, also while it is read.
func TestScopeInNothingClear(t *testing.T) {
	r := newRoom(t)
	file, _, b := told(t, rehearse.Small())
	broken := errors.New("killed")
	_, err := r.Make(lead, incident, File{SHA256: "f00d"}, breaking{file, broken}, b, nil)
	if !errors.Is(err, broken) {
		t.Fatal(err)
	}
	if _, err := os.Stat(r.statePath(incident)); err != nil {
		t.Fatal("no state was kept")
	}
	r.nowhere("help.example.com", "Help article", "@mail.example", b.userIDs[1], "user.contact")
	r.made(file, b, lead)
	if _, err := os.Stat(r.statePath(incident)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the state is still there: %v", err)
	}
	r.nowhere("help.example.com", "Help article", "@mail.example", b.userIDs[1], "user.contact")
	report, _, err := r.Report(lead, incident, 0)
	if err != nil {
		t.Fatal(err)
	}
	whole, _ := read(t, file, b, nil, Options{}).Report(Heading{incident, 1, File{SHA256: "f00d", Size: int64(len(file))}}, report.Origin)
	x, _ := report.Canonical()
	if y, _ := whole.Canonical(); !bytes.Equal(x, y) {
		t.Error("a reading that was killed reports something else")
	}
}

// breaking fails in the middle of the file.
type breaking struct {
	text
	err error
}

// Read implements Source.
func (b breaking) Read(ctx context.Context, from leak.Position, sink leak.Sink) error {
	return b.text.Read(ctx, from, &failing{sink, b.err, 5})
}

type failing struct {
	leak.Sink
	err  error
	left int
}

// Rows implements leak.Sink.
func (f *failing) Rows(b *leak.Batch) error {
	if f.left--; f.left < 0 {
		return f.err
	}
	return f.Sink.Rows(b)
}

// nowhere fails when a word stands in a file.
func (r *room) nowhere(words ...string) {
	r.t.Helper()
	err := filepath.Walk(r.dir, func(path string, info os.FileInfo, err error) error {
		if err != nil || info.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		for _, w := range words {
			if strings.Contains(string(content), w) {
				r.t.Errorf("%q stands in %s", w, path)
			}
		}
		return err
	})
	if err != nil {
		r.t.Fatal(err)
	}
}

// TestScopeNoticesChanges: a version with another byte, or in another's place, is refused.
func TestScopeNoticesChanges(t *testing.T) {
	r := newRoom(t)
	file, _, b := told(t, rehearse.Story{Seed: 1, People: 100, Organisations: 5, Rows: 300})
	v := r.made(file, b, lead)
	for _, name := range []string{versionName, reportName} {
		path := r.path(v, name)
		was, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		changed := bytes.Clone(was)
		if name == versionName {
			changed = bytes.Replace(changed, []byte(`"closed":false`), []byte(`"closed":true`), 1)
		} else {
			changed[len(changed)/2] ^= 1
		}
		replace(t, path, changed)
		if _, _, err := r.Report(lead, incident, 1); !errors.Is(err, ErrDamaged) {
			t.Errorf("%s: %v", name, err)
		}
		replace(t, path, was)
	}
	if _, _, err := r.Report(lead, incident, 1); err != nil {
		t.Error(err)
	}
	if _, _, err := r.Report(lead, incident, 2); !errors.Is(err, ErrNotFound) {
		t.Error(err)
	}
}

func replace(t *testing.T, path string, content []byte) {
	t.Helper()
	if err := errors.Join(os.Remove(path), os.WriteFile(path, content, 0o400)); err != nil {
		t.Fatal(err)
	}
}

// TestTwoPeopleReject: what was found of a class is none of it when two people say so, and then it may be certified.
func TestTwoPeopleReject(t *testing.T) {
	r := newRoom(t)
	_, _, b := told(t, rehearse.Story{Seed: 1, People: 100, Organisations: 5, Rows: 300})
	var file bytes.Buffer
	file.WriteString("user_id,note\n")
	for range 50 {
		file.WriteString(b.userIDs[1] + ",sandbox key AKIAABCDEFGHIJKLMNOP\n")
	}
	r.made(file.Bytes(), b, lead)
	x := Rejection{Table: 0, Column: "note", Class: exposure.Credentials, Reason: "the key of the documentation"}
	if _, err := r.AskToReject(lead, incident, Rejection{Table: 0, Column: "user_id", Class: exposure.Credentials, Reason: "x"}); !errors.Is(err, ErrNoFinding) {
		t.Errorf("got %v", err)
	}
	q, err := r.AskToReject(lead, incident, x)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Reject(lead, incident, x, q.ID); !errors.Is(err, approve.ErrNotGranted) {
		t.Errorf("one alone: %v", err)
	}
	if _, err := r.desk.Grant(second, 0, q.ID, q.Hash); err != nil {
		t.Fatal(err)
	}
	other := x
	other.Reason = "something else"
	if _, err := r.Reject(lead, incident, other, q.ID); !errors.Is(err, approve.ErrChanged) {
		t.Errorf("for another reason: %v", err)
	}
	if _, err := r.Reject(lead, incident, x, q.ID); err != nil {
		t.Fatal(err)
	}
	for v, want := range map[int]Refusal{1: Present, 2: ""} {
		report, _, err := r.Report(lead, incident, v)
		if err != nil {
			t.Fatal(err)
		}
		if c := report.Absences[0]; c.Class != exposure.Credentials || c.Why != want || c.Certified != (want == "") {
			t.Errorf("version %d: %+v", v, c)
		}
	}
}
