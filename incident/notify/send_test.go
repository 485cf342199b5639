package notify

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"jejak/exposure"
	"jejak/incident/notify/mail"
	"jejak/incident/notify/mail/sink"
)

func (r *room) sql(query string, args ...any) {
	r.t.Helper()
	err := r.db.Write(context.Background(), func(tx *sql.Tx) error {
		_, err := tx.Exec(query, args...)
		return err
	})
	if err != nil {
		r.t.Fatal(err)
	}
}

// relayLog is a witness made of what a sink wrote.
type relayLog struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *relayLog) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *relayLog) Ask(ctx context.Context, tokens []mail.Token) (map[mail.Token]mail.Verdict, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	p := mail.Postfix{Queue: func(context.Context) (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader(l.b.String())), nil
	}}
	return p.Ask(ctx, tokens)
}

// TestDoubts: a lost answer is a doubt, which is never sent again by itself; the witness settles it, early or not at all.
func TestDoubts(t *testing.T) {
	log := &relayLog{}
	s := startSink(t, sink.Options{Log: log, Lost: 1, Seed: 7})
	r := newRoom(t, Options{Relay: mail.Relay{Address: s.Address()}, Witness: log})
	r.release(1, people(0, 40))
	r.send(1)
	r.send(1)
	taken, _ := s.Taken()
	if p := r.reckon(1); p.InDoubt != 40 || p.Undecided != 0 || len(taken) == 0 || len(taken) == 40 {
		t.Fatalf("got %+v, %d taken", p, len(taken))
	}
	if err := r.Settle(t.Context(), incident, 1); err != nil {
		t.Fatal(err)
	}
	if p := r.reckon(1); p.InDoubt != 40 {
		t.Errorf("the witness was asked too early: %+v", p)
	}
	r.now = r.now.Add(15 * time.Minute)
	if err := r.Settle(t.Context(), incident, 1); err != nil {
		t.Fatal(err)
	}
	if p := r.reckon(1); p.Accepted != len(taken) || p.InDoubt != 0 || p.Open != 40-len(taken) {
		t.Errorf("got %+v, %d taken", p, len(taken))
	}
}

// TestADoubtNobodySettles waits for a person, half an hour later.
func TestADoubtNobodySettles(t *testing.T) {
	s := startSink(t, sink.Options{Lost: 1, Seed: 1})
	r := newRoom(t, Options{Relay: mail.Relay{Address: s.Address()}})
	r.release(1, people(0, 4))
	r.send(1)
	if n, err := r.Decide(console, incident, 1, TreatAsSent); err != nil || n != 0 {
		t.Errorf("decided %d too early, %v", n, err)
	}
	r.now = r.now.Add(time.Hour)
	if p := r.reckon(1); p.Undecided != 4 {
		t.Errorf("got %+v", p)
	}
	if n, err := r.Decide(console, incident, 1, TreatAsSent); err != nil || n != 4 {
		t.Errorf("decided %d, %v", n, err)
	}
	if p := r.reckon(1); p.Accepted != 4 {
		t.Errorf("got %+v", p)
	}
}

// TestAReportSettlesADoubt: RFC 3461 asks for reports of success.
func TestAReportSettlesADoubt(t *testing.T) {
	s := startSink(t, sink.Options{Lost: 1, Seed: 1})
	r := newRoom(t, Options{Relay: mail.Relay{Address: s.Address()}})
	r.release(1, people(0, 1))
	r.send(1)
	if err := r.Hear(t.Context(), mail.Report{Token: r.tokenOf(0), Action: mail.Delivered}); err != nil {
		t.Fatal(err)
	}
	if p := r.reckon(1); p.Accepted != 1 {
		t.Errorf("got %+v", p)
	}
}

// tokenOf is that of the n-th row.
func (r *room) tokenOf(n int) (t mail.Token) {
	r.t.Helper()
	err := r.db.Read(context.Background(), func(tx *sql.Tx) error {
		var b []byte
		defer func() { copy(t[:], b) }()
		return tx.QueryRow("SELECT token FROM notices ORDER BY id LIMIT 1 OFFSET $1", n).Scan(&b)
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return t
}

// TestBouncesTryOtherMailboxes: at once, and by reports days later; never a mailbox that has a notice already.
func TestBouncesTryOtherMailboxes(t *testing.T) {
	s := startSink(t, sink.Options{Answer: func(to string) *smtp.SMTPError {
		if strings.HasPrefix(to, "gone") {
			return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such user " + to}
		}
		return nil
	}})
	r := newRoom(t, Options{Relay: mail.Relay{Address: s.Address()}})
	email := []exposure.Class{exposure.Email}
	r.release(1, list{
		{Audience: exposure.Person, Mailboxes: []string{"gone1@a.example", "gone2@a.example", "here@a.example"}, Classes: email},
		{Audience: exposure.Person, Mailboxes: []string{"gone3@a.example", "taken@a.example"}, Classes: email},
		{Audience: exposure.Person, Mailboxes: []string{"taken@a.example"}, Classes: email},
		{Audience: exposure.Person, Mailboxes: []string{"not a mailbox"}, Classes: email},
	})
	r.send(1)
	p := r.reckon(1)
	if p.Accepted != 2 || p.Bounced != 2 || p.Unreachable != 2 || p.Notices != 6 || p.Planned != 4 {
		t.Errorf("got %+v", p)
	}
	if p.Reasons["550 5.1.1"] != 3 || p.Reasons["no mailbox is known"] != 1 {
		t.Errorf("reasons: %v", p.Reasons)
	}
	for n := range 3 { // reports about mails that were accepted, and one that comes twice
		for range 2 {
			if err := r.Hear(t.Context(), mail.Report{Token: r.tokenOf(n), Action: mail.Failed, Status: [3]int{5, 1, 1}}); err != nil {
				t.Fatal(err)
			}
		}
	}
	r.reckon(1)
}

func TestPutOffForThreeDays(t *testing.T) {
	s := startSink(t, sink.Options{Answer: func(string) *smtp.SMTPError { return &smtp.SMTPError{Code: 451, Message: "later"} }})
	r := newRoom(t, Options{Relay: mail.Relay{Address: s.Address()}})
	r.release(1, people(0, 1))
	for hours := 0; hours < 80; hours += 4 {
		r.send(1)
		if p := r.reckon(1); hours < 72 && p.Deferred != 1 {
			t.Fatalf("after %d hours: %+v", hours, p)
		}
		r.now = r.now.Add(4 * time.Hour)
	}
	if p := r.reckon(1); p.Unreachable != 1 {
		t.Errorf("got %+v", p)
	}
}

// TestARelayThatRefusesUsPauses: a policy against us is no reason to give up a mailbox.
func TestARelayThatRefusesUsPauses(t *testing.T) {
	refuse := true
	s := startSink(t, sink.Options{Answer: func(string) *smtp.SMTPError {
		if refuse {
			return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 7, 26}, Message: "unauthenticated"}
		}
		return nil
	}})
	r := newRoom(t, Options{Relay: mail.Relay{Address: s.Address()}, Workers: 1})
	r.release(1, people(0, 9))
	r.send(1)
	p := r.reckon(1)
	if p.State != Paused || !strings.Contains(p.Why, "5.7.26") || p.Unreachable != 0 || p.Open != 9 {
		t.Errorf("got %+v", p)
	}
	refuse = false
	if err := r.Resume(console, incident, 1); err != nil {
		t.Fatal(err)
	}
	r.send(1)
	if p := r.reckon(1); p.Accepted != 9 {
		t.Errorf("got %+v", p)
	}
}

// TestOnlyTheDifference: IR-9.
func TestOnlyTheDifference(t *testing.T) {
	var subjects []string
	s := startSink(t, sink.Options{Took: func(m sink.Mail) { subjects = append(subjects, subjectOf(m.Text)) }})
	r := newRoom(t, Options{Relay: mail.Relay{Address: s.Address()}})
	r.release(1, people(0, 100))
	r.send(1)
	subjects = nil
	more := people(0, 220)
	more[3].Classes = append(more[3].Classes, exposure.City)
	r.release(2, more)
	r.send(2)
	if p := r.reckon(2); p.Planned != 121 || p.Accepted != 121 {
		t.Errorf("got %+v", p)
	}
	supplements := 0
	for _, s := range subjects {
		if strings.Contains(s, "More of your data") || strings.Contains(s, "Lebih banyak") {
			supplements++
		}
	}
	if supplements != 1 {
		t.Errorf("%d supplements", supplements)
	}
	if _, err := r.Plan(console, facts(3), more); !errors.Is(err, ErrNobody) {
		t.Errorf("nothing is new, and %v", err)
	}
}

func subjectOf(message []byte) string {
	_, rest, _ := strings.Cut(string(message), "Subject: ")
	line, _, _ := strings.Cut(rest, "\r\n")
	return line
}

// TestRestored: abuse test 18. A ledger that was put back from a backup sends nothing before it was reconciled, and then nothing twice.
func TestRestored(t *testing.T) {
	log := &relayLog{}
	s := startSink(t, sink.Options{Log: log})
	r := newRoom(t, Options{Relay: mail.Relay{Address: s.Address()}, Witness: log, Grace: time.Nanosecond})
	r.release(1, people(0, 60))
	ctx, stop := context.WithCancel(t.Context())
	stop()
	_ = r.Send(ctx, incident, 1) // a sender begins, and ends at once
	r.sql("CREATE TABLE kept AS SELECT * FROM notices")
	r.sql("CREATE TABLE kept_versions AS SELECT * FROM notice_versions")
	r.send(1)
	r.sql("DELETE FROM notices")
	r.sql("DELETE FROM notice_versions")
	r.sql("INSERT INTO notices SELECT * FROM kept")
	r.sql("INSERT INTO notice_versions SELECT * FROM kept_versions")
	for range 2 {
		if err := r.Send(t.Context(), incident, 1); !errors.Is(err, ErrRestored) {
			t.Fatalf("got %v", err)
		}
	}
	if err := r.Resume(console, incident, 1); !errors.Is(err, ErrRestored) {
		t.Errorf("resumed: %v", err)
	}
	if err := r.Reconcile(console, incident, 1); err != nil {
		t.Fatal(err)
	}
	r.now = r.now.Add(time.Second)
	if err := r.Settle(t.Context(), incident, 1); err != nil {
		t.Fatal(err)
	}
	r.send(1)
	if p := r.reckon(1); p.Accepted != 60 {
		t.Errorf("got %+v", p)
	}
	taken, _ := s.Taken()
	for from, n := range taken {
		if n != 1 {
			t.Errorf("%s was sent %d times", from, n)
		}
	}
}

// TestOfTwoSendersTheNewestSends: the older one can change nothing, and sends nothing more.
func TestOfTwoSendersTheNewestSends(t *testing.T) {
	s := startSink(t, sink.Options{})
	r := newRoom(t, Options{Relay: mail.Relay{Address: s.Address()}})
	r.release(1, people(0, 300))
	other := New(r.o)
	var all sync.WaitGroup
	for _, one := range []*Service{r.Service, other, r.Service} {
		all.Go(func() { _ = one.Send(t.Context(), incident, 1) }) // who is overtaken says so
	}
	all.Wait()
	r.send(1)
	taken, _ := s.Taken()
	for from, n := range taken {
		if n != 1 {
			t.Errorf("%s was sent %d times", from, n)
		}
	}
	p := r.reckon(1)
	if p.Accepted+p.InDoubt != 300 {
		t.Errorf("got %+v", p)
	}
}

func TestPaceAndForecast(t *testing.T) {
	s := startSink(t, sink.Options{})
	r := newRoom(t, Options{Relay: mail.Relay{Address: s.Address()}, Pace: Pace{PerHour: map[string]int{otherProvider: 600}}})
	r.release(1, people(0, 100))
	r.send(1)
	if p := r.reckon(1); p.Accepted != 0 {
		t.Errorf("a start is a burst of %d", p.Accepted)
	}
	for range 5 {
		r.now = r.now.Add(time.Minute)
		r.send(1)
	}
	p := r.reckon(1)
	if p.Accepted != 50 {
		t.Errorf("%d in five minutes at 600 an hour", p.Accepted)
	}
	f := Pace{PerHour: map[string]int{otherProvider: 10}}.Forecast(p, r.now, []Deadline{{"UU PDP 46", r.now.Add(2 * time.Hour)}})
	if len(f) != 1 || f[0].Share != 0.4 || len(f[0].Late) != 1 || !f[0].Done.Equal(r.now.Add(5*time.Hour)) {
		t.Errorf("got %+v", f)
	}
}

// TestClockJumps: time that goes back or leaps sends nothing twice.
func TestClockJumps(t *testing.T) {
	s := startSink(t, sink.Options{Lost: 0.2, Seed: 3})
	r := newRoom(t, Options{Relay: mail.Relay{Address: s.Address()}})
	r.release(1, people(0, 60))
	for _, jump := range []time.Duration{0, -48 * time.Hour, 400 * 24 * time.Hour, -time.Hour} {
		r.now = r.now.Add(jump)
		r.send(1)
		r.reckon(1)
	}
	taken, _ := s.Taken()
	for from, n := range taken {
		if n != 1 {
			t.Errorf("%s was sent %d times", from, n)
		}
	}
}

func TestOneMailboxOfSeveral(t *testing.T) {
	r := newRoom(t, Options{})
	r.release(1, list{
		{Audience: exposure.Person, Mailboxes: []string{"Boss@a.example"}, Locale: "en", Classes: []exposure.Class{exposure.City}},
		{Audience: exposure.Admin, Mailboxes: []string{"boss@a.example "}, Locale: "en", Classes: []exposure.Class{exposure.Organised}, Organisation: "A", Members: 4},
		{Audience: exposure.Organisation, Mailboxes: []string{"boss@a.example"}, Locale: "en", Classes: []exposure.Class{exposure.Organised}, Organisation: "A", Members: 4},
	})
	p := r.reckon(1)
	if p.Planned != 1 {
		t.Fatalf("got %+v", p)
	}
	k, _ := r.keysOf(t.Context(), incident)
	n, ok, err := r.ByCode(t.Context(), k.code(1, k.indexOf("boss@a.example")))
	if err != nil || !ok {
		t.Fatal(ok, err)
	}
	for _, want := range []string{"your organisation is affected", "- organisation ID", "Members in the file: 4", "Your own data in the file\n- city"} {
		if !strings.Contains(n.Body, want) {
			t.Errorf("%q is missing in %s", want, n.Body)
		}
	}
	if n.To != "boss@a.example" {
		t.Errorf("it went to %s", n.To)
	}
	if _, ok, _ := r.ByCode(t.Context(), "0123456789ABCDEF"); ok {
		t.Error("a code of nobody was found")
	}
}
