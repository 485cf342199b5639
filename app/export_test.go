package app

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"jejak/event"
	"jejak/ground/access"
)

// theExport is what the API says of one.
type theExport struct {
	ID, Mark, Approval, State, SHA256 string
	Rows, Canaries                    int64
	MaxRows                           int64 `json:"max_rows"`
}

// export asks for rows as the console does, and reads them.
func (h *house) export(spec string) (theExport, answered) {
	h.t.Helper()
	at := fmt.Sprintf("/api/v1/projects/%d/exports", h.project.ID)
	a := h.browse("POST", at, spec)
	a.want(h.t, http.StatusCreated)
	var x theExport
	if err := json.Unmarshal([]byte(a.body), &x); err != nil {
		h.t.Fatal(err)
	}
	return x, h.browse("GET", at+"/"+x.ID+"/rows", "")
}

const anExport = `{"content":"events","format":"%s","purpose":"analysis","range":{"last":5,"unit":"day","zone":"UTC"}}`

// TestNoIdentityLeaves: after visits that brought personal values through every door, no file in any format holds one, also not Mixpanel's
// raw export; neither does an actor's number stand in it.
func TestNoIdentityLeaves(t *testing.T) {
	h := newHouse(t)
	h.signIn()
	visitPrivately(h)
	if n := h.total("Private visit", "total"); n != 8 {
		t.Fatalf("%v visits, want 8", n)
	}
	for _, format := range []string{"csv", "jsonl", "parquet"} {
		_, a := h.export(fmt.Sprintf(anExport, format))
		a.want(t, http.StatusOK)
		if !strings.Contains(a.body, marker) && format != "parquet" || len(a.body) < 500 {
			t.Errorf("%s: the file has no rows: %q", format, a.body)
		}
		searchFor(t, []byte(a.body), "the file as "+format)
	}
	a := h.raw("", "")
	a.want(t, http.StatusOK)
	searchFor(t, []byte(a.body), "Mixpanel's raw export")
	searchDisk(t, h.folder, "after exports")
}

// raw asks as scripts do.
func (h *house) raw(more, authorization string) answered {
	h.t.Helper()
	now := time.Now().UTC()
	if authorization == "" {
		authorization = basic(h.project.ServiceAccount.Username, h.project.ServiceAccount.Secret)
	}
	path := fmt.Sprintf("/api/2.0/export?from_date=%s&to_date=%s%s", now.AddDate(0, 0, -2).Format(time.DateOnly), now.Format(time.DateOnly), more)
	return h.ask("GET", path, "", "Authorization", authorization, "Accept-Encoding", "identity")
}

// TestRawExport: the wire's parameters, and a pseudonym for each distinct id.
func TestRawExport(t *testing.T) {
	h := newHouse(t)
	for i, plan := range []string{"free", "pro", "pro"} {
		h.track("Sign-up", fmt.Sprintf(`,"distinct_id":"user-%d","plan":%q`, i%2, plan))
	}
	h.track("Other", `,"distinct_id":"user-0"`)
	lines := func(a answered) (out []map[string]any) {
		a.want(t, http.StatusOK)
		for text := range strings.Lines(a.body) {
			var x struct {
				Event      string
				Properties map[string]any
			}
			if err := json.Unmarshal([]byte(text), &x); err != nil {
				t.Fatalf("%v in %q", err, text)
			}
			x.Properties["event"] = x.Event
			out = append(out, x.Properties)
		}
		return out
	}
	all := lines(h.raw("", ""))
	who, ids := map[any]int{}, map[any]bool{}
	for _, x := range all {
		who[x["distinct_id"]]++
		ids[x["$insert_id"]] = true
		if at, ok := x["time"].(float64); !ok || at > float64(time.Now().Unix()) || at < float64(time.Now().Unix()-60) {
			t.Errorf("the time is %v", x["time"])
		}
	}
	if len(all) != 4 || len(who) != 2 || len(ids) != 4 {
		t.Errorf("%d events, people %v, insert ids %v", len(all), who, ids)
	}
	for more, want := range map[string]int{
		`&event=["Sign-up"]`: 3, `&event=[]`: 4, `&limit=2`: 2, `&where=` + url.QueryEscape(`properties["plan"] == "pro"`): 2,
		`&event=["None"]`: 0, "&event=" + url.QueryEscape(`["Sign-up","Other"`+strings.Repeat(`,"x"`, 60)+`]`): 4, "&project_id=" + fmt.Sprint(h.project.ID): 4,
	} {
		if got := lines(h.raw(strings.ReplaceAll(more, `"`, "%22"), "")); len(got) != want {
			t.Errorf("%s: %d events, want %d", more, len(got), want)
		}
	}
	if at := lines(h.raw("&time_in_ms=true&limit=1", ""))[0]["time"].(float64); at < 1e12 {
		t.Errorf("in milliseconds the time is %v", at)
	}
	lines(h.raw("", basic(h.project.APISecret, "")))
	for more, status := range map[string]int{"&limit=x": 400, "&limit=100001": 400, "&event=Sign-up": 400, "&where=1+%2B": 400, "&project_id=77": 401, "&to_date=2999-01-01": 200} {
		h.raw(more, "").want(t, status)
	}
	h.raw("", basic(h.project.Token, "")).want(t, http.StatusUnauthorized)
	h.raw("", basic("nobody", "x")).want(t, http.StatusUnauthorized)
	h.ask("GET", "/api/2.0/export?from_date=2026-01-01&to_date=2999-01-01", "", "Authorization", basic(h.project.APISecret, "")).want(t, http.StatusBadRequest)
	h.ask("GET", "/api/2.0/export", "").want(t, http.StatusUnauthorized)
}

// TestExportNeedsASecondPerson: an owner alone does not get many rows out, through the API as it is.
func TestExportNeedsASecondPerson(t *testing.T) {
	h := newHouse(t)
	h.signIn()
	h.visitThrice()
	h.App.export.FreeRows = 1
	at := fmt.Sprintf("/api/v1/projects/%d", h.project.ID)
	x, a := h.export(fmt.Sprintf(anExport, "csv"))
	a.want(t, http.StatusConflict)
	if x.Approval == "" {
		t.Fatal("nobody else is needed")
	}
	var list []struct{ ID, Hash string }
	if err := json.Unmarshal([]byte(h.browse("GET", at+"/approvals", "").body), &list); err != nil || len(list) != 1 {
		t.Fatalf("%v: %+v", err, list)
	}
	h.browse("POST", at+"/approvals/"+x.Approval+"/grant", fmt.Sprintf(`{"hash":%q}`, list[0].Hash)).want(t, http.StatusForbidden)
	second := h.member("approver", event.ProjectID(h.project.ID), access.Approver)
	console := access.With(context.Background(), second.who)
	requests, err := h.ground.approve.List(console, event.ProjectID(h.project.ID))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.ground.approve.Grant(console, event.ProjectID(h.project.ID), x.Approval, requests[0].Hash); err != nil {
		t.Fatal(err)
	}
	h.signIn()
	a = h.browse("GET", at+"/exports/"+x.ID+"/rows", "")
	a.want(t, http.StatusOK)
	h.browse("GET", at+"/exports/"+x.ID+"/rows", "").want(t, http.StatusConflict)
	var listed []theExport
	if err := json.Unmarshal([]byte(h.browse("GET", at+"/exports", "").body), &listed); err != nil || len(listed) != 1 || listed[0].State != "complete" || listed[0].SHA256 == "" {
		t.Errorf("%v: %+v", err, listed)
	}
}

func (h *house) visitThrice() {
	h.t.Helper()
	for i := range 3 {
		h.track("Visit", fmt.Sprintf(`,"distinct_id":"user-%d"`, i))
	}
}

// TestAnAnswerLeaves through the API.
func TestAnAnswerLeaves(t *testing.T) {
	h := newHouse(t)
	h.signIn()
	h.visitThrice()
	x, a := h.export(`{"content":"answer","format":"csv","purpose":"analysis","question":` + aTrend + `}`)
	a.want(t, http.StatusOK)
	if !strings.HasPrefix(a.body, "metric,which,interval,value,total\r\n") || !strings.Contains(a.body, ",3,") || x.Approval != "" {
		t.Errorf("the file is %q", a.body)
	}
	_, a = h.export(`{"content":"profiles","format":"jsonl","purpose":"migration"}`)
	a.want(t, http.StatusOK)
	h.browse("POST", fmt.Sprintf("/api/v1/projects/%d/exports", h.project.ID), `{"content":"answer","format":"csv","purpose":"analysis"}`).want(t, http.StatusUnprocessableEntity)
}
