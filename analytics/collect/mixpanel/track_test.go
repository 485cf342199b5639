package mixpanel

import "testing"

func TestTrackPlain(t *testing.T) {
	r := newRig(Options{})
	w := r.do("POST", "/track", `{"event":"Sign up","properties":{"token":"tok","distinct_id":"u1"}}`)
	wantAnswer(t, w, 200, "1")
	if r.names() != "Sign up" {
		t.Errorf("taken: %q", r.names())
	}
}
