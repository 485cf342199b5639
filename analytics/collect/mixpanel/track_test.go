package mixpanel

import (
	"bytes"
	"errors"
	"mime/multipart"
	"net/url"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"

	"jejak/analytics/collect"
	"jejak/event"
)

func zip(s string) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	z.Write([]byte(s))
	z.Close()
	return b.String()
}

// TestTrackEncodings is the table of section 1.2: what each client sends arrives as the same event.
func TestTrackEncodings(t *testing.T) {
	batch := "[" + oneEvent + "]"
	escaped := url.QueryEscape(base64Of(batch))
	boundary, multi := multipartForm(t, batch)
	for _, c := range []struct{ client, method, target, kind, body string }{
		{"browser to its own host", "POST", "/track/?verbose=0&ip=1", form, "data=" + escaped},
		{"browser to the vendor's host", "POST", "/track/", form, "data=" + url.QueryEscape(batch)},
		{"browser beacon", "POST", "/track/", "text/plain;charset=UTF-8", "data=" + escaped},
		{"browser image", "GET", "/track/?data=" + escaped, "", ""},
		{"node, single", "GET", "/track?ip=0&verbose=0&data=" + url.QueryEscape(base64Of(oneEvent)), "", ""},
		{"node, batch", "POST", "/track?ip=0&verbose=0", form, "data=" + base64Of(batch)},
		{"python", "POST", "/track", form, "data=" + url.QueryEscape(batch) + "&verbose=0&ip=0"},
		{"go", "POST", "/track?verbose=0", "application/json", batch},
		{"ruby", "POST", "/track", form, "data=" + escaped + "&verbose=0"},
		{"java", "POST", "/track?ip=0", form, "data=" + escaped},
		{"java, gzip", "POST", "/track?ip=0", form, zip("data=" + escaped)},
		{"php", "POST", "/track", form, "data=" + base64Of(batch)},
		{"swift", "POST", "/track/?ip=1", "application/json", zip(batch)},
		{"android", "POST", "/track/?ip=1", form, "data=" + escaped},
		{"react native", "POST", "/track/?ip=1", form, "data=" + url.QueryEscape(batch)},
		{"unity", "POST", "/track/?ip=1", form, "data=" + escaped},
		{"curl --data-urlencode", "POST", "/track", form, "data=" + url.QueryEscape(batch)},
		{"curl -F", "POST", "/track", "multipart/form-data; boundary=" + boundary, multi},
		{"no content type", "POST", "/track", "", "data=" + escaped},
		{"without padding", "POST", "/track", form, "data=" + strings.TrimRight(base64Of(batch), "=")},
		{"URL-safe", "POST", "/track", form, "data=" + strings.NewReplacer("+", "-", "/", "_").Replace(base64Of(batch))},
		{"lines", "POST", "/track", "application/x-ndjson", oneEvent + "\n"},
		{"a raw fragment", "POST", "/track%23sign-up", "application/json", batch},
		{"blanks before it", "POST", "/track", "application/json", " \r\n" + batch},
	} {
		r := newRig(Options{})
		w := r.do(c.method, c.target, c.body, "Content-Type", c.kind)
		wantAnswer(t, w, 200, "1")
		if sent := r.road.events(); r.names() != "Sign up" || sent[0].IDs.Distinct != "u1" || sent[0].InsertID != "i1" || sent[0].Time != 1795435145000 {
			t.Errorf("%s: taken %+v", c.client, sent)
		}
	}
}

func multipartForm(t *testing.T, data string) (boundary, body string) {
	t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	if err := errors.Join(m.WriteField("verbose", "0"), m.WriteField("data", data), m.Close()); err != nil {
		t.Fatal(err)
	}
	return m.Boundary(), b.String()
}

func TestTrackBatch(t *testing.T) {
	r := newRig(Options{})
	r.do("POST", "/track", oneEvent, "User-Agent", "Mozilla/5.0")
	b := r.road.batches[0]
	if b.Project != 1 || b.Source != event.Track || b.Strict || b.Received != event.Millis(noon.UnixMilli()) ||
		b.UserAgent != "Mozilla/5.0" || b.Bytes != len(oneEvent) || b.Events[0].Size != len(oneEvent) {
		t.Errorf("the batch is %+v", b)
	}
}

func TestTrackSplitsByToken(t *testing.T) {
	r := newRig(Options{})
	w := r.do("POST", "/track", `[{"event":"a","properties":{"token":"tok"}},{"event":"b","properties":{"token":"other"}},
		{"event":"c","properties":{"token":"nobody's"}},{"event":"d","properties":{"token":"tok"}},7]`)
	wantAnswer(t, w, 200, "1")
	if len(r.road.batches) != 2 || r.names() != "a d b" || r.road.strangers != 1 {
		t.Fatalf("%d batches, %q, %d strangers", len(r.road.batches), r.names(), r.road.strangers)
	}
	one, two := r.road.batches[0], r.road.batches[1]
	if one.Project != 1 || two.Project != 2 || one.Events[1].At != 3 || len(one.Refusals) != 1 || one.Refusals[0].At != 4 || len(two.Refusals) != 0 {
		t.Errorf("%+v and %+v", one, two)
	}
}

func TestUnknownTokensAreStrangers(t *testing.T) {
	const foreign = `{"event":"a","properties":{"token":"nobody's"}}`
	r := newRig(Options{})
	wantAnswer(t, r.do("POST", "/track", foreign), 200, "1")
	if r.road.strangers != 1 || len(r.road.batches) != 0 {
		t.Errorf("%d strangers, %d batches", r.road.strangers, len(r.road.batches))
	}
	r = newRig(Options{StrictTokens: true})
	wantAnswer(t, r.do("POST", "/track?verbose=1", foreign), 200, `{"error":"the token is of no project","status":0}`)
	wantAnswer(t, r.do("POST", "/engage", `{"$token":"nobody's","$distinct_id":"u","$set":{}}`), 200, "0")
	if r.road.strangers != 2 {
		t.Errorf("%d strangers", r.road.strangers)
	}
}

func TestTrackAnswers(t *testing.T) {
	const bad, missing = `{"event":"a"}`, `{"error":"'properties.token' must not be missing or blank","status":0}`
	const empty = `{"error":"data, missing or empty","status":0}`
	for _, c := range []struct{ name, target, body, want string }{
		{"good", "/track", oneEvent, "1"},
		{"good among bad", "/track", "[" + bad + "," + oneEvent + "]", "1"},
		{"good among bad, verbose", "/track?verbose=1", "[" + bad + "," + oneEvent + "]", `{"error":null,"status":1}`},
		{"verbose=2", "/track?verbose=2", oneEvent, `{"error":null,"status":1}`},
		{"bad", "/track", bad, "0"},
		{"bad, verbose", "/track?verbose=1", bad, missing},
		{"nothing", "/track", "", "0"},
		{"nothing, verbose", "/track?verbose=1", "", empty},
		{"an empty list, verbose", "/track?verbose=1", "[]", empty},
		{"an empty object, verbose", "/track?verbose=1", "[{}]", empty},
		{"an empty form, verbose", "/track?verbose=1", "data=", empty},
		{"no base64, verbose", "/track?verbose=1", "data=%%%", `{"error":"data is neither JSON nor base64 of JSON","status":0}`},
		{"base64 of no JSON", "/track?verbose=1", "data=" + base64Of("hello"), `{"error":"record is not valid JSON","status":0}`},
		{"broken JSON", "/track", `[{"event":`, "0"},
		{"callback", "/track?callback=fn", oneEvent, "fn(1);"},
		{"callback of a browser", "/track?callback=mixpanel._jsc%5B12345678%5D", oneEvent, "mixpanel._jsc[12345678](1);"},
		{"callback without a name", "/track?callback=(function()%7B%7D)", oneEvent, "(function(){})(1);"},
		{"callback, verbose", "/track?callback=fn&verbose=1", oneEvent, `fn({"error":null,"status":1});`},
		{"callback with a script", "/track?callback=alert(1)//", oneEvent, "1"},
		{"unknown parameters", "/track?test=1&_=3&x=y&%zz", oneEvent, "1"},
	} {
		w := newRig(Options{}).do("POST", c.target, c.body)
		if w.Code != 200 || w.Body.String() != c.want {
			t.Errorf("%s: %d %q, want %q", c.name, w.Code, w.Body, c.want)
		}
	}
}

func TestImageAnswer(t *testing.T) {
	w := newRig(Options{}).do("GET", "/track/?img=1&data="+url.QueryEscape(base64Of(oneEvent)), "")
	if w.Code != 200 || w.Header().Get("Content-Type") != "image/gif" || !strings.HasPrefix(w.Body.String(), "GIF89a") || w.Body.Len() != 43 {
		t.Errorf("%d %v, %d bytes", w.Code, w.Header(), w.Body.Len())
	}
}

func TestRedirectIsOffByDefault(t *testing.T) {
	const target = "/track?redirect=https%3A%2F%2Fshop.example%2F"
	wantAnswer(t, newRig(Options{}).do("POST", target, oneEvent), 200, "1")
	w := newRig(Options{Redirects: true}).do("POST", target, oneEvent)
	if w.Code != 302 || w.Header().Get("Location") != "https://shop.example/" {
		t.Errorf("%d to %q", w.Code, w.Header().Get("Location"))
	}
	wantAnswer(t, newRig(Options{Redirects: true}).do("POST", "/track?redirect=javascript%3Aalert(1)", oneEvent), 200, "1")
}

func TestWhatIsNotDurableIsNotAcknowledged(t *testing.T) {
	for _, c := range []struct {
		err  error
		code int
	}{
		{collect.ErrRateLimited, 429},
		{collect.ErrUnavailable, 503},
		{errors.New("anything else"), 503},
	} {
		for target, body := range map[string]string{
			"/track?img=1":                 oneEvent,
			"/track?callback=fn&verbose=1": oneEvent,
			"/import?api_key=key":          oneEvent,
			"/import?api_key=key&strict=1": oneEvent,
			"/engage":                      `{"$token":"tok","$distinct_id":"u1","$set":{"a":1}}`,
		} {
			r := newRig(Options{})
			r.road.err = c.err
			w := r.do("POST", target, body)
			if w.Code != c.code || w.Header().Get("Retry-After") == "" || decoded(t, w)["code"] != float64(c.code) {
				t.Errorf("%s, %v: %d %v %s", target, c.err, w.Code, w.Header(), w.Body)
			}
		}
	}
}

func TestAddressOfATrackedEvent(t *testing.T) {
	const own = `{"event":"a","properties":{"token":"tok","ip":"203.0.113.9"}}`
	const none = `{"event":"a","properties":{"token":"tok"}}`
	for _, c := range []struct {
		name, target, body, want string
		stands                   bool
	}{
		{"ip=1: the request's", "/track?ip=1", own, "198.51.100.7", true},
		{"ip=1 with an identifier", "/track?ip=1", oneEvent, "198.51.100.7", false},
		{"ip=0: its own", "/track?ip=0", own, "203.0.113.9", false},
		{"no ip: its own", "/track", own, "203.0.113.9", false},
		{"no ip, none of its own", "/track", none, "invalid IP", false},
	} {
		r := newRig(Options{})
		r.do("POST", c.target, c.body)
		e := r.road.events()[0]
		if e.Address.String() != c.want || e.IDs.AddressStands != c.stands {
			t.Errorf("%s: %s, stands in: %v", c.name, e.Address, e.IDs.AddressStands)
		}
	}
}

func TestForwardedAddressOnlyFromTrustedProxies(t *testing.T) {
	r := newRig(Options{})
	r.do("POST", "/track?ip=1", oneEvent, "X-Forwarded-For", "203.0.113.9")
	if got := r.road.events()[0].Address.String(); got != "198.51.100.7" {
		t.Errorf("a stranger's word was taken: %s", got)
	}
}
