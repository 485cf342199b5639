package dataset

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"jejak/ground/access"
	"jejak/ground/approve"
	"jejak/ground/meta"
	"jejak/ground/vault"
	"jejak/incident/dataset/apart"
	"jejak/leak"
)

// TestMain lets the test binary be the process that reads.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "apart" {
		if apart.Child(os.Stdin, os.Stdout) != nil {
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// room is a shelf with people around it.
type room struct {
	*Shelf
	t     *testing.T
	dir   string
	vault *vault.Vault
	desk  *approve.Desk
	now   time.Time
}

func newRoom(t *testing.T) *room {
	t.Helper()
	r := &room{t: t, dir: t.TempDir(), now: time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)}
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
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	clock := func() time.Time { return r.now }
	r.desk = approve.New(db, r.vault.Log(), clock)
	r.Shelf = New(Options{
		Dir: filepath.Join(r.dir, "incident", "files"), Vault: r.vault, Log: r.vault.Log(), Desk: r.desk, Now: clock,
		Reading: apart.Options{Command: []string{self, "apart"}},
	})
	return r
}

func as(id, role string) context.Context {
	return access.With(context.Background(), access.Identity{Kind: access.User, ID: id, Role: role})
}

var (
	lead    = as("01", access.IncidentLead)
	second  = as("02", access.IncidentLead)
	owner   = as("03", access.Owner)
	receipt = Receipt{Name: "siti-people.csv", From: "Siti of the vendor", How: "an encrypted disk, by courier"}
)

const people = "id,email\n1,ani@example.com\n2,budi@example.com\n"

func (r *room) take(text string) Dataset {
	r.t.Helper()
	d, err := r.Take(lead, receipt, strings.NewReader(text))
	if err != nil {
		r.t.Fatal(err)
	}
	return d
}

// granted asks to open a file, and the second person allows it.
func (r *room) granted(id ID) approve.Request {
	r.t.Helper()
	q, err := r.AskToOpen(lead, id)
	if err != nil {
		r.t.Fatal(err)
	}
	if _, err := r.desk.Grant(second, 0, q.ID, q.Hash); err != nil {
		r.t.Fatal(err)
	}
	return q
}

// acts are those in the audit log.
func (r *room) acts() (acts []string) {
	r.t.Helper()
	for i := range r.vault.Log().Size() {
		text, err := r.vault.Log().Entry(i)
		var e struct{ Act string }
		if err != nil || json.Unmarshal(text, &e) != nil {
			r.t.Fatal(err)
		}
		acts = append(acts, e.Act)
	}
	return acts
}

// TestTwoPeopleOpenALeakedFile: one alone does not, and every step is in the audit log.
func TestTwoPeopleOpenALeakedFile(t *testing.T) {
	r := newRoom(t)
	d := r.take(people)
	if d.Size != int64(len(people)) || d.By != "user:01" || len(d.SHA256) != 64 {
		t.Errorf("taken in: %+v", d)
	}
	q, err := r.AskToOpen(lead, d.ID)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.desk.Grant(lead, 0, q.ID, q.Hash); !errors.Is(err, approve.ErrOwnRequest) {
		t.Errorf("one person allows their own request: %v", err)
	}
	if _, err := r.Open(lead, d.ID, q.ID); !errors.Is(err, approve.ErrNotGranted) {
		t.Errorf("one person opens it: %v", err)
	}
	if _, err := r.desk.Grant(second, 0, q.ID, q.Hash); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Open(second, d.ID, q.ID); !errors.Is(err, approve.ErrNotFound) {
		t.Errorf("somebody else uses the request: %v", err)
	}
	c, err := r.Open(lead, d.ID, q.ID)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.Verify(lead); err != nil {
		t.Error(err)
	}
	var s Survey
	if err := c.Read(lead, leak.Position{}, &s); err != nil || s.Total != 2 || s.Members[0].Name != receipt.Name {
		t.Errorf("it holds %+v, %v", s, err)
	}
	if _, err := r.Open(lead, d.ID, q.ID); !errors.Is(err, approve.ErrOver) {
		t.Errorf("the request is used twice: %v", err)
	}
	if got := strings.Join(r.acts(), " "); got != "dataset.taken approval.asked approval.granted approval.used dataset.opened" {
		t.Errorf("the log says %s", got)
	}
}

func TestReopenIsForTheSamePersonAndADay(t *testing.T) {
	r := newRoom(t)
	d := r.take(people)
	if _, err := r.Reopen(lead, d.ID, "x"); !errors.Is(err, ErrClosed) {
		t.Errorf("without an opening: %v", err)
	}
	q := r.granted(d.ID)
	if _, err := r.Reopen(lead, d.ID, q.ID); !errors.Is(err, ErrClosed) {
		t.Errorf("before it was opened: %v", err)
	}
	c, err := r.Open(lead, d.ID, q.ID)
	if err != nil {
		t.Fatal(err)
	}
	c.Close()
	if _, err := r.Reopen(second, d.ID, q.ID); !errors.Is(err, ErrClosed) {
		t.Errorf("somebody else: %v", err)
	}
	other := r.take("x,y\n1,2\n")
	if err := os.Link(r.openingPath(d.ID, q.ID), r.openingPath(other.ID, q.ID)); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Reopen(lead, other.ID, q.ID); !errors.Is(err, ErrClosed) {
		t.Errorf("an opening that was moved to another file: %v", err)
	}
	if c, err = r.Reopen(lead, d.ID, q.ID); err != nil {
		t.Fatal(err)
	}
	c.Close()
	r.now = r.now.Add(OpeningLife)
	if _, err := r.Reopen(lead, d.ID, q.ID); !errors.Is(err, ErrClosed) {
		t.Errorf("a day later: %v", err)
	}
}

// TestWhoMayRespond: the role is made for it; an owner has it not.
func TestWhoMayRespond(t *testing.T) {
	r := newRoom(t)
	d := r.take(people)
	for _, ctx := range []context.Context{owner, as("04", access.Analyst), as("05", access.IdentityReader), as("06", access.Approver)} {
		_, e1 := r.Take(ctx, receipt, strings.NewReader("x"))
		_, e2 := r.List(ctx)
		_, e3 := r.Receipt(ctx, d.ID)
		_, e4 := r.AskToOpen(ctx, d.ID)
		_, e5 := r.Open(ctx, d.ID, "x")
		_, e6 := r.Reopen(ctx, d.ID, "x")
		for i, err := range []error{e1, e2, e3, e4, e5, e6} {
			if !errors.Is(err, access.ErrForbidden) {
				t.Errorf("%s, method %d: %v", access.Caller(ctx).Role, i, err)
			}
		}
	}
	if _, err := r.List(context.Background()); !errors.Is(err, access.ErrUnauthenticated) {
		t.Errorf("nobody: %v", err)
	}
	if got, err := r.Receipt(lead, d.ID); err != nil || got != receipt {
		t.Errorf("the receipt is %+v, %v", got, err)
	}
	if list, err := r.List(lead); err != nil || len(list) != 1 || list[0] != d {
		t.Errorf("the list is %+v, %v", list, err)
	}
	for _, id := range []ID{"", "..", "../" + d.ID, ID(strings.ToUpper(string(d.ID))), ID(strings.Repeat("0", 32))} {
		if _, err := r.AskToOpen(lead, id); !errors.Is(err, ErrNotFound) && id != d.ID {
			t.Errorf("%q: %v", id, err)
		}
	}
}

// TestOneByteChanged: of the copy or of what is known of it, anywhere; then nothing is told.
func TestOneByteChanged(t *testing.T) {
	r := newRoom(t)
	d := r.take(people)
	for _, file := range []string{"copy", "custody.json"} {
		path := filepath.Join(r.folder(d.ID), file)
		good, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for i := range good {
			bad := bytes.Clone(good)
			bad[i] ^= 4
			r.write(path, bad)
			if c, err := r.custody(d.ID); err == nil {
				if err := r.verify(c); !errors.Is(err, ErrCustody) {
					t.Errorf("%s, byte %d of %q: %v", file, i, good, err)
				}
			}
		}
		r.write(path, good)
	}
	if c, err := r.custody(d.ID); err != nil || r.verify(c) != nil {
		t.Errorf("put back: %v", err)
	}
}

// verify opens a copy and verifies it.
func (r *room) verify(c custody) error {
	opened, err := r.open(c)
	if err != nil {
		return err
	}
	defer opened.Close()
	return opened.Verify(lead)
}

func (r *room) write(path string, text []byte) {
	r.t.Helper()
	if err := errors.Join(os.Remove(path), os.WriteFile(path, text, 0o400)); err != nil {
		r.t.Fatal(err)
	}
}

// TestCopiesAreNotExchanged: the copy of another file of the same size, put in the place of this one's.
func TestCopiesAreNotExchanged(t *testing.T) {
	r := newRoom(t)
	a, b := r.take(people), r.take(strings.ReplaceAll(people, "budi", "dewi"))
	q := r.granted(a.ID)
	text, err := os.ReadFile(filepath.Join(r.folder(b.ID), "copy"))
	if err != nil {
		t.Fatal(err)
	}
	r.write(filepath.Join(r.folder(a.ID), "copy"), text)
	c, err := r.Open(lead, a.ID, q.ID)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.Read(lead, leak.Position{}, &Survey{}); !errors.Is(err, ErrCustody) { // the process that reads notices as well
		t.Errorf("another file's copy is read: %v", err)
	}
}

// TestNothingInTheClear: no byte of a leaked file or of its receipt lies in the data folder, in the log, or is left by a
// failed intake.
func TestNothingInTheClear(t *testing.T) {
	r := newRoom(t)
	d := r.take(people)
	c, err := r.Open(lead, d.ID, r.granted(d.ID).ID)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Read(lead, leak.Position{}, &Survey{}); err != nil {
		t.Fatal(err)
	}
	c.Close()
	for _, e := range []error{
		errorOf(r.Take(lead, receipt, iotest.ErrReader(errors.New("the disk is gone")))),
		errorOf(r.Take(lead, Receipt{Name: "x", From: "y"}, strings.NewReader(people))),
		errorOf(New(Options{Dir: r.o.Dir, Vault: r.vault, Log: r.vault.Log(), Desk: r.desk, MaxSize: 5}).Take(lead, receipt, strings.NewReader(people))),
	} {
		if e == nil {
			t.Error("a file that cannot be taken in is taken in")
		}
	}
	secrets := []string{"ani@example.com", "budi@", "Siti", "siti-people", "courier"}
	err = filepath.WalkDir(r.dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			if strings.HasSuffix(path, ".new") {
				t.Errorf("%s is left", path)
			}
			return err
		}
		text, err := os.ReadFile(path)
		for _, s := range secrets {
			if bytes.Contains(text, []byte(s)) || strings.Contains(path, s) {
				t.Errorf("%s holds %q", path, s)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func errorOf(_ Dataset, err error) error { return err }
