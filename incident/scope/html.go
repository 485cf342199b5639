package scope

import (
	"bytes"
	_ "embed" // the page
	"encoding/json"
	"fmt"
	"html/template"
	"strings"

	"jejak/exposure"
)

//go:embed page/report.html
var pageText string

//go:embed page/words.json
var wordsText []byte

// words are those of the page, by key and locale.
var words = func() (w map[string]map[exposure.Locale]string) {
	if err := json.Unmarshal(wordsText, &w); err != nil {
		panic(fmt.Sprintf("BUG: the words of the report do not read: %v", err))
	}
	return w
}()

var page = template.Must(template.New("report").Parse(pageText))

// view is what the page is filled with, once for each language.
type view struct {
	*Report
	Hash    string
	Locales []localView
}

// localView is the report in a language.
type localView struct {
	*Report
	Locale exposure.Locale
	Hash   string
}

// HTML is the report as one page in English and Indonesian. It has no script, and needs nothing else: every text of the file in it is
// inert. The same report makes the same bytes.
func (r *Report) HTML() ([]byte, error) {
	hash, err := r.Hash()
	if err != nil {
		return nil, err
	}
	v := view{Report: r, Hash: hash}
	for _, l := range exposure.Locales {
		v.Locales = append(v.Locales, localView{r, l, hash})
	}
	var b bytes.Buffer
	if err := page.Execute(&b, v); err != nil {
		return nil, fmt.Errorf("cannot write the page of a report: %w", err)
	}
	return b.Bytes(), nil
}

// Say is a text of the page. It panics for one that is not there.
func (v localView) Say(key string) (string, error) {
	text := words[key][v.Locale]
	if text == "" {
		return "", fmt.Errorf("cannot say %q in %q", key, v.Locale)
	}
	return text, nil
}

// Class is a class in words.
func (v localView) Class(c exposure.Class) string { return c.In(v.Locale) }

// ClassList is several in words.
func (v localView) ClassList(list []exposure.Class) string {
	out := make([]string, len(list))
	for i, c := range list {
		out[i] = c.In(v.Locale)
	}
	return strings.Join(out, ", ")
}

// Number is a count in groups of three.
func (v localView) Number(n int64) string {
	if v.Locale == exposure.Indonesian {
		return grouped(n, ".")
	}
	return grouped(n, ",")
}

// Wording is the one of a language.
func (v localView) Wording(w map[exposure.Locale]string) string { return w[v.Locale] }

// IsOpen tells whether a group must still be explained.
func (v localView) IsOpen(id GroupID) bool {
	for _, o := range v.Open {
		if o == id {
			return true
		}
	}
	return false
}

// Described is what the rows of a group have in common.
func (v localView) Described(g Group) string {
	if g.ID == Rest {
		return words["rest"][v.Locale]
	}
	var parts []string
	for _, text := range []string{g.Event, g.Source, g.Referrer} {
		if text != "" {
			parts = append(parts, text)
		}
	}
	for _, d := range g.Domains[:min(1, len(g.Domains))] {
		parts = append(parts, "@"+d.Text)
	}
	return strings.Join(parts, " · ")
}
