package app

import (
	"cmp"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"jejak/analytics/show"
	"jejak/question"
)

func TestMe(t *testing.T) {
	h := newHouse(t)
	state := func() string {
		t.Helper()
		var me show.Me
		a := h.browse("GET", "/api/v1/me", "")
		a.want(t, http.StatusOK)
		a.into(t, &me)
		if me.Version != "test" || me.Demo || me.Places.Installed {
			t.Errorf("the server is told as %+v", me)
		}
		return me.State
	}
	if s := state(); s != "setup" {
		t.Errorf("a new installation is in the state %q", s)
	}
	h.signIn()
	if s := state(); s != "signed_in" {
		t.Errorf("after the sign-in the state is %q", s)
	}
	a := h.browse("DELETE", "/api/v1/session", "")
	a.want(t, http.StatusNoContent)
	if s := state(); s != "signed_out" {
		t.Errorf("the old cookie leads to the state %q", s)
	}
	h.keepCookie(a)
	if h.cookie != "" {
		t.Error("signing out leaves the cookie")
	}
}

func TestSetUpWithAPassword(t *testing.T) {
	h := newHouse(t)
	link, err := h.SetUpLink(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	_, token, _ := strings.Cut(link, "/setup#token=")
	const password = "a tall tree by the river 9"
	h.browse("POST", "/api/v1/setup/check", fmt.Sprintf(`{"token":%q}`, token)).want(t, 204)
	h.browse("POST", "/api/v1/setup/check", `{"token":"wrong"}`).want(t, 410)
	weak := h.browse("POST", "/api/v1/setup/password", fmt.Sprintf(`{"token":%q,"login":"dewi","password":"short"}`, token))
	weak.want(t, 422)
	if f := faultOf(t, weak); f.Location != "password" || f.Code != "too_short" {
		t.Errorf("a weak password is told as %+v", f)
	}
	var enrolment struct{ Enrolment, TOTP_secret, TOTP_uri string }
	begun := h.browse("POST", "/api/v1/setup/password", fmt.Sprintf(`{"token":%q,"login":"dewi","password":%q}`, token, password))
	begun.want(t, 200)
	begun.into(t, &enrolment)
	code, err := totp.GenerateCode(enrolment.TOTP_secret, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	done := h.browse("POST", "/api/v1/setup/confirm", fmt.Sprintf(`{"token":%q,"enrolment":%q,"code":%q}`, token, enrolment.Enrolment, code))
	done.want(t, 200)
	var confirmed show.Confirmed
	done.into(t, &confirmed)
	if len(confirmed.RecoveryCodes) == 0 {
		t.Error("there are no recovery codes")
	}
	h.keepCookie(done)
	h.browse("GET", "/api/v1/projects", "").want(t, 200)
	h.cookie = ""
	h.browse("POST", "/api/v1/setup/check", fmt.Sprintf(`{"token":%q}`, token)).want(t, 410)
	in := h.browse("POST", "/api/v1/session/password",
		fmt.Sprintf(`{"login":"dewi","password":%q,"code":%q}`, password, confirmed.RecoveryCodes[0]))
	in.want(t, 204)
	h.browse("POST", "/api/v1/session/password", `{"login":"dewi","password":"wrong","code":"000000"}`).want(t, 401)
}

func TestPasskeysBegin(t *testing.T) {
	h := newHouse(t)
	begun := h.browse("POST", "/api/v1/session/passkey/begin", "{}")
	begun.want(t, 200)
	var c show.PasskeyCeremony
	begun.into(t, &c)
	if c.Ceremony == "" || !strings.Contains(string(c.PublicKey), `"challenge"`) {
		t.Errorf("the ceremony is %s", begun.body)
	}
	finished := h.browse("POST", "/api/v1/session/passkey/finish", fmt.Sprintf(`{"ceremony":%q,"credential":{}}`, c.Ceremony))
	finished.want(t, 401)
}

func TestProjects(t *testing.T) {
	h := newHouse(t)
	h.signIn()
	var made show.NewProject
	created := h.browse("POST", "/api/v1/projects", `{"name":"Console","zone":"Asia/Jakarta"}`)
	created.want(t, 201)
	created.into(t, &made)
	if made.Name != "Console" || made.Zone != "Asia/Jakarta" || made.Token == "" || made.APISecret == "" ||
		made.ServiceAccount.Username == "" || made.ServiceAccount.Secret == "" || made.FirstEvent != nil {
		t.Errorf("made %+v", made)
	}
	var all []show.Project
	list := h.browse("GET", "/api/v1/projects", "")
	list.into(t, &all)
	if len(all) != 2 || all[1].ID != made.ID {
		t.Errorf("the projects are %s", list.body)
	}
	path := fmt.Sprintf("/api/v1/projects/%d", made.ID)
	var changed show.Project
	h.browse("PATCH", path, `{"name":"Nusa","zone":"Asia/Makassar"}`).into(t, &changed)
	if changed.Name != "Nusa" || changed.Zone != "Asia/Makassar" || changed.Token != made.Token {
		t.Errorf("changed to %+v", changed)
	}
	bad := h.browse("PATCH", path, `{"zone":"Mars/Olympus"}`)
	bad.want(t, 422)
	if f := faultOf(t, bad); f.Location != "zone" || f.Code != "unknown_zone" {
		t.Errorf("a bad zone is told as %+v", f)
	}
	h.browse("GET", "/api/v1/projects/999", "").want(t, 404)
	h.browse("GET", "/api/v1/projects/zero", "").want(t, 422)
}

func TestFirstEvent(t *testing.T) {
	h := newHouse(t)
	h.track("Visit", `,"distinct_id":"u"`)
	var p show.Project
	h.script("GET", "", "").into(t, &p)
	if p.FirstEvent == nil || time.Since(*p.FirstEvent) > time.Hour {
		t.Errorf("the first event is %v", p.FirstEvent)
	}
}

func TestServiceAccounts(t *testing.T) {
	h := newHouse(t)
	h.signIn()
	path := fmt.Sprintf("/api/v1/projects/%d/service-accounts", h.project.ID)
	var made show.NewServiceAccount
	created := h.browse("POST", path, "{}")
	created.want(t, 201)
	created.into(t, &made)
	var all []show.ServiceAccount
	h.browse("GET", path, "").into(t, &all)
	if len(all) != 2 {
		t.Errorf("there are %+v", all)
	}
	first := h.project.ServiceAccount
	h.project.ServiceAccount = ServiceAccount{made.Username, made.Secret}
	h.script("GET", "/names", "").want(t, 200)
	h.browse("DELETE", path+"/"+made.Username, "").want(t, 204)
	h.script("GET", "/names", "").want(t, 401)
	h.browse("DELETE", path+"/"+made.Username, "").want(t, 404)
	h.project.ServiceAccount = first
	h.script("POST", "/service-accounts", "{}").want(t, 403)
	h.script("GET", "/service-accounts", "").want(t, 403)
}

// TestNobodyGetsNothing tries every path that needs a caller.
func TestNobodyGetsNothing(t *testing.T) {
	h := newHouse(t)
	p := fmt.Sprintf("/api/v1/projects/%d", h.project.ID)
	bodies := map[string]string{p + "/service-accounts": `{}`}
	for _, c := range [][2]string{
		{"GET", "/api/v1/projects"}, {"POST", "/api/v1/projects"}, {"GET", p}, {"PATCH", p}, {"POST", p + "/ask"},
		{"GET", p + "/counters"}, {"GET", p + "/names"}, {"GET", p + "/properties"}, {"GET", p + "/values?property=a"},
		{"GET", p + "/live"}, {"GET", p + "/service-accounts"}, {"POST", p + "/service-accounts"},
		{"DELETE", p + "/service-accounts/x"},
	} {
		body := cmp.Or(bodies[c[1]], `{"name":"x"}`)
		a := h.browse(c[0], c[1], body)
		if a.status != http.StatusUnauthorized || a.header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s %s: %d %s", c[0], c[1], a.status, a.body)
		}
		a = h.ask(c[0], c[1], body, "Authorization", "Basic eDp5", "Content-Type", "application/json")
		if a.status != http.StatusUnauthorized {
			t.Errorf("%s %s with wrong credentials: %d %s", c[0], c[1], a.status, a.body)
		}
	}
}

// TestScriptsStayInTheirProject: a service account opens one project.
func TestScriptsStayInTheirProject(t *testing.T) {
	h := newHouse(t)
	other, err := createProject(t.Context(), h.data(), Keys{}, "Other", "UTC")
	if err != nil {
		t.Fatal(err)
	}
	h.project.ID = other.ID
	h.script("GET", "", "").want(t, 403)
	h.script("GET", "/counters", "").want(t, 403)
	h.script("POST", "/ask", "{}").want(t, 403)
	h.script("GET", "/live", "").want(t, 403)
}

func faultOf(t *testing.T, a answered) question.Fault {
	t.Helper()
	var p show.Problem
	a.into(t, &p)
	if len(p.Errors) == 0 || p.Status != a.status || p.Title == "" || p.Detail == "" {
		t.Fatalf("no fault in %s", a.body)
	}
	return p.Errors[0]
}

func TestAskNamesFaults(t *testing.T) {
	h := newHouse(t)
	for _, c := range []struct{ question, location, code string }{
		{`{"kind":"trend"`, "", question.NotJSON},
		{`{"kind":"poem"}`, "kind", question.UnknownKind},
		{`{"kind":"trend","range":{"last":7,"unit":"day","zone":"UTC"},"interval":"day","metrics":[{"name":"A","event":"E","measure":"sum"}]}`,
			"metrics[0].property", question.PropertyRequired},
		{`{"kind":"trend","x":"` + strings.Repeat("x", question.MaxBytes) + `"}`, "", question.TooLong},
	} {
		a := h.script("POST", "/ask", c.question)
		if len(c.question) > question.MaxBytes+1 {
			a.want(t, http.StatusRequestEntityTooLarge)
			continue
		}
		a.want(t, http.StatusUnprocessableEntity)
		if f := faultOf(t, a); f.Location != c.location || f.Code != c.code {
			t.Errorf("%.60s: %+v, want %s at %q", c.question, f, c.code, c.location)
		}
	}
}

func TestPickers(t *testing.T) {
	h := newHouse(t)
	for _, plan := range []string{"Pro", "Pro", "Free"} {
		h.track("Pay", fmt.Sprintf(`,"distinct_id":"u","plan":%q`, plan))
	}
	h.track("Visit", `,"distinct_id":"u","page":"/docs"`)
	var names []question.NameCount
	h.script("GET", "/names", "").into(t, &names)
	if len(names) != 2 || names[0] != (question.NameCount{Name: "Pay", Rows: 3}) {
		t.Errorf("the names are %v", names)
	}
	var properties []show.PropertyName
	list := h.script("GET", "/properties?event=Pay", "")
	list.into(t, &properties)
	if !strings.Contains(list.body, `"plan"`) || strings.Contains(list.body, `"page"`) {
		t.Errorf("the properties of Pay are %v", properties)
	}
	var values []question.ValueCount
	h.script("GET", "/values?event=Pay&property=plan&contains=PR&limit=5", "").into(t, &values)
	if len(values) != 1 || values[0] != (question.ValueCount{Value: "Pro", Rows: 2}) {
		t.Errorf("the values are %v", values)
	}
	h.script("GET", "/values?event=Pay&property=plan&limit=100000", "").want(t, 422)
	h.script("GET", "/values?event=Pay", "").want(t, 422)
}

// TestCountersReconcile: nothing that came in is unaccounted for.
func TestCountersReconcile(t *testing.T) {
	h := newHouse(t)
	again := fmt.Sprintf(`,"distinct_id":"u","$insert_id":"a","time":%d`, time.Now().Unix())
	h.track("Good", again)
	h.track("Good", again)
	h.track("Good", `,"distinct_id":"u","$insert_id":"b"`)
	for path, body := range map[string]string{
		"/track":  `[{"event":"","properties":{"token":%[1]q}},{"event":"Good","properties":{"token":%[1]q,"distinct_id":"null"}}]`,
		"/engage": `[{"$token":%[1]q,"$distinct_id":"u","$set":{"a":1}},{"$token":%[1]q,"$set":{"a":1}}]`,
	} {
		h.ask("POST", path, fmt.Sprintf(body, h.project.Token), "Content-Type", "application/json")
	}
	h.ask("POST", "/track", `[{"event":"Lost","properties":{"token":"00000000000000000000000000000000"}}]`, "Content-Type", "application/json")
	var c show.Counters
	a := h.script("GET", "/counters", "")
	a.want(t, 200)
	a.into(t, &c)
	var refused uint64
	for _, n := range c.Refused {
		refused += n
	}
	if c.Received != c.Accepted+refused || c.Accepted != c.Durable || c.Durable != c.Askable+c.Duplicates {
		t.Errorf("the counters do not reconcile: %s", a.body)
	}
	if c.Durable < 3 || c.Duplicates != 1 || refused < 2 || c.Strangers != 1 || len(c.Recent) != int(refused) {
		t.Errorf("the counters are %s", a.body)
	}
}

// TestForgedRequests: a page elsewhere cannot make a signed-in browser change anything.
func TestForgedRequests(t *testing.T) {
	h := newHouse(t)
	h.signIn()
	cookie := "__Host-jejak=" + h.cookie
	body, json := `{"name":"Forged"}`, []string{"Content-Type", "application/json", "Cookie", cookie}
	for name, header := range map[string][]string{
		"without the marker": {},
		"from another site":  {"X-Jejak", "1", "Sec-Fetch-Site", "cross-site"},
		"from a sibling":     {"X-Jejak", "1", "Sec-Fetch-Site", "same-site"},
		"of another origin":  {"X-Jejak", "1", "Origin", "https://evil.example"},
	} {
		if a := h.ask("POST", "/api/v1/projects", body, append(header, json...)...); a.status != http.StatusForbidden {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
	}
	h.ask("POST", "/api/v1/projects", body, append(json, "X-Jejak", "1")...).want(t, 201)
}

func TestEveryAnswerIsGuarded(t *testing.T) {
	h := newHouse(t)
	for _, path := range []string{"/", "/setup", "/api/v1/me", "/api/v1/openapi.json", "/api/v1/nothing", "/api/v2"} {
		a := h.ask("GET", path, "")
		for name, want := range map[string]string{
			"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "X-Frame-Options": "DENY",
			"Cross-Origin-Opener-Policy": "same-origin",
		} {
			if got := a.header.Get(name); got != want {
				t.Errorf("%s has %s %q, want %q", path, name, got, want)
			}
		}
		if !strings.Contains(a.header.Get("Content-Security-Policy"), "frame-ancestors 'none'") {
			t.Errorf("%s can be framed", path)
		}
	}
	h.ask("GET", "/api/v1/nothing", "").want(t, 404)
	h.ask("GET", "/api/v1/openapi.json", "").want(t, 200)
}
