package enrich

import (
	"strings"
	"testing"

	"jejak/event"
)

const (
	chromeWindows = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36"
	safariPhone   = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.1 Mobile/15E148 Safari/604.1"
	chromeAndroid = "Mozilla/5.0 (Linux; Android 14; SM-G991B) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.6723.58 Mobile Safari/537.36"
	firefoxLinux  = "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0"
	edgeMac       = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36 Edg/130.0.2849.56"
	chromePad     = "Mozilla/5.0 (iPad; CPU OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/119.0.6045.109 Mobile/15E148 Safari/604.1"
	googlebot     = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
	headless      = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/131.0.0.0 Safari/537.36"
)

func TestAgentsSpeakTheSDKsVocabulary(t *testing.T) {
	for header, want := range map[string]agent{
		chromeWindows: {browser: "Chrome", version: event.NumberOf(131), system: "Windows"},
		safariPhone:   {browser: "Mobile Safari", version: event.NumberOf(17.1), system: "iOS", device: "iPhone"},
		chromeAndroid: {browser: "Chrome", version: event.NumberOf(130), system: "Android", device: "Android"},
		firefoxLinux:  {browser: "Firefox", version: event.NumberOf(132), system: "Linux"},
		edgeMac:       {browser: "Microsoft Edge", version: event.NumberOf(130), system: "Mac OS X"},
		chromePad:     {browser: "Chrome iOS", version: event.NumberOf(119), system: "iOS", device: "iPad"},
		googlebot:     {bot: true},
		headless:      {bot: true, browser: "Chrome", version: event.NumberOf(131), system: "Linux"},
		"":            {},
		"okhttp/4.12": {},
		"Mozilla/5.0": {},
	} {
		if got := readAgent(header); got != want {
			t.Errorf("readAgent(%q) = %+v, want %+v", header, got, want)
		}
	}
}

func TestNoPieceOfAnAgentGoesOn(t *testing.T) {
	header := strings.Replace(chromeWindows, "Chrome/131", "ann@example.org/7 Chrome/131", 1)
	e := event.Event{}
	readAgent(header).describe(&e)
	for _, p := range e.Properties {
		if strings.Contains(p.Value.Text, "ann") || strings.Contains(p.Value.Text, "Mozilla") {
			t.Errorf("%s = %q repeats the agent", p.Name, p.Value.Text)
		}
	}
}

func TestClientsWinOverTheirAgent(t *testing.T) {
	e := event.Event{Properties: []event.Property{{Name: "$browser", Value: event.StringOf("Lynx")}}}
	readAgent(chromeWindows).describe(&e)
	if got := e.Get("$browser").Text; got != "Lynx" {
		t.Errorf("$browser = %q, want the client's", got)
	}
	if got := e.Get("$os").Text; got != "Windows" {
		t.Errorf("$os = %q, want what the agent adds", got)
	}
}

func TestServersAreNoMachinesInTheWayOfCrawlers(t *testing.T) {
	for library, want := range map[string]event.Class{"web": event.Bot, "": event.Bot, "node": event.Person, "python": event.Person} {
		e := event.Event{Properties: []event.Property{{Name: "mp_lib", Value: event.StringOf(library)}}}
		readAgent(googlebot).describe(&e)
		if e.Class != want {
			t.Errorf("class of an event of mp_lib %q = %d, want %d", library, e.Class, want)
		}
	}
}

func TestVersionOf(t *testing.T) {
	for text, want := range map[string]event.Value{
		"131.0.6778.85": event.NumberOf(131), "17.1": event.NumberOf(17.1), "9": event.NumberOf(9), "4.": event.NumberOf(4),
		"": {}, "x": {}, ".": {}, "1e9": event.NumberOf(1), "999999999999": event.NumberOf(99999999),
	} {
		if got := versionOf(text); got != want {
			t.Errorf("versionOf(%q) = %+v, want %+v", text, got, want)
		}
	}
}

func TestAgentsAreForgottenInTheEnd(t *testing.T) {
	var m agents
	for i := range 5 * agentsKept {
		m.of(chromeWindows + strings.Repeat("x", i%7) + string(rune(0x4E00+i)))
		if got := m.of(chromeWindows); got.browser != "Chrome" {
			t.Fatalf("after %d agents: %+v", i, got)
		}
	}
	if n := len(m.young) + len(m.old); n > 2*agentsKept {
		t.Errorf("%d agents are kept, want at most %d", n, 2*agentsKept)
	}
}

func FuzzAgent(f *testing.F) {
	for _, s := range []string{chromeWindows, safariPhone, chromeAndroid, firefoxLinux, googlebot, "Mozilla/5.0 (", "Opera/9.80 (\xff", "Mozilla/5.0 Android;;;)"} {
		f.Add(s)
	}
	values := make(map[string]bool)
	for _, m := range []map[string]string{systems, browsers} {
		for _, v := range m {
			values[v] = true
		}
	}
	for _, v := range []string{"", "Mobile Safari", "Chrome iOS", "Firefox iOS", "iPad", "iPod", "iPhone"} {
		values[v] = true
	}
	f.Fuzz(func(t *testing.T, header string) {
		a := new(agents).of(header)
		if !values[a.browser] || !values[a.system] || !values[a.device] {
			t.Errorf("readAgent(%q) = %+v leaves the vocabulary", header, a)
		}
	})
}
