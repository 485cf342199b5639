package verify

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"jejak/event"
	"jejak/exposure"
	"jejak/ground/audit"
	"jejak/ground/meta"
)

const domain = "company.example"

// blinder stands in for the vault.
type blinder string

func (b blinder) Blind(p event.ProjectID, field, value string) (out [16]byte) {
	m := hmac.New(sha256.New, []byte(b))
	fmt.Fprintf(m, "%d %s %s", p, field, value)
	copy(out[:], m.Sum(nil))
	return out
}

// ledger is Notices in memory.
type ledger map[Code]Notice

func (l ledger) ByCode(_ context.Context, c Code) (Notice, error) {
	if n, ok := l[c]; ok {
		return n, nil
	}
	return Notice{}, ErrUnknown
}

// clock is one that tests set.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// house is a Desk with what it stands on.
type house struct {
	*Desk
	t       testing.TB
	db      *meta.DB
	log     *audit.Log
	clock   *clock
	notices ledger
	alarms  []Replay
	vkey    string
	keys    dns
}

func newHouse(t testing.TB) *house {
	t.Helper()
	h := &house{t: t, notices: ledger{}, clock: &clock{now: time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)}, keys: dns{}}
	var err error
	if h.db, err = meta.Open(t.TempDir()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { h.db.Close() })
	h.log, err = audit.Open(t.TempDir(), audit.Options{Origin: "jejak/test", Seed: [32]byte{1}, Now: h.clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { h.log.Close() })
	if h.vkey, err = audit.VerifierOf("jejak/test", [32]byte{1}); err != nil {
		t.Fatal(err)
	}
	h.Desk = New(Options{
		DB: h.db, Codes: NewCodes(blinder("key")), Log: h.log, Notices: h.notices, Now: h.clock.Now,
		Alarm: func(r Replay) { h.alarms = append(h.alarms, r) },
		Seal:  Sealing{Domain: domain, Resolve: h.keys},
	})
	return h
}

// send puts a notice into the ledger.
func (h *house) send(incident exposure.IncidentID, version int, address string) (Code, Notice) {
	to := Mailbox(h.o.Codes.by.Blind(0, "mailbox", address))
	code := h.o.Codes.Of(incident, version, to)
	n := Notice{
		Incident: incident, Version: version, Mailbox: to, Masked: Mask(address), Sent: h.clock.Now(),
		Subject: fmt.Sprintf("[%s] Your data was exposed: a notice to a customer of Company whose name is long", incident),
		Text: "Your data was in the file that was taken.\n\nYour e-mail address and your city were in it. Nilai: é.\n\nCheck this notice: " +
			domain + "/notice\n" + code.String() + "\n\n" + strings.Repeat("A line that says what we did. ", 4) + "\n",
	}
	h.notices[code] = n
	return code, n
}

// fix makes the notices of a version final.
func (h *house) fix(incident exposure.IncidentID, version int) (Fixed, error) {
	return h.Fix(h.t.Context(), incident, version, func(yield func(Leaf) error) error {
		for c, n := range h.notices {
			if n.Incident != incident || n.Version != version {
				continue
			}
			if err := yield(LeafOf(c, n.Subject, n.Text)); err != nil {
				return err
			}
		}
		return nil
	})
}

// from is an address of the n-th network.
func from(n int) netip.Addr { return netip.AddrFrom4([4]byte{10, byte(n >> 8), byte(n), 7}) }

// dns is Resolver in memory.
type dns map[string]string

func (d dns) LookupTXT(_ context.Context, name string) ([]string, error) {
	if !strings.HasSuffix(name, "._domainkey."+domain) {
		panic("BUG: DNS was asked for " + name)
	}
	return []string{d[name]}, nil
}
