package export

import (
	"math"
	"testing"
	"time"

	"jejak/event"
)

// TestRecogniseASample: some hundred times out of a file name its export among others, also when a third of them were changed; times of the store name none.
func TestRecogniseASample(t *testing.T) {
	o := newOffice(t)
	r := seedOf(t)
	o.fill(r, 9000, 30)
	for range 4 {
		o.FreeRows = 1 << 40
		o.handedOut(exporter, all(CSV))
	}
	run, file := o.handedOut(exporter, all(Lines))
	var sample, raw []event.Millis
	for i, l := range readLines(t, file) {
		if at, err := time.Parse(time.RFC3339, l["time"]); err != nil {
			t.Fatal(err)
		} else if r.IntN(9) == 0 {
			m := event.Millis(at.UnixMilli())
			if i%3 == 0 {
				m += event.Millis(r.IntN(100))
			}
			sample = append(sample, m)
		}
	}
	for _, e := range o.events {
		raw = append(raw, e.Time)
	}
	found, err := o.Recognise(lead, 1, sample)
	o.must(err)
	if len(found) != 1 || found[0].ID != run.ID || found[0].P > 1e-9 {
		t.Errorf("of %d times: %+v", len(sample), found)
	}
	if found, err = o.Recognise(lead, 1, raw); err != nil || len(found) != 0 {
		t.Errorf("the store's own times: %+v, %v", found, err)
	}
	if _, err := o.Recognise(exporter, 1, sample); err == nil {
		t.Error("an exporter may trace")
	}
}

// TestLuck: the bound is one, and no smaller than the exact probability.
func TestLuck(t *testing.T) {
	for _, c := range [][2]int{{0, 0}, {10, 1}, {10, 5}, {10, 10}, {60, 30}, {600, 600}} {
		exact := 0.0
		for k := c[1]; k <= c[0]; k++ {
			a, _ := math.Lgamma(float64(c[0] + 1))
			b, _ := math.Lgamma(float64(k + 1))
			d, _ := math.Lgamma(float64(c[0] - k + 1))
			exact += math.Exp(a - b - d + float64(k)*math.Log(1.0/Step) + float64(c[0]-k)*math.Log(1-1.0/Step))
		}
		if got := luck(c[0], c[1], 1); got < exact*(1-1e-9) || got > 1 {
			t.Errorf("%v: %g, exactly %g", c, got, exact)
		}
	}
}
