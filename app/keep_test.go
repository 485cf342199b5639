package app

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"jejak/analytics/show"
	"jejak/event"
)

// reopen starts the server again with other options.
func (h *house) reopen(change func(*Options)) {
	h.t.Helper()
	o := h.o
	h.stop()
	change(&o)
	a, err := New(o)
	if err == nil {
		err = a.Start(h.t.Context())
	}
	if err != nil {
		h.t.Fatal(err)
	}
	h.App = a
}

// TestKeepDays: what is older is in no answer, and is told as expired.
func TestKeepDays(t *testing.T) {
	h := newHouse(t)
	for _, days := range []int{0, 1, 3} {
		at := time.Now().AddDate(0, 0, -days).UnixMilli()
		h.track("Visit", fmt.Sprintf(`,"distinct_id":"u","time":%d`, at))
	}
	count := func(total float64, expired uint64) {
		t.Helper()
		if got := h.total("Visit", "total"); got != total {
			t.Errorf("%v visits, want %v", got, total)
		}
		var c show.Counters
		h.script("GET", "/counters", "").into(t, &c)
		if c.Expired != expired || c.Durable != c.Askable+c.Duplicates+c.Expired {
			t.Errorf("the counters are %+v, want %d expired", c, expired)
		}
	}
	count(3, 0)
	h.reopen(func(o *Options) {
		o.KeepDays, o.KeepDaysOf = 1, map[event.ProjectID]int{event.ProjectID(h.project.ID): 30}
	})
	count(3, 0)
	h.reopen(func(o *Options) { o.KeepDaysOf = map[event.ProjectID]int{event.ProjectID(h.project.ID + 1): 30} })
	count(2, 1)
}

// TestMaxData: above the bound clients are told to come again, and the log says why.
func TestMaxData(t *testing.T) {
	h := newHouse(t)
	h.track("Visit", `,"distinct_id":"u"`)
	h.reopen(func(o *Options) { o.MaxData = 1 })
	body := fmt.Sprintf(`[{"event":"Visit","properties":{"token":%q,"distinct_id":"u"}}]`, h.project.Token)
	h.ask("POST", "/track", body, "Content-Type", "application/json").want(t, http.StatusServiceUnavailable)
	if !strings.Contains(h.said.String(), "that it may take") {
		t.Errorf("the log says\n%s", h.said)
	}
	if got := h.total("Visit", "total"); got != 1 {
		t.Errorf("%v visits", got)
	}
}
