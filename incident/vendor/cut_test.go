package vendor

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"jejak/ground/approve"
	"jejak/ground/egress"
)

func TestCutOffNeedsTwoForExactlyThis(t *testing.T) {
	h := newHouse(t)
	v := h.save(mixpanel())
	_, err := h.CutOff(h.lead, v.ID, "")
	if !errors.Is(err, approve.ErrNotGranted) {
		t.Fatalf("one person: %v", err)
	}
	if err := h.Gate().Pass(t.Context(), "api-js.mixpanel.com"); err != nil {
		t.Errorf("the door closed before the second person: %v", err)
	}
	h.allow(err)
	v.Services[0].Flows[0].Hosts = append(v.Services[0].Flows[0].Hosts, "api.other.com") // what was allowed is not this
	h.save(v)
	if _, err := h.CutOff(h.lead, v.ID, ""); !errors.Is(err, approve.ErrNotGranted) {
		t.Errorf("a changed vendor: %v", err)
	}
}

// TestKillSwitch: once two people have said so, the door is closed in every process, for all of the vendor's names, whoever uses
// them, and what people must do is listed.
func TestKillSwitch(t *testing.T) {
	h := newHouse(t)
	v := h.save(mixpanel())
	other := New(h.o) // another process on the same database
	began := time.Now()
	c := h.cut(v.ID)
	if took := time.Since(began); took > time.Minute {
		t.Errorf("it took %v", took)
	}
	want := []string{"mixpanel.com", "mxpnl.com"}
	if !slices.Equal(c.Domains, want) || !slices.Equal(h.stopped, want) {
		t.Errorf("cut off %v, forwarders stopped for %v", c.Domains, h.stopped)
	}
	for _, host := range []string{"api-js.mixpanel.com", "api-eu.mixpanel.com", "mixpanel.com", "cdn.mxpnl.com"} {
		for _, r := range []*Register{h.Register, other} {
			if err := r.Gate().Pass(t.Context(), host); !errors.Is(err, ErrCutOff) {
				t.Errorf("%s passes: %v", host, err)
			}
			if err := r.Gate().Begin(t.Context(), host); !errors.Is(err, ErrCutOff) {
				t.Errorf("%s begins: %v", host, err)
			}
		}
	}
	if err := h.Gate().Pass(t.Context(), "notmixpanel.com"); err != nil {
		t.Errorf("somebody else is cut off: %v", err)
	}
	if !slices.ContainsFunc(c.Steps, func(s VendorStep) bool { return strings.Contains(s.What["en"], "MIXPANEL_TOKEN") }) {
		t.Error("the key is not on the list")
	}
	if _, err := h.CutOff(h.lead, v.ID, ""); !errors.Is(err, ErrCutAlready) {
		t.Errorf("again: %v", err)
	}
	exits, err := h.Exits(h.lead)
	if err != nil || len(exits) != 1 || len(exits[0].StillHolds) != 3 || !exits[0].Due.Equal(h.clock.AddDate(0, 0, 30)) {
		t.Errorf("the deletion: %+v, %v", exits, err)
	}
}

func TestRestoreNeedsTwo(t *testing.T) {
	h := newHouse(t)
	v := h.save(mixpanel())
	h.cut(v.ID)
	_, err := h.Restore(h.lead, v.ID)
	if got := h.Gate().Pass(t.Context(), "mixpanel.com"); !errors.Is(got, ErrCutOff) {
		t.Fatalf("one person opened the door: %v", got)
	}
	h.allow(err)
	if _, err := h.Restore(h.lead, v.ID); err != nil {
		t.Fatal(err)
	}
	if err := h.Gate().Pass(t.Context(), "mixpanel.com"); err != nil {
		t.Errorf("restored, but %v", err)
	}
	if _, err := h.Standing(h.lead, v.ID); !errors.Is(err, ErrNotCut) {
		t.Errorf("it is still cut off: %v", err)
	}
}

// TestTheDoorIsShutWhenNobodyCanTell: without the database nothing leaves.
func TestTheDoorIsShutWhenNobodyCanTell(t *testing.T) {
	h := newHouse(t)
	if err := h.db.Close(); err != nil {
		t.Fatal(err)
	}
	if h.Gate().Pass(t.Context(), "example.com") == nil || h.Gate().Begin(t.Context(), "example.com") == nil {
		t.Error("a request passes")
	}
}

// TestPlanNamesWhomItReachesToo: a domain that two vendors share cuts off both, and the second person reads that first. The
// installation's own domain is never cut off.
func TestPlanNamesWhomItReachesToo(t *testing.T) {
	h := newHouse(t)
	v := h.save(mixpanel())
	twin := mixpanel()
	twin.Name = "Twin"
	h.save(twin)
	p, err := h.Plan(h.lead, v.ID)
	if err != nil || !slices.Equal(p.Also, []string{"Twin"}) || !strings.Contains(p.title(), "THIS CUTS OFF 1 OTHERS, TOO: Twin") {
		t.Errorf("%+v, %v", p, err)
	}
	v.Services[0].Flows[0].Hosts = []string{"metrics.own.example.com"}
	h.o.Own = []string{"example.com"}
	v = h.save(v)
	if _, err := h.Plan(h.lead, v.ID); err == nil {
		t.Error("our own domain may be cut off")
	}
}

func TestTick(t *testing.T) {
	h := newHouse(t)
	v := h.save(mixpanel())
	h.cut(v.ID)
	c, err := h.Tick(h.lead, v.ID, "sdk")
	if err != nil || c.Version != 2 {
		t.Fatalf("%+v, %v", c, err)
	}
	i := slices.IndexFunc(c.Steps, func(s VendorStep) bool { return s.Key == "sdk" })
	if c.Steps[i].Done != h.clock || !strings.HasPrefix(c.Steps[i].By, "user:1") {
		t.Errorf("%+v", c.Steps[i])
	}
}

func TestPolicyWithout(t *testing.T) {
	h := newHouse(t)
	v := h.save(mixpanel())
	p, err := h.PolicyWithout(h.lead, v.ID, "default-src 'self'; script-src 'self' https://cdn.mxpnl.com/libs/; connect-src https://*.mixpanel.com:443; img-src * data:")
	if err != nil {
		t.Fatal(err)
	}
	if p.Text != "default-src 'self'; script-src 'self'; connect-src 'none'; img-src * data:" {
		t.Errorf("the policy is %s", p.Text)
	}
	if len(p.Removed) != 2 || !slices.Equal(p.Still, []string{"img-src *", "img-src data:"}) {
		t.Errorf("%+v", p)
	}
}

func TestChase(t *testing.T) {
	h := newHouse(t)
	v := h.save(mixpanel())
	h.cut(v.ID)
	h.clock = h.clock.AddDate(0, 0, 30)
	exits, _ := h.Exits(h.lead)
	if e := exits[0]; !e.Overdue || !e.RemindNow {
		t.Errorf("after 30 days: %+v", e)
	}
	if _, err := h.Reminded(h.lead, exits[0].ID); err != nil {
		t.Fatal(err)
	}
	if exits, _ = h.Exits(h.lead); exits[0].RemindNow {
		t.Error("it is to be reminded at once again")
	}
	h.clock = h.clock.AddDate(0, 0, 7)
	if exits, _ = h.Exits(h.lead); !exits[0].RemindNow {
		t.Error("it is not to be reminded after a week")
	}
	if _, err := h.Prove(h.lead, exits[0].ID, DeletionProof{SHA256: strings.Repeat("ab", 32), What: "all systems and backups"}); err != nil {
		t.Fatal(err)
	}
	if exits, _ = h.Exits(h.lead); exits[0].Overdue || len(exits[0].StillHolds) > 0 {
		t.Errorf("proven: %+v", exits[0])
	}
}

// TestZombieData is IR-24: a contract that is over without a proof of deletion shows what the vendor still holds.
func TestZombieData(t *testing.T) {
	h := newHouse(t)
	v := mixpanel()
	v.Contract.Until = h.clock.AddDate(-3, 0, 0)
	h.save(v)
	exits, err := h.Exits(h.auditor)
	if err != nil || len(exits) != 1 || !exits[0].Overdue || len(exits[0].StillHolds) != 3 {
		t.Errorf("%+v, %v", exits, err)
	}
}

var _ egress.Gate = (*Gate)(nil)
