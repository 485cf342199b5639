package show

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"sync"
	"time"
)

// pages serves the console's files, and its index.html for every path that is a view of it.
type pages struct {
	files map[string]func() *page
}

// page is a file ready to be sent. It is made when first wanted.
type page struct {
	kind   string // media type
	tag    string // ETag
	plain  func() []byte
	packed []byte // gzip; nil when it would not be smaller
}

// kinds are the media types of what a build makes. The machine's own table is not asked: it differs.
var kinds = map[string]string{
	".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8",
	".svg": "image/svg+xml", ".png": "image/png", ".ico": "image/x-icon", ".woff2": "font/woff2", ".json": "application/json",
	".webmanifest": "application/manifest+json", ".txt": "text/plain; charset=utf-8",
}

func newPages(files fs.FS) *pages {
	p := &pages{map[string]func() *page{}}
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && !strings.HasPrefix(d.Name(), ".") {
			p.files[name] = sync.OnceValue(func() *page { return mustLoad(files, name) })
		}
		return err
	})
	if err != nil {
		panic(fmt.Sprintf("BUG: the embedded pages cannot be listed: %v", err))
	}
	return p
}

// ServeHTTP implements http.Handler.
func (p *pages) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		writeProblem(w, &Problem{Status: http.StatusMethodNotAllowed, Detail: "pages can only be read"})
		return
	}
	name := strings.TrimPrefix(path.Clean("/"+r.URL.Path), "/")
	load, found := p.files[name]
	if !found && isView(name) {
		name = "index.html"
		load, found = p.files[name]
	}
	if !found {
		writeProblem(w, &Problem{Status: http.StatusNotFound, Detail: "there is no such file"})
		return
	}
	w.Header().Set("Cache-Control", lifetime(name))
	load().send(w, r)
}

// isView tells whether a path is one of the console's views: they have no file ending. A wrong file is no view, so that
// a browser with an old page does not take index.html for a script.
func isView(name string) bool { return !strings.HasPrefix(name, "assets/") && path.Ext(name) == "" }

// lifetime: what lies under assets/ carries its content's hash in its name.
func lifetime(name string) string {
	if strings.HasPrefix(name, "assets/") {
		return "public, max-age=31536000, immutable"
	}
	return "no-cache"
}

func (p *page) send(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", p.kind)
	h.Set("Vary", "Accept-Encoding")
	body, tag := p.packed, p.tag+"-gzip"
	if body != nil && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		h.Set("Content-Encoding", "gzip")
	} else {
		body, tag = p.plain(), p.tag
	}
	h.Set("ETag", `"`+tag+`"`)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
}

func mustLoad(files fs.FS, name string) *page {
	read := func() []byte { return mustRead(files, name) }
	text := read()
	sum := sha256.Sum256(text)
	kind := kinds[path.Ext(name)]
	if kind == "" {
		kind = "application/octet-stream"
	}
	return &page{kind, base64.RawURLEncoding.EncodeToString(sum[:12]), read, pack(text)}
}

func mustRead(files fs.FS, name string) []byte {
	text, err := fs.ReadFile(files, name)
	if err != nil {
		panic(fmt.Sprintf("BUG: an embedded page cannot be read: %v", err))
	}
	return text
}

// pack compresses a file when that is worth it.
func pack(text []byte) []byte {
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		panic(fmt.Sprintf("BUG: %v", err))
	}
	_, _ = z.Write(text) // a buffer takes everything
	_ = z.Close()
	if b.Len() > len(text)*9/10 {
		return nil
	}
	return bytes.Clone(b.Bytes())
}
