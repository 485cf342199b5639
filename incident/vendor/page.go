package vendor

import (
	"bytes"
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"html/template"
	"net/http"
	"strings"
	"time"

	"jejak/exposure"
	"jejak/ground/access"
)

// PublicPath is where everybody reads who is given data; its feed is below.
const PublicPath = "/subprocessors"

//go:embed page.html
var pageFile embed.FS

var page = template.Must(template.ParseFS(pageFile, "page.html"))

// pagePolicy lets the page load nothing.
const pagePolicy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// ListedVendor is a vendor as everybody may read it.
type ListedVendor struct {
	Name    string    `json:"name"`
	Country string    `json:"country,omitempty"`
	Purpose string    `json:"purpose"`
	Classes []string  `json:"classes"`
	Subs    []string  `json:"sub_processors"`
	Since   time.Time `json:"since,omitzero"`
	Cut     bool      `json:"cut_off"`
}

// Public is the vendors that are marked public, in a language.
func (r *Register) Public(ctx context.Context, l exposure.Locale) ([]ListedVendor, error) {
	vendors, err := all[Vendor](ctx, r, kindVendor)
	if err != nil {
		return nil, err
	}
	denied, err := r.denied(ctx)
	if err != nil {
		return nil, err
	}
	list := []ListedVendor{}
	for _, v := range vendors {
		if end := v.Contract.Until; v.Public && (end.IsZero() || end.After(r.now())) {
			list = append(list, v.listed(l, denied))
		}
	}
	return list, nil
}

func (v *Vendor) listed(l exposure.Locale, denied map[string]ID) ListedVendor {
	o := ListedVendor{Name: v.Name, Country: v.Country, Purpose: v.Purpose, Since: v.Contract.From, Classes: []string{}, Subs: []string{}}
	if l == exposure.Indonesian && v.PurposeID != "" {
		o.Purpose = v.PurposeID
	}
	for _, c := range v.Classes() {
		o.Classes = append(o.Classes, c.In(l))
	}
	for _, s := range v.SubProcessors {
		o.Subs = append(o.Subs, s.Name)
	}
	for _, h := range v.hosts() {
		if _, off := denied[domainOf(h)]; off {
			o.Cut = true
		}
	}
	return o
}

// Pages serves the public page and its feed. Anybody may read them.
func (r *Register) Pages() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		if q.Method != http.MethodGet && q.Method != http.MethodHead {
			http.Error(w, "this page is only read", http.StatusMethodNotAllowed)
			return
		}
		body, kind, err := r.render(access.With(q.Context(), access.Identity{}), strings.TrimPrefix(q.URL.Path, PublicPath))
		if err != nil {
			http.Error(w, "this page cannot be shown now", http.StatusServiceUnavailable)
			return
		}
		if body == nil {
			http.NotFound(w, q)
			return
		}
		h := w.Header()
		h.Set("Content-Type", kind)
		h.Set("Content-Security-SitePolicy", pagePolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-SitePolicy", "no-referrer")
		h.Set("Cache-Control", "public, max-age=300")
		_, _ = w.Write(body) // the client may be gone
	})
}

// render is the page of a path; nil where there is none.
func (r *Register) render(ctx context.Context, path string) ([]byte, string, error) {
	l := exposure.English
	switch path {
	case "", "/":
	case "/id":
		l = exposure.Indonesian
	case "/feed.json":
		body, err := r.feed(ctx)
		return body, "application/feed+json", err
	default:
		return nil, "", nil
	}
	list, err := r.Public(ctx, l)
	if err != nil {
		return nil, "", err
	}
	var b bytes.Buffer
	err = page.Execute(&b, map[string]any{"List": list, "Indonesian": l == exposure.Indonesian})
	return b.Bytes(), "text/html; charset=utf-8", err
}

// feed is a JSON Feed 1.1 with an item for each version of a public vendor that changed what everybody reads, the newest first.
func (r *Register) feed(ctx context.Context) ([]byte, error) {
	versions, err := unscopedAll[Vendor](ctx, r, "SELECT id, version, body FROM vendor_records WHERE kind = $1 ORDER BY at DESC, id DESC, version DESC LIMIT 100", kindVendor)
	if err != nil {
		return nil, err
	}
	type item struct {
		ID    string `json:"id"`
		Title string `json:"title"`
		Text  string `json:"content_text"`
	}
	items := []item{}
	for _, v := range versions {
		if v.Public {
			o := v.listed(exposure.English, nil)
			text := fmt.Sprintf("%s. Data: %s. Sub-processors: %s.", o.Purpose, strings.Join(o.Classes, ", "), strings.Join(o.Subs, ", "))
			items = append(items, item{fmt.Sprintf("vendor-%d-%d", v.ID, v.Version), o.Name, text})
		}
	}
	return json.Marshal(map[string]any{"version": "https://jsonfeed.org/version/1.1", "title": "Sub-processors", "items": items})
}
