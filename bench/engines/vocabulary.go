package main

import "fmt"

// The words of the data: forty names of events, fifteen properties of which one has 5,000 values.
const (
	nameCount     = 40
	countryCount  = 30
	citiesOfEach  = 5
	pathCount     = 400
	itemCount     = 5_000
	referrerCount = 40
)

var (
	names     = numbered("event %02d", nameCount)
	countries = numbered("C%02d", countryCount)
	cities    = numbered("city %d", countryCount*citiesOfEach)
	paths     = numbered("/shop/section/page-%d", pathCount)
	items     = numbered("item-%04d", itemCount)
	referrers = numbered("https://site-%d.example/", referrerCount)
	browsers  = []string{"Chrome", "Safari", "Firefox", "Microsoft Edge", "Opera", "Samsung Internet", "UC Browser", "Brave"}
	systems   = []string{"Windows", "Android", "iOS", "Mac OS X", "Linux", "Chrome OS"}
	devices   = []string{"desktop", "mobile", "tablet"}
	plans     = []string{"free", "pro", "team", "enterprise"}
	variants  = []string{"a", "b", "c", "d"}
	screens   = []string{"1920", "1366", "1536", "390", "1440", "2560"}
)

func numbered(format string, n int) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf(format, i)
	}
	return list
}

// column is a column of the stream and of each engine's table.
type column struct{ name, kind string }

// The kinds of columns.
const (
	text    = "text"
	number  = "number"
	boolean = "boolean"
)

// properties are the columns behind time, user, name and id, in the order of the stream.
var properties = []column{
	{"country", text}, {"city", text}, {"browser", text}, {"browser_version", number}, {"os", text}, {"device", text},
	{"plan", text}, {"path", text}, {"item", text}, {"referrer", text}, {"price", number}, {"quantity", number},
	{"signed_in", boolean}, {"variant", text}, {"screen_width", number},
}
