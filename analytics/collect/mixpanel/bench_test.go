package mixpanel

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"jejak/event"
)

// emptyRoad takes everything and keeps nothing.
type emptyRoad struct{}

func (emptyRoad) Take(_ context.Context, b *event.Batch) (int, error) { return len(b.Events), nil }
func (emptyRoad) TakeProfiles(_ context.Context, b *event.ProfileBatch) (int, error) {
	return len(b.Profiles), nil
}
func (emptyRoad) Refused(event.ProjectID, ...event.Refusal) {}
func (emptyRoad) Stranger(int)                              {}

// BenchmarkTrackSingle is one event as a browser sends it, without the network.
func BenchmarkTrackSingle(b *testing.B) {
	h := New(emptyRoad{}, &fakeProjects{}, Options{})
	body := "data=" + url.QueryEscape(base64Of(`[{"event":"Docs viewed","properties":{"token":"tok","distinct_id":"$device:18c9a3c0-9f","$device_id":"18c9a3c0-9f",`+
		`"time":1795435145.463,"$insert_id":"d9x1k2m3n4p5q6r7","$os":"Linux","$browser":"Chrome","$browser_version":141,"$current_url":"https://docs.example.com/",`+
		`"$screen_height":1080,"$screen_width":1920,"mp_lib":"web","$lib_version":"2.83.0","page":"start"}}]`))
	b.ReportAllocs()
	for b.Loop() {
		r := httptest.NewRequest(http.MethodPost, "/track/?verbose=1&ip=1&_=1795435145463", strings.NewReader(body))
		r.Header.Set("Content-Type", form)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != 200 {
			b.Fatal(w.Body)
		}
	}
}
