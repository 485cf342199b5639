package enrich

import (
	"strings"
	"testing"
	"unicode/utf8"

	"jejak/event"
)

func TestForeignURLsKeepSchemeHostPathAndCampaign(t *testing.T) {
	for in, want := range map[string]string{
		"https://www.google.com/":                                "https://www.google.com/",
		"https://news.example/a/b?id=7&utm_source=mail#comments": "https://news.example/a/b?utm_source=mail",
		"https://ann:secret@mail.example/inbox?msg=1":            "https://mail.example/inbox",
		"https://mail.example?to=ann@example.org&gclid=Cj0&b=1":  "https://mail.example?gclid=Cj0",
		"android-app://com.google.android.gm/":                   "android-app://com.google.android.gm/",
		"$direct":                                                "$direct",
		"/path?x=1":                                              "/path",
		"mailto:ann@example.org":                                 "",
		"data:text/html,hello?x":                                 "",
		"":                                                       "",
		"https://x.example/?utm_source":                          "https://x.example/?utm_source",
		"https://x.example/#access_token=abc":                    "https://x.example/",
		"https://x.example/?a=1&&;utm_term=b;c=2&utm_medium=cpc%20": "https://x.example/?utm_term=b&utm_medium=cpc%20",
	} {
		if got := foreign.cut(in); got != want {
			t.Errorf("foreign.cut(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestOwnURLsLoseSecretsAndPersons(t *testing.T) {
	long := strings.Repeat("x", maxHarmless+1)
	for in, want := range map[string]string{
		"https://app.example/keys?tab=billing&page=2":                "https://app.example/keys?tab=billing&page=2",
		"https://app.example/reset?token=abc&tab=1":                  "https://app.example/reset?tab=1",
		"https://app.example/?Email=a&resetToken=b&API_KEY=c&q=shoe": "https://app.example/?q=shoe",
		"https://app.example/?to=ann@example.org&cc=a%40b.c":         "https://app.example/",
		"https://app.example/?z=" + long + "&gclid=" + long:          "https://app.example/?gclid=" + long,
		"https://ann@app.example/#prices":                            "https://app.example/#prices",
		"https://app.example/#access_token=abc&tab=2":                "https://app.example/#tab=2",
		"https://app.example/#/keys?tab=2&code=9":                    "https://app.example/#/keys?tab=2",
		"https://app.example/#access_token=abc?tab=2":                "https://app.example/#tab=2",
		"https://app.example/#/ann@example.org":                      "https://app.example/",
		"https://app.example/?%74oken=1":                             "https://app.example/",
	} {
		if got := own.cut(in); got != want {
			t.Errorf("own.cut(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestURLsOfEventsAreCut(t *testing.T) {
	e := event.Event{Properties: []event.Property{
		{Name: "$current_url", Value: event.StringOf("https://app.example/?token=t&tab=1")},
		{Name: "$referrer", Value: event.StringOf("https://other.example/?tab=1")},
		{Name: "$initial_referrer", Value: event.StringOf("$direct")},
		{Name: "current_url_search", Value: event.StringOf("?token=t&tab=1")},
		{Name: "note", Value: event.StringOf("https://kept.example/?token=t")},
		{Name: "$el_attr__href", Value: event.NumberOf(4)},
	}}
	cutURLs(&e)
	for name, want := range map[string]string{
		"$current_url": "https://app.example/?tab=1", "$referrer": "https://other.example/", "$initial_referrer": "$direct",
		"current_url_search": "?tab=1", "note": "https://kept.example/?token=t", "$el_attr__href": "4",
	} {
		if got := e.Get(name).String(); got != want {
			t.Errorf("%s = %q, want %q", name, got, want)
		}
	}
}

func FuzzURL(f *testing.F) {
	for _, s := range []string{
		"https://a:b@c.example/d?e=f#g", "http://", "://@", "?&;=#?&", "a?utm_source=b", "#a?b=c@d", "0#0%0&0?", "\xff://\xfe?\xfd",
		"https://x/?utm_source=1&token=2#/r?state=3",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, c := range []scissors{foreign, own} {
			once := c.cut(s)
			if len(once) > len(s) {
				t.Errorf("cut(%q) = %q is longer", s, once)
			}
			if twice := c.cut(once); twice != once {
				t.Errorf("cut(%q) = %q, cut again %q", s, once, twice)
			}
			if utf8.ValidString(s) && !utf8.ValidString(once) {
				t.Errorf("cut(%q) = %q halves a character", s, once)
			}
			if _, rest, ok := strings.Cut(once, "://"); ok {
				if authority := rest[:len(rest)-len(strings.TrimLeftFunc(rest, inAuthority))]; strings.Contains(authority, "@") {
					t.Errorf("cut(%q) = %q keeps who logs in", s, once)
				}
			}
		}
	})
}

func inAuthority(r rune) bool { return !strings.ContainsRune("/?#", r) }
