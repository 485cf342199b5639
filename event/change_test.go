package event

import (
	"fmt"
	"testing"
)

func TestChangesAsText(t *testing.T) {
	for _, c := range []Change{{Sealed, "email", "a note"}, {Dropped, "", "x"}, {Cut, "nik", ""}, {Unknown, "", " "}} {
		text, err := c.MarshalText()
		var back Change
		if err != nil || back.UnmarshalText(text) != nil || back != c {
			t.Errorf("%q is read as %+v, not %+v", text, back, c)
		}
	}
	if new(Change).UnmarshalText([]byte("too_old")) == nil {
		t.Error("a reason is taken for a change")
	}
}

// TestManyChanges: names that a client makes up cannot fill the memory, and no value goes uncounted.
func TestManyChanges(t *testing.T) {
	var m Changes
	for i := range 3 * MaxChanges {
		m.Add(Change{Sealed, "email", fmt.Sprint(i)}, 1)
	}
	sum := uint64(0)
	for _, n := range m {
		sum += n
	}
	if len(m) != MaxChanges+1 || sum != 3*MaxChanges || m[Change{Sealed, "email", OtherProperties}] != 2*MaxChanges {
		t.Errorf("%d are counted apart, %d in all", len(m), sum)
	}
}
