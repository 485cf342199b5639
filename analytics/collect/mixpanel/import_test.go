package mixpanel

import (
	"net/url"
	"testing"

	"jejak/analytics/collect"
	"jejak/event"
)

const (
	oldEvent  = `{"event":"Sign up","properties":{"distinct_id":"u1","$insert_id":"i1","time":1595435145}}`
	basicSec  = "Basic c2VjOg==" // sec:
	allGood   = `{"code":200,"num_records_imported":1,"status":"OK"}`
	badSecret = `{"code":401,"error":"Invalid credentials","status":"Unauthorized"}`
)

func TestImportCredentials(t *testing.T) {
	for _, c := range []struct{ name, query, header, want string }{
		{"service account", "&project_id=1", "Basic " + base64Of("svc:pw"), allGood},
		{"service account in plain text", "&project_id=1", "Basic svc:pw", allGood},
		{"service account without a project", "", "Basic " + base64Of("svc:pw"), badSecret},
		{"secret", "", basicSec, allGood},
		{"secret without a colon", "", "Basic " + base64Of("sec"), allGood},
		{"secret without padding", "", "Basic c2VjOg", allGood},
		{"token", "", "basic " + base64Of("tok:"), allGood},
		{"legacy key", "&api_key=key", "", allGood},
		{"wrong secret", "&project_id=1", "Basic " + base64Of("svc:no"), badSecret},
		{"nobody's token", "", "Basic " + base64Of("nope:"), badSecret},
		{"a bearer", "", "Bearer sec", badSecret},
		{"half a header", "", "Basic", badSecret},
		{"nothing", "", "", badSecret},
	} {
		r := newRig(Options{})
		w := r.do("POST", "/import?strict=1"+c.query, "["+oldEvent+"]", "Authorization", c.header)
		if w.Body.String() != c.want {
			t.Errorf("%s: %d %s", c.name, w.Code, w.Body)
		}
	}
}

func TestImportKeyInTheForm(t *testing.T) {
	r := newRig(Options{})
	wantAnswer(t, r.do("POST", "/import", "data="+url.QueryEscape(oldEvent)+"&api_key=key&verbose=1", "Content-Type", form), 200,
		`{"error":null,"status":1,"code":200,"num_records_imported":1}`)
	wantAnswer(t, r.do("POST", "/import", "data="+url.QueryEscape(oldEvent)+"&api_key=no", "Content-Type", form), 401, badSecret)
}

func TestWrongSecretIsCountedForItsProject(t *testing.T) {
	r := newRig(Options{})
	r.do("POST", "/import?project_id=1", "", "Authorization", "Basic "+base64Of("svc:no"))
	r.do("POST", "/import?project_id=99", "", "Authorization", "Basic "+base64Of("svc:no"))
	if len(r.road.refused) != 1 || len(r.road.refused[1]) != 1 || r.road.refused[1][0].Reason != event.BadCredentials {
		t.Errorf("counted: %+v", r.road.refused)
	}
}

func TestImportEncodings(t *testing.T) {
	batch := "[" + oldEvent + "]"
	for _, c := range []struct{ name, method, target, kind, body string }{
		{"array", "POST", "/import?strict=1", "application/json", batch},
		{"array, gzip", "POST", "/import/?strict=1", "application/json", zip(batch)},
		{"lines", "POST", "/import?strict=1", "application/x-ndjson", oldEvent + "\n"},
		{"lines, gzip", "POST", "/import?strict=1", "application/x-ndjson", zip(oldEvent)},
		{"form", "POST", "/import?strict=1", form, "data=" + url.QueryEscape(base64Of(batch))},
		{"node, single", "GET", "/import?strict=1&data=" + url.QueryEscape(base64Of(oldEvent)), "", ""},
	} {
		r := newRig(Options{})
		w := r.do(c.method, c.target, c.body, "Content-Type", c.kind, "Authorization", basicSec)
		if w.Body.String() != allGood || r.names() != "Sign up" {
			t.Errorf("%s: %d %s, taken %q", c.name, w.Code, w.Body, r.names())
		}
	}
}

func TestImportBatch(t *testing.T) {
	r := newRig(Options{})
	r.do("POST", "/import?strict=1", "["+oldEvent+"]", "Authorization", basicSec)
	r.do("POST", "/import?strict=0", "["+oldEvent+"]", "Authorization", basicSec)
	strict, lax := r.road.batches[0], r.road.batches[1]
	if !strict.Strict || lax.Strict || strict.Source != event.Import || strict.Project != 1 || strict.Bytes != len(oldEvent) {
		t.Errorf("%+v and %+v", strict, lax)
	}
}

func TestImportAnswers(t *testing.T) {
	const lost = `{"error":"data, missing or empty","status":0}`
	const strictEmpty = `{"code":400,"error":"data, missing or empty","status":"Bad Request","num_records_imported":0,"failed_records":[]}`
	const broken = `{"code":400,"error":"some data points in the request failed validation","status":"Bad Request","num_records_imported":0,` +
		`"failed_records":[{"index":0,"insert_id":"","$insert_id":"","field":"","message":"record is not valid JSON"}]}`
	const notEncoded = `{"code":400,"error":"data is neither JSON nor base64 of JSON","status":"Bad Request","num_records_imported":0,"failed_records":[]}`
	for _, c := range []struct {
		name, query, body string
		code              int
		want              string
	}{
		{"plain", "", oldEvent, 200, "1"},
		{"plain, nothing", "", "", 200, "0"},
		{"the connector's question", "?strict=0&verbose=1", "[{}]", 200, lost},
		{"verbose, nothing", "?verbose=1", "[]", 200, lost},
		{"go", "?strict=0&verbose=1", "[" + oldEvent + "]", 200, `{"error":null,"status":1,"code":200,"num_records_imported":1}`},
		{"strict", "?strict=1", oldEvent, 200, allGood},
		{"strict and verbose", "?strict=1&verbose=1", oldEvent, 200, allGood},
		{"strict, nothing", "?strict=1", "", 400, strictEmpty},
		{"strict, broken", "?strict=1", "{\"event\":", 400, broken},
		{"strict, no base64", "?strict=1", "data=%%", 400, notEncoded},
		{"plain, no base64", "", "data=%%", 200, "0"},
	} {
		w := newRig(Options{}).do("POST", "/import"+c.query, c.body, "Authorization", basicSec)
		if w.Code != c.code || w.Body.String() != c.want {
			t.Errorf("%s: %d %s, want %s", c.name, w.Code, w.Body, c.want)
		}
	}
}

func TestRefusalsOfAnImportAreCountedForItsProject(t *testing.T) {
	for name, body := range map[string]string{"broken": "{", "an empty record": "[{}]", "no base64": "data=%%"} {
		r := newRig(Options{})
		r.do("POST", "/import", body, "Authorization", basicSec)
		if len(r.road.refused[1]) != 1 || r.road.strangers != 0 {
			t.Errorf("%s: counted %+v", name, r.road.refused)
		}
	}
}

func TestFailedRecordsAreInOrder(t *testing.T) {
	r := newRig(Options{})
	r.road.refuse = refuseWithoutTime
	w := r.do("POST", "/import?strict=1", `[{"event":"a","properties":{}},7,{"event":"b","properties":{"time":1}},{"event":"c","properties":{}}]`, "Authorization", basicSec)
	answer := decoded(t, w)
	var indexes []float64
	for _, f := range answer["failed_records"].([]any) {
		indexes = append(indexes, f.(map[string]any)["index"].(float64))
	}
	if len(indexes) != 3 || indexes[0] != 0 || indexes[1] != 1 || indexes[2] != 3 || answer["num_records_imported"] != 1.0 {
		t.Errorf("%s", w.Body)
	}
}

func TestIgnoredIsNoFailure(t *testing.T) {
	r := newRig(Options{})
	r.road.refuse = func(*event.Event) (event.Refusal, bool) { return event.Refusal{Reason: event.Ignored}, true }
	wantAnswer(t, r.do("POST", "/import?strict=1", oldEvent, "Authorization", basicSec), 200, allGood)
	wantAnswer(t, r.do("POST", "/track", oneEvent), 200, "1")
}

func TestAddressOfAnImportedEvent(t *testing.T) {
	event := func(properties string) string { return `{"event":"a","properties":{` + properties + `}}` }
	for _, c := range []struct{ name, query, body, want string }{
		{"its own", "", event(`"ip":"203.0.113.9"`), "203.0.113.9"},
		{"the request's", "", event(``), "198.51.100.7"},
		{"none", "", event(`"ip":0`), "invalid IP"},
		{"none, as text", "", event(`"ip":"0"`), "invalid IP"},
		{"none for the whole request", "?ip=0", event(``), "invalid IP"},
	} {
		r := newRig(Options{})
		r.do("POST", "/import"+c.query, c.body, "Authorization", basicSec)
		if got := r.road.events()[0].Address.String(); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestOriginalMergeReachesGuard(t *testing.T) {
	d := &door{Options: Options{Now: newClock}}
	b := d.batch(collect.Project{ID: 1, OriginalMerge: true}, event.Import, newRequest())
	if !b.OriginalMerge {
		t.Error("the batch does not know its project's merge mode")
	}
}
