package question

import "testing"

func TestPlaceComesBack(t *testing.T) {
	for _, p := range []Place{{}, {-1, 3}, {1 << 50, 1<<31 - 1}} {
		if got, err := ParsePlace(p.String()); got != p || err != nil {
			t.Errorf("%v came back as %v, error %v", p, got, err)
		}
	}
}

func TestPlaceRefused(t *testing.T) {
	for _, text := range []string{"", ".", "1", "1.", ".1", "1.-1", "1.2147483648", "1.1.1", "x.1", "9223372036854775808.0", " 1.1"} {
		if p, err := ParsePlace(text); err == nil {
			t.Errorf("%q was read as %v", text, p)
		}
	}
}

func TestTimelineNamesEachFault(t *testing.T) {
	const span = `"range":{"last":7,"unit":"day","zone":"UTC"}`
	if _, err := Parse([]byte(`{"kind":"timeline","person":64,` + span + `}`)); err != nil {
		t.Error(err)
	}
	for _, c := range []struct{ parts, location, code string }{
		{`"person":0,` + span, "person", PersonRequired},
		{`"person":4294967296,` + span, "person", WrongType},
		{`"person":64`, "range", RangeRequired},
		{`"person":64,"order":"up",` + span, "order", BadOrder},
		{`"person":64,"limit":1001,` + span, "limit", BadLimit},
		{`"person":64,"after":"7",` + span, "after", BadAfter},
		{`"person":64,"events":{},` + span, "events.event", EventRequired},
	} {
		_, err := Parse([]byte(`{"kind":"timeline",` + c.parts + `}`))
		faults, _ := err.(Faults)
		if !hasFault(faults, c.location, c.code) {
			t.Errorf("%s: got %v, want %s at %q", c.parts, err, c.code, c.location)
		}
	}
}
