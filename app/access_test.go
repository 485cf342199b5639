package app

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"jejak/event"
	"jejak/ground/access"
)

// need is what an operation of the API asks of its caller.
type need struct {
	anybody bool       // it knows its caller by something else, such as a link
	user    bool       // any signed-in user: it is about themselves
	act     access.Act // in the project of the path, or the installation
	script  bool       // a service account of the project may, too
	body    string     // a sound one
}

const aTrend = `{"kind":"trend","range":{"last":1,"unit":"day","zone":"UTC"},"interval":"day","metrics":[{"name":"A","any_event":true,"measure":"total"}]}`

// needs are all operations. A new one must be added here: TestEveryRoute fails until it is.
var needs = map[string]need{
	"getMe": {anybody: true}, "checkSetup": {anybody: true}, "confirmSetup": {anybody: true}, "setUpPassword": {anybody: true},
	"beginSetupPasskey": {anybody: true}, "finishSetupPasskey": {anybody: true}, "signInLink": {anybody: true},
	"signInPassword": {anybody: true}, "beginPasskey": {anybody: true}, "finishPasskey": {anybody: true}, "signOut": {anybody: true},

	"listProjects": {user: true, script: true}, "listSessions": {user: true}, "endSession": {user: true},

	"createProject": {act: access.Administer, body: `{"name":"New"}`},
	"getProject":    {act: access.Read, script: true},
	"changeProject": {act: access.Administer, body: `{}`},
	"ask":           {act: access.Read, script: true, body: aTrend},
	"getCounters":   {act: access.Read, script: true},
	"watch":         {act: access.Read, script: true},
	"listNames":     {act: access.Read, script: true}, "listProperties": {act: access.Read, script: true},
	"listProfileProperties": {act: access.Read, script: true},
	"listValues":            {act: access.Read, script: true},
	"listServiceAccounts":   {act: access.Administer}, "createServiceAccount": {act: access.Administer}, "removeServiceAccount": {act: access.Administer},

	"listCustomEvents": {act: access.Read, script: true}, "createCustomEvent": {act: access.Administer, body: `{"name":"Orders","any_of":[{"event":"pay"}]}`},
	"changeCustomEvent": {act: access.Administer, body: `{"name":"Orders","any_of":[{"event":"pay"}]}`}, "deleteCustomEvent": {act: access.Administer},
	"listCustomProperties": {act: access.Read, script: true}, "createCustomProperty": {act: access.Administer, body: `{"name":"Worth","expression":"1"}`},
	"changeCustomProperty": {act: access.Administer, body: `{"name":"Worth","expression":"1"}`}, "deleteCustomProperty": {act: access.Administer},

	"listLookups": {act: access.Read, script: true}, "putLookup": {act: access.Administer, body: "sku,kind\na,book"}, "deleteLookup": {act: access.Administer},
	"listCohorts": {act: access.Read, script: true}, "countCohort": {act: access.Read, script: true},
	"createCohort": {act: access.Administer, body: `{"name":"Payers","definition":{"did":{"event":"pay"}}}`},
	"changeCohort": {act: access.Administer, body: `{"name":"Payers"}`}, "deleteCohort": {act: access.Administer},
	"getPerson": {act: access.Read, script: true}, "revealPerson": {act: access.Reveal, body: `{"purpose":"support"}`},
	"findPeople":    {act: access.Reveal, body: `{"distinct_ids":["nobody"],"purpose":"support"}`},
	"findPerson":    {act: access.Reveal, body: `{"distinct_id":"nobody","purpose":"support"}`},
	"listGroupKeys": {act: access.Read, script: true}, "setGroupKeys": {act: access.Administer, body: `[{"key":"company"}]`},
	"getGroup": {act: access.Read, script: true}, "revealGroup": {act: access.Reveal, body: `{"purpose":"support"}`},
	"findGroup":     {act: access.Reveal, body: `{"group_id":"none","purpose":"support"}`},
	"listCatalogue": {act: access.Read, script: true}, "saveWord": {act: access.Administer, body: `{"kind":"event","name":"pay"}`},
	"deleteWord": {act: access.Administer}, "adoptSeen": {act: access.Administer},
	"listScans": {act: access.Read, script: true}, "startScan": {act: access.Administer}, "stopScan": {act: access.Administer},
	"getPlan": {act: access.Read, script: true}, "changePlan": {act: access.Administer, body: `{"strict":""}`},

	"listMembers": {act: access.Administer}, "invite": {act: access.Administer, body: `{"login":"new","role":"viewer"}`},
	"changeMember": {act: access.Administer, body: `{"role":"viewer"}`}, "removeMember": {act: access.Administer},
	"listProjectMembers": {act: access.Administer}, "inviteToProject": {act: access.Administer, body: `{"login":"new","role":"viewer"}`},
	"changeProjectMember": {act: access.Administer, body: `{"role":"viewer"}`},
	"listApprovals":       {act: access.Read}, "grantApproval": {act: access.Approve, body: `{"hash":"` + strings.Repeat("0", 64) + `"}`},
	"refuseApproval": {act: access.Read}, "listAllApprovals": {act: access.Read}, "refuseForAll": {act: access.Read},
	"grantForAll": {act: access.Approve, body: `{"hash":"` + strings.Repeat("0", 64) + `"}`},
	"listMerges":  {act: access.Administer}, "undoMerge": {act: access.Administer},
	"listExports": {act: access.Read, script: true}, "getExport": {act: access.Read, script: true},
	"askExport":       {act: access.Export, script: true, body: `{"content":"events","format":"csv","purpose":"analysis","range":{"last":1,"unit":"day","zone":"UTC"}}`},
	"readExport":      {act: access.Export, script: true},
	"cancelExport":    {act: access.Export, script: true},
	"traceExports":    {act: access.Trace, body: `{"pseudonyms":["00"]}`},
	"getNoticeChecks": {act: access.Follow},
	"listLeakedFiles": {act: access.Respond}, "takeLeakedFile": {act: access.Respond, body: "id\n1\n"},
	"getLeakedFileReceipt": {act: access.Respond}, "askToOpenLeakedFile": {act: access.Respond},
	"listDirectories": {act: access.Respond}, "takeDirectory": {act: access.Respond, body: "x"},
	"startScope":  {act: access.Respond, body: `{"file":"none","approval":"none","directory":"none"}`},
	"getScopeRun": {act: access.Respond}, "listScopes": {act: access.Respond}, "getScope": {act: access.Respond}, "getScopeReport": {act: access.Respond}, "getScopePage": {act: access.Respond},
	"explainGroup": {act: access.Respond, body: `{"text":"visitors"}`}, "askToCloseScope": {act: access.Respond}, "closeScope": {act: access.Respond, body: `{"approval":"none"}`},
	"askToRejectFinding": {act: access.Respond, body: `{"table":0,"column":"note","class":"user.name","reason":"none"}`},
	"rejectFinding":      {act: access.Respond, body: `{"table":0,"column":"note","class":"user.name","reason":"none","approval":"none"}`},
	"erase":              {act: access.Erase, body: `{}`}, "listErasures": {act: access.Erase}, "retrieve": {act: access.Reveal},
	"readAuditLog": {act: access.ReadLog}, "proveAuditEntry": {act: access.ReadLog},
}

// route is an operation as the server itself describes it.
type route struct {
	method, path, name string
	need
}

// routes reads the server's own list.
func (h *house) routes() (out []route) {
	h.t.Helper()
	a := h.ask("GET", "/api/v1/openapi.json", "")
	a.want(h.t, http.StatusOK)
	var description struct {
		Paths map[string]map[string]struct{ OperationID string }
	}
	if err := json.Unmarshal([]byte(a.body), &description); err != nil {
		h.t.Fatal(err)
	}
	for path, methods := range description.Paths {
		for method, op := range methods {
			n, known := needs[op.OperationID]
			if !known {
				h.t.Errorf("say in this test who may call %s (%s %s)", op.OperationID, method, path)
				continue
			}
			out = append(out, route{strings.ToUpper(method), path, op.OperationID, n})
		}
	}
	return out
}

// caller is somebody who sends requests.
type caller struct {
	name   string
	who    access.Identity
	header []string
}

// member signs somebody in who has a role in all projects (0) or in one.
func (h *house) member(login string, p event.ProjectID, role string) caller {
	h.t.Helper()
	console := access.AtConsole(context.Background())
	i, err := h.ground.access.Invite(console, login, p, role)
	if err != nil {
		h.t.Fatal(err)
	}
	a := h.browse("POST", "/api/v1/session/link", fmt.Sprintf(`{"token":%q}`, i.Token))
	a.want(h.t, http.StatusNoContent)
	h.keepCookie(a)
	who, err := h.ground.access.Identify(context.Background(), h.cookie, "", "")
	if err != nil {
		h.t.Fatal(err)
	}
	return caller{login, who, []string{"Cookie", "__Host-jejak=" + h.cookie}}
}

func (h *house) callers() []caller {
	h.t.Helper()
	console := access.AtConsole(context.Background())
	other, err := h.ground.access.CreateProject(console, "Other", "UTC")
	if err != nil {
		h.t.Fatal(err)
	}
	project := event.ProjectID(h.project.ID)
	all := []caller{{"nobody", access.Identity{}, nil}, h.member("owner of another project", other.ID, access.Owner)}
	for _, role := range access.Roles() {
		all = append(all, h.member(role+" everywhere", 0, role), h.member(role+" of the project", project, role))
	}
	for name, account := range map[string]struct {
		user, secret string
		p            event.ProjectID
	}{
		"script of the project":     {h.project.ServiceAccount.Username, h.project.ServiceAccount.Secret, project},
		"script of another project": {other.ServiceAccount.Username, other.ServiceAccount.Secret, other.ID},
	} {
		r := http.Request{Header: http.Header{}}
		r.SetBasicAuth(account.user, account.secret)
		who := access.Identity{Kind: access.Script, Login: account.user, Project: account.p}
		all = append(all, caller{name, who, []string{"Authorization", r.Header.Get("Authorization")}})
	}
	return all
}

// may is what the answer should be decided by.
func (r route) may(c caller, p event.ProjectID) bool {
	switch {
	case r.anybody:
		return true
	case c.who.Kind == access.Script && !r.script, c.who.Kind == access.Nobody:
		return false
	case r.user:
		return true
	}
	if !strings.Contains(r.path, "{id}") {
		p = 0
	}
	return c.who.May(p, r.act) == nil
}

// try calls the operation and returns the status. It does not wait for the end of the answer: streams have none.
func (r route) try(h *house, c caller, p event.ProjectID) int {
	h.t.Helper()
	path := strings.NewReplacer("{id}", fmt.Sprint(p), "{index}", "0", "{custom}", "1", "{scan}", "1", "{merge}", "0", "{number}", "65", "{incident}", "2026-01", "{version}", "0", "{vendor}", "1", "{exit}", "1", "{review}", "1").Replace(r.path)
	for strings.Contains(path, "{") {
		from, to := strings.Index(path, "{"), strings.Index(path, "}")
		path = path[:from] + "none" + path[to+1:]
	}
	switch r.name {
	case "listValues":
		path += "?property=x"
	case "putLookup":
		path += "?of=sku"
	}
	if strings.HasPrefix(r.name, "getFiling") {
		path += "?form=edpb"
	}
	if r.name == "listMerges" {
		path += "?person=65"
	}
	if r.name == "deleteWord" {
		path += "?kind=event&name=x"
	}
	ctx, cancel := context.WithCancel(h.t.Context())
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, r.method, h.at()+"/api/v1"+path, strings.NewReader(r.body))
	if err != nil {
		h.t.Fatal(err)
	}
	header := append([]string{"X-Jejak", "1", "Content-Type", "application/json", "Sec-Fetch-Site", "same-origin", "Origin", h.URL()}, c.header...)
	for i := 0; i < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
	}
	a, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		h.t.Fatal(err)
	}
	defer a.Body.Close()
	return a.StatusCode
}

// TestEveryRoute calls every operation as nobody, as each role everywhere and in one project, as another project's owner
// and as scripts: who may not is refused, who may is not; a project of others and one that is not there answer alike.
func TestEveryRoute(t *testing.T) {
	h := newHouse(t)
	h.signIn() // the first owner, so that no caller below is the last one
	routes, callers := h.routes(), h.callers()
	if len(routes) < 30 || len(callers) < 15 {
		t.Fatalf("%d routes, %d callers: this test is looking at the wrong place", len(routes), len(callers))
	}
	project := event.ProjectID(h.project.ID)
	slices.SortFunc(routes, func(a, b route) int { return strings.Compare(a.name, b.name) })
	for _, r := range routes {
		if r.anybody {
			continue // each has its own tests of what it knows its caller by
		}
		for _, c := range callers {
			status := r.try(h, c, project)
			refused := status == http.StatusUnauthorized || status == http.StatusForbidden
			if refused == r.may(c, project) {
				t.Errorf("%s as %s is answered %d", r.name, c.name, status)
			}
			if c.who.Kind == access.Nobody && status != http.StatusUnauthorized {
				t.Errorf("%s as nobody is answered %d", r.name, status)
			}
			if refused && strings.Contains(r.path, "{id}") {
				if missing := r.try(h, c, 4096); missing != status {
					t.Errorf("%s as %s is answered %d, and %d where there is no such project", r.name, c.name, status, missing)
				}
			}
		}
	}
}
