package vendor

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"jejak/exposure"
	"jejak/ground/access"
	"jejak/ground/approve"
	"jejak/ground/meta"
	"jejak/ground/vault"
)

// house is a register over a real database, vault and log.
type house struct {
	*Register
	t                     *testing.T
	db                    *meta.DB
	vault                 *vault.Vault
	desk                  *approve.Desk
	lead, second, auditor context.Context
	clock                 time.Time
	stopped               []string
}

func (h *house) Stop(_ context.Context, domains []string) error {
	h.stopped = domains
	return nil
}

func newHouse(t *testing.T) *house {
	t.Helper()
	h := &house{t: t, clock: time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)}
	var err error
	if h.db, err = meta.Open(t.TempDir()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = h.db.Close() })
	dir := t.TempDir()
	if h.vault, err = vault.Open(vault.Options{DB: h.db, KeyFile: filepath.Join(dir, "root.key"), Dir: filepath.Join(dir, "vault"), Audit: filepath.Join(dir, "audit")}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = h.vault.Close() })
	now := func() time.Time { return h.clock }
	h.desk = approve.New(h.db, h.vault.Log(), now)
	h.Register = New(Options{Meta: h.db, Vault: h.vault, Log: h.vault.Log(), Desk: h.desk, Forwarders: h, Own: []string{"own.example"}, Now: now})
	as := func(id, role string) context.Context {
		return access.With(t.Context(), access.Identity{Kind: access.User, ID: strings.Repeat(id, 32), Role: role})
	}
	h.lead, h.second, h.auditor = as("1", access.IncidentLead), as("2", access.Approver), as("3", access.Auditor)
	return h
}

// mixpanel is a vendor as in the founding case.
func mixpanel() Vendor {
	return Vendor{Name: "Mixpanel", Purpose: "Product analytics", PurposeID: "Analitik produk", Public: true, Services: []Service{{Name: "events", Flows: []Flow{{
		Classes: []exposure.Class{exposure.Email, exposure.Name, exposure.City}, Direction: To, Hosts: []string{"api-js.mixpanel.com", "*.mxpnl.com"},
		Basis: "legitimate_interest", Regions: []string{"US"}, Credential: "MIXPANEL_TOKEN in the deploy vault",
	}}}}}
}

func (h *house) save(v Vendor) Vendor {
	h.t.Helper()
	v, err := h.Save(h.lead, v)
	if err != nil {
		h.t.Fatal(err)
	}
	return v
}

// allow has the second person allow what waits.
func (h *house) allow(err error) {
	h.t.Helper()
	w, ok := errors.AsType[*approve.Waiting](err)
	if !ok {
		h.t.Fatalf("nothing waits: %v", err)
	}
	if _, err := h.desk.Grant(h.second, 0, w.Request.ID, w.Request.Hash); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) cut(id ID) VendorCut {
	h.t.Helper()
	_, err := h.CutOff(h.lead, id, "2026-01")
	h.allow(err)
	c, err := h.CutOff(h.lead, id, "2026-01")
	if err != nil {
		h.t.Fatal(err)
	}
	return c
}

func TestSave(t *testing.T) {
	h := newHouse(t)
	v := h.save(mixpanel())
	if v.ID != 1 || v.Version != 1 {
		t.Fatalf("%+v", v)
	}
	v.Name = "Mixpanel, Inc."
	changed := h.save(v)
	if changed.Version != 2 {
		t.Errorf("version %d", changed.Version)
	}
	if _, err := h.Save(h.lead, v); !errors.Is(err, ErrChanged) { // v is the first version still
		t.Errorf("an old version was changed: %v", err)
	}
	v.ID = 9
	if _, err := h.Save(h.lead, v); !errors.Is(err, access.ErrNotFound) {
		t.Errorf("a vendor that is not there: %v", err)
	}
	got, err := h.Get(h.auditor, 1)
	if err != nil || got.Name != "Mixpanel, Inc." || !slices.Equal(got.Classes(), []exposure.Class{exposure.Name, exposure.Email, exposure.City}) {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestWhoMay(t *testing.T) {
	h := newHouse(t)
	if _, err := h.Save(h.auditor, mixpanel()); !errors.Is(err, access.ErrForbidden) {
		t.Errorf("the auditor saved: %v", err)
	}
	if _, err := h.List(h.second); !errors.Is(err, access.ErrForbidden) {
		t.Errorf("the approver read: %v", err)
	}
	if _, err := h.List(t.Context()); !errors.Is(err, access.ErrUnauthenticated) {
		t.Errorf("nobody read: %v", err)
	}
}

func TestNormalise(t *testing.T) {
	for want, change := range map[string]func(*Vendor){
		"name":                            func(v *Vendor) { v.Name = "a\u202eb" },
		"country":                         func(v *Vendor) { v.Country = "USA" },
		"services[0].flows[0].hosts[0]":   func(v *Vendor) { v.Services[0].Flows[0].Hosts[0] = "10.0.0.1" },
		"services[0].flows[0].classes":    func(v *Vendor) { v.Services[0].Flows[0].Classes = []exposure.Class{"all"} },
		"services[0].flows[0].regions":    func(v *Vendor) { v.Services[0].Flows[0].Regions = []string{"us"} },
		"services[0].flows[0]":            func(v *Vendor) { v.Services[0].Flows[0].Basis = "because" },
		"services[0].flows[0].credential": func(v *Vendor) { v.Services[0].Flows[0].Credential = "ghp_0123456789abcdefghijABCDEFGHIJ012345" },
		"services[1].name":                func(v *Vendor) { v.Services = append(v.Services, v.Services[0]) },
	} {
		v := mixpanel()
		change(&v)
		bad, ok := errors.AsType[*access.Invalid](v.normalise())
		if !ok || bad.Field != want {
			t.Errorf("%s: %v", want, bad)
		}
	}
}
