package app

import (
	"encoding/json"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"jejak/event"
)

// eraser makes a service account by API and returns what its scripts send.
func (h *house) eraser(body string) string {
	h.t.Helper()
	a := h.browse("POST", fmt.Sprintf("/api/v1/projects/%d/service-accounts", h.project.ID), body)
	a.want(h.t, 201)
	var made struct{ Username, Secret string }
	if err := json.Unmarshal([]byte(a.body), &made); err != nil {
		h.t.Fatal(err)
	}
	return "Bearer " + made.Username + ":" + made.Secret
}

// TestScriptsOrderErasures: through Mixpanel's own API, by accounts that an owner made for it.
func TestScriptsOrderErasures(t *testing.T) {
	h := newHouse(t)
	h.signIn()
	h.meet()
	may, mayNot := h.eraser(`{"may_erase":true}`), h.eraser(`{}`)
	path := "/api/app/data-deletions/v3.0/"
	token := "?token=" + h.project.Token
	order := `{"distinct_ids":["ann","nobody"],"compliance_type":"GDPR"}`

	h.ask("POST", path+token, order).want(t, 401)
	h.ask("POST", path, order, "Authorization", may).want(t, 401)
	h.ask("POST", path+token, order, "Authorization", mayNot).want(t, 403)
	h.ask("POST", path+token, `{"distinct_ids":[]}`, "Authorization", may).want(t, 400)
	h.ask("POST", "/api/app/data-retrievals/v3.0/"+token, order, "Authorization", may).want(t, 501)
	h.ask("GET", path+strings.Repeat("0", 32)+token, "", "Authorization", may).want(t, 404)

	a := h.ask("POST", path+token, order, "Authorization", may)
	a.want(t, 201)
	var asked struct {
		Results struct {
			TaskID string `json:"task_id"`
		}
	}
	if err := json.Unmarshal([]byte(a.body), &asked); err != nil {
		t.Fatal(err)
	}
	for strings.Contains(a.body, "task_id") || strings.Contains(a.body, "PENDING") || strings.Contains(a.body, "STARTED") {
		runtime.Gosched()
		a = h.ask("GET", path+asked.Results.TaskID+token, "", "Authorization", may)
		a.want(t, 200)
	}
	if !strings.Contains(a.body, `"SUCCESS"`) || !strings.Contains(a.body, `"people":1,"unknown":1`) {
		t.Errorf("the task ended as %s", a.body)
	}
	h.ask("DELETE", path+asked.Results.TaskID+token, "", "Authorization", may).want(t, 405)
	h.counts(1, 1, "after a script's erasure")
	list := h.browse("GET", fmt.Sprintf("/api/v1/projects/%d/erasures", h.project.ID), "")
	list.want(t, 200)
	if strings.Count(list.body, `"kind":"person"`) != 1 {
		t.Errorf("the erasures are listed as %s", list.body)
	}
	if a, err := h.App.identify.Find(event.ProjectID(h.project.ID), "ann"); a != 0 || err != nil {
		t.Errorf("ann is still number %d (%v)", a, err)
	}
}
