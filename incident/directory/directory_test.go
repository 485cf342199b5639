package directory

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"jejak/exposure"
	"jejak/ground/access"
	"jejak/ground/meta"
	"jejak/ground/vault"
	"jejak/incident/rehearse"
)

// room is a library in a data folder.
type room struct {
	*Library
	t     testing.TB
	dir   string
	vault *vault.Vault
}

func newRoom(t testing.TB) *room {
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
	r.Library = New(Options{
		Dir: filepath.Join(r.dir, "incident", "directory"), Vault: r.vault, Log: r.vault.Log(),
		Now: func() time.Time { return time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC) },
	})
	return r
}

func as(id, role string) context.Context {
	return access.With(context.Background(), access.Identity{Kind: access.User, ID: id, Role: role})
}

var lead = as("01", access.IncidentLead)

func rowsOf(t testing.TB, table Table, text string) Rows {
	t.Helper()
	rows, err := NewCSV(table, strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// taken takes a directory in and opens it.
func (r *room) taken(from Sources) *Snapshot {
	r.t.Helper()
	info, err := r.Take(lead, from)
	if err != nil {
		r.t.Fatal(err)
	}
	s, err := r.Open(lead, info.ID)
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() { _ = s.Close() })
	return s
}

// of is a directory of users.
func of(t testing.TB, users string) *Snapshot {
	t.Helper()
	return newRoom(t).taken(Sources{Users: rowsOf(t, Users, users)})
}

func (s *Snapshot) person(h Hint, value string) (Match, bool) {
	return s.Matcher().Person(h, []byte(value))
}

// TestFoundingCase matches every row of the rehearsal's leaked file and compares with its truth.
func TestFoundingCase(t *testing.T) {
	story := rehearse.Small()
	if *measured > 0 {
		story = rehearse.Story{Seed: 1, People: *measured, Organisations: 5000, Rows: 2 * *measured}
	}
	var users, organisations, leaked bytes.Buffer
	truth, err := story.WriteLeak(&leaked)
	if err := errors.Join(err, story.WriteUsers(&users), story.WriteOrganisations(&organisations)); err != nil {
		t.Fatal(err)
	}
	r := newRoom(t)
	s := r.taken(Sources{Users: rowsOf(t, Users, users.String()), Organisations: rowsOf(t, Organisations, organisations.String())})
	if s.Accounts != story.People || s.People != story.People || s.Organisations != story.Organisations {
		t.Errorf("taken in: %+v", s.Info)
	}
	people, err := r.People(lead, s, vault.Incident)
	if err != nil {
		t.Fatal(err)
	}
	defer people.Close()
	found := map[string]exposure.Tier{}
	in := csv.NewReader(&leaked)
	in.ReuseRecord = true
	m := s.Matcher()
	for n := 0; ; n++ {
		row, err := in.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if n == 0 {
			continue
		}
		best := Match{Tier: exposure.Unmatched}
		for _, c := range []struct {
			hint Hint
			at   int
		}{{UserID, 12}, {UserID, 2}, {Address, 4}} {
			if x, ok := m.Person(c.hint, []byte(row[c.at])); ok && x.Tier < best.Tier {
				best = x
			}
		}
		if best.Tier < exposure.Weak {
			who, err := people.Person(best.Member)
			if err != nil {
				t.Fatal(err)
			}
			if now, ok := found[who.UserIDs[0]]; !ok || best.Tier < now {
				found[who.UserIDs[0]] = best.Tier
			}
		}
		if o, ok := m.Organisation([]byte(row[11])); row[11] != "" && (!ok || o.Tier != exposure.Certain) {
			t.Errorf("organisation %s: %+v", row[11], o)
		}
	}
	for id, told := range truth.People {
		if found[id] != told.Tier {
			t.Errorf("%s is found in tier %q, and is of %q", id, found[id], told.Tier)
		}
		delete(found, id)
	}
	if len(found) > 0 {
		t.Errorf("%d people were found who are not in the file", len(found))
	}
}

// TestNothingInTheClear: no value of a directory lies on disk.
func TestDirectoryHoldsNoValueInTheClear(t *testing.T) {
	r := newRoom(t)
	r.taken(Sources{
		Users:         rowsOf(t, Users, "user_id,email,former_emails,name,organisation_ids,city\nuser-Zebra77,zebra@stripes.example,quagga@stripes.example,Zara Zebralina,org-Savanna,Zebratown\n"),
		Organisations: rowsOf(t, Organisations, "organisation_id,name,domain\norg-Savanna,Savannah Inc,stripes.example\n"),
	})
	err := filepath.Walk(r.dir, func(path string, info os.FileInfo, err error) error {
		if err != nil || info.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		for _, word := range []string{"zebra", "quagga", "stripes", "savanna"} {
			if bytes.Contains(bytes.ToLower(text), []byte(word)) {
				t.Errorf("%s holds %q", path, word)
			}
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
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
