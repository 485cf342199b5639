package filing

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html/template"
	"strings"
	"time"

	"jejak/exposure"
)

// JSON is the document as canonical JSON: members in a fixed order, no markup escaped.
func (d Document) JSON() ([]byte, error) {
	var out bytes.Buffer
	w := json.NewEncoder(&out)
	w.SetEscapeHTML(false)
	if err := w.Encode(d); err != nil {
		return nil, fmt.Errorf("cannot write a filing: %w", err)
	}
	return out.Bytes(), nil
}

// frame is the words around a document.
type frame struct {
	Draft, Phase, AsOf, Known, Unknown, Next, None string
}

var frames = map[exposure.Locale]frame{
	exposure.English:    {"Draft to be reviewed before it is sent", "Report", "Facts as of", "Known so far", "Not yet known", "Next report by", "none"},
	exposure.Indonesian: {"Rancangan yang harus diperiksa sebelum dikirim", "Laporan ke-", "Fakta per", "Yang sudah diketahui", "Yang belum diketahui", "Laporan berikutnya paling lambat", "tidak ada"},
}

// In is a time as documents write it.
func In(at time.Time) string { return at.UTC().Format("2006-01-02 15:04 UTC") }

func (d Document) next() string {
	if d.NextReport == nil {
		return "[" + word(d.Locale) + "]"
	}
	return In(*d.NextReport)
}

// Text is the document for a letter or a form to copy into.
func (d Document) Text() string {
	f := frames[d.Locale]
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n%s %s, %s %d, %s: %s\n(%s: %s)\n", strings.ToUpper(d.Title), d.Incident, d.Form, f.Phase, d.Phase, f.AsOf, In(d.At), f.Draft, d.Review)
	for _, s := range d.Sections {
		fmt.Fprintf(&b, "\n%s\n", s.Title)
		if s.Text != "" {
			fmt.Fprintf(&b, "%s\n", s.Text)
		}
		for _, x := range s.Fields {
			fmt.Fprintf(&b, "- %s: %s\n", x.Label, x.Value)
		}
	}
	none := func(list []string) string {
		if len(list) == 0 {
			return f.None
		}
		return strings.Join(list, "; ")
	}
	fmt.Fprintf(&b, "\n%s: %s\n%s: %s\n%s: %s\n", f.Known, none(d.Known), f.Unknown, none(d.Unknown), f.Next, d.next())
	return b.String()
}

var page = template.Must(template.New("").Parse(`<!doctype html>
<html lang="{{.D.Locale}}"><head><meta charset="utf-8"><title>{{.D.Title}} – {{.D.Incident}}</title>
<meta name="viewport" content="width=device-width"><meta name="robots" content="noindex">
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color:#222}dt{font-weight:600;margin-top:.6rem}dd{margin:0;white-space:pre-line;overflow-wrap:anywhere}p{white-space:pre-line}.note{background:#f3f3f3;padding:.6rem}.unknown{color:#a33}</style></head><body>
<p class="note">{{.F.Draft}}: {{.D.Review}}</p>
<h1>{{.D.Title}}</h1><p>{{.D.Incident}} · {{.F.Phase}} {{.D.Phase}} · {{.F.AsOf}} {{.At}}</p>
{{range .D.Sections}}<h2>{{.Title}}</h2>{{with .Text}}<p>{{.}}</p>{{end}}{{if .Fields}}<dl>{{range .Fields}}<dt>{{.Label}}</dt><dd{{if not .Known}} class="unknown"{{end}}>{{.Value}}</dd>{{end}}</dl>{{end}}
{{end}}<h2>{{.F.Known}}</h2><p>{{range $i, $x := .D.Known}}{{if $i}}; {{end}}{{$x}}{{else}}{{$.F.None}}{{end}}</p>
<h2>{{.F.Unknown}}</h2><p>{{range $i, $x := .D.Unknown}}{{if $i}}; {{end}}{{$x}}{{else}}{{$.F.None}}{{end}}</p>
<h2>{{.F.Next}}</h2><p>{{.Next}}</p>
</body></html>
`))

// HTML is the document as a page without scripts and without anything from elsewhere.
func (d Document) HTML() ([]byte, error) {
	var out bytes.Buffer
	err := page.Execute(&out, struct {
		D        Document
		F        frame
		At, Next string
	}{d, frames[d.Locale], In(d.At), d.next()})
	if err != nil {
		return nil, fmt.Errorf("cannot write a filing: %w", err)
	}
	return out.Bytes(), nil
}
