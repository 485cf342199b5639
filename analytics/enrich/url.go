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
			p.Value.Text = foreign.cut(p.Value.Text)
		case "$current_url", "$el_attr__href":
			p.Value.Text = own.cut(p.Value.Text)
		case "current_url_search":
			_, query, _ := strings.Cut(p.Value.Text, "?")
			p.Value.Text = own.query(query)
		}
	}
}

// scissors cut a URL.
type scissors struct {
	keep      func(key, value string) bool // a parameter
	fragments bool                         // what follows # is kept, cut
}

var (
	foreign = scissors{keep: isCampaign}
	own     = scissors{keep: isHarmless, fragments: true}
)

// cut takes user names and passwords out of a URL, and unwanted parameters out of its query and its fragment. Text that
// is neither a URL nor a plain word or path becomes empty.
func (c scissors) cut(s string) string {
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
		return s + c.query(query) + c.fragment(fragment)
	}
	authority, path, slash := strings.Cut(rest, "/")
	if at := strings.LastIndexByte(authority, '@'); at >= 0 {
		authority = authority[at+1:]
	}
	if slash {
		path = "/" + path
	}
	return scheme + "://" + authority + path + c.query(query) + c.fragment(fragment)
}

// plainURL tells the many URLs that have nothing to cut.
func plainURL(s string) bool {
	return !strings.ContainsAny(s, "?#@") && (strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "http://"))
}

// query is "?" and the wanted parameters, or empty.
func (c scissors) query(query string) string {
	if wanted := c.parameters(query); wanted != "" {
		return "?" + wanted
	}
	return ""
}

// fragment keeps a place in a page ("#prices") or a route ("#/keys?tab=2"), of which the parameters are cut as in a
// query, and parameters alone ("#access_token=…") likewise.
func (c scissors) fragment(fragment string) string {
	if fragment == "" || !c.fragments {
		return ""
	}
	route, query, _ := strings.Cut(fragment, "?")
	if strings.ContainsAny(route, "=&;") {
		route, query = "", route+"&"+query
	}
	if strings.Contains(route, "@") {
		route = ""
	}
	wanted := c.parameters(query)
	switch {
	case route == "" && wanted == "":
		return ""
	case route != "" && wanted != "":
		return "#" + route + "?" + wanted
	}
	return "#" + route + wanted
}

// parameters keeps the wanted ones of key=value&key=value as they stand, in their order. A second question mark parts
// them too: that is how URLs look to which somebody appended "?token=…" without looking.
func (c scissors) parameters(query string) string {
	var wanted strings.Builder
	for part := range strings.FieldsFuncSeq(query, func(r rune) bool { return r == '&' || r == ';' || r == '?' }) {
		key, value, _ := strings.Cut(part, "=")
		if key == "" || !c.keep(key, value) {
			continue
		}
		if wanted.Len() > 0 {
			wanted.WriteByte('&')
		}
		wanted.WriteString(part)
	}
	return wanted.String()
}
