package approve

import (
	"errors"
	"strings"
	"testing"

	"jejak/ground/access"
)

// TestRequire tries an act until somebody else has allowed it: then it happens once.
func TestRequire(t *testing.T) {
	o := newOffice(t)
	try := func() error { return o.Require(analyst, 1, "a.b", what, "the act") }
	var first *Waiting
	if err := try(); !errors.As(err, &first) || !errors.Is(err, ErrNotGranted) {
		t.Fatalf("the first time: %v", err)
	}
	var again *Waiting
	if err := try(); !errors.As(err, &again) || again.Request.ID != first.Request.ID {
		t.Fatalf("asked twice: %v", err)
	}
	if _, err := o.Grant(analyst, 1, first.Request.ID, what); err == nil {
		t.Error("allowed by oneself")
	}
	if _, err := o.Grant(approver, 1, first.Request.ID, what); err != nil {
		t.Fatal(err)
	}
	if err := o.Require(analyst, 1, "a.b", other, "another act"); !errors.Is(err, ErrNotGranted) {
		t.Errorf("another act: %v", err)
	}
	if err := o.Require(approver, 1, "a.b", what, "the act"); !errors.Is(err, ErrNotGranted) {
		t.Errorf("another person: %v", err)
	}
	if err := try(); err != nil {
		t.Errorf("once allowed: %v", err)
	}
	if err := try(); !errors.Is(err, ErrNotGranted) {
		t.Errorf("used twice: %v", err)
	}
	if err := o.Require(script, 1, "a.b", what, "the act"); !errors.Is(err, access.ErrForbidden) {
		t.Errorf("a script: %v", err)
	}
	o.now = o.now.Add(Life)
	var later *Waiting
	if err := try(); !errors.As(err, &later) || later.Request.ID == first.Request.ID {
		t.Errorf("after it expired: %v", err)
	}
}

func TestMayGiveIsRecorded(t *testing.T) {
	o := newOffice(t)
	owner := as("04", access.Owner)
	var w *Waiting
	if err := o.MayGive(owner, 1, "04", access.IdentityReader); !errors.As(err, &w) {
		t.Fatal(err)
	}
	if _, err := o.Grant(approver, 1, w.Request.ID, w.Request.Hash); err != nil {
		t.Fatal(err)
	}
	if err := o.MayGive(owner, 1, "05", access.IdentityReader); !errors.Is(err, ErrNotGranted) {
		t.Errorf("to somebody else: %v", err)
	}
	if err := o.MayGive(owner, 1, "04", access.IdentityReader); err != nil {
		t.Fatal(err)
	}
	entry, err := o.log.Entry(o.log.Size() - 1)
	if err != nil || !strings.Contains(string(entry), `"act":"access.role_given","project":1,"about":"user:04 identity_reader"`) {
		t.Errorf("the log says %s, %v", entry, err)
	}
}
