package enrich

import (
	"strings"

	"jejak/event"
)

// cutURLs cuts the URLs that the browser SDK sends to what is needed. Where a visitor came from: scheme, host, path, and
// of the query the campaign's keys. The site's own pages: their query too, but no parameter that looks like a secret or
// a person.
func cutURLs(ev *event.Event) {
	for i := range ev.Properties {
		p := &ev.Properties[i]
		if p.Value.Kind != event.String {
			continue
		}
		switch p.Name {
		case "$referrer", "$initial_referrer":
			p.Value.Text = cutURL(p.Value.Text, isCampaign)
		case "$current_url", "$el_attr__href":
			p.Value.Text = cutURL(p.Value.Text, isHarmless)
		case "current_url_search":
			p.Value.Text = cutSearch(p.Value.Text, isHarmless)
		}
	}
}

// cutURL takes user names and passwords out of a URL, and the parameters that keep does not want out of its query and
// its fragment. The fragment of a foreign page goes altogether. Text that is neither a URL nor a plain word or path
// becomes empty.
func cutURL(s string, keep func(key, value string) bool) string {
	if plainURL(s) {
		return s
	}
	s, fragment, _ := strings.Cut(s, "#")
	s, query, _ := strings.Cut(s, "?")
	scheme, rest, ok := strings.Cut(s, "://")
	if !ok {
		if strings.ContainsAny(s, ":@") {
			return "" // mailto:, javascript:, data: and the like
		}
		return s + cutQuery(query, keep) + cutFragment(fragment, keep)
	}
	authority, path, slash := strings.Cut(rest, "/")
	if at := strings.LastIndexByte(authority, '@'); at >= 0 {
		authority = authority[at+1:]
	}
	if slash {
		path = "/" + path
	}
	return scheme + "://" + authority + path + cutQuery(query, keep) + cutFragment(fragment, keep)
}

// plainURL tells the many URLs that have nothing to cut.
func plainURL(s string) bool {
	return !strings.ContainsAny(s, "?#@") && (strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "http://"))
}

// cutSearch cuts a query that begins with its question mark.
func cutSearch(s string, keep func(key, value string) bool) string {
	_, query, _ := strings.Cut(s, "?")
	return cutQuery(query, keep)
}

// cutQuery is "?" and the wanted parameters, or empty.
func cutQuery(query string, keep func(key, value string) bool) string {
	if wanted := cutParameters(query, keep); wanted != "" {
		return "?" + wanted
	}
	return ""
}

// cutFragment keeps a place in a page ("#prices") or a route ("#/keys?tab=2"), of which the parameters are cut as in a
// query, and parameters alone ("#access_token=…") likewise.
func cutFragment(fragment string, keep func(key, value string) bool) string {
	if fragment == "" || !keep("", "") {
		return ""
	}
	route, query, routed := strings.Cut(fragment, "?")
	if !routed && strings.ContainsAny(fragment, "=&") {
		route, query = "", fragment
	}
	if strings.Contains(route, "@") {
		route = ""
	}
	wanted := cutParameters(query, keep)
	switch {
	case route == "" && wanted == "":
		return ""
	case route != "" && wanted != "":
		return "#" + route + "?" + wanted
	}
	return "#" + route + wanted
}

// cutParameters keeps the wanted parameters of key=value&key=value as they stand, in their order.
func cutParameters(query string, keep func(key, value string) bool) string {
	var wanted strings.Builder
	for part := range strings.FieldsFuncSeq(query, func(r rune) bool { return r == '&' || r == ';' }) {
		key, value, _ := strings.Cut(part, "=")
		if key == "" || !keep(key, value) {
			continue
		}
		if wanted.Len() > 0 {
			wanted.WriteByte('&')
		}
		wanted.WriteString(part)
	}
	return wanted.String()
}
