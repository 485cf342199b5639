package app

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"jejak/analytics/show"
)

// demoed reads what a demo prints, and does something once it has printed the link.
type demoed struct {
	bytes.Buffer
	then func(base, token string)
}

var demoLink = regexp.MustCompile(`(http://localhost:\d+)/enter#token=(\S+)`)

func (d *demoed) Write(p []byte) (int, error) {
	n, err := d.Buffer.Write(p)
	if m := demoLink.FindStringSubmatch(string(p)); m != nil {
		d.then(m[1], m[2])
	}
	return n, err
}

// TestDemo signs in with the printed link and finds the populated project.
func TestDemo(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var projects []show.Project
	var counters show.Counters
	out := &demoed{then: func(base, token string) {
		defer cancel()
		base = strings.Replace(base, "localhost", "127.0.0.1", 1)
		h := &house{t: t}
		in := h.askAt(base, "POST", "/api/v1/session/link", fmt.Sprintf(`{"token":%q}`, token), "Content-Type", "application/json")
		in.want(t, http.StatusNoContent)
		h.keepCookie(in)
		cookie := []string{"Cookie", "__Host-jejak=" + h.cookie}
		h.askAt(base, "GET", "/api/v1/projects", "", cookie...).into(t, &projects)
		if len(projects) == 1 {
			h.askAt(base, "GET", fmt.Sprintf("/api/v1/projects/%d/counters", projects[0].ID), "", cookie...).into(t, &counters)
		}
	}}
	t.Setenv("TMPDIR", t.TempDir())
	if err := Demo(ctx, Options{Listen: "127.0.0.1:0", Demo: true}, out); err != nil && !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	if len(projects) != 1 || projects[0].Name != demoProject || projects[0].Zone != demoZone || projects[0].FirstEvent == nil {
		t.Errorf("the projects are %+v", projects)
	}
	if counters.Askable < 200_000 || counters.Received != counters.Askable {
		t.Errorf("the counters are %+v", counters)
	}
}
