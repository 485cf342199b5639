package publish

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"jejak/exposure"
	"jejak/ground/access"
)

const (
	prefix       = "/incident/"
	securityPath = "/.well-known/security.txt"
)

// Speaks tells whether a path is one that everybody may read.
func Speaks(path string) bool { return strings.HasPrefix(path, prefix) || path == securityPath }

// shelf keeps what is published in memory: pages are small, and read by many at once.
type shelf struct {
	mu    sync.Mutex
	at    int64 // of the metadata when it was read
	known map[exposure.IncidentID]*shown
}

// shown is an incident's published page: all versions, the newest last.
type shown struct {
	versions []Version
	sets     map[int]Set
	page     *Page
}

func (s *shelf) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.known = nil
}

// shown finds the published page. access.ErrNotFound.
func (d *Desk) shown(ctx context.Context, id exposure.IncidentID, version int) (*shown, Set, error) {
	d.shelf.mu.Lock()
	defer d.shelf.mu.Unlock()
	now, err := d.o.DB.Version(ctx)
	if err != nil {
		return nil, nil, err
	}
	if now != d.shelf.at || d.shelf.known == nil {
		d.shelf.at, d.shelf.known = now, map[exposure.IncidentID]*shown{}
	}
	s := d.shelf.known[id]
	if s == nil {
		if s, err = d.load(ctx, id); err != nil {
			return nil, nil, err
		}
		d.shelf.known[id] = s
	}
	set, err := d.setLocked(id, s, version)
	return s, set, err
}

func (d *Desk) load(ctx context.Context, id exposure.IncidentID) (*shown, error) {
	all, err := d.versions(ctx, id)
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, access.ErrNotFound
	}
	s := &shown{versions: all, sets: map[int]Set{}}
	set, err := d.setLocked(id, s, 0)
	if err != nil {
		return nil, err
	}
	s.page, err = readPage(set[pageFile])
	return s, err
}

// setLocked is a version's files; 0: the newest.
func (d *Desk) setLocked(id exposure.IncidentID, s *shown, version int) (Set, error) {
	if version == 0 {
		version = s.versions[0].Version
	}
	if set := s.sets[version]; set != nil {
		return set, nil
	}
	for _, v := range s.versions {
		if v.Version != version {
			continue
		}
		set, err := d.published(id, v)
		if err == nil {
			s.sets[version] = set
		}
		return set, err
	}
	return nil, access.ErrNotFound
}

// Handler serves what is published: to everybody, without cookies, cacheable.
func (d *Desk) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+prefix+"{incident}/{file...}", d.serve)
	mux.HandleFunc("GET "+securityPath, d.serveSecurity)
	return mux
}

func (d *Desk) serve(w http.ResponseWriter, r *http.Request) {
	id, err := exposure.ParseIncidentID(r.PathValue("incident"))
	if err != nil {
		notThere(w)
		return
	}
	version, name := 0, r.PathValue("file")
	if rest, old := strings.CutPrefix(name, "versions/"); old {
		number, inner, _ := strings.Cut(rest, "/")
		if version, err = strconv.Atoi(number); err != nil || version < 1 || number != strconv.Itoa(version) {
			notThere(w)
			return
		}
		name = inner
	}
	s, set, err := d.shown(r.Context(), id, version)
	if name == "" {
		name = file(exposure.Locales[0])
	}
	body, is := set[name]
	switch {
	case errors.Is(err, access.ErrNotFound) || err == nil && !is:
		notThere(w)
	case err != nil:
		http.Error(w, "this page is not available now; try again later", http.StatusServiceUnavailable)
	default:
		head := w.Header()
		head.Set("Content-Security-Policy", policy(s.page.Draft.Site)+"; frame-ancestors 'none'")
		give(w, r, name, body)
	}
}

// Media is what a file is, by the end of its name. Whatever is not known is downloaded.
func Media(name string) string {
	switch ext := filepath.Ext(name); {
	case ext == ".html":
		return "text/html; charset=utf-8"
	case ext == ".css":
		return "text/css; charset=utf-8"
	case ext == ".txt":
		return "text/plain; charset=utf-8"
	case strings.HasPrefix(name, "updates.") && ext == ".json":
		return "application/feed+json; charset=utf-8"
	case ext == ".json":
		return "application/json; charset=utf-8"
	case ext == ".atom":
		return "application/atom+xml; charset=utf-8"
	default:
		return "application/octet-stream"
	}
}

// give answers with a file. Caches may keep it for a minute, and longer when this server cannot be reached.
func give(w http.ResponseWriter, r *http.Request, name string, body []byte) {
	sum := sha256.Sum256(body)
	head := w.Header()
	head.Set("Content-Type", Media(name))
	head.Set("ETag", `"`+hex.EncodeToString(sum[:16])+`"`)
	head.Set("Cache-Control", "public, max-age=60, stale-if-error=604800")
	head.Set("X-Content-Type-Options", "nosniff")
	head.Set("Referrer-Policy", "no-referrer")
	head.Set("X-Frame-Options", "DENY")
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(body))
}

func notThere(w http.ResponseWriter) {
	w.Header().Set("Cache-Control", "public, max-age=60")
	http.Error(w, "there is no such page", http.StatusNotFound)
}

// securityLife is for how long security.txt holds: RFC 9116 wants less than a year.
const securityLife = 90 * 24 * time.Hour

func (d *Desk) serveSecurity(w http.ResponseWriter, r *http.Request) {
	text, err := d.security(r.Context())
	switch {
	case errors.Is(err, access.ErrNotFound):
		notThere(w)
	case err != nil:
		http.Error(w, "this is not available now; try again later", http.StatusServiceUnavailable)
	default:
		give(w, r, "security.txt", text)
	}
}

// security is RFC 9116: the contacts of all incidents that are not closed, the newest first. access.ErrNotFound.
func (d *Desk) security(ctx context.Context) ([]byte, error) {
	ids, err := d.incidents(ctx)
	if err != nil {
		return nil, err
	}
	var pages []*Page
	for _, id := range ids {
		s, _, err := d.shown(ctx, id, 0)
		if err != nil {
			return nil, err
		}
		if s.page.Draft.State != Closed {
			pages = append(pages, s.page)
		}
	}
	if len(pages) == 0 {
		return nil, access.ErrNotFound
	}
	return securityText(pages, d.o.Now()), nil
}

func securityText(pages []*Page, now time.Time) []byte {
	var out bytes.Buffer
	for _, p := range pages {
		fmt.Fprintf(&out, "# Incident %s\nContact: mailto:%s\n", p.Incident, p.Draft.Contact.Address)
		if p.Draft.Contact.Key != "" {
			fmt.Fprintf(&out, "Encryption: %s\n", p.Draft.Contact.Key)
		}
	}
	fmt.Fprintf(&out, "Expires: %s\nPreferred-Languages: en, id\nCanonical: %s%s\n", stamp(midnight(now).Add(securityLife)), pages[0].Draft.Site, securityPath)
	return out.Bytes()
}

// incidents are those with a published page, the newest first.
func (d *Desk) incidents(ctx context.Context) (ids []exposure.IncidentID, err error) {
	err = d.o.DB.Read(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, "SELECT DISTINCT incident FROM page_versions ORDER BY incident DESC")
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var id exposure.IncidentID
			if err := rows.Scan(&id); err != nil {
				return err
			}
			ids = append(ids, id)
		}
		return rows.Err()
	})
	if err != nil {
		return nil, fmt.Errorf("cannot list the incident pages: %w", err)
	}
	return ids, nil
}

// Export writes a published page with all its versions to a new folder, for a second host. It needs no right: it is public.
// access.ErrNotFound.
func (d *Desk) Export(ctx context.Context, id exposure.IncidentID, to string) error {
	s, set, err := d.shown(ctx, id, 0)
	if err != nil {
		return err
	}
	if _, err := os.Lstat(to); !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("cannot write the incident page: %s is there already\nhint: name a folder that is not there yet", to)
	}
	if err := writeSet(to, set); err != nil {
		return err
	}
	for _, v := range s.versions {
		if set, err = d.published(id, v); err != nil {
			return err
		}
		if err := writeSet(filepath.Join(to, "versions", strconv.Itoa(v.Version)), set); err != nil {
			return err
		}
	}
	return nil
}
