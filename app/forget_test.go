package app

import (
	"archive/zip"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"jejak/analytics/forget"
	"jejak/event"
	"jejak/ground/access"
	"jejak/ground/vault"
)

// erased asks the API to erase somebody.
func (h *house) erased(body string) (r forget.Receipt) {
	h.t.Helper()
	a := h.browse("POST", fmt.Sprintf("/api/v1/projects/%d/erasures", h.project.ID), body)
	a.want(h.t, 200)
	if err := json.Unmarshal([]byte(a.body[:len(a.body)-1]), &r); err != nil {
		h.t.Fatal(err)
	}
	return r
}

// meet sends events of two people, one with two devices and a profile.
func (h *house) meet() {
	h.t.Helper()
	for _, ids := range []string{`"$device_id":"phone"`, `"$user_id":"ann","$device_id":"phone"`, `"$user_id":"ann","$device_id":"laptop"`, `"distinct_id":"ben"`} {
		h.track("view", ","+ids+`,"note":"mail ann@mail.example"`)
	}
	h.ask("POST", "/engage", fmt.Sprintf(`[{"$token":%q,"$distinct_id":"ann","$set":{"plan":"annual-rare-plan","$name":"Ann Lee"}}]`, h.project.Token),
		"Content-Type", "application/json").want(h.t, 200)
}

func (h *house) counts(people, events float64, when string) {
	h.t.Helper()
	if n := h.total("view", "unique"); n != people {
		h.t.Errorf("%s: %v people, want %v", when, n, people)
	}
	if n := h.total("view", "total"); n != events {
		h.t.Errorf("%s: %v events, want %v", when, n, events)
	}
}

// dark checks that nobody of the numbers can be read.
func (h *house) dark(numbers []event.Actor, when string) {
	h.t.Helper()
	p := event.ProjectID(h.project.ID)
	for _, a := range numbers {
		gone, err := h.ground.vault.IsErased(vault.Subject{Project: p, Kind: vault.Person, Number: uint32(a)})
		if !gone || err != nil || !h.store.IsErased(p, a) {
			h.t.Errorf("%s: number %d is not erased (%v)", when, a, err)
		}
		known, err := h.App.people.Profile(access.AtConsole(h.t.Context()), p, "$user", a)
		if err == nil && len(known.Properties) > 0 {
			h.t.Errorf("%s: number %d has the profile %v", when, a, known.Properties)
		}
	}
}

// TestErasedPersonIsGone: by one identifier all of a person go, at once and after a restart, and who comes again with the same
// identifiers is somebody new. The receipt is checked with the public key alone.
func TestErasedPersonIsGone(t *testing.T) {
	h := newHouse(t)
	h.signIn()
	h.meet()
	h.counts(2, 4, "before")
	r := h.erased(`{"distinct_id":"$device:laptop"}`)
	if len(r.Numbers) != 3 {
		t.Errorf("the receipt has the numbers %v, want ann and two devices", r.Numbers)
	}
	for _, when := range []string{"at once", "after a restart"} {
		h.counts(1, 1, when)
		h.dark(r.Numbers, when)
		h.stop()
		h.open()
	}
	path := fmt.Sprintf("/api/v1/projects/%d/erasures", h.project.ID)
	for _, body := range []string{`{"distinct_id":"ann"}`, `{"distinct_id":"nobody"}`, fmt.Sprintf(`{"number":%d}`, r.Numbers[0])} {
		h.browse("POST", path, body).want(t, 404)
	}
	h.browse("POST", path, `{"distinct_id":"ann","number":65}`).want(t, 422)
	h.track("view", `,"$user_id":"ann","$device_id":"phone"`)
	h.counts(2, 2, "when ann comes again")
	key, err := AuditKey(h.data())
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Check(key); err != nil {
		t.Errorf("the receipt: %v", err)
	}
	r.Numbers = append(slices.Clone(r.Numbers), 1)
	if err := r.Check(key); err == nil {
		t.Error("a changed receipt is taken")
	}
}

// TestABackupDoesNotBringThePersonBack: a copy of the data folder from before an erasure is put back; before anything listens
// the person is gone again. Somebody who came after the copy was made, and was erased, takes nobody else along.
func TestABackupDoesNotBringThePersonBack(t *testing.T) {
	h := newHouse(t)
	h.signIn()
	h.meet()
	h.stop()
	backup := filepath.Join(h.folder, "backup")
	if err := os.CopyFS(backup, os.DirFS(h.data())); err != nil {
		t.Fatal(err)
	}
	h.open()
	for i := range 100 {
		h.track("view", fmt.Sprintf(`,"distinct_id":"late-%d"`, i))
	}
	late := h.erased(`{"distinct_id":"late-7"}`)
	r := h.erased(`{"distinct_id":"ann"}`)
	h.counts(100, 100, "after two erasures")
	h.stop()
	if err := os.RemoveAll(h.data()); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(backup, h.data()); err != nil {
		t.Fatal(err)
	}
	for _, when := range []string{"on the restored folder", "and again"} {
		h.open()
		h.counts(1, 1, when)
		h.dark(r.Numbers, when)
		h.dark(late.Numbers, when)
		h.stop()
	}
	h.open()
	for i := range 100 {
		h.track("view", fmt.Sprintf(`,"distinct_id":"new-%d"`, i))
	}
	h.counts(101, 101, "people after the restore")
	h.stop()
	if _, err := Check(h.data(), ""); err != nil {
		t.Errorf("fsck: %v", err)
	}
	journal := erasuresOf(h.data(), Keys{})
	text, err := os.ReadFile(journal)
	if err != nil {
		t.Fatal(err)
	}
	searchFor(t, text, "the journal")
	damaged := strings.Replace(string(text), " person ", " group ", 1)
	if err := os.WriteFile(journal, []byte(damaged), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := New(Options{Data: h.data(), Listen: "127.0.0.1:0"}); err == nil || !strings.Contains(err.Error(), "FATAL: line 1") {
		t.Errorf("with a forged journal the server says %v", err)
	}
	if err := os.WriteFile(journal, text[:len(text)-5], 0o600); err != nil { // half a line: nobody got an answer for it
		t.Fatal(err)
	}
	h.open()
}

// TestErasedOrganisation: its ID and profile are gone, its people's events stay.
func TestErasedOrganisation(t *testing.T) {
	h := newHouse(t)
	h.signIn()
	if _, err := h.ground.access.SetGroupKeys(access.AtConsole(t.Context()), event.ProjectID(h.project.ID), []access.GroupKey{{Key: "company"}}); err != nil {
		t.Fatal(err)
	}
	h.track("view", `,"distinct_id":"ann","company":"acme"`)
	h.ask("POST", "/groups", fmt.Sprintf(`[{"$token":%q,"$group_key":"company","$group_id":"acme","$set":{"plan":"Pro"}}]`, h.project.Token),
		"Content-Type", "application/json").want(t, 200)
	r := h.erased(`{"group_key":"company","group_id":"acme"}`)
	s := vault.Subject{Project: event.ProjectID(h.project.ID), Kind: vault.Group, Number: uint32(r.Numbers[0])}
	for range 2 {
		if gone, err := h.ground.vault.IsErased(s); !gone || err != nil {
			t.Errorf("the key is there (%v)", err)
		}
		h.counts(1, 1, "its people's events")
		h.browse("POST", fmt.Sprintf("/api/v1/projects/%d/erasures", h.project.ID), `{"group_key":"company","group_id":"acme"}`).want(t, 404)
		h.stop()
		h.open()
	}
}

// TestRetrieval: who may reveal gets a person's identifiers, profile and events as an archive, after the log has it.
func TestRetrieval(t *testing.T) {
	h := newHouse(t)
	h.signIn()
	h.meet()
	reader := h.member("reader", event.ProjectID(h.project.ID), access.IdentityReader)
	number := h.numberOf(reader, "ann")
	before := h.ground.vault.Log().Size()
	a := h.callAs(reader, "POST", fmt.Sprintf("/people/%d/retrieve", number), "")
	a.want(t, 200)
	if h.ground.vault.Log().Size() == before {
		t.Error("nothing is in the log")
	}
	z, err := zip.NewReader(strings.NewReader(a.body), int64(len(a.body)))
	if err != nil {
		t.Fatal(err)
	}
	texts := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		texts[f.Name] = string(text)
	}
	for _, want := range []string{`"ann"`, `"$device:phone"`, `"$device:laptop"`, "Ann Lee", "annual-rare-plan"} {
		if !strings.Contains(texts["person.json"], want) {
			t.Errorf("person.json has no %s: %s", want, texts["person.json"])
		}
	}
	if n := strings.Count(texts["events.jsonl"], `"event":"view"`); n != 3 || texts["README.txt"] == "" {
		t.Errorf("%d events in %s", n, texts["events.jsonl"])
	}
}
