package publish

import (
	"fmt"
	"net/mail"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"jejak/exposure"
)

// Flaw is why a page cannot be published.
type Flaw struct {
	Field   string `json:"field"`
	Code    string `json:"code"` // stable, for machines
	Message string `json:"message"`
}

// Limits of a draft.
const (
	maxText  = 8000 // bytes of a text
	maxItems = 100  // of a list
)

// linter gathers the problems of a page.
type linter struct {
	page  *Page
	found []Flaw
}

func (l *linter) add(field, code, message string) {
	l.found = append(l.found, Flaw{field, code, message})
}

// lint lists why a page may not be published; none: it may. raw is the draft before its numbers were filled in: what a person
// wrote is read, not what was made.
func lint(raw Draft, p *Page, k Known) []Flaw {
	l := &linter{page: p}
	l.entries(raw, k)
	l.head(raw)
	l.lists(raw)
	for _, t := range l.texts(raw) {
		l.text(t.field, t.text, t.optional)
	}
	l.absences()
	return l.found
}

// field is a text with its name.
type field struct {
	field    string
	text     Text
	optional bool
}

func (l *linter) texts(d Draft) []field {
	all := []field{
		{"title", d.Title, false}, {"verdict", d.Verdict, false}, {"update", d.Update, false},
		{"measures", d.Measures, false}, {"unknown", d.Unknown, true},
	}
	for i, a := range d.Actions {
		all = append(all, field{fmt.Sprintf("actions[%d].do", i), a.Do, false}, field{fmt.Sprintf("actions[%d].why", i), a.Why, false})
	}
	for i, q := range d.Questions {
		all = append(all, field{fmt.Sprintf("questions[%d].question", i), q.Question, false}, field{fmt.Sprintf("questions[%d].answer", i), q.Answer, false})
	}
	for i, s := range d.Searches {
		all = append(all, field{fmt.Sprintf("searches[%d].where", i), s.Where, false})
	}
	for i, e := range d.Timeline {
		all = append(all, field{fmt.Sprintf("timeline[%d].what", i), e.What, false})
	}
	for _, o := range l.page.Documents {
		all = append(all, field{"documents." + o.Name, o.Title, false})
	}
	return all
}

func (l *linter) head(d Draft) {
	if !slices.Contains([]State{Investigating, Notifying, Told, Closed}, d.State) {
		l.add("state", "malformed", "the state is investigating, notifying, told or closed")
	}
	if u, err := url.Parse(d.Site); err != nil || u.Scheme != "https" || u.Host == "" || d.Site != "https://"+u.Host {
		l.add("site", "malformed", "the official address is https:// and a host, such as https://status.example.com")
	}
	if a, err := mail.ParseAddress(d.Contact.Address); err != nil || a.Address != d.Contact.Address {
		l.add("contact.address", "malformed", "a mailbox for this incident is required")
	}
	if u, err := url.Parse(d.Contact.Key); d.Contact.Key != "" && (err != nil || u.Scheme != "https") {
		l.add("contact.key", "malformed", "the key's address begins with https://")
	}
	for name, text := range map[string]string{"controller": d.Controller, "vendor": d.Vendor} {
		l.characters(name, text)
	}
	if d.Controller == "" {
		l.add("controller", "missing", "say who answers for the data")
	}
	l.promise(d)
}

// promise: an open incident says when it will be spoken of again.
func (l *linter) promise(d Draft) {
	switch {
	case d.State == Closed && d.Next != nil:
		l.add("next", "closed", "a closed incident promises no further update")
	case d.State != Closed && d.Next == nil:
		l.add("next", "missing", "say when the next update comes at the latest")
	case d.State != Closed && !d.Next.After(l.page.AsOf):
		l.add("next", "past", "the next update is promised for a time that has passed")
	case d.State == Told && l.page.Summary == nil:
		l.add("state", "no_scope", "nobody can have been told before the scope is known")
	}
}

func (l *linter) lists(d Draft) {
	for i, a := range d.Actions {
		if !slices.Contains(readers, a.Reader) || !slices.Contains(urgencies, a.Urgency) {
			l.add(fmt.Sprintf("actions[%d]", i), "malformed", "the reader is user, admin or developer, the urgency now, soon or know")
		}
	}
	for i, s := range d.Searches {
		if s.Until.IsZero() || s.Until.After(l.page.AsOf) {
			l.add(fmt.Sprintf("searches[%d].until", i), "malformed", "say until when it was looked for: a time that has passed")
		}
	}
	for name, n := range map[string]int{"actions": len(d.Actions), "timeline": len(d.Timeline), "questions": len(d.Questions), "searches": len(d.Searches), "hosts": len(d.Hosts)} {
		if n > maxItems {
			l.add(name, "too_long", fmt.Sprintf("there are at most %d", maxItems))
		}
	}
}

// entries: each is one of the register, told once, and says who says so.
func (l *linter) entries(d Draft, k Known) {
	seen := map[string]bool{}
	for i, e := range d.Timeline {
		name := fmt.Sprintf("timeline[%d]", i)
		if seen[e.Entry] || !slices.ContainsFunc(k.Timeline, func(h Happening) bool { return h.Entry == e.Entry }) {
			l.add(name, "unknown_entry", "the register's timeline has no such entry, or it is told twice")
		}
		seen[e.Entry] = true
		if e.Source == "" || len(e.Source) > maxText {
			l.add(name+".source", "missing", "say who says so")
		}
		l.characters(name+".source", e.Source)
	}
}

// text holds one text, in each locale, against every rule for words.
func (l *linter) text(name string, t Text, optional bool) {
	empty := 0
	for _, loc := range exposure.Locales {
		if strings.TrimSpace(t[loc]) == "" {
			empty++
		}
	}
	if empty > 0 && !(optional && empty == len(exposure.Locales)) {
		l.add(name, "missing_locale", "it must be there in each of "+fmt.Sprint(exposure.Locales))
	}
	for _, loc := range exposure.Locales {
		name, text := name+"."+string(loc), t[loc]
		if len(text) > maxText {
			l.add(name, "too_long", fmt.Sprintf("it has at most %d bytes", maxText))
			continue
		}
		l.characters(name, text)
		l.placeholders(name, text, loc)
		l.claims(name, placeholder.ReplaceAllString(text, "X"))
		l.links(name, text)
	}
}

// characters: nothing that cannot be seen, or turns the direction of what follows.
func (l *linter) characters(name, text string) {
	if clean(text) != text {
		l.add(name, "characters", "it holds characters that cannot be seen or that turn the direction of writing")
	}
}

func (l *linter) placeholders(name, text string, loc exposure.Locale) {
	for _, m := range placeholder.FindAllStringSubmatch(text, -1) {
		if _, known := value(m[1], m[2], loc, l.page.Summary); known {
			continue
		}
		switch {
		case m[1] == "absence":
			l.add(name, "absence_without_certificate", "there is no certificate for "+m[0])
		case l.page.Summary == nil:
			l.add(name, "no_scope", m[0]+" has no value before the scope is known")
		default:
			l.add(name, "unknown_placeholder", m[0]+" is not known")
		}
	}
}

// The phrases that need a ground. A rule of words can be talked around; two people read the page as well.
var (
	misuse = regexp.MustCompile(`(?i)\b(no|any|not|without)\b[^.\n]{0,40}\b(evidence|indications?|signs?|reasons? to believe)\b[^.\n]{0,60}\b(mis-?us(e|ed)|abus(e|ed)|exploit\w*|fraud\w*|sold|published)\b` +
		`|\b(tidak|belum|tanpa)\b[^.\n]{0,40}\b(bukti|indikasi|tanda|petunjuk)\b[^.\n]{0,60}\b(disalahgunakan|penyalahgunaan|dieksploitasi|dijual|disebarkan|penipuan)\b`)
	absence = regexp.MustCompile(`(?i)\b(not|never|no|none|nobody|neither|nor|\w+n['’]t)\b[^.\n]{0,80}\b(expos\w*|affect\w*|leak\w*|involv\w*|includ\w*|compromis\w*|access(ed)?|stolen|taken|impact\w*|contain\w*|in the (file|dataset|export)|part of)\b` +
		`|\b(expos\w*|affect\w*|leak\w*|includ\w*|compromis\w*|contain\w*)\b[^.\n]{0,20}\b(no|none|not|neither|only|nobody)\b` +
		`|\b(only|limited to|nothing but|safe|secure|unaffected|intact)\b[^.\n]{0,80}\b(expos\w*|affect\w*|leak\w*|involv\w*|compromis\w*|stolen|in the (file|dataset|export))\b` +
		`|\b(remain\w*|are|is|stay\w*) (safe|secure|unaffected|intact|untouched)\b` +
		`|\b(tidak|bukan|tanpa|belum|tak|hanya|terbatas pada)\b[^.\n]{0,80}\b(terekspos|terdampak|bocor|termasuk|terlibat|terpapar|terungkap|diakses|dicuri|diambil|memuat|berisi|ada (di )?dalam (berkas|data))\b` +
		`|\b(bocor|terungkap|terekspos|memuat|berisi|terdampak)\b[^.\n]{0,20}\b(hanya|tidak|tanpa)\b` +
		`|\b(tetap )?(aman|utuh)\b[^.\n]{0,20}|\btidak tersentuh\b`)
	noNeed = regexp.MustCompile(`(?i)\b(no need|need not|not (necessary|required)|do(es)? ?n[o'’]t (need|have)|not have)\b[^.\n]{0,60}\b(reset|rotat\w*|chang\w*|replac\w*|renew\w*)\b` +
		`|\b(tidak|tak) (perlu|wajib|harus)\b[^.\n]{0,60}\b(mengganti|ganti|mengatur ulang|menyetel ulang|memperbarui|merotasi)\b`)
	naked = regexp.MustCompile(`(?i)\b\d[\d.,\s]*\s*(%|percent|persen|thousand|million|billion|ribu|juta|miliar|k|m)?\s*(\+\s*)?([\p{L}-]+\s+){0,2}(people|persons?|users?|customers?|clients?|accounts?|organi[sz]ations?|companies|businesses|rows?|records?|entries|mailboxes|addresses|e-?mails?|admins?|administrators?|members?|visitors?|profiles?|orang|pengguna|pelanggan|klien|akun|organisasi|perusahaan|baris|rekaman|catatan|entri|kotak surat|alamat|anggota|pengunjung|profil|subjek data)\b` +
		`|\b(thousands|millions|hundreds|dozens) of\b|\b(ribuan|jutaan|ratusan|puluhan)\b|\d\s*(%|percent\b|persen\b)` +
		`|\b(a|one|two|three|four|five|six|seven|eight|nine|ten|few|several|some|many)\s+(dozen|hundred|thousand|million)\b|\b(satu|dua|tiga|empat|lima|enam|tujuh|delapan|sembilan|sepuluh|beberapa)\s+(ratus|ribu|juta)\b` +
		`|\b(limited|small|tiny) (number|group|share)\b|\b(sejumlah kecil|sebagian kecil)\b`)
)

func (l *linter) claims(name, text string) {
	if misuse.MatchString(text) {
		l.add(name, "misuse_without_search", "say where signs of misuse were looked for, and until when, as a search: the page words it")
	}
	if naked.MatchString(text) {
		l.add(name, "naked_number", "numbers come from the scope: write {people}, {organisations}, {mailboxes}, {rows} or {unmatched}")
	}
	if absence.MatchString(text) {
		l.add(name, "absence_without_certificate", "what is not in the file is said by a certificate only: write {absence:CLASS}")
	}
	if noNeed.MatchString(text) && !l.page.absent(exposure.Credentials, exposure.Password) {
		l.add(name, "rotation_without_certificate", "that nothing need be replaced may be said when certificates cover keys and passwords")
	}
}

// absent tells whether certificates cover all of the classes.
func (p *Page) absent(classes ...exposure.Class) bool {
	for _, c := range classes {
		if p.Summary == nil || !slices.ContainsFunc(p.Summary.Absences, func(a exposure.Absence) bool { return a.Class == c && a.Certified }) {
			return false
		}
	}
	return true
}

// address finds what readers would take for a link.
var address = regexp.MustCompile(`(?i)\b([a-z][a-z0-9+.-]*://|www\.)[^\s<>"')\]]+`)

func (l *linter) links(name, text string) {
	for _, at := range address.FindAllString(text, -1) {
		u, err := url.Parse(at)
		if err != nil || u.Scheme != "https" || !slices.Contains(append(l.page.Draft.Hosts, hostOf(l.page.Draft.Site)), u.Host) {
			l.add(name, "foreign_link", "it holds an address that is neither the official one nor listed in hosts, or not https")
		}
	}
}

func hostOf(site string) string {
	u, err := url.Parse(site)
	if err != nil {
		return ""
	}
	return u.Host
}

// absences: each class that is said not to be in the file has its certificate among the downloads, and none is exposed as well.
func (l *linter) absences() {
	if l.page.Summary == nil {
		return
	}
	for _, a := range l.page.Summary.Absences {
		if !a.Certified {
			continue
		}
		name := "absences." + string(a.Class)
		if l.page.certificate(a) == nil {
			l.add(name, "absence_without_certificate", "its certificate is not among the downloads, or not the one with its hash")
		}
		if slices.ContainsFunc(l.page.Summary.Classes, func(e exposure.Exposed) bool { return e.Class == a.Class }) {
			l.add(name, "contradiction", "the class is in the file and certified not to be")
		}
		for _, loc := range exposure.Locales {
			if a.Wording[loc] == "" {
				l.add(name, "missing_locale", "its wording must be there in each of "+fmt.Sprint(exposure.Locales))
			}
		}
	}
}

// clean takes out what cannot be seen or turns the direction of writing: others wrote it.
func clean(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case r == utf8.RuneError, unicode.IsControl(r), unicode.Is(unicode.Cf, r), r == '\u2028', r == '\u2029':
			return -1
		default:
			return r
		}
	}, text)
}
