package app

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"jejak/ground/access"
)

// TestLeakedFileByAPI: an incident lead takes a file in and asks to open it; a second one allows it. Nothing of the file or
// of who handed it over lies in the data folder or in the server's log.
func TestLeakedFileByAPI(t *testing.T) {
	h := newHouse(t)
	lead, second := h.member("lead", 0, access.IncidentLead), h.member("second", 0, access.IncidentLead)
	const text = "id,email\n1,ani@example.com\n"
	send := func(how string) answered {
		return h.ask("POST", "/api/v1/incidents/files", text, append(lead.header, "X-Jejak", "1", "Origin", h.URL(), "Sec-Fetch-Site", "same-origin",
			"Content-Type", "application/octet-stream", "X-File-Name", "siti%20export.csv", "X-Received-From", "Siti%C3%A9", "X-Received-How", how)...)
	}
	send("").want(t, http.StatusUnprocessableEntity)
	a := send("courier")
	a.want(t, http.StatusOK)
	var taken struct {
		ID, SHA256, By string
		Size           int64
		At             string `json:"taken_at"`
	}
	a.into(t, &taken)
	if taken.Size != int64(len(text)) || taken.By != lead.who.String() {
		t.Errorf("taken in: %s", a.body)
	}
	h.as(second)
	if a = h.browse("GET", "/api/v1/incidents/files", ""); !strings.Contains(a.body, taken.SHA256) {
		t.Errorf("the list is %s", a.body)
	}
	if a = h.browse("GET", "/api/v1/incidents/files/"+taken.ID+"/receipt", ""); a.body != `{"name":"siti export.csv","from":"Sitié","how":"courier"}`+"\n" {
		t.Errorf("the receipt is %s", a.body)
	}
	h.browse("GET", "/api/v1/incidents/files/none/receipt", "").want(t, http.StatusNotFound)
	h.as(lead)
	a = h.browse("POST", "/api/v1/incidents/files/"+taken.ID+"/open", "")
	a.want(t, http.StatusOK)
	var asked struct{ Approval, Hash, Title, Expires string }
	a.into(t, &asked)
	grant := "/api/v1/approvals/" + asked.Approval + "/grant"
	h.browse("POST", grant, `{"hash":"`+asked.Hash+`"}`).want(t, http.StatusForbidden)
	h.as(second)
	h.browse("POST", grant, `{"hash":"`+asked.Hash+`"}`).want(t, http.StatusOK)
	h.nowhere("ani@example.com", "Siti", "siti", "courier")
}

// nowhere fails when a word stands in a file of the data folder or in the server's log.
func (h *house) nowhere(words ...string) {
	h.t.Helper()
	said := h.said.String()
	err := filepath.Walk(h.data(), func(path string, info os.FileInfo, err error) error {
		if err != nil || info.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		for _, w := range words {
			if strings.Contains(string(text), w) {
				h.t.Errorf("%s holds %q", path, w)
			}
		}
		return err
	})
	for _, w := range words {
		if err != nil || strings.Contains(said, w) {
			h.t.Errorf("the log holds %q, %v", w, err)
		}
	}
}
