package guard

import "testing"

func TestReserved(t *testing.T) {
	for name, want := range map[string]bool{
		"token": true, "ip": true, "$ip": true, "time": true, "distinct_id": true, "$insert_id": true, "$user_id": true,
		"$device_id": true, "distinctId": true, "bucket": true,
		"plan": false, "$browser": false, "mp_lib": false, "Token": false, "$duration": false, "": false,
	} {
		if got := reserved(name); got != want {
			t.Errorf("reserved(%q) = %v, want %v", name, got, want)
		}
	}
}
