package enrich

import (
	"testing"

	"jejak/event"
)

func TestSources(t *testing.T) {
	e := event.Event{Properties: []event.Property{
		{Name: "$referrer", Value: event.StringOf("https://www.google.co.id/search?q=jejak+kaki&oq=x")},
		{Name: "$current_url", Value: event.StringOf("https://app.example/?utm_source=news%20letter&utm_medium=mail&gclid=Cj0&b=1#utm_term=no")},
		{Name: "utm_medium", Value: event.StringOf("the client's")},
	}}
	describeSource(&e)
	for name, want := range map[string]string{
		"$referring_domain": "www.google.co.id", "$search_engine": "google", "mp_keyword": "jejak kaki",
		"utm_source": "news letter", "utm_medium": "the client's", "gclid": "Cj0", "utm_term": "", "b": "",
	} {
		if got := e.Get(name).Text; got != want {
			t.Errorf("%s = %q, want %q", name, got, want)
		}
	}
}

func TestSearchEngines(t *testing.T) {
	for host, want := range map[string]string{
		"www.google.com": "google", "google.de:443": "google", "r.search.yahoo.com": "yahoo", "www.bing.com": "bing",
		"duckduckgo.com": "duckduckgo", "mail.google.com": "", "example.org": "", "": "", "google": "",
		"google.com.evil.example": "", "notgoogle.com": "",
	} {
		if got := searchEngine(host); got != want {
			t.Errorf("searchEngine(%q) = %q, want %q", host, got, want)
		}
	}
}

func TestKeywordsNameNobody(t *testing.T) {
	for referrer, want := range map[string]string{
		"https://www.bing.com/search?q=ann%40example.org": "",
		"https://www.bing.com/search?q=%zz":               "",
		"https://www.bing.com/search?q=%ff":               "",
		"https://www.bing.com/search":                     "",
		"https://www.bing.com/search?form=1&q=a+b#q=c":    "a b",
	} {
		if got := keyword(referrer, "bing"); got != want {
			t.Errorf("keyword(%q) = %q, want %q", referrer, got, want)
		}
	}
	if got := keyword("https://search.yahoo.com/search?q=no&p=yes", "yahoo"); got != "yes" {
		t.Errorf("keyword of yahoo = %q, want yes", got)
	}
}

func FuzzSource(f *testing.F) {
	f.Add("https://www.google.com/search?q=a", "https://x.example/?utm_source=b")
	f.Add("://?q=%", "?utm_source=%ff&utm_term=%zz")
	f.Fuzz(func(t *testing.T, referrer, page string) {
		e := event.Event{Properties: []event.Property{
			{Name: "$referrer", Value: event.StringOf(referrer)}, {Name: "$current_url", Value: event.StringOf(page)},
		}}
		describeSource(&e)
		for _, p := range e.Properties[2:] {
			if p.Value.Text == "" {
				t.Errorf("%s is added and empty", p.Name)
			}
		}
	})
}
