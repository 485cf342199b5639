package native

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"

	"jejak/analytics/collect"
	"jejak/event"
)

var noon = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)

// fakeRoad keeps what it is given, and refuses events without a name as guard does.
type fakeRoad struct {
	batches []*event.Batch
	refused []event.Refusal
	err     error
}

func (f *fakeRoad) Take(_ context.Context, b *event.Batch) (int, error) {
	if f.err != nil {
		return 0, f.err
	}
	b.RefuseIf(func(e *event.Event) (event.Refusal, bool) {
		return event.Refusal{Reason: event.NoName, Field: "event", Message: "'event' must not be missing or blank"}, e.Name == ""
	})
	f.batches = append(f.batches, b)
	return len(b.Events), nil
}

func (*fakeRoad) TakeProfiles(context.Context, *event.ProfileBatch) (int, error) {
	return 0, errors.New("no profiles here")
}
func (f *fakeRoad) Refused(_ event.ProjectID, refusals ...event.Refusal) {
	f.refused = append(f.refused, refusals...)
}
func (*fakeRoad) Stranger(int) {}

// fakeProjects knows the token "tok" of project 1.
type fakeProjects struct{}

func (fakeProjects) ByToken(token string) (collect.Project, bool) {
	return collect.Project{ID: 1, OriginalMerge: true}, token == "tok"
}

func (fakeProjects) Authenticate(context.Context, collect.Credentials) (collect.Project, error) {
	return collect.Project{}, collect.ErrCredentials
}

func do(road *fakeRoad, method, target, body string, header ...string) *httptest.ResponseRecorder {
	h := New(road, fakeProjects{}, Options{Now: func() time.Time { return noon }})
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	r.RemoteAddr = "198.51.100.7:4711"
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

const (
	path     = "/api/v1/events"
	oneEvent = `{"event":"Key created","properties":{"distinct_id":"u1","plan":"pro"}}`
	accepted = `{"accepted":1,"refused":[]}`
	basicTok = "Basic dG9rOg==" // tok:
)

func zip(s string) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	z.Write([]byte(s))
	z.Close()
	return b.String()
}

func wantAnswer(t *testing.T, w *httptest.ResponseRecorder, code int, body string) {
	t.Helper()
	if w.Code != code || w.Body.String() != body || w.Header().Get("Content-Type") != "application/json" {
		t.Errorf("the answer is %d %s, want %d %s", w.Code, w.Body, code, body)
	}
}

func TestTokens(t *testing.T) {
	const no = `{"error":"the token is of no project"}`
	for _, c := range []struct {
		name, query, header string
		code                int
		want                string
	}{
		{"bearer", "", "Bearer tok", 200, accepted},
		{"basic", "", basicTok, 200, accepted},
		{"basic without a colon", "", "Basic " + base64.StdEncoding.EncodeToString([]byte("tok")), 200, accepted},
		{"parameter", "?token=tok", "", 200, accepted},
		{"wrong bearer beside a good parameter", "?token=tok", "Bearer no", 401, no},
		{"wrong parameter", "?token=no", "", 401, no},
		{"broken basic", "", "Basic %%", 401, no},
		{"none", "", "", 401, no},
	} {
		road := &fakeRoad{}
		w := do(road, "POST", path+c.query, oneEvent, "Authorization", c.header)
		if w.Code != c.code || w.Body.String() != c.want || (c.code == 401) == (len(road.batches) == 1) {
			t.Errorf("%s: %d %s", c.name, w.Code, w.Body)
		}
	}
}

func TestForms(t *testing.T) {
	for name, body := range map[string]string{
		"object": oneEvent, "array": "[" + oneEvent + "]", "line": oneEvent + "\n", "gzip": zip(oneEvent),
	} {
		road := &fakeRoad{}
		wantAnswer(t, do(road, "POST", path, body, "Authorization", basicTok), 200, accepted)
		b := road.batches[0]
		if b.Project != 1 || b.Source != event.Native || !b.OriginalMerge || b.Received != event.Millis(noon.UnixMilli()) || b.Bytes != len(oneEvent) {
			t.Errorf("%s: %+v", name, b)
		}
		if e := b.Events[0]; e.Name != "Key created" || e.IDs.Distinct != "u1" || e.Get("plan").Text != "pro" || e.Time != event.TimeMissing {
			t.Errorf("%s: %+v", name, e)
		}
	}
}

func TestRefusalsAreNamedInOrder(t *testing.T) {
	road := &fakeRoad{}
	w := do(road, "POST", path, "{\"properties\":{}}\n{broken\n"+oneEvent, "Authorization", basicTok, "Content-Type", "application/x-ndjson")
	wantAnswer(t, w, 200, `{"accepted":1,"refused":[`+
		`{"index":0,"reason":"no_name","field":"event","message":"'event' must not be missing or blank"},`+
		`{"index":1,"reason":"not_json","message":"record is not valid JSON"}]}`)
}

func TestNothingGoodIs400(t *testing.T) {
	road := &fakeRoad{}
	w := do(road, "POST", path, "{broken", "Authorization", basicTok)
	wantAnswer(t, w, 400, `{"accepted":0,"refused":[{"index":0,"reason":"not_json","message":"record is not valid JSON"}]}`)
	if len(road.refused) != 1 || len(road.batches) != 0 {
		t.Errorf("counted %+v", road.refused)
	}
	wantAnswer(t, do(road, "POST", path, " ", "Authorization", basicTok), 400, `{"error":"the body holds no events"}`)
}

func TestFailures(t *testing.T) {
	for _, c := range []struct {
		err   error
		code  int
		again bool
	}{
		{collect.ErrRateLimited, 429, true}, {collect.ErrUnavailable, 503, true}, {errors.New("secret detail"), 503, true},
	} {
		w := do(&fakeRoad{err: c.err}, "POST", path, oneEvent, "Authorization", basicTok)
		if w.Code != c.code || (w.Header().Get("Retry-After") != "") != c.again || strings.Contains(w.Body.String(), "secret detail") {
			t.Errorf("%v: %d %v %s", c.err, w.Code, w.Header(), w.Body)
		}
	}
	if w := do(&fakeRoad{}, "GET", path, ""); w.Code != 405 || w.Header().Get("Allow") != "POST" {
		t.Errorf("GET: %d", w.Code)
	}
	bomb := zip(strings.Repeat(" ", 16<<20))
	if w := do(&fakeRoad{}, "POST", path, bomb, "Authorization", basicTok); w.Code != 413 {
		t.Errorf("a bomb: %d", w.Code)
	}
	road := &fakeRoad{}
	many := strings.Repeat(oneEvent+"\n", 2001)
	if w := do(road, "POST", path, many, "Authorization", basicTok); w.Code != 413 || len(road.batches) != 0 || len(road.refused) != 1 {
		t.Errorf("too many: %d, %+v", w.Code, road.refused)
	}
}

func TestAddress(t *testing.T) {
	const own, nowhere, nobody = `{"event":"a","properties":{"ip":"203.0.113.9"}}`, `{"event":"a","properties":{"ip":0,"distinct_id":"u"}}`, `{"event":"a"}`
	for _, c := range []struct {
		name, query, body, want string
		stands                  bool
	}{
		{"its own", "", own, "203.0.113.9", false},
		{"its own before the request's", "?ip=1", own, "203.0.113.9", true},
		{"the request's", "?ip=1", nobody, "198.51.100.7", true},
		{"none asked for", "", nobody, "invalid IP", false},
		{"none wanted", "?ip=1", nowhere, "invalid IP", false},
	} {
		road := &fakeRoad{}
		do(road, "POST", path+c.query, c.body, "Authorization", basicTok)
		e := road.batches[0].Events[0]
		if e.Address.String() != c.want || e.IDs.AddressStands != c.stands {
			t.Errorf("%s: %s, stands in: %v", c.name, e.Address, e.IDs.AddressStands)
		}
	}
}

// TestDocumentedExample sends the bodies of docs/native-api.md and compares the answers printed there.
func TestDocumentedExample(t *testing.T) {
	text, err := os.ReadFile("../../../docs/native-api.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```json\n(.*?)```").FindAllSubmatch(text, -1)
	if len(blocks) != 4 {
		t.Fatalf("%d examples, want two requests, each with its answer", len(blocks))
	}
	for i := 0; i < len(blocks); i += 2 {
		w := do(&fakeRoad{}, "POST", path, string(blocks[i][1]), "Authorization", basicTok)
		var want bytes.Buffer
		if err := json.Compact(&want, blocks[i+1][1]); err != nil {
			t.Fatal(err)
		}
		wantAnswer(t, w, 200, want.String())
	}
}

// FuzzEvents: any body is answered, and accepted and refused add up to what can be told apart.
func FuzzEvents(f *testing.F) {
	f.Add(oneEvent, "application/json")
	f.Add("["+oneEvent+",{}]", "")
	f.Add(oneEvent+"\n{", "application/x-ndjson")
	f.Add(zip(oneEvent)[:20], "application/json")
	f.Fuzz(func(t *testing.T, body, kind string) {
		w := do(&fakeRoad{}, "POST", path, body, "Authorization", basicTok, "Content-Type", kind)
		var a struct {
			Accepted int
			Refused  []struct{ Index int }
			Error    string
		}
		if err := json.Unmarshal(w.Body.Bytes(), &a); err != nil {
			t.Fatalf("%q is answered by %q", body, w.Body)
		}
		switch {
		case w.Code == http.StatusOK && a.Accepted > 0:
		case w.Code == http.StatusBadRequest && a.Accepted == 0 && (len(a.Refused) > 0 || a.Error != ""):
		case w.Code == http.StatusRequestEntityTooLarge && a.Error != "":
		default:
			t.Fatalf("%q is answered by %d %s", body, w.Code, w.Body)
		}
	})
}
