package app

import (
	"net/http"
	"strings"
	"testing"

	"jejak/ground/access"
	"jejak/incident/serve"
)

// TestDirectoryByAPI: an incident lead hands over users and organisations in one form; what is wrong is named by line, and no value
// of it lies in the data folder or in the server's log.
func TestDirectoryByAPI(t *testing.T) {
	h := newHouse(t)
	lead := h.member("lead", 0, access.IncidentLead)
	send := func(parts ...string) answered {
		var b strings.Builder
		for i := 0; i < len(parts); i += 2 {
			b.WriteString("--cut\r\nContent-Disposition: form-data; name=\"" + parts[i] + "\"; filename=\"x\"\r\n\r\n" + parts[i+1] + "\r\n")
		}
		return h.ask("POST", "/api/v1/incidents/directories", b.String()+"--cut--\r\n", append(lead.header, "X-Jejak", "1", "Origin", h.URL(),
			"Sec-Fetch-Site", "same-origin", "Content-Type", "multipart/form-data; boundary=cut")...)
	}
	const users, organisations = "user_id,email,organisation_ids\nu1,siti@leaky.example,o1\n", "organisation_id,name\no1,Leaky\n"
	memberships := `{"user_id":"u1","organisation_id":"o1","role":"admin"}`
	for _, wrong := range [][]string{{}, {"organisations", organisations}, {"memberships", memberships}, {"users", users, "organisations", organisations}, {"users", users, "users", users}, {"users", users, "memberships", memberships, "users", users}} {
		if a := send(wrong...); a.status != http.StatusUnprocessableEntity {
			t.Errorf("%.40q is answered %d: %s", wrong, a.status, a.body)
		}
	}
	a := send("users", "user_id,email\nu1,siti@leaky.example\nu2,siti at leaky.example\n")
	a.want(t, http.StatusUnprocessableEntity)
	if !strings.Contains(a.body, "users.3.email") || strings.Contains(a.body, "siti") {
		t.Errorf("what is wrong: %s", a.body)
	}
	send("organisations", organisations, "users", users, "memberships", memberships).want(t, http.StatusOK)
	a = send("users", users)
	a.want(t, http.StatusOK)
	var taken serve.Directory
	a.into(t, &taken)
	h.as(lead)
	if a = h.browse("GET", "/api/v1/incidents/directories", ""); !strings.Contains(a.body, taken.Hash) || strings.Count(a.body, `"id"`) != 2 || taken.By != lead.who.String() {
		t.Errorf("the list is %s", a.body)
	}
	h.nowhere("siti@", "leaky", "Leaky")
}
