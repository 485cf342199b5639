package mixpanel

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"jejak/analytics/collect"
	"jejak/event"
)

const tooLarge = `{"code":413,"error":"request exceeds max limit of 10485760 bytes","status":"Request Entity Too Large"}`

func TestBombsAreRefused(t *testing.T) {
	bomb := zip(strings.Repeat(" ", 64<<20))
	for _, target := range []string{"/track", "/engage", "/groups", "/import?api_key=key", "/import?api_key=key&strict=1"} {
		w := newRig(Options{}).do("POST", target, bomb, "Content-Encoding", "gzip")
		wantAnswer(t, w, 413, tooLarge)
	}
}

// unreadable fails the test when it is read.
type unreadable struct{ t *testing.T }

func (u unreadable) Read([]byte) (int, error) {
	u.t.Error("the body was read")
	return 0, io.EOF
}

func TestGigabytesAreNotRead(t *testing.T) {
	for _, target := range []string{"/track", "/engage", "/import?api_key=key", "/record", "/flags/f/first-time-events"} {
		r := httptest.NewRequest("POST", target, unreadable{t})
		r.ContentLength = 1 << 30
		w := httptest.NewRecorder()
		newRig(Options{}).ServeHTTP(w, r)
		wantAnswer(t, w, 413, tooLarge)
	}
}

func TestImportWithoutCredentialsIsNotRead(t *testing.T) {
	r := httptest.NewRequest("POST", "/import?strict=1", unreadable{t})
	r.Header.Set("Authorization", "Basic "+base64Of("wrong:secret"))
	w := httptest.NewRecorder()
	newRig(Options{}).ServeHTTP(w, r)
	wantAnswer(t, w, 401, `{"code":401,"error":"Invalid credentials","status":"Unauthorized"}`)
}

func TestTooManyRecords(t *testing.T) {
	const want = `{"code":413,"error":"request exceeds max limit of 2000 records","status":"Request Entity Too Large"}`
	many := "[" + strings.Repeat(oneEvent+",", 2000) + oneEvent + "]"
	r := newRig(Options{})
	wantAnswer(t, r.do("POST", "/track", many), 413, want)
	wantAnswer(t, r.do("POST", "/import?api_key=key", many), 413, want)
	if len(r.road.batches) != 0 || len(r.road.refused[1]) != 2 || r.road.refused[1][0].Reason != event.TooManyInBatch {
		t.Errorf("%d batches, refused %+v", len(r.road.batches), r.road.refused)
	}
	largest := "[" + strings.Repeat(oneEvent+",", 1999) + oneEvent + "]"
	wantAnswer(t, r.do("POST", "/track", largest), 200, "1")
	if len(r.road.events()) != 2000 {
		t.Errorf("%d events of the largest batch", len(r.road.events()))
	}
}

// TestOneBadRecordCostsOnlyItself: what is good around it is taken, and the refusal names its place.
func TestOneBadRecordCostsOnlyItself(t *testing.T) {
	for name, c := range map[string]struct {
		bad    string
		reason event.Reason
	}{
		"invalid UTF-8": {"{\"event\":\"x\",\"properties\":{\"token\":\"tok\",\"a\":\"\xff\xfe\"}}", event.NotUTF8},
		"depth 1000":    {`{"event":"x","properties":{"a":` + strings.Repeat("[", 1000) + strings.Repeat("]", 1000) + `}}`, event.TooDeep},
		"a raw NUL":     {"{\"event\":\x00\"x\"}", event.NotJSON},
		"no object":     {`["x"]`, event.NotAnEvent},
		"a megabyte":    {`{"event":"` + strings.Repeat("x", 1<<20) + `"}`, event.TooLarge},
		"broken":        {`{"event" "x"}`, event.NotJSON},
	} {
		r := newRig(Options{})
		wantAnswer(t, r.do("POST", "/track", "["+oneEvent+","+c.bad+","+oneEvent+"]"), 200, "1")
		wantAnswer(t, r.do("POST", "/track", oneEvent+"\n"+c.bad+"\n"+oneEvent+"\n"), 200, "1")
		for _, b := range r.road.batches {
			if len(b.Events) != 2 || len(b.Refusals) != 1 || b.Refusals[0].At != 1 || b.Refusals[0].Reason != c.reason {
				t.Errorf("%s: %d events, refused %+v", name, len(b.Events), b.Refusals)
			}
		}
		if len(r.road.batches) != 2 {
			t.Errorf("%s: %d batches", name, len(r.road.batches))
		}
	}
}

func TestTruncatedImportKeepsWholeLines(t *testing.T) {
	lines := strings.Repeat(oneEvent+"\n", 100)
	zipped := zip(lines)
	cut := zipped[:len(zipped)-12] // the end of the data and the checksum
	r := newRig(Options{})
	w := r.do("POST", "/import?strict=1&api_key=key", cut, "Content-Encoding", "gzip", "Content-Type", "application/x-ndjson")
	taken := len(r.road.events())
	answer := decoded(t, w)
	if w.Code != 400 || taken == 0 || answer["num_records_imported"] != float64(taken) || len(answer["failed_records"].([]any)) != 1 {
		t.Errorf("%d %s, %d taken", w.Code, w.Body, taken)
	}
}

func TestTruncatedGzipOfNothing(t *testing.T) {
	whole := zip("[" + oneEvent + "]")
	for _, n := range []int{2, 5, 10, 12} {
		w := newRig(Options{}).do("POST", "/track?verbose=1", whole[:n], "Content-Encoding", "gzip")
		if v := decoded(t, w); w.Code != 200 || v["status"] != float64(0) || v["error"] == nil {
			t.Errorf("%d bytes: %d %s", n, w.Code, w.Body)
		}
	}
}

// dying ends in an error, as a connection does that breaks.
type dying struct{ io.Reader }

func (d dying) Read(p []byte) (int, error) {
	n, err := d.Reader.Read(p)
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

func TestBrokenConnectionTakesNothing(t *testing.T) {
	rig := newRig(Options{})
	r := httptest.NewRequest("POST", "/track", dying{strings.NewReader("[" + oneEvent + ",")})
	w := httptest.NewRecorder()
	rig.ServeHTTP(w, r)
	if w.Code != 400 || len(rig.road.batches) != 0 {
		t.Errorf("%d, %d batches", w.Code, len(rig.road.batches))
	}
}

func TestBusyServerSaysComeAgain(t *testing.T) {
	r := newRig(Options{Bodies: collect.NewBodies(10_000)})
	w := r.do("POST", "/track", "["+strings.Repeat(oneEvent+",", 100)+oneEvent+"]")
	if w.Code != 503 || w.Header().Get("Retry-After") == "" || len(r.road.batches) != 0 {
		t.Errorf("%d %v", w.Code, w.Header())
	}
	wantAnswer(t, r.do("POST", "/track", oneEvent), 200, "1")
}

// FuzzWire sends anything to any path. No answer may be a panic or of another kind than the wire knows, nothing may be
// taken for a project that the request did not name, and no memory of the budget may be lost.
func FuzzWire(f *testing.F) {
	for _, path := range []string{"/track", "/engage?verbose=1", "/groups?strict=1", "/import?strict=1&api_key=key", "/import?api_key=key&verbose=1", "/track?img=1&callback=f"} {
		f.Add(path, form, []byte("data="+base64Of(oneEvent)+"&verbose=1"))
		f.Add(path, "application/x-ndjson", []byte(oneEvent+"\n"+oneEvent))
		f.Add(path, "", []byte(zip("["+oneEvent+"]")))
		f.Add(path, "multipart/form-data; boundary=b", []byte("--b\r\nContent-Disposition: form-data; name=\"data\"\r\n\r\n[{}]\r\n--b--\r\n"))
		f.Add(path, "text/plain", []byte("data=[{\"a\":\"\xff\"}]"))
	}
	f.Fuzz(func(t *testing.T, target, kind string, body []byte) {
		if !strings.HasPrefix(target, "/") {
			return
		}
		request, err := http.NewRequest("POST", "http://jejak.test"+target, strings.NewReader(string(body)))
		if err != nil {
			return
		}
		request.Header.Set("Content-Type", kind)
		request.RemoteAddr = "198.51.100.7:4711"
		r := newRig(Options{})
		w := httptest.NewRecorder()
		r.ServeHTTP(w, request)
		switch w.Code {
		case 200, 400, 401, 404, 405, 413:
		default:
			t.Fatalf("%q answers %d %s", target, w.Code, w.Body)
		}
		for _, b := range r.road.batches {
			if len(b.Events) == 0 || len(b.Events)+len(b.Refusals) > 2000 {
				t.Fatalf("a batch of %d events and %d refusals", len(b.Events), len(b.Refusals))
			}
		}
	})
}
