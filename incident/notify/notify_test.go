package notify

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"jejak/exposure"
	"jejak/ground/access"
	"jejak/ground/approve"
	"jejak/ground/meta"
	"jejak/ground/vault"
	"jejak/incident/notify/mail"
	"jejak/incident/notify/mail/sink"
	"jejak/incident/notify/text"
)

const incident = exposure.IncidentID("2025-01")

func facts(version int) text.Facts {
	return text.Facts{
		Incident: incident, Version: version, Company: "Contoh Ltd", Domain: "contoh.example", Contact: "incident@contoh.example",
		Page: "https://contoh.example/incident/2025-01", Source: "Mixpanel",
		Happened: text.Words{"en": "A thief copied a file from our vendor on 9 November 2025.", "id": "Pencuri menyalin berkas dari penyedia kami pada 9 November 2025."},
		Did:      text.Words{"en": "We cut the vendor off.", "id": "Kami memutus hubungan dengan penyedia itu."},
		Rights:   text.Words{"en": "You can ask us what we hold of you.", "id": "Anda berhak bertanya data apa yang kami simpan."},
		Changed:  text.Words{"en": "We read the file again.", "id": "Kami membaca berkas itu lagi."},
		Next:     time.Date(2025, 11, 28, 9, 0, 0, 0, time.UTC),
	}
}

// room is a service with what it stands on, in one folder.
type room struct {
	*Service
	t     *testing.T
	dir   string
	db    *meta.DB
	vault *vault.Vault
	now   time.Time
}

func open(dir string) (*meta.DB, *vault.Vault, error) {
	db, err := meta.Open(dir)
	if err != nil {
		return nil, nil, err
	}
	v, err := vault.Open(vault.Options{DB: db, KeyFile: filepath.Join(dir, "..", filepath.Base(dir)+".key"), Dir: filepath.Join(dir, "identity"), Audit: filepath.Join(dir, "audit")})
	return db, v, err
}

func newRoom(t *testing.T, o Options) *room {
	t.Helper()
	r := &room{t: t, dir: t.TempDir(), now: time.Date(2025, 11, 26, 9, 0, 0, 0, time.UTC)}
	var err error
	if r.db, r.vault, err = open(r.dir); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.vault.Close(); r.db.Close() })
	o.DB, o.Vault, o.Log = r.db, r.vault, r.vault.Log()
	o.Now = func() time.Time { return r.now }
	if o.Desk == nil {
		o.Desk = approve.New(r.db, r.vault.Log(), o.Now)
	}
	if o.Workers == 0 {
		o.Workers = 2
	}
	o.Sender = sender0
	r.Service = New(o)
	return r
}

var (
	sender0 = mail.Sender{Name: "Contoh Ltd", Address: "incident@contoh.example", Bounces: "bounce.contoh.example"}
	console = access.AtConsole(context.Background())
	lead    = access.With(context.Background(), access.Identity{Kind: access.User, ID: "01", Role: access.IncidentLead})
	second  = access.With(context.Background(), access.Identity{Kind: access.User, ID: "02", Role: access.IncidentLead})
)

type list []Recipient

func (l list) Recipients(_ context.Context, yield func(Recipient) error) error {
	for _, r := range l {
		if err := yield(r); err != nil {
			return err
		}
	}
	return nil
}

func people(from, to int) (l list) {
	for n := from; n < to; n++ {
		l = append(l, Recipient{Audience: exposure.Person, Mailboxes: []string{fmt.Sprintf("p%d@mail.example", n)}, Locale: exposure.Locales[n%2], Classes: []exposure.Class{exposure.Name, exposure.Email}})
	}
	return l
}

// release plans and releases at the console.
func (r *room) release(version int, from Source) Plan {
	r.t.Helper()
	if _, err := r.Plan(console, facts(version), from); err != nil {
		r.t.Fatal(err)
	}
	p, err := r.Release(console, incident, version)
	if err != nil {
		r.t.Fatal(err)
	}
	return p
}

func (r *room) send(version int) {
	r.t.Helper()
	if err := r.Send(r.t.Context(), incident, version); err != nil {
		r.t.Fatal(err)
	}
}

func (r *room) reckon(version int) Progress {
	r.t.Helper()
	p, err := r.Progress(console, incident, version)
	if err != nil {
		r.t.Fatal(err)
	}
	if !p.Reconciled {
		r.t.Fatalf("the ledger does not reconcile: %+v", p)
	}
	return p
}

func startSink(t *testing.T, o sink.Options) *sink.Sink {
	t.Helper()
	s, err := sink.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func TestEverybodyIsToldOnce(t *testing.T) {
	var mails []sink.Mail
	s := startSink(t, sink.Options{Took: func(m sink.Mail) { mails = append(mails, m) }})
	r := newRoom(t, Options{Relay: mail.Relay{Address: s.Address()}})
	r.release(1, append(people(0, 50), people(0, 50)...))
	r.send(1)
	r.send(1)
	if p := r.reckon(1); p.Accepted != 50 || p.Open != 0 {
		t.Errorf("got %+v", p)
	}
	to := map[string]bool{}
	for _, m := range mails {
		to[m.To] = true
		for _, want := range []string{"Auto-Submitted: auto-generated\r\n", "Message-ID: <" + m.Envelope + "@contoh.example>", "To: <" + m.To + ">\r\n"} {
			if !strings.Contains(string(m.Text), want) {
				t.Errorf("%q is missing in %s", want, m.Text)
			}
		}
		if strings.Contains(strings.ToLower(string(m.Text)), "list-unsubscribe") || strings.Contains(string(m.Text), "<img") {
			t.Error("a notice is not a newsletter")
		}
	}
	if len(mails) != 50 || len(to) != 50 {
		t.Errorf("%d mails to %d mailboxes", len(mails), len(to))
	}
}

// TestTwoPeopleRelease: abuse test 9. One person alone sends nothing, and what was changed after the second looked is not sent.
func TestTwoPeopleRelease(t *testing.T) {
	s := startSink(t, sink.Options{})
	r := newRoom(t, Options{Relay: mail.Relay{Address: s.Address()}})
	ctx := context.Background()
	if _, err := r.Plan(access.With(ctx, access.Identity{Kind: access.User, ID: "03", Role: access.Owner}), facts(1), people(0, 2)); !errors.Is(err, access.ErrForbidden) {
		t.Errorf("an owner planned: %v", err)
	}
	p, err := r.Plan(lead, facts(1), people(0, 2))
	if err != nil {
		t.Fatal(err)
	}
	_, err = r.Release(lead, incident, 1)
	var waiting *approve.Waiting
	if !errors.As(err, &waiting) || !strings.Contains(waiting.Request.Title, p.Hash) {
		t.Fatalf("got %v", err)
	}
	if err := r.Send(ctx, incident, 1); !errors.Is(err, ErrNotReleased) {
		t.Errorf("sent alone: %v", err)
	}
	desk := r.o.Desk.(*approve.Desk)
	if _, err := desk.Grant(lead, 0, waiting.Request.ID, waiting.Request.Hash); !errors.Is(err, approve.ErrOwnRequest) {
		t.Errorf("allowed their own: %v", err)
	}
	if _, err := desk.Grant(second, 0, waiting.Request.ID, waiting.Request.Hash); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Plan(lead, facts(1), people(0, 3)); err != nil { // one more than was allowed
		t.Fatal(err)
	}
	if _, err = r.Release(lead, incident, 1); !errors.As(err, &waiting) {
		t.Errorf("another set was released: %v", err)
	}
	if taken, _ := s.Taken(); len(taken) != 0 {
		t.Errorf("%d mails left", len(taken))
	}
	if _, err := r.Plan(lead, facts(1), people(0, 2)); err != nil {
		t.Fatal(err)
	}
}

func TestAChangedRowIsNotReleased(t *testing.T) {
	r := newRoom(t, Options{})
	if _, err := r.Plan(console, facts(1), people(0, 5)); err != nil {
		t.Fatal(err)
	}
	r.sql("DELETE FROM notices WHERE id = (SELECT MIN(id) FROM notices)")
	if _, err := r.Release(console, incident, 1); !errors.Is(err, ErrChanged) {
		t.Errorf("got %v", err)
	}
}

func TestNoMailboxInTheClear(t *testing.T) {
	s := startSink(t, sink.Options{})
	r := newRoom(t, Options{Relay: mail.Relay{Address: s.Address()}})
	r.release(1, list{{Audience: exposure.Person, Mailboxes: []string{"sitiunique@mail.example", "otherunique@mail.example"}, Classes: []exposure.Class{exposure.Name}},
		{Audience: exposure.Admin, Mailboxes: []string{"adminunique@mail.example"}, Classes: []exposure.Class{exposure.Name}, Organisation: "Orgunique", Members: 3}})
	r.send(1)
	err := filepath.WalkDir(r.dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		b, err := io.ReadAll(f)
		if strings.Contains(strings.ToLower(string(b)), "unique@") || strings.Contains(string(b), "Orgunique") {
			t.Errorf("%s holds a mailbox or a name", filepath.Base(path))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestUnfitTextsAreNotPlanned(t *testing.T) {
	r := newRoom(t, Options{})
	f := facts(1)
	f.Did["en"] = "Your data might be out. See https://evil.example/."
	var unfit *Unfit
	if _, err := r.Plan(console, f, people(0, 1)); !errors.As(err, &unfit) || len(unfit.Findings) < 2 {
		t.Errorf("got %v", err)
	}
}
