package verify

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"html/template"
	"io"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"jejak/exposure"
)

// PagesOptions of Pages. Desk and Client are required.
type PagesOptions struct {
	Desk     *Desk
	MailBack *MailBack                      // nil: nobody can ask whether they were affected
	Client   func(*http.Request) netip.Addr // where a request came from; it is counted coarsely and kept nowhere
	Failed   func(error)                    // told what went wrong; nil: nobody
}

// Pages are open to everybody: they need no session and no script, and load nothing. What is posted:
//
//	POST /notice        code     what was sent with it
//	POST /notice/proof  code     the proof, as a file
//	POST /notice/mail   mail     a file: is it ours?
//	POST /affected      address  the same answer to everybody
//
// and lang with each.
type Pages struct {
	o   PagesOptions
	mux *http.ServeMux
}

// NewPages makes them.
func NewPages(o PagesOptions) *Pages {
	if o.Failed == nil {
		o.Failed = func(error) {}
	}
	p := &Pages{o: o, mux: http.NewServeMux()}
	p.mux.HandleFunc("GET /notice", p.form)
	p.mux.HandleFunc("POST /notice", p.notice)
	p.mux.HandleFunc("POST /notice/proof", p.proof)
	p.mux.HandleFunc("POST /notice/mail", p.mail)
	if o.MailBack != nil {
		p.mux.HandleFunc("GET /affected", p.form)
		p.mux.HandleFunc("POST /affected", p.affected)
	}
	return p
}

// Speaks tells whether a path is one of the pages'.
func Speaks(path string) bool {
	return path == "/notice" || strings.HasPrefix(path, "/notice/") || path == "/affected"
}

// maxForm bounds what is posted beside a mail, in bytes.
const maxForm = 4 << 10

// ServeHTTP implements http.Handler.
func (p *Pages) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	most := int64(maxForm)
	if r.URL.Path == "/notice/mail" {
		most += MaxMail
	}
	r.Body = http.MaxBytesReader(w, r.Body, most)
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", policy)
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	p.mux.ServeHTTP(w, r)
}

//go:embed page.css
var style string

// policy lets the page's own style in and nothing else.
var policy = func() string {
	sum := sha256.Sum256([]byte(style))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
		"'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
}()

//go:embed page.html
var markup string

// templates are the page in each language.
var templates = func() map[exposure.Locale]*template.Template {
	all := map[exposure.Locale]*template.Template{}
	for _, l := range exposure.Locales {
		all[l] = template.Must(template.New("page").Funcs(template.FuncMap{
			"w": func(key string) string {
				if text, ok := words[key][l]; ok {
					return text
				}
				panic("BUG: no words for " + key)
			},
			"day": func(t time.Time) string { return day(l, t) },
			"hex": func(h tlog.Hash) string { return hex.EncodeToString(h[:]) },
		}).Parse(markup))
	}
	return all
}()

// view is what the page shows.
type view struct {
	Locale  exposure.Locale
	Path    string // of the form: /notice or /affected
	Problem string
	Forms   bool
	Mails   bool
	Asked   bool
	Shown   *Shown
	Report  *Report
}

func (v view) Title() string {
	if v.Path == "/affected" {
		return "affected.title"
	}
	return "notice.title"
}

func (v view) Style() template.CSS { return template.CSS(style) } // ours, from this folder

// language is a link to the page in one.
type language struct {
	Locale  exposure.Locale
	Name    string
	Path    string
	Current bool
}

func (v view) Languages() []language {
	return []language{
		{exposure.English, "English", v.Path, v.Locale == exposure.English},
		{exposure.Indonesian, "Bahasa Indonesia", v.Path, v.Locale == exposure.Indonesian},
	}
}

// Fine tells whether nothing is to be said against a mail.
func (r Report) Fine() bool { return r.Verdict == Real && len(r.Reasons) == 0 }

func (p *Pages) view(r *http.Request) view {
	path := "/notice"
	if r.URL.Path == "/affected" {
		path = "/affected"
	}
	return view{Locale: localeOf(r), Path: path, Mails: p.o.Desk.o.Seal.Domain != ""}
}

// localeOf is what was chosen, or else what the browser speaks first.
func localeOf(r *http.Request) exposure.Locale {
	for _, said := range []string{r.PostFormValue("lang"), r.URL.Query().Get("lang"), r.Header.Get("Accept-Language")} {
		switch {
		case strings.HasPrefix(said, "id"):
			return exposure.Indonesian
		case said != "":
			return exposure.English
		}
	}
	return exposure.English
}

func show(w http.ResponseWriter, status int, v view) {
	var out bytes.Buffer
	if err := templates[v.Locale].Execute(&out, v); err != nil {
		panic("BUG: " + err.Error())
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(out.Bytes()) // the client may be gone
}

func (p *Pages) form(w http.ResponseWriter, r *http.Request) {
	v := p.view(r)
	v.Forms = true
	show(w, http.StatusOK, v)
}

// problem shows the form again with what went wrong.
func (p *Pages) problem(w http.ResponseWriter, v view, err error) {
	status, said := http.StatusServiceUnavailable, "problem.later"
	switch {
	case errors.Is(err, ErrUnknown):
		status, said = http.StatusNotFound, "notice.unknown"
	case errors.Is(err, ErrTooMany):
		status, said = http.StatusTooManyRequests, "problem.many"
	case errors.Is(err, ErrBusy):
		said = "problem.busy"
	case errors.Is(err, ErrLater), errors.Is(err, ErrNoDomain):
	case errors.Is(err, errMail):
		status, said = http.StatusBadRequest, "mail.none"
	default:
		p.o.Failed(err)
	}
	v.Problem, v.Forms = said, true
	show(w, status, v)
}

func (p *Pages) notice(w http.ResponseWriter, r *http.Request) {
	v := p.view(r)
	s, err := p.o.Desk.Show(r.Context(), r.PostFormValue("code"), p.o.Client(r))
	if err != nil {
		p.problem(w, v, err)
		return
	}
	v.Shown = &s
	show(w, http.StatusOK, v)
}

func (p *Pages) proof(w http.ResponseWriter, r *http.Request) {
	v := p.view(r)
	s, err := p.o.Desk.Show(r.Context(), r.PostFormValue("code"), p.o.Client(r))
	if err == nil && s.Proof == nil {
		err = ErrUnknown
	}
	if err != nil {
		p.problem(w, v, err)
		return
	}
	text, err := json.Marshal(s.Proof) // the entry in it must stay as it is, to the byte
	if err != nil {
		panic("BUG: a proof is no JSON: " + err.Error())
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Disposition", `attachment; filename="notice-proof-`+string(s.Incident)+`.json"`)
	_, _ = w.Write(append(text, '\n')) // the client may be gone
}

// mail reads the file while it comes in: nothing of it is ever on disk.
func (p *Pages) mail(w http.ResponseWriter, r *http.Request) {
	lang, raw, err := upload(r)
	if lang != "" {
		q := r.URL.Query()
		q.Set("lang", lang)
		r.URL.RawQuery = q.Encode()
	}
	v := p.view(r)
	if err != nil {
		p.problem(w, v, errMail)
		return
	}
	report, err := p.o.Desk.CheckMail(r.Context(), raw, p.o.Client(r))
	if err != nil {
		p.problem(w, v, err)
		return
	}
	v.Report = &report
	show(w, http.StatusOK, v)
}

func upload(r *http.Request) (lang string, raw []byte, err error) {
	parts, err := r.MultipartReader()
	if err != nil {
		return "", nil, err
	}
	for range 4 {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return lang, nil, err
		}
		b, err := io.ReadAll(io.LimitReader(part, MaxMail+1))
		switch {
		case err != nil:
			return lang, nil, err
		case part.FormName() == "lang":
			lang = string(b)
		case part.FormName() == "mail" && len(b) > 0 && len(b) <= MaxMail:
			raw = b
		}
	}
	if raw == nil {
		return lang, nil, errMail
	}
	return lang, raw, nil
}

// affected answers alike whatever was typed.
func (p *Pages) affected(w http.ResponseWriter, r *http.Request) {
	v := p.view(r)
	if err := p.o.MailBack.Ask(r.Context(), r.PostFormValue("address"), v.Locale, p.o.Client(r)); err != nil {
		p.problem(w, v, err)
		return
	}
	v.Asked = true
	show(w, http.StatusAccepted, v)
}
