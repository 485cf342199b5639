package enrich

import (
	"strings"

	"jejak/event"
)

// describeSource adds where the visit came from, as the browser SDK would: the referring domain, the search engine and
// its keyword, the campaign. It reads the URLs before they are cut.
func describeSource(ev *event.Event) {
	describeCampaign(ev, ev.Get("$current_url").Text)
	referrer := ev.Get("$referrer").Text
	if referrer == "" {
		return
	}
	host := hostOf(referrer)
	addText(ev, "$referring_domain", host)
	if engine := searchEngine(host); engine != "" {
		addText(ev, "$search_engine", engine)
		addText(ev, "mp_keyword", keyword(referrer, engine))
	}
}

// hostOf is the host, and its port, of a URL; empty when it has none.
func hostOf(u string) string {
	_, rest, ok := strings.Cut(u, "://")
	if !ok {
		return ""
	}
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		rest = rest[:i]
	}
	return rest[strings.LastIndexByte(rest, '@')+1:]
}

// searchEngine names the engine whose result page lies on the host; empty for any other host.
func searchEngine(host string) string {
	labels := strings.Split(host, ".")
	for i, label := range labels[:len(labels)-1] {
		switch label {
		case "mail", "docs", "accounts", "drive":
			return ""
		case "google", "bing", "yahoo", "duckduckgo":
			if i >= len(labels)-3 { // google.com, google.co.id; no google.example.com.evil.net
				return label
			}
		}
	}
	return ""
}

// keyword is what was searched for; engines hardly tell it any more.
func keyword(referrer, engine string) string {
	key := "q"
	if engine == "yahoo" {
		key = "p"
	}
	_, query, _ := strings.Cut(referrer, "?")
	query, _, _ = strings.Cut(query, "#")
	for part := range strings.SplitSeq(query, "&") {
		if k, value, _ := strings.Cut(part, "="); k == key {
			if text := decoded(value); !strings.Contains(text, "@") {
				return text
			}
		}
	}
	return ""
}
