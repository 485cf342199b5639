package hide

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"iter"
	"strings"
	"testing"

	"jejak/event"
)

// safe is a vault that a test can read.
type safe struct {
	broken    error
	unsettled error
}

func (safe) Blind(p event.ProjectID, field, value string) (out [16]byte) {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d %s %s", p, field, value))
	return [16]byte(sum[:16])
}

func (s safe) SealFor(_ event.ProjectID, a event.Actor, field, plain string) ([]byte, error) {
	b := fmt.Appendf(nil, "%d %s ", a, field)
	for _, c := range []byte(plain) {
		b = append(b, c^0x55)
	}
	return b, s.broken
}

func (s safe) Settle(event.ProjectID) error { return s.unsettled }

type book struct{ records [][]byte }

func (b *book) Records(event.ProjectID) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		for _, r := range b.records {
			if !yield(r, nil) {
				return
			}
		}
	}
}

func (b *book) Note(_ event.ProjectID, records [][]byte) { b.records = append(b.records, records...) }

// hidden sends one value and returns what is kept of it.
func hidden(t *testing.T, h *Hider, name string, v event.Value) event.Event {
	t.Helper()
	b := &event.Batch{Project: 1, Events: []event.Event{{Name: "view", Actor: event.MakeActor(3, 7), Properties: []event.Property{{Name: name, Value: v}}}}}
	if err := h.Hide(b); err != nil {
		t.Fatal(err)
	}
	return b.Events[0]
}

func TestHide(t *testing.T) {
	h := New(safe{}, &book{}, nil)
	text := event.StringOf
	for _, c := range []struct {
		name string
		v    event.Value
		want string // what remains, E for the token of an address, P for that of a phone, N for that of a name
	}{
		{"note", text("nothing to see"), "nothing to see"},
		{"note", text("mail ann@example.org now"), "mail E now"},
		{"$current_url", text("https://x.example/?to=ann@example.org&b=1"), "https://x.example/?to=E&b=1"},
		{"note", text("ann@example.org, +62 812-3456-7890"), "E, P"},
		{"key", text("AKIAIOSFODNN7EXAMPLE"), "[secret]"},
		{"nik", text("3171015503900001"), "[nik]"},
		{"nik", event.NumberOf(3171015503900001), "[nik]"},
		{"phone", event.NumberOf(6281234567890), "P"},
		{"amount", event.NumberOf(6281234567890), "6281234567890"},
		{"card", text("4111 1111 1111 1111"), "[card]"},
		{"full_name", text("Ann Doe"), "N"},
		{"tags", event.ListOf(`["a","ann@example.org",["ann@example.org"]]`), `["a","E",["E"]]`},
		{"user", event.ObjectOf(`{"first_name":"Ann","plan":"team"}`), `{"first_name":"N","plan":"team"}`},
		{"user", event.ObjectOf(`{"ann@example.org":1}`), `{"E":1}`},
	} {
		got := hidden(t, h, c.name, c.v).Properties[0].Value.String()
		pattern := regexpOf(c.want)
		if !pattern.MatchString(got) {
			t.Errorf("%s = %s is kept as %s, want %s", c.name, c.v, got, c.want)
		}
	}
}

func TestTokensAreEqualForEqualValues(t *testing.T) {
	ledger := &book{}
	h := New(safe{}, ledger, nil)
	one := hidden(t, h, "note", event.StringOf("ann@example.org"))
	again := hidden(t, New(safe{}, ledger, nil), "other", event.StringOf("<ann@example.org>"))
	other := hidden(t, h, "note", event.StringOf("ben@example.org"))
	if "<"+one.Properties[0].Value.Text+">" != again.Properties[0].Value.Text || one.Properties[0].Value == other.Properties[0].Value {
		t.Errorf("%v, %v, %v", one, again, other)
	}
	if len(ledger.records) != 2 {
		t.Errorf("%d values are in the ledger, want 2", len(ledger.records))
	}
	for _, r := range ledger.records {
		if strings.Contains(string(r), "example.org") {
			t.Errorf("the ledger holds %q", r)
		}
	}
}

// TestAValueIsSealedOnce: also when it comes again in the same batch.
func TestAValueIsSealedOnce(t *testing.T) {
	ledger := &book{}
	b := &event.Batch{Project: 1}
	for range 3 {
		b.Events = append(b.Events, event.Event{Name: "x", Actor: event.MakeActor(1, 1), Properties: []event.Property{{Name: "note", Value: event.StringOf("ann@example.org")}}})
	}
	if err := New(safe{}, ledger, nil).Hide(b); err != nil {
		t.Fatal(err)
	}
	if len(ledger.records) != 1 {
		t.Errorf("%d values are in the ledger, want 1", len(ledger.records))
	}
}

// TestForget: what was sealed for somebody who was erased is sealed again for who brings it next, also after a restart.
func TestForget(t *testing.T) {
	ledger, one, other := &book{}, event.MakeActor(1, 1), event.MakeActor(1, 2)
	bring := func(h *Hider, a event.Actor) {
		t.Helper()
		b := &event.Batch{Project: 1, Events: []event.Event{{Name: "x", Actor: a, Properties: []event.Property{{Name: "note", Value: event.StringOf("ann@example.org")}}}}}
		if err := h.Hide(b); err != nil {
			t.Fatal(err)
		}
	}
	h := New(safe{}, ledger, nil)
	bring(h, one)
	bring(h, other)
	if err := h.Forget(1, []event.Actor{one}); err != nil {
		t.Fatal(err)
	}
	bring(h, other)
	if len(ledger.records) != 2 {
		t.Errorf("%d values are in the ledger, want 2", len(ledger.records))
	}
	again := New(safe{}, ledger, func(_ event.ProjectID, a event.Actor) bool { return a == other })
	bring(again, one)
	if len(ledger.records) != 2 { // sealed for one before
		t.Errorf("%d values are in the ledger, want 2", len(ledger.records))
	}
	again = New(safe{}, ledger, func(event.ProjectID, event.Actor) bool { return true })
	bring(again, one)
	if len(ledger.records) != 3 {
		t.Errorf("%d values are in the ledger, want 3", len(ledger.records))
	}
}

func TestNamesAreLookedAt(t *testing.T) {
	b := &event.Batch{Project: 1, Events: []event.Event{{Name: "mail to ann@example.org", Properties: []event.Property{
		{Name: "ann@example.org", Value: event.BooleanOf(true)}, {Name: "x", Value: event.StringOf("y")},
	}}}}
	h := New(safe{}, &book{}, nil)
	for range 2 {
		if err := h.Hide(b); err != nil {
			t.Fatal(err)
		}
	}
	if text := fmt.Sprint(b.Events); strings.Contains(text, "ann@") || !strings.Contains(text, "mail to [email:") {
		t.Error(text)
	}
}

func TestFailuresStopTheBatch(t *testing.T) {
	broken := errors.New("broken")
	for _, v := range []safe{{broken: broken}, {unsettled: broken}} {
		b := &event.Batch{Project: 1, Events: []event.Event{{Name: "a", Actor: event.MakeActor(1, 1), Properties: []event.Property{
			{Name: "note", Value: event.StringOf("ann@example.org")},
		}}}}
		if err := New(v, &book{}, nil).Hide(b); !errors.Is(err, broken) || strings.Contains(err.Error(), "ann@") {
			t.Errorf("%v", err)
		}
	}
}

// typical is an event as a browser's library sends it.
func typical(n int) event.Event {
	e := event.Event{Name: "page view", Actor: event.MakeActor(1, 1)}
	for name, v := range map[string]string{
		"$browser": "Chrome", "$browser_version": "120", "$os": "Windows", "$current_url": fmt.Sprint("https://app.example.com/projects/", n, "/settings?tab=billing"),
		"$referrer": "https://www.google.com/", "mp_lib": "web", "plan": "team", "country": "Indonesia", "city": "Jakarta", "organisation": fmt.Sprint("org-", n%5000),
		"feature": "playground", "model": "large", "title": "Settings – Billing", "search": "how do I add a member",
	} {
		e.Set(name, event.StringOf(v))
	}
	return e
}

func BenchmarkHide(b *testing.B) {
	h := New(safe{}, &book{}, nil)
	events := make([]event.Event, 2000)
	for i := range events {
		events[i] = typical(i)
	}
	for b.Loop() {
		if err := h.Hide(&event.Batch{Project: 1, Events: events}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(events)), "ns/event")
}
