package mixpanel

import (
	"testing"
	"time"
)

// TestLimit: 60 within any hour, for each project apart.
func TestLimit(t *testing.T) {
	l, now := newLimit(), time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)
	for i := range perHour {
		if !l.admit(1, now.Add(time.Duration(i)*time.Second)) {
			t.Fatalf("export %d is refused", i)
		}
	}
	if l.admit(1, now.Add(time.Minute)) || !l.admit(2, now) {
		t.Error("61 were admitted, or those of another project were not")
	}
	if !l.admit(1, now.Add(time.Hour)) || l.admit(1, now.Add(time.Hour)) {
		t.Error("an hour later there is room for one")
	}
}
