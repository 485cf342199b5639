package enrich

import (
	"strconv"
	"strings"
	"sync"

	"github.com/mileusna/useragent"

	"jejak/event"
)

const (
	maxAgent   = 512     // bytes that are looked at: real agents are shorter, and the parser gets slow
	agentsKept = 1 << 10 // in each of two generations
)

// agent is what a User-Agent header says, in a closed vocabulary: no piece of the header itself goes on.
type agent struct {
	bot     bool
	browser string
	version event.Value // a number, major.minor
	system  string
	device  string // of phones and tablets only
}

// describe adds what the agent says, under the names and values of the browser SDK.
func (a agent) describe(ev *event.Event) {
	if a.bot && !fromServer(ev.Get("mp_lib").Text) {
		ev.Class = event.Bot
	}
	addText(ev, "$browser", a.browser)
	add(ev, "$browser_version", a.version)
	addText(ev, "$os", a.system)
	addText(ev, "$device", a.device)
}

// fromServer tells the libraries of servers, whose agent says nothing about who caused the event.
func fromServer(library string) bool {
	switch library {
	case "node", "python", "go", "ruby", "php", "jdk":
		return true
	}
	return false
}

// readAgent reads a header. Only what looks like a browser is described.
func readAgent(header string) agent {
	a := agent{bot: isCrawler(header)}
	if !strings.HasPrefix(header, "Mozilla/") && !strings.HasPrefix(header, "Opera/") {
		return a
	}
	ua := useragent.Parse(header)
	a.system = systems[ua.OS]
	a.device = deviceOf(header, ua)
	a.browser = browserOf(ua)
	if a.browser != "" {
		a.version = versionOf(ua.Version)
	}
	return a
}

var systems = map[string]string{
	useragent.Windows: "Windows", useragent.WindowsPhone: "Windows Phone",
	useragent.MacOS: "Mac OS X", useragent.IOS: "iOS",
	useragent.Android: "Android", useragent.Harmony: "HarmonyOS",
	useragent.Linux: "Linux", useragent.FreeBSD: "FreeBSD", useragent.ChromeOS: "Chrome OS",
	useragent.BlackBerry: "BlackBerry",
}

var browsers = map[string]string{
	useragent.Chrome: "Chrome", useragent.HeadlessChrome: "Chrome",
	useragent.Firefox: "Firefox", useragent.Safari: "Safari", useragent.MobileSafari: "Mobile Safari",
	useragent.Edge: "Microsoft Edge", useragent.InternetExplorer: "Internet Explorer",
	useragent.Opera: "Opera", useragent.OperaTouch: "Opera", useragent.OperaMini: "Opera Mini",
	useragent.SamsungBrowser: "Samsung Internet", useragent.Vivaldi: "Vivaldi",
	"Huawei Browser": "Huawei Browser", "Miui Browser": "Miui Browser", useragent.BlackBerry: "BlackBerry",
	useragent.FacebookApp: "Facebook Mobile", useragent.InstagramApp: "Instagram", useragent.TiktokApp: "TikTok",
}

func browserOf(ua useragent.UserAgent) string {
	name := browsers[ua.Name]
	if ua.OS != useragent.IOS {
		return name
	}
	switch name {
	case "Safari":
		return "Mobile Safari"
	case "Chrome", "Firefox":
		return name + " iOS"
	}
	return name
}

func deviceOf(header string, ua useragent.UserAgent) string {
	switch ua.OS {
	case useragent.IOS:
		for _, d := range [...]string{"iPad", "iPod", "iPhone"} {
			if strings.Contains(header, d) {
				return d
			}
		}
	case useragent.Android, useragent.WindowsPhone, useragent.BlackBerry:
		return ua.OS
	}
	return ""
}

// versionOf reads major.minor; not set when the text does not begin like a version.
func versionOf(text string) event.Value {
	const longest = 8
	end, dots := 0, 0
	for end < len(text) && end < longest {
		c := text[end]
		if c == '.' {
			dots++
		}
		if dots == 2 || c != '.' && (c < '0' || c > '9') {
			break
		}
		end++
	}
	f, err := strconv.ParseFloat(strings.TrimSuffix(text[:end], "."), 64)
	if err != nil {
		return event.Value{}
	}
	return event.NumberOf(f)
}

// agents remembers what headers say, in two generations: when the young one is full it becomes the old one.
type agents struct {
	mu         sync.Mutex
	young, old map[string]agent
}

// of reads a header, or remembers it.
func (m *agents) of(header string) agent {
	if len(header) > maxAgent {
		header = header[:maxAgent]
	}
	if header == "" {
		return agent{}
	}
	a, known, young := m.recall(header)
	if !known {
		a = readAgent(header)
	}
	if !young {
		m.keep(strings.Clone(header), a)
	}
	return a
}

func (m *agents) recall(header string) (a agent, known, young bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if a, young = m.young[header]; young {
		return a, true, true
	}
	a, known = m.old[header]
	return a, known, false
}

func (m *agents) keep(header string, a agent) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.young == nil || len(m.young) >= agentsKept {
		m.old, m.young = m.young, make(map[string]agent)
	}
	m.young[header] = a
}
