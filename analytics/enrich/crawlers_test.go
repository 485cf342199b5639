package enrich

import "testing"

func TestCrawlersAreFound(t *testing.T) {
	for _, agent := range []string{
		googlebot, headless,
		"Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
		"Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)",
		"Mozilla/5.0 (compatible; SemrushBot/7~bl; +http://www.semrush.com/bot.html)",
		"Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; ClaudeBot/1.0; +claudebot@anthropic.com)",
		"Pingdom.com_bot_version_1.4_(http://www.pingdom.com/)",
		"facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
		"Mozilla/5.0 (compatible; AdsBot-Google; +http://www.google.com/adsbot.html)",
		"sentry/8.22.0 (https://sentry.io)",
		"SSL Labs",
	} {
		if !isCrawler(agent) {
			t.Errorf("%q is taken for a person", agent)
		}
	}
}

func TestPeopleAndSDKsAreNoCrawlers(t *testing.T) {
	for _, agent := range []string{
		"", chromeWindows, safariPhone, chromeAndroid, firefoxLinux, edgeMac, chromePad,
		"python-requests/2.32.3", "Python-urllib/3.12", "Go-http-client/1.1", "Go-http-client/2.0", "okhttp/4.12.0", "axios/1.7.7",
		"node", "node-fetch/1.0", "undici", "curl/8.5.0", "Java/17.0.9", "Ruby", "GuzzleHttp/7", "PostmanRuntime/7.42.0",
		"MyApp/17 CFNetwork/1490.0.4 Darwin/23.2.0", "Dalvik/2.1.0 (Linux; U; Android 14; Pixel 8 Build/UQ1A)", "Dart/3.5 (dart:io)",
		"Mozilla/5.0 (Linux; Android 14; Pixel 8; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/130.0.0.0 Mobile Safari/537.36",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Slack/4.41 Chrome/130.0.0.0 Electron/33.0 Safari/537.36",
		"not really SSL Labs in the middle",
	} {
		if isCrawler(agent) {
			t.Errorf("%q is taken for a crawler", agent)
		}
	}
}

func BenchmarkIsCrawler(b *testing.B) {
	isCrawler("")
	b.ReportAllocs()
	for b.Loop() {
		isCrawler(chromeAndroid)
	}
}

func BenchmarkReadAgent(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		readAgent(chromeAndroid)
	}
}
