package directory

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"jejak/ground/access"
	"jejak/ground/vault"
)

const two = "user_id,email,organisation_ids,locale,country,created,deleted\nu1,one@example.com,o1;o2,id-ID,id,2024-02-29,\nu2,two@example.com,,,,2024-03-01T23:00:00-05:00,2025-01-01\n"

// TestHashIsOfTheContent: the same directory has the same hash however it came, and another one another.
func TestHashIsOfTheContent(t *testing.T) {
	r := newRoom(t)
	first := r.taken(Sources{Users: rowsOf(t, Users, two)})
	lines := `{"user_id":"u1","email":"one@example.com","organisation_ids":["o1","o2"],"locale":"id-ID","country":"ID","created":"2024-02-29","extra":{"x":1}}

{"email":"two@example.com","user_id":"u2","deleted":"2025-01-01","created":"2024-03-01T23:00:00-05:00","name":null}
`
	rows, err := NewRows(Users, strings.NewReader(lines))
	if err != nil {
		t.Fatal(err)
	}
	if second := r.taken(Sources{Users: rows}); second.Hash != first.Hash || second.ID == first.ID {
		t.Errorf("%s of CSV, %s of JSON lines", first.Hash, second.Hash)
	}
	if third := r.taken(Sources{Users: rowsOf(t, Users, strings.Replace(two, "o1;o2", "o1", 1))}); third.Hash == first.Hash {
		t.Error("another directory has the same hash")
	}
	m := first.Member(0)
	if m.Country != "ID" || m.Locale != "id" || m.IsDeleted || !m.IsReachable || m.Mailboxes != 1 || m.Created.Format("2006-01-02") != "2024-02-29" {
		t.Errorf("the first is %+v", m)
	}
	if m = first.Member(1); !m.IsDeleted || m.Created.Format("2006-01-02") != "2024-03-02" || m.Deleted.Format("2006-01-02") != "2025-01-01" {
		t.Errorf("the second is %+v", m)
	}
}

// TestKeysLast: who is in two snapshots has the same key in both, whatever stands around them.
func TestKeysLast(t *testing.T) {
	r := newRoom(t)
	a := r.taken(Sources{Users: rowsOf(t, Users, "user_id,email\nu1,one@example.com\nu9,one@example.com\n,two@example.com\n")})
	b := r.taken(Sources{Users: rowsOf(t, Users, "user_id,email\n,TWO@example.com\nu9,one@example.com\nu1,one@example.com\n")})
	if a.Member(0).Key != b.Member(1).Key || a.Member(2).Key != b.Member(0).Key || a.Member(0).Key == a.Member(2).Key {
		t.Error("keys change between snapshots")
	}
}

// TestRefused: what is wrong is told by line and without its words, and nothing is kept.
func TestRefused(t *testing.T) {
	for _, c := range []struct {
		table       Table
		text, wants string
	}{
		{Users, "name\nsiti\n", "users, line 1, user_id: neither"},
		{Users, "", "EOF"},
		{Users, "user_id,email\nsiti,\nsiti,\n", "line 3, user_id: the same ID in the same organisation as on line 2"},
		{Users, "user_id,organisation_ids\nsiti,a;b\nsiti,b\n", "line 3, user_id: the same ID in the same organisation as on line 2"},
		{Users, "user_id,email\nx,siti\ny,siti@nowhere\nz,a siti@x.example\n,\n", "line 2, email: not an e-mail address\nusers, line 3, email: not an e-mail address\nusers, line 4, email: not an e-mail address\nusers, line 5, user_id: neither"},
		{Users, "user_id,email\nx,\"siti@x.example\r\nBcc: y@x.example\"\n", "line 2, email: control characters"},
		{Users, "user_id,former_emails\nx,siti\n", "former_emails: not an e-mail"},
		{Users, "user_id,country\nx,siti\n", "country: not two letters"},
		{Users, "user_id,reachable\nx,siti\n", "reachable: neither yes nor no"},
		{Users, "user_id,deleted\nx,siti\n", "deleted: not a date"},
		{Users, "user_id,name\nx,\xff\n", "name: not UTF-8"},
		{Users, "user_id,name\nx," + strings.Repeat("siti", maxCell) + "\n", "name: too long"},
		{Users, "user_id,name\nx,siti,siti\n", "line 2: this is not a row of CSV"},
		{Users, "user_id,name\nx,\"siti\n", "this is not a row of CSV"},
		{Users, "user_id\n" + strings.Repeat("siti@\x01\n", 1000), "control"},
		{Users, `{"user_id":"x"}` + "\n" + `{"user_id":{"siti":1}}`, "line 2, user_id: neither a text"},
		{Users, `{"user_id":"x"}` + "\nsiti", "line 2: this is not an object of JSON"},
		{Users, `{"user_id":"x","former_emails":["a@x.example;siti@x.example"]}`, "line 1, former_emails: neither"},
		{Users, `{"user_id":"` + strings.Repeat("siti", maxLine) + `"}`, "line 0: longer than"},
		{Organisations, "organisation_id\nsiti\nsiti\n", "organisations, line 3, organisation_id: it is there twice"},
		{Organisations, "name\nsiti\n", "organisations, line 1, organisation_id: the column is missing"},
		{Memberships, "user_id,organisation_id\nsiti,o1\n", "memberships, line 2, user_id: no user has this ID"},
		{Memberships, "user_id,organisation_id\nu1,siti\n", "memberships, line 2, organisation_id: no organisation has this ID"},
		{Memberships, "user_id,organisation_id,from,to\nu1,o1,2025-01-02,2025-01-01\n", "memberships, line 2, to: not a date"},
	} {
		r := newRoom(t)
		err := r.tryTake(c.table, c.text)
		if err == nil || !strings.Contains(err.Error(), c.wants) || strings.Contains(err.Error(), "siti") {
			t.Errorf("%.60q: %.300v", c.text, err)
		}
		var refused *Refused
		if errors.As(err, &refused) && len(refused.Errors) > maxErrors {
			t.Errorf("%.60q: %d errors", c.text, len(refused.Errors))
		}
		if left, _ := os.ReadDir(r.o.Dir); len(left) > 0 || len(r.acts()) > 0 {
			t.Errorf("%.60q: %v is left, and the log has %v", c.text, left, r.acts())
		}
	}
}

func (r *room) tryTake(table Table, text string) error {
	rows, err := NewRows(table, strings.NewReader(text))
	if err != nil {
		return err
	}
	from := Sources{Users: rowsOf(r.t, Users, two)}
	*map[Table]*Rows{Users: &from.Users, Organisations: &from.Organisations, Memberships: &from.Memberships}[table] = rows
	_, err = r.Take(lead, from)
	return err
}

// TestWhoMayUseADirectory: the role is made for it; and every act is in the log before it is answered.
func TestWhoMayUseADirectory(t *testing.T) {
	r := newRoom(t)
	s := r.taken(Sources{Users: rowsOf(t, Users, two)})
	for _, role := range []string{access.Owner, access.Analyst, access.IdentityReader, access.Approver} {
		ctx := as("02", role)
		_, e1 := r.Take(ctx, Sources{})
		_, e2 := r.List(ctx)
		_, e3 := r.Open(ctx, s.ID)
		_, e4 := r.People(ctx, s, vault.Notice)
		for i, err := range []error{e1, e2, e3, e4} {
			if !errors.Is(err, access.ErrForbidden) {
				t.Errorf("%s, method %d: %v", role, i, err)
			}
		}
	}
	if _, err := r.People(lead, s, ""); !errors.Is(err, vault.ErrPurpose) {
		t.Errorf("without a purpose: %v", err)
	}
	p, err := r.People(lead, s, vault.Notice)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	if n, err := p.Person(1); err != nil || fmt.Sprint(n.UserIDs, n.Mailboxes) != "[u2] [two@example.com]" {
		t.Errorf("%+v, %v", n, err)
	}
	if _, err := p.Person(2); !errors.Is(err, ErrNotFound) {
		t.Errorf("nobody: %v", err)
	}
	if o, err := p.Organisation(1); err != nil || o.ID != "o2" {
		t.Errorf("%+v, %v", o, err)
	}
	if list, err := r.List(lead); err != nil || len(list) != 1 || list[0] != s.Info {
		t.Errorf("%+v, %v", list, err)
	}
	if got := strings.Join(r.acts(), " "); got != "directory.taken directory.opened directory.people_opened" {
		t.Errorf("the log says %s", got)
	}
	for _, id := range []ID{"", "..", "../" + s.ID, ID(strings.Repeat("0", 32))} {
		if _, err := r.Open(lead, id); !errors.Is(err, ErrNotFound) {
			t.Errorf("%q: %v", id, err)
		}
	}
}

// TestOneByteOfADirectory: changed anywhere it is noticed; a snapshot that was cut short or exchanged is none.
func TestOneByteOfADirectory(t *testing.T) {
	r := newRoom(t)
	s := r.taken(Sources{Users: rowsOf(t, Users, two)})
	files, err := os.ReadDir(r.folder(s.ID))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		path := filepath.Join(r.folder(s.ID), f.Name())
		good, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for i := 0; i < len(good); i += 1 + len(good)/12 {
			bad := bytes.Clone(good)
			bad[i] ^= 4
			r.rewrite(path, bad)
			if x, err := r.Open(lead, s.ID); !errors.Is(err, ErrDamaged) {
				t.Errorf("%s, byte %d: %v", f.Name(), i, err)
				_ = x.Close()
			}
		}
		r.rewrite(path, good)
	}
	if x, err := r.Open(lead, s.ID); err != nil {
		t.Error(err)
	} else {
		_ = x.Close()
	}
}

func (r *room) rewrite(path string, text []byte) {
	r.t.Helper()
	if err := errors.Join(os.Remove(path), os.WriteFile(path, text, 0o400)); err != nil {
		r.t.Fatal(err)
	}
}

// TestTakingEndsWithItsContext: what was begun is gone.
func TestTakingEndsWithItsContext(t *testing.T) {
	r := newRoom(t)
	ctx, cancel := context.WithCancel(lead)
	_, err := r.Take(ctx, Sources{Users: endless(cancel)})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("it ended with %v", err)
	}
	if left, _ := os.ReadDir(r.o.Dir); len(left) > 0 || len(r.acts()) > 0 {
		t.Errorf("%v is left", left)
	}
}

// TestDeadImportsAreSwept, once they are old: another process may be at work.
func TestDeadImportsAreSwept(t *testing.T) {
	r := newRoom(t)
	now := r.o.Now()
	for name, age := range map[string]time.Duration{"old.new": leftAlone + time.Hour, "young.new": time.Hour} {
		path := filepath.Join(r.o.Dir, name)
		if err := errors.Join(os.MkdirAll(path, 0o700), os.Chtimes(path, now.Add(-age), now.Add(-age))); err != nil {
			t.Fatal(err)
		}
	}
	r.taken(Sources{Users: rowsOf(t, Users, two)})
	left, _ := filepath.Glob(filepath.Join(r.o.Dir, "*.new"))
	if len(left) != 1 || filepath.Base(left[0]) != "young.new" {
		t.Errorf("%v is left", left)
	}
}

// endless gives rows until somebody has had enough.
type endless func()

func (e endless) Next() (Row, error) {
	e()
	cells := make([]string, len(columnsOf[Users]))
	cells[0] = "u"
	return Row{1, cells}, nil
}
