package app

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"jejak/ground/access"
	"jejak/incident/evidence"
)

// TestPageByAPI: one writes the page of an incident, another reads it and allows it, and everybody can read it without a login.
func TestPageByAPI(t *testing.T) {
	h := newHouse(t)
	lead, second := h.member("lead", 0, access.IncidentLead), h.member("second", 0, access.IncidentLead)
	next := time.Now().Add(24 * time.Hour).UTC().Format(time.RFC3339)
	const both = `{"en":"A file was taken from our vendor.","id":"Sebuah berkas diambil dari vendor kami."}`
	draft := `{"state":"investigating","controller":"Nusa","site":"https://nusa.example","title":` + both + `,"verdict":` + both + `,"update":` + both +
		`,"measures":` + both + `,"unknown":{},"actions":[],"questions":[],"searches":[],"contact":{"address":"incident@nusa.example"},"next":"` + next + `"}`
	h.as(lead)
	a := h.browse("POST", "/api/v1/incidents", `{"title":"Export stolen","role":"controller"}`)
	a.want(t, http.StatusOK)
	id := strings.Split(a.body, `"`)[3]
	path := "/api/v1/incidents/" + id + "/page"
	page := "/incident/" + id + "/"
	a = h.browse("PUT", path, draft)
	a.want(t, http.StatusOK)
	if !strings.Contains(a.body, `"problems":[]`) {
		t.Fatal(a.body)
	}
	h.ask("GET", page, "").want(t, http.StatusNotFound)
	a = h.browse("POST", path+"/ask", "")
	a.want(t, http.StatusOK)
	var asked struct{ Approval, Hash, Title, Expires string }
	a.into(t, &asked)
	h.browse("POST", path+"/publish", `{"approval":"`+asked.Approval+`"}`).want(t, http.StatusConflict)
	h.as(second)
	if a = h.browse("GET", path+"/asked/"+asked.Approval+"/index.id.html", ""); !strings.Contains(a.body, "Sebuah berkas diambil") {
		t.Errorf("the second person reads %s", a.body)
	}
	h.browse("GET", path+"/asked/"+asked.Approval+"/none", "").want(t, http.StatusNotFound)
	h.browse("POST", "/api/v1/approvals/"+asked.Approval+"/grant", `{"hash":"`+asked.Hash+`"}`).want(t, http.StatusOK)
	h.as(lead)
	h.browse("POST", path+"/publish", `{"approval":"`+asked.Approval+`"}`).want(t, http.StatusOK)
	for file, want := range map[string]string{
		"": "A file was taken", "id.txt": "Sebuah berkas", "versions/1/page.json": `"version": 1`, "updates.en.atom": "<feed", "style.css": "--accent",
	} {
		a := h.ask("GET", page+file, "")
		a.want(t, http.StatusOK)
		if !strings.Contains(a.body, want) {
			t.Errorf("%q is %s", file, a.body)
		}
	}
	h.packs(id)
	if a = h.ask("GET", "/.well-known/security.txt", ""); !strings.Contains(a.body, "Contact: mailto:incident@nusa.example\n") {
		t.Errorf("security.txt is %s", a.body)
	}
}

// packs packs the evidence of an incident while the server runs, and verifies it with nothing else.
func (h *house) packs(id string) {
	h.t.Helper()
	to := filepath.Join(h.t.TempDir(), "evidence.zip")
	missing, err := PackEvidence(h.t.Context(), h.data(), Keys{}, id, to)
	if err != nil {
		h.t.Fatal(err)
	}
	if want := []evidence.Kind{"custody", "scope", "certificate", "notice", "reconciliation"}; !slices.Equal(missing, want) {
		h.t.Errorf("missing: %v", missing)
	}
	text, err := os.ReadFile(to)
	if err != nil {
		h.t.Fatal(err)
	}
	key, err := AuditKey(h.data())
	if err != nil {
		h.t.Fatal(err)
	}
	r, err := VerifyEvidence(bytes.NewReader(text), int64(len(text)), key)
	if err != nil || r.Err() != nil || r.Entries < 2 {
		h.t.Errorf("%+v, %v", r, err)
	}
	text[bytes.Index(text, []byte("Sebuah berkas diambil"))] ^= 1
	if r, err = VerifyEvidence(bytes.NewReader(text), int64(len(text)), key); err != nil || !strings.HasPrefix(r.Problems[0], "page/1/") {
		h.t.Errorf("%+v, %v", r, err)
	}
	folder := filepath.Join(h.t.TempDir(), "page")
	if err := WritePage(h.t.Context(), h.data(), Keys{}, id, folder); err != nil {
		h.t.Fatal(err)
	}
	for _, file := range []string{"index.html", "versions/1/id.txt"} {
		if _, err := os.Stat(filepath.Join(folder, file)); err != nil {
			h.t.Error(err)
		}
	}
}
