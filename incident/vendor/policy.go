package vendor

import (
	"context"
	"slices"
	"strings"

	"jejak/ground/egress"
)

// MaxPolicy bounds a Content-Security-SitePolicy, in bytes.
const MaxPolicy = 16 << 10

// SitePolicy is a Content-Security-SitePolicy without a vendor.
type SitePolicy struct {
	Text    string   `json:"text"`
	Removed []string `json:"removed"` // the sources that were taken out
	Still   []string `json:"still"`   // sources that would let the vendor in all the same: *, https:, a scheme alone
}

// PolicyWithout takes the hosts of a vendor out of a Content-Security-SitePolicy. It needs Respond. access.ErrNotFound, access.Invalid.
func (r *Register) PolicyWithout(ctx context.Context, id ID, policy string) (SitePolicy, error) {
	p, err := r.Plan(ctx, id)
	if err != nil {
		return SitePolicy{}, err
	}
	if len(policy) > MaxPolicy || strings.ContainsFunc(policy, isUnruly) {
		return SitePolicy{}, invalid("policy", "malformed", "a policy is one line of at most %d bytes", MaxPolicy)
	}
	return without(policy, p.Domains), nil
}

func without(policy string, domains []string) SitePolicy {
	out := SitePolicy{Removed: []string{}, Still: []string{}}
	var kept []string
	for _, directive := range strings.Split(policy, ";") {
		words := strings.Fields(directive)
		if len(words) == 0 {
			continue
		}
		sources := words[1:]
		left := slices.DeleteFunc(slices.Clone(sources), func(s string) bool { return isOf(sourceHost(s), domains) })
		for _, s := range sources {
			switch {
			case !slices.Contains(left, s):
				out.Removed = append(out.Removed, s)
			case isWide(s):
				out.Still = append(out.Still, words[0]+" "+s)
			}
		}
		if len(sources) > 0 && len(left) == 0 {
			left = []string{"'none'"} // a directive that is empty now must not fall back to a wider one
		}
		kept = append(kept, strings.Join(append([]string{words[0]}, left...), " "))
	}
	out.Text = strings.Join(kept, "; ")
	return out
}

// sourceHost is the host of a source expression such as https://*.example.com:443/path; empty when it has none.
func sourceHost(source string) string {
	if _, rest, ok := strings.Cut(source, "://"); ok {
		source = rest
	}
	source, _, _ = strings.Cut(source, "/")
	source, _, _ = strings.Cut(source, ":")
	host, err := egress.Host(strings.TrimPrefix(source, "*."))
	if err != nil {
		return ""
	}
	return host
}

func isWide(source string) bool {
	switch strings.ToLower(source) {
	case "*", "https:", "http:", "wss:", "ws:", "data:", "https://*", "http://*":
		return true
	}
	return false
}
