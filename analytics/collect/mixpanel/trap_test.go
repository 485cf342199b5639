package mixpanel

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"jejak/event"
)

// The twenty things that break a naive clone: section 0 of the wire, in its order.

const oneEvent = `{"event":"Sign up","properties":{"token":"tok","distinct_id":"u1","$insert_id":"i1","time":1795435145}}`

const form = "application/x-www-form-urlencoded"

func base64Of(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

func TestTrap01BrowsersSendBase64ToOwnHosts(t *testing.T) {
	r := newRig(Options{})
	w := r.do("POST", "/track/?verbose=1&ip=1&_=1795435145463", "data="+url.QueryEscape(base64Of("["+oneEvent+"]")), "Content-Type", form)
	wantAnswer(t, w, 200, `{"error":null,"status":1}`)
	if r.names() != "Sign up" {
		t.Errorf("taken: %q", r.names())
	}
}

func TestTrap02CredentialedRequestsNeedTheirOriginEchoed(t *testing.T) {
	r := newRig(Options{})
	w := r.do("POST", "/track/", oneEvent, "Origin", "https://shop.example")
	for name, want := range map[string]string{
		"Access-Control-Allow-Origin":      "https://shop.example",
		"Access-Control-Allow-Credentials": "true",
		"Vary":                             "Origin",
	} {
		if got := w.Header().Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
}

func TestTrap03SuccessIs200AndNothingElse(t *testing.T) {
	for target, body := range map[string]string{
		"/track":                      oneEvent,
		"/track/":                     "data=nonsense",
		"/engage":                     `{"$token":"tok","$distinct_id":"u1","$set":{"a":1}}`,
		"/groups":                     `{"$token":"tok","$group_key":"org","$group_id":"o1","$set":{"a":1}}`,
		"/import?api_key=key":         oneEvent,
		"/record":                     "[]",
		"/flags/f1/first-time-events": "{}",
	} {
		if w := newRig(Options{}).do("POST", target, body); w.Code != 200 {
			t.Errorf("%s: %d", target, w.Code)
		}
	}
}

func TestTrap04PlainAnswerIsOneByte(t *testing.T) {
	w := newRig(Options{}).do("POST", "/track", oneEvent)
	wantAnswer(t, w, 200, "1")
	if kind := w.Header().Get("Content-Type"); !strings.HasPrefix(kind, "text/plain") {
		t.Errorf("its type is %s", kind)
	}
	wantAnswer(t, newRig(Options{}).do("POST", "/track", `{"event":"a"}`), 200, "0")
}

func TestTrap05VerboseIsReadFromQueryOrForm(t *testing.T) {
	const want = `{"error":null,"status":1}`
	data := "data=" + url.QueryEscape(oneEvent)
	wantAnswer(t, newRig(Options{}).do("POST", "/track?verbose=1", data), 200, want)
	wantAnswer(t, newRig(Options{}).do("POST", "/track", data+"&verbose=1"), 200, want)
	wantAnswer(t, newRig(Options{}).do("POST", "/track", "verbose=1&ip=0&"+data, "Content-Type", form), 200, want)
	wantAnswer(t, newRig(Options{}).do("POST", "/track", data+"&verbose=0"), 200, "1")
}

func TestTrap06UnescapedBase64HasSpacesForPluses(t *testing.T) {
	text := `[{"event":"ab>?~~","properties":{"token":"tok","q":"` + "\u00fb\u00ff\u00bf>>>???" + `"}}]`
	encoded := base64Of(text)
	if !strings.ContainsAny(encoded, "+") || !strings.ContainsAny(encoded, "/") {
		t.Fatalf("the sample %s holds no plus or slash", encoded)
	}
	r := newRig(Options{})
	wantAnswer(t, r.do("POST", "/track?ip=0&verbose=0", "data="+encoded, "Content-Type", form), 200, "1")
	if got := r.road.events()[0].Get("q").Text; got != "\u00fb\u00ff\u00bf>>>???" {
		t.Errorf("it came out as %q", got)
	}
}

func TestTrap07NodeSendsSinglesByGet(t *testing.T) {
	for path, record := range map[string]string{
		"/track":  oneEvent,
		"/engage": `{"$token":"tok","$distinct_id":"u1","$set":{"a":1}}`,
		"/groups": `{"$token":"tok","$group_key":"org","$group_id":"o1","$set":{"a":1}}`,
	} {
		r := newRig(Options{})
		wantAnswer(t, r.do("GET", path+"?ip=0&verbose=0&data="+url.QueryEscape(base64Of(record)), ""), 200, "1")
		if len(r.road.batches)+len(r.road.profiles) != 1 {
			t.Errorf("%s took nothing", path)
		}
	}
}

func TestTrap08BeaconsCallTheirFormPlainText(t *testing.T) {
	r := newRig(Options{})
	w := r.do("POST", "/track/?ip=1", "data="+url.QueryEscape(base64Of(oneEvent)), "Content-Type", "text/plain;charset=UTF-8")
	wantAnswer(t, w, 200, "1")
	if r.names() != "Sign up" {
		t.Errorf("taken: %q", r.names())
	}
}

// What counts once is the store's business; collect must hand over a key that is the same both times.
func TestTrap09SentTwiceKeepsOneKey(t *testing.T) {
	r := newRig(Options{})
	r.do("POST", "/track/", "data="+url.QueryEscape(base64Of(oneEvent)), "Content-Type", "text/plain;charset=UTF-8")
	r.do("POST", "/track/", "["+oneEvent+"]")
	sent := r.road.events()
	if len(sent) != 2 {
		t.Fatalf("%d events", len(sent))
	}
	a, b := sent[0], sent[1]
	if a.InsertID != "i1" || a.InsertID != b.InsertID || a.Name != b.Name || a.Time != b.Time || a.IDs != b.IDs {
		t.Errorf("the keys differ: %+v and %+v", a, b)
	}
}

func TestTrap10BatchesAreNotInTimeOrder(t *testing.T) {
	r := newRig(Options{})
	r.do("POST", "/track", `[{"event":"b","properties":{"token":"tok","time":1795435146}},{"event":"a","properties":{"token":"tok","time":1795435145}}]`)
	sent := r.road.events()
	if r.names() != "b a" || sent[0].Time != 1795435146000 || sent[1].Time != 1795435145000 {
		t.Errorf("taken: %+v", sent)
	}
}

func TestTrap11TimeIsSecondsOrMilliseconds(t *testing.T) {
	r := newRig(Options{})
	var records []string
	for _, time := range []string{"1795435145", "1795435145.0", "1795435145000", "1795435145000.2", `"1795435145"`} {
		records = append(records, `{"event":"a","properties":{"token":"tok","time":`+time+`}}`)
	}
	r.do("POST", "/track", "["+strings.Join(records, ",")+"]")
	for _, e := range r.road.events() {
		if e.Time != 1795435145000 {
			t.Errorf("event %d happened at %d", e.At, e.Time)
		}
	}
	if len(r.road.events()) != 5 {
		t.Errorf("%d events", len(r.road.events()))
	}
}

func TestTrap12IdentifiersTravelApart(t *testing.T) {
	r := newRig(Options{})
	r.do("POST", "/track", `{"event":"a","properties":{"token":"tok","distinct_id":"client-side","$user_id":"u1","$device_id":"d1"}}`)
	e := r.road.events()[0]
	if want := (event.IDs{Distinct: "client-side", User: "u1", Device: "d1"}); e.IDs != want {
		t.Errorf("the identifiers are %+v, want %+v", e.IDs, want)
	}
	if len(e.Properties) != 0 {
		t.Errorf("identifiers or the token stayed among the properties: %v", e.Properties)
	}
}

func TestTrap13AliasMakesTwoUsersOnOneDevice(t *testing.T) {
	r := newRig(Options{})
	w := r.do("POST", "/track/", `[
		{"event":"$create_alias","properties":{"token":"tok","distinct_id":"u1","$user_id":"u1","$device_id":"d1","alias":"a1"}},
		{"event":"$identify","properties":{"token":"tok","distinct_id":"a1","$user_id":"a1","$device_id":"d1","$anon_distinct_id":"u1"}}]`)
	wantAnswer(t, w, 200, "1")
	sent := r.road.events()
	if r.names() != "$create_alias $identify" || sent[0].IDs.User != "u1" || sent[1].IDs.User != "a1" || sent[0].IDs.Device != sent[1].IDs.Device {
		t.Errorf("taken: %+v", sent)
	}
}

// refuseWithoutTime plays guard in strict imports.
func refuseWithoutTime(e *event.Event) (event.Refusal, bool) {
	const message = "'properties.time' is invalid: must be specified as seconds since epoch"
	return event.Refusal{Reason: event.NoTime, Field: "properties.time", Message: message}, e.Time == event.TimeMissing
}

const goodAndBad = `[{"event":"bad","properties":{"$insert_id":"i1"}},{"event":"good","properties":{"time":1,"$insert_id":"i2"}}]`

func TestTrap14StrictFailuresKeepTheGood(t *testing.T) {
	r := newRig(Options{})
	r.road.refuse = refuseWithoutTime
	w := r.do("POST", "/import?strict=1", goodAndBad, "Authorization", "Basic "+base64Of("sec:"))
	if w.Code != 400 || r.names() != "good" {
		t.Errorf("%d %s, taken: %q", w.Code, w.Body, r.names())
	}
	if !strings.Contains(w.Body.String(), `"num_records_imported":1`) {
		t.Errorf("the answer does not count the good one: %s", w.Body)
	}
}

func TestTrap15FailedRecordsCarryBothKeys(t *testing.T) {
	r := newRig(Options{})
	r.road.refuse = refuseWithoutTime
	w := r.do("POST", "/import?strict=1", goodAndBad, "Authorization", "Basic "+base64Of("sec:"))
	wantAnswer(t, w, 400, `{"code":400,"error":"some data points in the request failed validation","status":"Bad Request",`+
		`"num_records_imported":1,"failed_records":[{"index":0,"insert_id":"i1","$insert_id":"i1","field":"properties.time",`+
		`"message":"'properties.time' is invalid: must be specified as seconds since epoch"}]}`)

	r.road.refuse = func(*event.Event) (event.Refusal, bool) { return event.Refusal{Reason: event.IdentityVerb}, true }
	w = r.do("POST", "/import?strict=1", goodAndBad, "Authorization", "Basic "+base64Of("sec:"))
	wantAnswer(t, w, 400, `{"code":400,"error":"some data points in the request failed validation","status":"Bad Request",`+
		`"num_records_imported":0,"failed_records":["identity events are not allowed when project is using simplified identity management"]}`)
}

func TestTrap16RecorderNeedsJSON(t *testing.T) {
	w := newRig(Options{}).do("POST", "/record/?replay_id=r&seq=0&format=gzip", "\x1f\x8b rest", "Content-Type", "application/octet-stream")
	wantAnswer(t, w, 200, `{"error":null,"status":1}`)
	if kind := w.Header().Get("Content-Type"); kind != "application/json" {
		t.Errorf("its type is %s", kind)
	}
}

func TestTrap17FlagsAreAnObjectWithoutError(t *testing.T) {
	w := newRig(Options{}).do("GET", "/flags/?context=%7B%7D&token=tok", "", "Authorization", "Basic "+base64Of("tok:"))
	wantAnswer(t, w, 200, `{"flags":{}}`)
}

func TestTrap18AuthorizedRequestsArePreflighted(t *testing.T) {
	for path, method := range map[string]string{"/flags/": "GET", "/settings/": "GET", "/record/": "POST", "/flags/f1/first-time-events": "POST", "/track": "POST"} {
		w := newRig(Options{}).do("OPTIONS", path, "", "Origin", "https://shop.example",
			"Access-Control-Request-Method", method, "Access-Control-Request-Headers", "authorization,traceparent,content-type")
		h := w.Header()
		if w.Code != 204 || h.Get("Access-Control-Allow-Origin") != "https://shop.example" ||
			h.Get("Access-Control-Allow-Headers") != "authorization,traceparent,content-type" ||
			!slices.Contains(strings.Split(h.Get("Access-Control-Allow-Methods"), ", "), method) || h.Get("Access-Control-Max-Age") == "" {
			t.Errorf("%s: %d %v", path, w.Code, h)
		}
	}
}

// Android refuses loopback names and server SDKs ask for flags over HTTPS only: no answer may depend on either.
func TestTrap19AnyHostNameAndHTTPS(t *testing.T) {
	r := newRig(Options{})
	server := httptest.NewTLSServer(r)
	defer server.Close()
	for _, host := range []string{"", "jejak.lan:7080", "10.1.2.3"} {
		request, err := http.NewRequest("GET", server.URL+"/flags/definitions?token=tok", nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Host = host
		answer, err := server.Client().Do(request)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(answer.Body)
		answer.Body.Close()
		if answer.StatusCode != 200 || string(body) != `{"flags":[]}` {
			t.Errorf("as %q: %d %s", host, answer.StatusCode, body)
		}
	}
}

// How comparisons treat a wrong type is the question's business; collect must not change the type that was sent.
func TestTrap20ValuesKeepTheTypeTheyCameWith(t *testing.T) {
	r := newRig(Options{})
	r.do("POST", "/track", `{"event":"a","properties":{"token":"tok","n":"5","m":5,"b":"true","d":"2026-11-25T12:00:00","l":["5",5]}}`)
	e := r.road.events()[0]
	for name, want := range map[string]event.Value{
		"n": event.StringOf("5"), "m": event.NumberOf(5), "b": event.StringOf("true"),
		"d": event.StringOf("2026-11-25T12:00:00"), "l": event.ListOf(`["5",5]`),
	} {
		if got := e.Get(name); got != want {
			t.Errorf("%s is %+v, want %+v", name, got, want)
		}
	}
}

// decoded reads an answer in JSON.
func decoded(t *testing.T, w *httptest.ResponseRecorder) (v map[string]any) {
	t.Helper()
	if err := json.Unmarshal(w.Body.Bytes(), &v); err != nil {
		t.Fatalf("%s is no JSON: %v", w.Body, err)
	}
	return v
}
