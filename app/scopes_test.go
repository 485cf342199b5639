package app

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"os"
	"strings"
	"testing"

	"jejak/ground/access"
	"jejak/incident/directory"
	"jejak/incident/rehearse"
)

// TestMain lets the test binary be the process that reads leaked files.
func TestMain(m *testing.M) {
	if len(os.Args) > 2 && os.Args[1] == apartCommand[0] && os.Args[2] == apartCommand[1] {
		if ReadApart(os.Stdin, os.Stdout) != nil {
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// TestScopeByAPI: a leaked file that two people opened is read in the server, its groups are explained and the scope is closed by two. The
// report has the hash that the list says, and no value of anybody lies in the data folder or in the server's log.
func TestScopeByAPI(t *testing.T) {
	h := newHouse(t)
	lead, second := h.member("lead", 0, access.IncidentLead), h.member("second", 0, access.IncidentLead)
	story := rehearse.Story{Seed: 4, People: 500, Organisations: 20, Rows: 3_000}
	var users, leak bytes.Buffer
	if err := story.WriteUsers(&users); err != nil {
		t.Fatal(err)
	}
	if _, err := story.WriteLeak(&leak); err != nil {
		t.Fatal(err)
	}
	dir := h.directoryOf(&users)
	a := h.ask("POST", "/api/v1/incidents/files", leak.String(), append(lead.header, "X-Jejak", "1", "Origin", h.URL(), "Sec-Fetch-Site", "same-origin",
		"Content-Type", "application/octet-stream", "X-File-Name", "leak.csv", "X-Received-From", "vendor", "X-Received-How", "courier")...)
	a.want(t, http.StatusOK)
	var file struct{ ID string }
	read(t, a.body, &file)

	opened := h.twoAllow(lead, second, "/api/v1/incidents/files/"+file.ID+"/open", "")
	const path = "/api/v1/incidents/2026-01/scope"
	start := `{"file":"` + file.ID + `","approval":"` + opened + `","directory":"` + dir + `"}`
	h.browse("POST", path, start).want(t, http.StatusAccepted)
	h.App.scopes.work.Wait()
	if a = h.browse("GET", path+"/run", ""); !strings.Contains(a.body, `"state":"done"`) {
		t.Fatalf("the run is %s", a.body)
	}
	var report struct {
		Open   []string
		Closed bool
	}
	a = h.browse("GET", path+"/versions/1/report.json", "")
	a.want(t, http.StatusOK)
	read(t, a.body, &report)
	sum := sha256.Sum256([]byte(a.body))
	if list := h.browse("GET", path+"/versions", ""); !strings.Contains(list.body, hex.EncodeToString(sum[:])) {
		t.Errorf("the report's hash is not in the list %s", list.body)
	}
	if a = h.browse("GET", path+"/versions/1/report.html", ""); !strings.Contains(a.body, `<section id="id"`) {
		t.Errorf("the page is %.200s", a.body)
	}
	h.browse("POST", path+"/close/ask", "").want(t, http.StatusConflict)
	for _, g := range report.Open {
		h.browse("POST", path+"/groups/"+g, `{"text":"visitors of the help centre"}`).want(t, http.StatusOK)
	}
	allowed := h.twoAllow(lead, second, path+"/close/ask", "")
	h.browse("POST", path+"/close", `{"approval":"`+allowed+`"}`).want(t, http.StatusOK)
	if a = h.browse("GET", path+"/versions/0", ""); !strings.Contains(a.body, `"closed":true`) {
		t.Errorf("the scope is %s", a.body)
	}
	h.nowhere("@mail.example", "help.example.com", "Help article")
}

// read takes from an answer what the test needs.
func read(t *testing.T, body string, to any) {
	t.Helper()
	if err := json.Unmarshal([]byte(body), to); err != nil {
		t.Fatal(err)
	}
}

// directoryOf takes a directory in at the console.
func (h *house) directoryOf(users *bytes.Buffer) string {
	h.t.Helper()
	rows, err := directory.NewCSV(directory.Users, users)
	if err != nil {
		h.t.Fatal(err)
	}
	info, err := h.App.scopes.directories.Take(access.AtConsole(h.t.Context()), directory.Sources{Users: rows})
	if err != nil {
		h.t.Fatal(err)
	}
	return string(info.ID)
}

// twoAllow asks as the first, allows as the second and goes on as the first.
func (h *house) twoAllow(first, second caller, path, body string) (approval string) {
	h.t.Helper()
	h.as(first)
	a := h.browse("POST", path, body)
	a.want(h.t, http.StatusOK)
	var asked struct{ Approval, Hash string }
	read(h.t, a.body, &asked)
	h.as(second)
	h.browse("POST", "/api/v1/approvals/"+asked.Approval+"/grant", `{"hash":"`+asked.Hash+`"}`).want(h.t, http.StatusOK)
	h.as(first)
	return asked.Approval
}
