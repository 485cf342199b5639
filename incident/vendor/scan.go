package vendor

import (
	"bytes"
	"cmp"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"

	"jejak/ground/egress"
)

// Limits of a scan of files.
const (
	MaxScanFiles = 1_000_000
	maxScanFile  = 32 << 20 // bytes; larger ones are listed as not read
)

// Scanned is what was found in files.
type Scanned struct {
	Files    int        // that were read
	Unread   []string   // what was not: no claim covers it
	Found    []Sighting // one for each host and file, with the line
	Obscured []string   // files that hold a known domain as base64, with the domain

	hidden []Sighting
}

// Sightings are all that was found, what is obscured included.
func (s *Scanned) Sightings() []Sighting { return slices.Concat(s.Found, s.hidden) }

// address is a host in a text: after two slashes, also when they are escaped for JSON or a URL.
var address = regexp.MustCompile(`(?i)(?:/|\\/|%2f|\\u002f){2}(?:[^\s/"'<>@]{0,100}@)?((?:[a-z0-9_-]{1,63}\.){1,10}[a-z][a-z0-9-]{1,62})\b`)

// ScanFiles looks for hosts in every file of a tree: those in addresses, and the known domains wherever they stand. It follows no link
// and opens nothing outside the tree. Names that are put together while a program runs are not found: for those there is Crawl, and
// the door.
func ScanFiles(ctx context.Context, tree fs.FS, known []string) (s Scanned, err error) {
	seekers := seekersOf(known)
	err = fs.WalkDir(tree, ".", func(name string, e fs.DirEntry, err error) error {
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil:
			s.Unread = append(s.Unread, name)
			return nil
		case e.IsDir():
			return passOver(name)
		case !e.Type().IsRegular():
			s.Unread = append(s.Unread, name)
			return nil
		case s.Files >= MaxScanFiles:
			return fmt.Errorf("cannot scan more than %d files at once", MaxScanFiles)
		}
		s.file(tree, name, seekers)
		return nil
	})
	return s, err
}

// passOver leaves out what is not part of what runs.
func passOver(name string) error {
	if path.Base(name) == ".git" {
		return fs.SkipDir
	}
	return nil
}

// seeker finds a known domain.
type seeker struct {
	domain  string
	plain   []byte
	encoded [][]byte // base64, at each of the three places in a group
}

func seekersOf(known []string) (out []seeker) {
	for _, d := range known {
		k := seeker{domain: d, plain: []byte(d)}
		for shift := range 3 {
			text := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("x", shift) + d))
			from, to := (shift*8+5)/6, (shift+len(d))*8/6
			if to-from >= 8 {
				k.encoded = append(k.encoded, []byte(text[from:to]))
			}
		}
		out = append(out, k)
	}
	return out
}

func (s *Scanned) file(tree fs.FS, name string, seekers []seeker) {
	text, err := readBounded(tree, name)
	if err != nil {
		s.Unread = append(s.Unread, name)
		return
	}
	s.Files++
	at := map[string]int{}
	for _, m := range address.FindAllSubmatchIndex(text, -1) {
		if host, err := egress.Host(string(text[m[2]:m[3]])); err == nil {
			first(at, host, m[2])
		}
	}
	low := bytes.ToLower(text)
	for _, k := range seekers {
		if i := k.find(low); i >= 0 {
			first(at, hostAround(low, i, k.domain), i)
		}
		if slices.ContainsFunc(k.encoded, func(e []byte) bool { return bytes.Contains(text, e) }) {
			s.Obscured = append(s.Obscured, name+" ("+k.domain+")")
			s.hidden = append(s.hidden, Sighting{k.domain, name + ":1", 1})
		}
	}
	for host, i := range at {
		s.Found = append(s.Found, Sighting{host, fmt.Sprintf("%s:%d", name, 1+bytes.Count(text[:i], []byte("\n"))), 1})
	}
	slices.SortFunc(s.Found, func(a, b Sighting) int { return cmp.Or(cmp.Compare(a.Host, b.Host), cmp.Compare(a.Place, b.Place)) })
}

func first(at map[string]int, host string, i int) {
	if before, ok := at[host]; !ok || i < before {
		at[host] = i
	}
}

// find is where the domain stands as a name of its own; -1: nowhere.
func (k seeker) find(low []byte) int {
	for from := 0; ; {
		i := bytes.Index(low[from:], k.plain)
		if i < 0 {
			return -1
		}
		i += from
		end := i + len(k.plain)
		if (i == 0 || !isLabel(low[i-1])) && (end == len(low) || !isLabel(low[end])) {
			return i
		}
		from = i + 1
	}
}

func isLabel(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '_'
}

// hostAround is the whole name that ends in the domain at i.
func hostAround(low []byte, i int, domain string) string {
	from := i
	for from > 0 && i-from < 200 && (isLabel(low[from-1]) || low[from-1] == '.') {
		from--
	}
	if host, err := egress.Host(strings.Trim(string(low[from:i])+domain, ".")); err == nil {
		return host
	}
	return domain
}

var errTooLarge = errors.New("too large")

func readBounded(tree fs.FS, name string) ([]byte, error) {
	f, err := tree.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if info.Size() > maxScanFile {
		return nil, errTooLarge
	}
	var b bytes.Buffer
	if _, err := b.ReadFrom(&bounded{f, maxScanFile}); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// bounded reads a file that may grow meanwhile.
type bounded struct {
	fs.File
	left int
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errTooLarge
	}
	n, err := b.File.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}

// Known are the registrable domains of all vendors, cut off or not. It needs Follow.
func (r *Register) Known(ctx context.Context) ([]string, error) {
	vendors, err := r.List(ctx)
	if err != nil {
		return nil, err
	}
	denied, err := r.denied(ctx)
	if err != nil {
		return nil, err
	}
	var list []string
	for d := range denied {
		list = append(list, d)
	}
	for i := range vendors {
		for _, h := range vendors[i].hosts() {
			list = append(list, domainOf(h))
		}
	}
	slices.Sort(list)
	return slices.Compact(list), nil
}

// PageOf is the place under which a page is kept: without its query and its fragment.
func PageOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return clean(address, maxPlace)
	}
	return place(u)
}
