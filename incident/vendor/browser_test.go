package vendor

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestVisit opens a page whose script adds a tag of a vendor: what no scan of files would see. Without a browser it is skipped here;
// make test has one.
func TestVisit(t *testing.T) {
	path, err := FindBrowser("")
	if err != nil {
		t.Skip("no browser")
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, `<!doctype html><script>var s=document.createElement("script");s.src="https://cdn."+"mx"+"pnl.com/x.js";document.head.append(s)</script>`)
	}))
	defer server.Close()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	b, err := StartBrowser(ctx, BrowserOptions{Path: path, Extra: []string{"--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"}})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	for range 2 {
		asked, err := b.Visit(ctx, server.URL)
		if err != nil || !slices.ContainsFunc(asked, func(a string) bool { return strings.HasPrefix(a, "https://cdn.mxpnl.com/") }) {
			t.Errorf("asked for %q, %v", asked, err)
		}
	}
	found, unread, err := b.CrawlPages(ctx, []string{server.URL + "/?who=Siti", "http://nowhere.example.com/x"})
	if err != nil || len(found) != 1 || found[0] != (Sighting{"cdn.mxpnl.com", "127.0.0.1/", 1}) || !slices.Equal(unread, []string{"nowhere.example.com/x"}) {
		t.Errorf("found %v, unread %v, %v", found, unread, err)
	}
}

func TestNoBrowser(t *testing.T) {
	if _, err := FindBrowser("no-such-browser-anywhere"); !errors.Is(err, ErrNoBrowser) {
		t.Errorf("%v", err)
	}
}
