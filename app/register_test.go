package app

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"jejak/ground/access"
)

// TestIncidentByAPI: a lead opens an incident, the vendor's first word starts its clocks, a filing is made of it, and two close it.
// Nothing of what they wrote lies in the data folder or in the server's log.
func TestIncidentByAPI(t *testing.T) {
	h := newHouse(t)
	lead, second, auditor := h.member("lead", 0, access.IncidentLead), h.member("second", 0, access.IncidentLead), h.member("auditor", 0, access.Auditor)
	h.as(lead)
	a := h.browse("POST", "/api/v1/incidents", `{"title":"Siti's export left","role":"controller","organisation":"PT Contoh"}`)
	a.want(t, http.StatusOK)
	var made struct{ ID string }
	a.loose(t, &made)
	path := "/api/v1/incidents/" + made.ID
	h.browse("POST", "/api/v1/incidents", `{"title":"T","role":"boss"}`).want(t, http.StatusUnprocessableEntity)
	a = h.browse("POST", path+"/timeline", `{"type":"first_word_from_vendor","happened":{"precision":"unknown"},"source":"Budi phoned","confidence":"certain","text":"an export is suspected"}`)
	a.want(t, http.StatusOK)
	if !strings.Contains(a.body, `"rule":"id-46-subjects"`) || !strings.Contains(a.body, `"why_this_start"`) || !strings.Contains(a.body, `"state":"running"`) {
		t.Errorf("the clocks are %s", a.body)
	}
	h.browse("POST", path+"/clocks/gdpr-33/decision", `{"kind":"filed","receipt":"DPA-1"}`).want(t, http.StatusOK)
	h.browse("POST", path+"/close", `{"lessons":"ask sooner"}`).want(t, http.StatusUnprocessableEntity) // clocks are open
	h.as(auditor)
	for _, x := range []struct{ path, word string }{
		{"", "Budi phoned"}, {"/clocks", `"receipt":"DPA-1"`}, {"/filing?form=komdigi", "Pasal 46"}, {"/filing.html?form=edpb", "<h1>"}, {"/filing.txt?form=ico", "PT Contoh"},
	} {
		if a = h.browse("GET", path+x.path, ""); a.status != http.StatusOK || !strings.Contains(a.body, x.word) {
			t.Errorf("%s is answered %d %s", x.path, a.status, a.body)
		}
	}
	h.browse("POST", path+"/timeline", `{"type":"note","happened":{"precision":"unknown"},"source":"S","confidence":"certain","text":"T"}`).want(t, http.StatusForbidden)
	h.closeQuiet(lead, second)
	h.nowhere("Siti", "Budi", "PT Contoh", "an export is suspected")
}

// closeQuiet opens an incident that needs no notice, and two people close it.
func (h *house) closeQuiet(lead, second caller) {
	h.t.Helper()
	h.as(lead)
	a := h.browse("POST", "/api/v1/incidents", `{"title":"A laptop was lost and found","role":"controller"}`)
	a.want(h.t, http.StatusOK)
	var made struct{ ID string }
	a.loose(h.t, &made)
	closing := func() answered { return h.browse("POST", "/api/v1/incidents/"+made.ID+"/close", `{"lessons":"none"}`) }
	closing().want(h.t, http.StatusConflict)
	var list []struct{ ID, Hash string }
	h.browse("GET", "/api/v1/approvals", "").loose(h.t, &list)
	if len(list) != 1 {
		h.t.Fatalf("%d requests wait", len(list))
	}
	h.as(second)
	h.browse("POST", "/api/v1/approvals/"+list[0].ID+"/grant", `{"hash":"`+list[0].Hash+`"}`).want(h.t, http.StatusOK)
	h.as(lead)
	if a = closing(); a.status != http.StatusOK || !strings.Contains(a.body, `"state":"closed"`) {
		h.t.Errorf("closed: %d %s", a.status, a.body)
	}
}

// loose decodes what the test wants of the body.
func (a answered) loose(t *testing.T, to any) {
	t.Helper()
	if err := json.Unmarshal([]byte(a.body), to); err != nil {
		t.Fatalf("%v in %s", err, a.body)
	}
}
