package question

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

// codesOf are the faults of a question about a fixed range whose other parts are given.
func codesOf(t *testing.T, kind, parts string) (codes []string) {
	_, err := Parse([]byte(`{"kind":"` + kind + `","range":{"from":"2026-11-01","to":"2026-11-02","zone":"UTC"},` + parts + `}`))
	if err == nil {
		return nil
	}
	for _, f := range err.(Faults) {
		codes = append(codes, strings.TrimSpace(f.Code+" "+f.Location))
	}
	return codes
}

func TestValidateFlow(t *testing.T) {
	anchors := func(n int) string {
		text, _ := json.Marshal(slices.Repeat([]map[string]any{{"event": "a"}}, n))
		return string(text)
	}
	for _, x := range []struct{ parts, want string }{
		{`"anchors":[{"event":"a","before":10,"after":10}],"counting":"session","sessions":{"timeout":60},"nodes":50,"paths":50`, ""},
		{`"anchors":` + anchors(10) + `,"window":31622400,"hidden":["b"],"collapse":true,"expand":[{"event":"a","property":"p"}]`, ""},
		{`"anchors":[]`, "anchors_required anchors"},
		{`"anchors":` + anchors(11), "too_many_anchors anchors"},
		{`"anchors":[{}]`, "event_required anchors[0].event"},
		{`"anchors":[{"event":"a","before":11}]`, "bad_steps anchors[0]"},
		{`"anchors":[{"event":"a","after":-1}]`, "bad_steps anchors[0]"},
		{`"anchors":[{"event":"a"}],"counting":"some"`, "bad_counting counting"},
		{`"anchors":[{"event":"a"}],"window":31622401`, "bad_window window"},
		{`"anchors":[{"event":"a"}],"window":60,"counting":"session"`, "window_unused window"},
		{`"anchors":[{"event":"a"}],"sessions":{}`, "sessions_unused sessions"},
		{`"anchors":[{"event":"a"}],"counting":"session","sessions":{"by":"property"}`, "property_required sessions.property"},
		{`"anchors":[{"event":"a"}],"hidden":[""]`, "bad_name hidden[0]"},
		{`"anchors":[{"event":"a"}],"expand":[{"property":"p"}]`, "bad_name expand[0].event"},
		{`"anchors":[{"event":"a"}],"expand":[{"event":"a"}]`, "property_required expand[0].property"},
		{`"anchors":[{"event":"a"}],"nodes":51`, "bad_nodes nodes"},
		{`"anchors":[{"event":"a"}],"paths":51`, "bad_paths paths"},
		{`"anchors":[{"event":"a"}],"top":1001`, "bad_top top"},
		{`"anchors":[{"event":"a"}],"breakdown":[{"property":"p","buckets":{"auto":true}}]`, "bad_buckets breakdown[0].buckets"},
		{`"anchors":[{"event":"a","after":10}],"nodes":50,"breakdown":[{"property":"p"}],"top":100`, "too_many_points"},
	} {
		if got := strings.Join(codesOf(t, "flow", x.parts), ", "); got != x.want {
			t.Errorf("%s: got %q, want %q", x.parts, got, x.want)
		}
	}
}

func TestValidateFlowCell(t *testing.T) {
	for _, x := range []struct{ cell, want string }{
		{`{"step":2,"node":["b"],"drop_off":true}`, ""},
		{`{"step":3}`, "bad_cell cell.step"},
		{`{"step":-1}`, "bad_cell cell.step"},
		{`{"step":1,"node":["b"],"rest":true}`, "bad_cell cell.rest"},
		{`{"other":true}`, "bad_cell cell.other"},
		{`{"segment":["x"]}`, "bad_cell cell.segment"},
	} {
		_, err := Parse([]byte(`{"kind":"people","cell":` + x.cell + `,"of":{"kind":"flow","range":{"from":"2026-11-01","to":"2026-11-02","zone":"UTC"},
			"anchors":[{"event":"a","after":2}]}}`))
		got := ""
		if err != nil {
			got = err.(Faults)[0].Code + " " + err.(Faults)[0].Location
		}
		if got != x.want {
			t.Errorf("%s: got %q, want %q", x.cell, got, x.want)
		}
	}
}
