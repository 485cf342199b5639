package publish

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"fmt"
	html "html/template"
	"maps"
	"slices"
	"strings"
	text "text/template"

	"jejak/exposure"
)

//go:embed templates
var templateFiles embed.FS

const (
	pageFile  = "page.json"
	styleFile = "style.css"
)

// Set is the files of a version by name. The same page always makes the same bytes.
type Set map[string][]byte

// Hash is SHA-256 over the names and hashes of the files, as sha256sum prints them: what two people allow.
func (s Set) Hash() [sha256.Size]byte {
	var list bytes.Buffer
	for _, name := range slices.Sorted(maps.Keys(s)) {
		fmt.Fprintf(&list, "%x  %s\n", sha256.Sum256(s[name]), name)
	}
	return sha256.Sum256(list.Bytes())
}

// file is the page in a locale; the first is what a folder opens with.
func file(l exposure.Locale) string {
	if l == exposure.Locales[0] {
		return "index.html"
	}
	return "index." + string(l) + ".html"
}

var (
	htmlPage = html.Must(html.New("page.html").Funcs(html.FuncMap{"file": file}).ParseFS(templateFiles, "templates/page.html"))
	textPage = text.Must(text.New("page.txt").Funcs(text.FuncMap{"upper": strings.ToUpper, "head": head}).ParseFS(templateFiles, "templates/page.txt"))
)

// head is a heading of plain text.
func head(title string) string { return title + "\n" + strings.Repeat("-", len([]rune(title))) }

// render makes the files of a page that passed the lints.
func render(p *Page) (Set, error) {
	style, err := templateFiles.ReadFile("templates/" + styleFile)
	if err != nil {
		panic("BUG: the page has no style: " + err.Error())
	}
	set := Set{styleFile: style, pageFile: canonical(p), csafName(p.Incident): canonical(csaf(p))}
	for _, l := range exposure.Locales {
		var page, plain bytes.Buffer
		if err := htmlPage.Execute(&page, p.in(l)); err != nil {
			return nil, fmt.Errorf("cannot make the incident page: %w", err)
		}
		if err := textPage.Execute(&plain, p.in(l)); err != nil {
			return nil, fmt.Errorf("cannot make the incident page as text: %w", err)
		}
		set[file(l)], set[string(l)+".txt"] = page.Bytes(), plain.Bytes()
		set["updates."+string(l)+".atom"], set["updates."+string(l)+".json"] = atom(p.in(l)), canonical(jsonFeed(p.in(l)))
	}
	for name, body := range p.bodies {
		if _, taken := set[name]; taken {
			return nil, fmt.Errorf("cannot make the incident page: two files are named %q", name)
		}
		set[name] = body
	}
	return set, nil
}
