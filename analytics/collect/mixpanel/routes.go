package mixpanel

import (
	"net/http"
	"strings"
)

// route is what answers one path.
type route struct {
	methods []string
	answer  func(d *door, w http.ResponseWriter, r *http.Request)
}

var (
	sent  = []string{http.MethodPost, http.MethodOptions}
	put   = []string{http.MethodPut, http.MethodOptions}
	asked = []string{http.MethodGet, http.MethodHead, http.MethodOptions}
	both  = []string{http.MethodGet, http.MethodPost, http.MethodOptions}
)

// routes is section 1.1 of the wire; * stands for an id.
var routes = map[string]route{
	"/track":                     {both, (*door).track},
	"/engage":                    {both, (*door).engage},
	"/groups":                    {both, (*door).groups},
	"/import":                    {both, (*door).importEvents},
	"/lookup-tables":             {asked, (*door).lookupTables},
	"/lookup-tables/*":           {put, (*door).lookupTable},
	"/flags":                     {asked, (*door).flags},
	"/flags/definitions":         {asked, (*door).flagDefinitions},
	"/flags/*/first-time-events": {sent, (*door).firstTimeEvent},
	"/settings":                  {asked, (*door).settings},
	"/record":                    {sent, (*door).record},
	"/decide":                    {asked, (*door).decide},
	"/lib.js":                    {asked, (*door).noLibrary},
	"/lib.min.js":                {asked, (*door).noLibrary},
}

// Speaks says whether a request path belongs to the wire. No page of the console may have such a path.
func Speaks(path string) bool {
	_, ok := routes[routeOf(path)]
	return ok
}

// routeOf is the name in routes for a path: without trailing slash, without a fragment that a client failed to strip,
// and with * for an id.
func routeOf(path string) string {
	path, _, _ = strings.Cut(path, "#")
	path = strings.TrimSuffix(path, "/")
	if rest, ok := strings.CutPrefix(path, "/flags/"); ok && strings.HasSuffix(rest, "/first-time-events") {
		return "/flags/*/first-time-events"
	}
	if id, ok := strings.CutPrefix(path, "/lookup-tables/"); ok && id != "" {
		return "/lookup-tables/*"
	}
	return path
}
