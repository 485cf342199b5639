package app

import "testing"

// TestOnePersonAcrossDevices sends events of two devices and one user, who is known on both later: it is one person from
// then on, also for what came before, and after a restart. Other people stay who they are.
func TestOnePersonAcrossDevices(t *testing.T) {
	h := newHouse(t)
	for _, ids := range []string{
		`"$device_id":"phone"`, `"$device_id":"laptop"`, `"$user_id":"ann"`, `"$device_id":"tablet"`, `"distinct_id":"ben"`,
	} {
		h.track("view", ","+ids)
	}
	if n := h.total("view", "unique"); n != 5 {
		t.Fatalf("%v people before anybody is known, want 5", n)
	}
	h.track("sign in", `,"$user_id":"ann","$device_id":"phone"`)
	h.track("sign in", `,"$user_id":"ann","$device_id":"laptop"`)
	h.track("sign in", `,"$user_id":"ben","$device_id":"laptop"`) // the first link wins
	for range 2 {
		if n := h.total("view", "unique"); n != 3 {
			t.Errorf("%v people, want ann, ben and the tablet's", n)
		}
		if n := h.total("view", "total"); n != 5 {
			t.Errorf("%v events, want 5", n)
		}
		h.stop()
		h.open()
	}
}
