package verify

import (
	"errors"
	"strings"
	"testing"
	"time"

	"jejak/ground/access"
)

func TestShowsWhatWasSent(t *testing.T) {
	h := newHouse(t)
	c, n := h.send("2026-01", 1, "ani@example.com")
	s, err := h.Show(t.Context(), strings.ToLower(c.String()), from(0))
	if err != nil || s.Notice != n || s.Code != c || s.Replayed || s.Proof != nil {
		t.Errorf("shown %+v, %v", s, err)
	}
}

// TestLedgerIsNotBelieved: a row that no key of ours made is no notice.
func TestLedgerIsNotBelieved(t *testing.T) {
	h := newHouse(t)
	forged := NewCodes(blinder("other")).Of("2026-01", 1, Mailbox{1})
	h.notices[forged] = Notice{Incident: "2026-01", Version: 1, Mailbox: Mailbox{1}, Text: "Pay here."}
	for _, typed := range []string{forged.String(), "0000-0000-0000-0000", "hello", ""} {
		if s, err := h.Show(t.Context(), typed, from(0)); !errors.Is(err, ErrUnknown) || s.Text != "" {
			t.Errorf("%q: %+v, %v", typed, s, err)
		}
	}
}

// TestGuessing: who guesses is stopped after twenty codes, for half an hour each; who has a code never is.
func TestGuessing(t *testing.T) {
	h := newHouse(t)
	c, _ := h.send("2026-01", 1, "ani@example.com")
	show := func(typed string, network int) error {
		_, err := h.Show(t.Context(), typed, from(network))
		return err
	}
	for range 100 {
		if err := show(c.String(), 1); err != nil {
			t.Fatal(err)
		}
	}
	guesses := 0
	for until := h.clock.Now().Add(24 * time.Hour); h.clock.Now().Before(until); h.clock.pass(time.Minute) {
		for range 3 {
			if err := show("guess", 1); errors.Is(err, ErrUnknown) {
				guesses++
			}
		}
	}
	if guesses > triesBurst+48+1 { // 2^-64 · 100,000 notices · 69 guesses = 2^-41
		t.Errorf("%d guesses in a day", guesses)
	}
	for show("guess", 1) == ErrUnknown { // until there is none left
	}
	if err := show(c.String(), 1); !errors.Is(err, ErrTooMany) {
		t.Errorf("a network that guesses: %v", err)
	}
	if err := show(c.String(), 2); err != nil {
		t.Errorf("another network: %v", err)
	}
}

func TestNetworksAreCoarse(t *testing.T) {
	a, b := from(1), from(1).Next()
	if network(a) != network(b) || network(a) == network(from(2)) {
		t.Error("neighbours are not one network, or strangers are")
	}
}

// TestReplayIsNoticed: a code that many networks show is one that somebody sends around. One person's places are not many.
func TestReplayIsNoticed(t *testing.T) {
	h := newHouse(t)
	c, _ := h.send("2026-01", 1, "ani@example.com")
	shown := func(network int) bool {
		s, err := h.Show(t.Context(), c.String(), from(network))
		if err != nil {
			t.Fatal(err)
		}
		return s.Replayed
	}
	for range 10 {
		for place := range 5 {
			if shown(place) {
				t.Fatal("five places are many")
			}
		}
		h.clock.pass(time.Hour)
	}
	h.clock.pass(24 * time.Hour)
	for network := range 40 {
		shown(network)
	}
	if !shown(0) || len(h.alarms) != 1 || h.alarms[0].Incident != "2026-01" {
		t.Errorf("after 40 networks: alarms %v", h.alarms)
	}
	if c, err := h.Checks(access.AtConsole(t.Context()), "2026-01"); err != nil || len(c.Replays) != 1 || c.Replays[0] != h.alarms[0] {
		t.Errorf("%+v, %v", c, err)
	}
	if _, err := h.Checks(t.Context(), "2026-01"); !errors.Is(err, access.ErrUnauthenticated) {
		t.Errorf("anybody reads it: %v", err)
	}
	h.clock.pass(48 * time.Hour)
	h.Desk.seen = newSightings() // the server was started again
	if !shown(0) || len(h.alarms) != 1 {
		t.Errorf("it is forgotten, or said again: %v", h.alarms)
	}
}

func TestMask(t *testing.T) {
	for address, want := range map[string]string{
		"ani@example.com": "…i@e…e.com", "a@b": "…a@b…b", "siti@mail.example.co.id": "…i@m…o.id", "none": "…", "@x": "…", "x@": "…", "né@ü.example": "…é@ü…ü.example",
	} {
		if got := Mask(address); got != want {
			t.Errorf("%s became %s, want %s", address, got, want)
		}
	}
}
