package app

import (
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"jejak/analytics/show"
	"jejak/event"
	"jejak/ground/access"
)

// engage sends one update of a person's profile as an SDK does; the answer's body says whether it was taken.
func (h *house) engage(update string) string {
	h.t.Helper()
	a := h.ask("POST", "/engage", fmt.Sprintf(`[{"$token":%q,%s}]`, h.project.Token, update), "Content-Type", "application/json")
	a.want(h.t, http.StatusOK)
	return a.body
}

// updateGroup sends one update of a group's profile.
func (h *house) updateGroup(update string) string {
	h.t.Helper()
	a := h.ask("POST", "/groups", fmt.Sprintf(`[{"$token":%q,%s}]`, h.project.Token, update), "Content-Type", "application/json")
	a.want(h.t, http.StatusOK)
	return a.body
}

// callAs sends a request of a caller below the project's path.
func (h *house) callAs(c caller, method, path, body string) answered {
	h.t.Helper()
	header := append([]string{"X-Jejak", "1", "Content-Type", "application/json", "Sec-Fetch-Site", "same-origin", "Origin", h.URL()}, c.header...)
	return h.ask(method, fmt.Sprintf("/api/v1/projects/%d%s", h.project.ID, path), body, header...)
}

// numberOf finds a person as somebody who may.
func (h *house) numberOf(reader caller, distinctID string) uint32 {
	h.t.Helper()
	var found show.Found
	a := h.callAs(reader, "POST", "/people/find", fmt.Sprintf(`{"distinct_id":%q,"purpose":"support"}`, distinctID))
	a.want(h.t, http.StatusOK)
	a.into(h.t, &found)
	return found.Number
}

// profileOf is what is known of a person, to a script.
func (h *house) profileOf(number uint32) map[string]any {
	h.t.Helper()
	var p show.Profile
	a := h.script("GET", fmt.Sprintf("/people/%d", number), "")
	a.want(h.t, http.StatusOK)
	a.into(h.t, &p)
	return p.Properties
}

// TestProfilesAreRevealedForAPurpose: tokens to everybody who may read, values to whom may reveal, after the log has it.
func TestProfilesAreRevealedForAPurpose(t *testing.T) {
	h := newHouse(t)
	h.signIn()
	project := event.ProjectID(h.project.ID)
	owner, reader := h.member("own", project, access.Owner), h.member("rea", project, access.IdentityReader)
	h.track("Pay", `,"distinct_id":"early","company":"acme-1"`) // a key holds for the past, too
	h.callAs(owner, "PUT", "/group-keys", `[{"key":"company","name":"Organisation"}]`).want(t, http.StatusOK)
	h.engage(`"$distinct_id":"siti-1","$ignore_time":true,"$set":{"$email":"siti@mail.example","plan":"team","company":["acme-1"]}`)
	h.updateGroup(`"$group_key":"company","$group_id":"acme-1","$ignore_time":true,"$set":{"$name":"Acme Ltd","size":40}`)
	h.track("Pay", `,"$user_id":"siti-1","$device_id":"tablet-9","company":"acme-1"`)

	h.callAs(owner, "POST", "/people/find", `{"distinct_id":"siti-1","purpose":"support"}`).want(t, http.StatusForbidden)
	h.callAs(reader, "POST", "/people/find", `{"distinct_id":"nobody","purpose":"support"}`).want(t, http.StatusNotFound)
	h.callAs(reader, "POST", "/people/find", `{"distinct_id":"siti-1","purpose":"curiosity"}`).want(t, http.StatusUnprocessableEntity)
	number := h.numberOf(reader, "$device:tablet-9")
	if number != h.numberOf(reader, "siti-1") {
		t.Error("a device's number is not its person's")
	}
	tokens := h.profileOf(number)
	if tokens["plan"] != "team" || !strings.HasPrefix(fmt.Sprint(tokens["$email"]), "[email:") || !strings.HasPrefix(fmt.Sprint(tokens["company"]), "[[company:") {
		t.Errorf("the profile is %v", tokens)
	}
	h.callAs(owner, "POST", fmt.Sprintf("/people/%d/reveal", number), `{"purpose":"support"}`).want(t, http.StatusForbidden)
	a := h.callAs(reader, "POST", fmt.Sprintf("/people/%d/reveal", number), `{"purpose":"support"}`)
	a.want(t, http.StatusOK)
	var opened show.RevealedProfile
	a.into(t, &opened)
	if opened.Properties["$email"] != "siti@mail.example" || !reflect.DeepEqual(opened.IDs, []string{"siti-1", "$device:tablet-9"}) {
		t.Errorf("revealed is %s", a.body)
	}

	var group show.Found
	h.callAs(reader, "POST", "/groups/company/find", `{"group_id":"acme-1","purpose":"support"}`).into(t, &group)
	a = h.callAs(reader, "POST", fmt.Sprintf("/groups/company/%d/reveal", group.Number), `{"purpose":"support"}`)
	a.into(t, &opened)
	if opened.Properties["$name"] != "Acme Ltd" || opened.Properties["size"] != 40.0 || !reflect.DeepEqual(opened.IDs, []string{"acme-1"}) {
		t.Errorf("the group revealed is %s", a.body)
	}
	h.wantInLog("person.searched", 4)
	h.wantInLog("vault.opened", 3) // the person, her device, the group

	if n := h.groupedTotal(`group[\"company\"][\"size\"]`); n["40"] != 2 {
		t.Errorf("by the size of the company there are %v", n)
	}
	if n := h.groupedTotal(`user[\"plan\"]`); n["team"] != 1 {
		t.Errorf("by plan there are %v", n)
	}
	h.wantNames("/profile-properties", "$email", "company", "plan")
	h.wantNames("/profile-properties?group_key=company", "$name", "size")
	a = h.script("POST", "/ask", `{"kind":"people","cell":{"metric":"A"},"of":{"kind":"trend","by":"company","range":{"last":7,"unit":"day","zone":"UTC"},`+
		`"interval":"day","metrics":[{"name":"A","event":"Pay","measure":"unique"}]}}`)
	a.want(t, http.StatusOK)
	if !strings.Contains(a.body, `"count":1,`) || !strings.Contains(a.body, `"groups":["[company:`) {
		t.Errorf("the companies that paid are %s", a.body)
	}
}

func (h *house) wantInLog(act string, times int) {
	h.t.Helper()
	n := 0
	a := h.browse("GET", "/api/v1/audit?limit=100", "")
	if a.status != http.StatusOK {
		h.signIn()
		a = h.browse("GET", "/api/v1/audit?limit=100", "")
	}
	a.want(h.t, http.StatusOK)
	n = strings.Count(a.body, `"`+act+`"`)
	if n != times {
		h.t.Errorf("the log has %d entries %s, want %d: %s", n, act, times, a.body)
	}
}

// wantNames compares a list of names.
func (h *house) wantNames(path string, want ...string) {
	h.t.Helper()
	var got []show.PropertyName
	a := h.script("GET", path, "")
	a.want(h.t, http.StatusOK)
	a.into(h.t, &got)
	for i, name := range want {
		if len(got) != len(want) || got[i].Name != name {
			h.t.Errorf("%s: got %v, want %v", path, got, want)
			return
		}
	}
}

// groupedTotal asks for the number of payments by an expression.
func (h *house) groupedTotal(expression string) map[string]float64 {
	h.t.Helper()
	q := fmt.Sprintf(`{"kind":"trend","range":{"last":7,"unit":"day","zone":"UTC"},"interval":"day","metrics":[{"name":"A","event":"Pay","measure":"total"}],`+
		`"breakdown":[{"property":"=%s"}]}`, expression)
	a := h.script("POST", "/ask", q)
	a.want(h.t, http.StatusOK)
	var got struct {
		Series []struct {
			Segment []any
			Total   *float64
		}
	}
	if err := json.Unmarshal([]byte(a.body), &got); err != nil {
		h.t.Fatal(err)
	}
	out := map[string]float64{}
	for _, s := range got.Series {
		if s.Total != nil {
			out[strings.Trim(fmt.Sprint(s.Segment), "[]")] = *s.Total
		}
	}
	return out
}
