package app

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"jejak/ground/access"
)

// as lets somebody else use the browser.
func (h *house) as(c caller) { _, h.cookie, _ = strings.Cut(c.header[1], "=") }

// TestIdentityReaderByTwo: an owner gives the role to themselves only after somebody else has allowed it, and the log says so.
func TestIdentityReaderByTwo(t *testing.T) {
	h := newHouse(t)
	owner, approver := h.member("owner", 0, access.Owner), h.member("approver", 0, access.Approver)
	h.member("second owner", 0, access.Owner)                                       // somebody stays one
	for _, where := range []string{fmt.Sprintf("/projects/%d", h.project.ID), ""} { // in all projects last: it takes the owner's role
		give := func() answered {
			h.as(owner)
			return h.browse("PATCH", "/api/v1"+where+"/members/"+owner.who.ID, `{"role":"identity_reader"}`)
		}
		a := give()
		a.want(t, http.StatusConflict)
		if !strings.Contains(a.body, "second person") {
			t.Errorf("told %s", a.body)
		}
		h.allowFirst(where, owner, http.StatusForbidden)
		h.allowFirst(where, approver, http.StatusOK)
		give().want(t, http.StatusNoContent)
	}
	for i := range h.ground.vault.Log().Size() {
		if entry, err := h.ground.vault.Log().Entry(i); err != nil || strings.Contains(string(entry), "owner") {
			t.Errorf("the log says %s, %v", entry, err)
		}
	}
	if n := h.ground.vault.Log().Size(); n != 2*4 { // asked, granted, used, given
		t.Errorf("the log has %d entries, want 8", n)
	}
}

// allowFirst has somebody allow the newest request.
func (h *house) allowFirst(where string, by caller, status int) {
	h.t.Helper()
	h.as(by)
	var list []struct {
		ID, Act, Hash, Title, Asked, Expires, Decision string
		AskedBy                                        string `json:"asked_by"`
		DecidedBy                                      string `json:"decided_by"`
	}
	a := h.browse("GET", "/api/v1"+where+"/approvals", "")
	a.want(h.t, http.StatusOK)
	a.into(h.t, &list)
	if len(list) == 0 || list[0].Decision != "open" || list[0].Act != "access.role_given" {
		h.t.Fatalf("the requests are %s", a.body)
	}
	h.browse("POST", "/api/v1"+where+"/approvals/"+list[0].ID+"/grant", fmt.Sprintf(`{"hash":%q}`, list[0].Hash)).want(h.t, status)
}

// TestMergesAreUndoneByTheOwner: a merge is listed and taken back, for the past too, with an entry, and stays so.
func TestMergesAreUndoneByTheOwner(t *testing.T) {
	h := newHouse(t)
	h.track("view", `,"$device_id":"phone"`)
	h.track("view", `,"$user_id":"ann","$device_id":"phone"`)
	if n := h.total("view", "unique"); n != 1 {
		t.Fatalf("%v people, want 1", n)
	}
	h.signIn()
	path := fmt.Sprintf("/api/v1/projects/%d/merges", h.project.ID)
	merge, ok, err := h.identify.Merge(1, 0)
	if err != nil || !ok {
		t.Fatal(err, ok)
	}
	var list []map[string]any
	a := h.browse("GET", fmt.Sprintf("%s?person=%d", path, merge.One), "")
	a.want(t, http.StatusOK)
	a.into(t, &list)
	if len(list) != 1 || list[0]["kind"] != "device" || list[0]["undone"] != false {
		t.Fatalf("the merges are %s", a.body)
	}
	h.browse("DELETE", path+"/1", "").want(t, http.StatusNotFound)
	h.browse("DELETE", path+"/0", "").want(t, http.StatusNoContent)
	h.browse("DELETE", path+"/0", "").want(t, http.StatusNotFound)
	for range 2 {
		if n := h.total("view", "unique"); n != 2 {
			t.Errorf("%v people, want 2", n)
		}
		if n := h.ground.vault.Log().Size(); n != 1 {
			t.Errorf("%d entries in the log, want 1", n)
		}
		entry, err := h.ground.vault.Log().Entry(0)
		if err != nil || !strings.Contains(string(entry), `"act":"merge.undone","project":1,"about":"merge 0 (device) of `) {
			t.Errorf("the log says %s, %v", entry, err)
		}
		h.stop()
		h.open()
	}
}
