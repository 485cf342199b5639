package people

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"iter"
	"reflect"
	"strings"
	"sync"
	"testing"

	"jejak/analytics/hide"
	"jejak/analytics/identify"
	"jejak/analytics/store"
	"jejak/event"
	"jejak/ground/audit"
	"jejak/ground/vault"
)

// openVault is a vault that a test can read.
type openVault struct {
	mu     sync.Mutex
	erased map[vault.Subject]bool
	broken error
}

func (*openVault) Prepare(context.Context, event.ProjectID) error { return nil }

func (*openVault) Blind(p event.ProjectID, field, value string) [16]byte {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d %s %s", p, field, value))
	return [16]byte(sum[:16])
}

func (v *openVault) Settle(event.ProjectID) error { return v.broken }

func (v *openVault) SealFor(s vault.Subject, field string, plain []byte) ([]byte, error) {
	return fmt.Appendf(nil, "%d/%d %s %x", s.Kind, s.Number, field, plain), nil
}

func (v *openVault) OpenFor(_ context.Context, s vault.Subject, _ vault.Purpose, sealed []vault.Sealed) ([][]byte, error) {
	if v.erased[s] {
		return nil, vault.ErrErased
	}
	out := make([][]byte, len(sealed))
	for i, x := range sealed {
		head := fmt.Sprintf("%d/%d %s ", s.Kind, s.Number, x.Field)
		if !strings.HasPrefix(string(x.Text), head) {
			return nil, fmt.Errorf("%q was not sealed for %s", x.Text, head)
		}
		plain, err := hex.DecodeString(string(x.Text[len(head):]))
		if err != nil {
			return nil, err
		}
		out[i] = plain
	}
	return out, nil
}

func (v *openVault) IsErased(s vault.Subject) (bool, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.erased[s], nil
}

// actors is the same vault as identify and hide know it.
type actors struct{ *openVault }

func (actors) SealNew(_ event.ProjectID, _ event.Actor, _, plain string) ([]byte, error) {
	return fmt.Appendf(nil, "%x", plain), nil
}

func (actors) SealFor(_ event.ProjectID, _ event.Actor, _, plain string) ([]byte, error) {
	return fmt.Appendf(nil, "%x", plain), nil
}

type book struct {
	store store.Store
	kind  store.RecordKind
}

func (b book) Records(p event.ProjectID) iter.Seq2[[]byte, error] { return b.store.Records(p, b.kind) }

func (b book) Note(p event.ProjectID, bodies [][]byte) {
	for _, r := range bodies {
		b.store.Note(p, []store.Record{{Kind: b.kind, Body: r}}, event.Tally{})
	}
}

// house is a Service with what it stands on.
type house struct {
	*Service
	t        testing.TB
	store    store.Store
	vault    *openVault
	identify *identify.Identifier
	keys     []string
}

func newHouse(t testing.TB, s store.Store, change func(*Options)) *house {
	t.Helper()
	h := &house{t: t, store: s, vault: &openVault{erased: map[vault.Subject]bool{}}}
	h.identify = identify.New(actors{h.vault}, book{s, store.Identifiers})
	o := Options{
		Store: s, People: h.identify, Vault: h.vault, Hide: hide.New(actors{h.vault}, book{s, store.Hidden}, nil),
		Groups: identify.NewGroups(actors{h.vault}, book{s, store.Groups}, func(event.ProjectID) []string { return h.keys }),
	}
	o.IDs = func(event.ProjectID, []event.Actor) ([]SealedID, error) { return nil, nil }
	if change != nil {
		change(&o)
	}
	h.Service = New(o)
	t.Cleanup(func() { _ = h.Close() })
	return h
}

// engage sends updates of people in one batch, and returns what was refused.
func (h *house) engage(updates ...string) []event.Refusal { return h.send(false, updates...) }

func (h *house) send(group bool, updates ...string) []event.Refusal {
	h.t.Helper()
	b := &event.ProfileBatch{Project: 1}
	for i, u := range updates {
		b.Profiles = append(b.Profiles, event.Profile{At: i, Group: group, Received: event.Millis(now.UnixMilli()), Body: []byte(u)})
	}
	accepted, err := h.Take(h.t.Context(), b)
	if err != nil || accepted+len(b.Refusals) != len(updates) {
		h.t.Fatalf("accepted %d, refused %v, error %v", accepted, b.Refusals, err)
	}
	return b.Refusals
}

// row is the row of a person as it is in the store, as JSON; null when there is none.
func (h *house) row(distinctID string) string {
	h.t.Helper()
	a, err := h.identify.Find(1, distinctID)
	if err != nil {
		h.t.Fatal(err)
	}
	return h.rowOf(Users, a)
}

func (h *house) rowOf(section string, a event.Actor) string {
	h.t.Helper()
	snap, err := h.store.Snapshot(Shadow(1))
	if err != nil {
		h.t.Fatal(err)
	}
	defer snap.Release()
	found := Find(snap, section, a)
	if found == nil {
		return "null"
	}
	return encode(ProfileOf(found))
}

// sameJSON compares two texts by what they mean.
func sameJSON(t *testing.T, got, want string) bool {
	t.Helper()
	var a, b any
	for text, to := range map[string]*any{got: &a, want: &b} {
		if err := json.Unmarshal([]byte(text), to); err != nil {
			t.Fatalf("%v in %s", err, text)
		}
	}
	if got == want {
		return true
	}
	return reflect.DeepEqual(a, b)
}

// openLog is an audit log of its own.
func openLog(t testing.TB) *audit.Log {
	t.Helper()
	l, err := audit.Open(t.TempDir(), audit.Options{Origin: "jejak/test"})
	if err != nil {
		t.Fatal(err)
	}
	return l
}
