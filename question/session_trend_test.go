package question

import (
	"strings"
	"testing"
)

func TestValidateSessionTrend(t *testing.T) {
	for _, x := range []struct{ parts, want string }{
		{`"interval":"day","metrics":[{"name":"A","measure":"total"},{"name":"B","measure":"percentile","of":"duration","percentile":90}]`, ""},
		{`"interval":"day","metrics":[{"name":"A","measure":"bounce_rate"}],"breakdown":[{"property":"p"},{"property":"p","at":"exit"},{"name":true,"at":"exit"}]`, ""},
		{`"metrics":[{"name":"A","measure":"total"}]`, "bad_unit interval"},
		{`"interval":"day","metrics":[]`, "metrics_required metrics"},
		{`"interval":"day","metrics":[{"name":"1","measure":"total"}]`, "bad_name metrics[0].name"},
		{`"interval":"day","metrics":[{"name":"A","measure":"total"},{"name":"A","measure":"unique"}]`, "duplicate_name metrics[1].name"},
		{`"interval":"day","metrics":[{"name":"A","measure":"distinct"}]`, "bad_measure metrics[0].measure"},
		{`"interval":"day","metrics":[{"name":"A","measure":"unique","of":"events"}]`, "of_unused metrics[0].of"},
		{`"interval":"day","metrics":[{"name":"A","measure":"sum","of":"length"}]`, "bad_of metrics[0].of"},
		{`"interval":"day","metrics":[{"name":"A","measure":"percentile","of":"events"}]`, "percentile_required metrics[0].percentile"},
		{`"interval":"day","metrics":[{"name":"A","measure":"percentile","of":"events","percentile":101}]`, "bad_percentile metrics[0].percentile"},
		{`"interval":"day","metrics":[{"name":"A","measure":"total","percentile":50}]`, "percentile_unused metrics[0].percentile"},
		{`"interval":"day","metrics":[{"name":"A","measure":"total"}],"with":{}`, "event_required with.event"},
		{`"interval":"day","metrics":[{"name":"A","measure":"total"}],"breakdown":[{}]`, "property_required breakdown[0].property"},
		{`"interval":"day","metrics":[{"name":"A","measure":"total"}],"breakdown":[{"name":true}]`, "bad_at breakdown[0].at"},
		{`"interval":"day","metrics":[{"name":"A","measure":"total"}],"breakdown":[{"name":true,"property":"p","at":"exit"}]`, "property_unused breakdown[0].property"},
		{`"interval":"day","metrics":[{"name":"A","measure":"total"}],"breakdown":[{"property":"p"},{"property":"p","at":"first"}]`, "duplicate_breakdown breakdown[1]"},
		{`"interval":"day","metrics":[{"name":"A","measure":"total"}],"top":-1`, "bad_top top"},
	} {
		if got := strings.Join(codesOf(t, "sessions", x.parts), ", "); got != x.want {
			t.Errorf("%s: got %q, want %q", x.parts, got, x.want)
		}
	}
}
