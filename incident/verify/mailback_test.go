package verify

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"jejak/event"
	"jejak/exposure"
	"jejak/ground/access"
	"jejak/ground/vault"
)

// SealOwn stands in for the vault.
func (b blinder) SealOwn(_ event.ProjectID, _ vault.Own, _ string, plain []byte) ([]byte, error) {
	out := make([]byte, len(plain))
	for i := range plain {
		out[i] = plain[i] ^ 0x5a
	}
	return out, nil
}

// OpenOwn is the way back.
func (b blinder) OpenOwn(p event.ProjectID, o vault.Own, name string, sealed []byte) ([]byte, error) {
	return b.SealOwn(p, o, name, sealed)
}

// people is Scope in memory. It fails a test that looks somebody up while a question is being asked.
type people struct {
	t      testing.TB
	mu     sync.Mutex
	asking bool
	lookup int
	in     map[string][]Standing
}

func (p *people) ByMailbox(_ context.Context, address string) ([]Standing, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.asking {
		p.t.Error("somebody is looked up before the answer")
	}
	p.lookup++
	return p.in[strings.ToLower(address)], nil
}

// letters is Mailer in memory.
type letters struct {
	sent []letter
	err  error
}

type letter struct{ to, subject, text string }

func (l *letters) Mail(_ context.Context, to, subject, text string) error {
	if l.err != nil {
		return l.err
	}
	l.sent = append(l.sent, letter{to, subject, text})
	return nil
}

// post is a MailBack with what it stands on. ani@example.com is affected.
type post struct {
	*house
	*MailBack
	people  *people
	letters *letters
}

func newPost(t testing.TB) *post {
	h := newHouse(t)
	code, n := h.send("2026-01", 1, "ani@example.com")
	p := &post{house: h, letters: &letters{}, people: &people{t: t, in: map[string][]Standing{
		"ani@example.com": {{"2026-01", []exposure.Class{exposure.City, exposure.Email}, n.Sent, code.String()}},
	}}}
	p.MailBack = NewMailBack(BackOptions{
		DB: h.db, Vault: blinder("key"), Scope: p.people, Mailer: p.letters, Domain: domain, Now: h.clock.Now,
	})
	return p
}

func (p *post) ask(address string, l exposure.Locale) {
	p.t.Helper()
	p.asks = access.NewLimit(asksEvery, asksBurst)
	if err := p.Ask(p.t.Context(), address, l, from(1)); err != nil {
		p.t.Fatal(err)
	}
}

func (p *post) answerAll() {
	p.t.Helper()
	if err := p.Answer(p.t.Context()); err != nil {
		p.t.Fatal(err)
	}
}

func TestAnswerGoesToTheMailbox(t *testing.T) {
	p := newPost(t)
	for _, l := range exposure.Locales {
		p.clock.pass(25 * time.Hour)
		p.letters.sent = nil
		p.ask("Ani@example.com", l)
		p.ask("budi@example.com", l)
		p.answerAll()
		if len(p.letters.sent) != 2 || p.letters.sent[0].to != "Ani@example.com" || p.letters.sent[1].to != "budi@example.com" {
			t.Fatalf("%v", p.letters.sent)
		}
		yes, no := p.letters.sent[0].text, p.letters.sent[1].text
		for _, want := range []string{"2026-01", exposure.Email.In(l) + ", " + exposure.City.In(l), p.people.in["ani@example.com"][0].Code, domain + "/notice"} {
			if !strings.Contains(yes, want) {
				t.Errorf("%s: %q is missing in %s", l, want, yes)
			}
			if strings.Contains(no, want) && want != domain+"/notice" {
				t.Errorf("%s: %q is in %s", l, want, no)
			}
		}
		if p.letters.sent[0].subject == p.letters.sent[1].subject || strings.Contains(yes+no, "<") {
			t.Errorf("%v", p.letters.sent)
		}
	}
}

// TestNothingIsSaidBeforeItIsKnown: before notices are fixed nobody is told that they are not affected.
func TestNothingIsSaidBeforeItIsKnown(t *testing.T) {
	p := newPost(t)
	p.ask("budi@example.com", exposure.English)
	p.answerAll()
	p.clock.pass(25 * time.Hour)
	if _, err := p.fix("2026-01", 1); err != nil {
		t.Fatal(err)
	}
	p.ask("budi@example.com", exposure.English)
	p.answerAll()
	if len(p.letters.sent) != 2 || strings.Contains(p.letters.sent[0].text, "did not find") || p.letters.sent[0].subject == p.letters.sent[1].subject ||
		!strings.Contains(p.letters.sent[1].text, "these incidents: 2026-01.") {
		t.Errorf("%v", p.letters.sent)
	}
}

// TestOnceAMailboxAndDay: however often and in whatever spelling somebody asks.
func TestOnceAMailboxAndDay(t *testing.T) {
	p := newPost(t)
	for _, typed := range []string{"budi@example.com", "BUDI@example.com", " budi@example.com ", "budi+1@example.com", "budi+2@Example.com"} {
		p.ask(typed, exposure.English)
	}
	p.ask("b.u.d.i@gmail.com", exposure.English)
	p.ask("budi@googlemail.com", exposure.English)
	p.answerAll()
	if len(p.letters.sent) != 2 {
		t.Errorf("mailed %v", p.letters.sent)
	}
	p.clock.pass(23 * time.Hour)
	p.ask("budi@example.com", exposure.English)
	p.answerAll()
	if len(p.letters.sent) != 2 {
		t.Errorf("a second time within a day: %v", p.letters.sent[2:])
	}
	p.clock.pass(time.Hour)
	p.ask("budi@example.com", exposure.English)
	p.answerAll()
	if len(p.letters.sent) != 3 {
		t.Error("not on the next day")
	}
}

func TestOnlyAMailboxIsMailed(t *testing.T) {
	p := newPost(t)
	for _, typed := range []string{
		"", "hello", "a@b", "a@example.com, b@example.com", "a@example.com b@example.com", "A <a@example.com>", "a@example.com\r\nBcc: b@example.com",
		`"a"@example.com`, "a@exa mple.com", "é@example.com", "a@[127.0.0.1]", "@example.com", strings.Repeat("a", 300) + "@example.com", "a@example.com;b@example.com",
	} {
		p.ask(typed, exposure.English)
	}
	p.answerAll()
	if len(p.letters.sent) != 0 || p.people.lookup != 0 {
		t.Errorf("mailed %v", p.letters.sent)
	}
}

// TestQuestionsOutliveTheServer: what was answered on the screen is durable; a relay that is down delays a mail and loses none.
func TestQuestionsOutliveTheServer(t *testing.T) {
	p := newPost(t)
	p.ask("ani@example.com", exposure.English)
	p.ask("budi@example.com", exposure.English)
	p.letters.err = errors.New("the relay is down")
	if err := p.Answer(t.Context()); err == nil || strings.Contains(err.Error(), "@") {
		t.Errorf("%v", err)
	}
	p.letters.err = nil
	p.MailBack = NewMailBack(p.MailBack.o)
	p.answerAll()
	p.answerAll()
	if len(p.letters.sent) != 2 {
		t.Errorf("mailed %v", p.letters.sent)
	}
}

func TestMailsOfADayAreBounded(t *testing.T) {
	p := newPost(t)
	p.MailBack.o.PerDay = 3
	for i := range 5 {
		p.ask(fmt.Sprintf("person%d@example.com", i), exposure.English)
	}
	p.answerAll()
	if len(p.letters.sent) != 3 {
		t.Errorf("%d mails", len(p.letters.sent))
	}
	p.clock.pass(25 * time.Hour)
	p.answerAll()
	if len(p.letters.sent) != 5 {
		t.Errorf("%d mails after two days", len(p.letters.sent))
	}
}

func TestQuestionsAreLimited(t *testing.T) {
	p := newPost(t)
	for range asksBurst {
		if err := p.Ask(t.Context(), "ani@example.com", exposure.English, from(1)); err != nil {
			t.Fatal(err)
		}
	}
	for _, address := range []string{"ani@example.com", "budi@example.com"} {
		if err := p.Ask(t.Context(), address, exposure.English, from(1)); !errors.Is(err, ErrTooMany) {
			t.Errorf("%s: %v", address, err)
		}
	}
	if err := p.Ask(t.Context(), "budi@example.com", exposure.English, from(2)); err != nil {
		t.Errorf("another network: %v", err)
	}
}
