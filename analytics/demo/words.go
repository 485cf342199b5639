package demo

type place struct {
	weight                int
	country, region, city string
	east                  int // hours east of UTC
}

type browser struct {
	weight                        int
	name, system, device, version string
	width, height                 float64
}

type source struct {
	weight                     int
	referrer, domain, engine   string
	utm, medium, campaign, key string
}

type plan struct {
	weight  int
	name    string
	members int
}

type role struct {
	weight int
	name   string
}

type endpoint struct {
	weight  int
	path    string
	model   string
	latency float64 // ms, typical
}

func (x *place) heft() int    { return x.weight }
func (x *browser) heft() int  { return x.weight }
func (x *source) heft() int   { return x.weight }
func (x *plan) heft() int     { return x.weight }
func (x *role) heft() int     { return x.weight }
func (x *endpoint) heft() int { return x.weight }

var places = []place{
	{26, "ID", "Jakarta", "Jakarta", 7}, {9, "ID", "West Java", "Bandung", 7}, {7, "ID", "East Java", "Surabaya", 7},
	{4, "ID", "Yogyakarta", "Yogyakarta", 7}, {3, "ID", "Bali", "Denpasar", 8}, {2, "ID", "North Sumatra", "Medan", 7},
	{2, "ID", "South Sulawesi", "Makassar", 8}, {11, "SG", "Singapore", "Singapore", 8},
	{6, "MY", "Kuala Lumpur", "Kuala Lumpur", 8}, {4, "PH", "Metro Manila", "Manila", 8}, {4, "VN", "Hanoi", "Hanoi", 7},
	{5, "IN", "Karnataka", "Bengaluru", 5}, {4, "AU", "New South Wales", "Sydney", 10}, {3, "JP", "Tokyo", "Tokyo", 9},
	{3, "DE", "Berlin", "Berlin", 1}, {2, "NL", "North Holland", "Amsterdam", 1}, {3, "GB", "England", "London", 0},
	{5, "US", "California", "San Francisco", -8}, {3, "US", "New York", "New York", -5}, {1, "BR", "São Paulo", "São Paulo", -3},
}

var browsers = []browser{
	{38, "Chrome", "Windows", "", "141", 1920, 1080}, {19, "Chrome", "Mac OS X", "", "141", 1512, 982},
	{7, "Chrome", "Linux", "", "141", 1920, 1080}, {9, "Safari", "Mac OS X", "", "26", 1512, 982},
	{6, "Firefox", "Windows", "", "144", 1920, 1080}, {5, "Firefox", "Linux", "", "144", 1920, 1200},
	{6, "Microsoft Edge", "Windows", "", "141", 1536, 864}, {6, "Chrome", "Android", "Android", "141", 412, 915},
	{4, "Mobile Safari", "iOS", "iPhone", "26", 393, 852},
}

var sources = []source{
	{30, "", "", "", "", "", "", ""},
	{26, "https://www.google.com/", "www.google.com", "google", "", "", "", ""},
	{4, "https://duckduckgo.com/", "duckduckgo.com", "duckduckgo", "", "", "", ""},
	{3, "https://www.bing.com/", "www.bing.com", "bing", "", "", "", ""},
	{11, "https://github.com/", "github.com", "", "", "", "", ""},
	{5, "https://news.ycombinator.com/", "news.ycombinator.com", "", "", "", "", ""},
	{4, "https://stackoverflow.com/", "stackoverflow.com", "", "", "", "", ""},
	{7, "https://www.google.com/", "www.google.com", "google", "google", "cpc", "brand-id", "gclid"},
	{4, "https://www.linkedin.com/", "www.linkedin.com", "", "linkedin", "paid-social", "devtools-q4", "li_fat_id"},
	{3, "", "", "", "newsletter", "email", "release-notes", ""},
	{3, "https://www.youtube.com/", "www.youtube.com", "", "youtube", "video", "build-with-nusa", ""},
}

var plans = []plan{{70, "Free", 2}, {20, "Pro", 5}, {8, "Team", 18}, {2, "Enterprise", 90}}

var roles = []role{{58, "developer"}, {17, "founder"}, {12, "data"}, {8, "product"}, {5, "student"}}

var endpoints = []endpoint{
	{40, "/v1/chat", "nusa-mini", 420}, {18, "/v1/chat", "nusa-large", 1450}, {20, "/v1/embeddings", "nusa-embed", 65},
	{9, "/v1/translate", "nusa-mini", 310}, {6, "/v1/speech", "nusa-voice", 980}, {4, "/v1/images", "nusa-image", 5200},
	{3, "/v1/files", "", 130},
}

var docs = [...]string{
	"/docs", "/docs/quickstart", "/docs/authentication", "/docs/chat", "/docs/embeddings", "/docs/rate-limits",
	"/docs/errors", "/docs/sdk/node", "/docs/sdk/python", "/docs/sdk/go", "/docs/pricing", "/docs/changelog",
}

var invoices = [...]float64{19, 19, 19, 49, 49, 199, 199, 1200}

var currencies = [...]string{"USD", "USD", "IDR"}
