// Package statement looks through what is said in public about an incident, in English or Indonesian: whether a vendor's statement has
// what a statement must have, and whether a text says "no evidence of misuse" without saying what was searched. It looks for words, so it
// can be wrong in both directions: a person decides.
package statement

import (
	"regexp"
	"strings"

	"jejak/exposure"
)

// MaxText bounds a text, in bytes.
const MaxText = 50_000

// Item is one of the eight things that a statement must say.
type Item string

// The items, in the order in which they are told.
const (
	Detected    Item = "detected"
	Contained   Item = "contained"
	What        Item = "what"
	HowMany     Item = "how_many"
	Cause       Item = "cause"
	NotAffected Item = "not_affected"
	Actions     Item = "actions"
	Contact     Item = "contact"
)

// SaidItem is an item with the sentence that says it.
type SaidItem struct {
	Item     Item   `json:"item"`
	Said     bool   `json:"said"`
	Sentence string `json:"sentence,omitempty"`
	Missing  string `json:"missing,omitempty" doc:"What to ask for."`
}

// Report is the outcome.
type Report struct {
	Complete bool       `json:"complete"`
	Items    []SaidItem `json:"items"`
	Claims   []string   `json:"unsupported_claims" doc:"Sentences that say no evidence of misuse was found, without what was searched and until when."`
}

const (
	month = `(?:january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sep|sept|oct|nov|dec|januari|februari|maret|mei|juni|juli|agustus|oktober|desember)`
	date  = `(?:\b\d{4}-\d{2}-\d{2}\b|\b\d{1,2}(?:st|nd|rd|th)?(?: of)? ` + month + `\b|\b` + month + `\.? \d{1,2}\b|\b\d{1,2}/\d{1,2}/\d{2,4}\b)`
)

// items are what a sentence needs for each: all expressions match it.
var items = []struct {
	item    Item
	all     []*regexp.Regexp
	missing string
}{
	{Detected, list(`detect|discover|became aware|learned|noticed|identified|mendeteksi|terdeteksi|mengetahui|diketahui|menemukan|ditemukan`, date), "the date on which it was detected"},
	{Contained, list(`\bcontain(?:ed|ment)|stopped|revoked|blocked|terminated|ended|shut off|secured|dihentikan|menghentikan|ditutup|dicabut|mencabut|diblokir|memblokir|ditangani`, date), "the date on which it was contained"},
	{What, list(classWords(), `expos|access|export|affect|includ|involv|obtain|stolen|leak|compromis|terungkap|diakses|bocor|diekspor|terdampak|dicuri|diperoleh|meliputi`), "which kinds of data are concerned"},
	{HowMany, list(`\b\d[\d.,]*\s*(?:%|million|thousand|juta|ribu)?\s*(?:of )?(?:our |the |affected )?(?:customers|users|people|persons|individuals|accounts|records|organi[sz]ations|pelanggan|pengguna|orang|akun|catatan|organisasi|subjek data)`), "how many people and organisations, or: not yet known, and when the next update comes"},
	{Cause, list(`phish|smish|malware|ransomware|credential|social engineering|misconfigur|vulnerab|insider|employee|human error|mistake|stolen laptop|supply.chain|zero.day|pengelabuan|kredensial|kerentanan|salah konfigurasi|kesalahan|kelalaian|rekayasa sosial|orang dalam|karyawan`), "the kind of cause"},
	{NotAffected, list(`(?:not|no|never|nor)\b.{0,80}(?:affected|exposed|accessed|compromised|involved|impacted|included)|(?:tidak|bukan)\b.{0,80}(?:terdampak|terungkap|diakses|bocor|termasuk|terlibat)`), "what is not affected"},
	{Actions, list(`\bwe (?:have |also |immediately |will |are )*(?:revok|rotat|reset|block|notif|engag|secur|strengthen|disabl|remov|terminat|investigat|review|add|requir|contain)|steps (?:we|you)|kami (?:telah |sudah |segera |akan |sedang )*(?:mencabut|mengganti|memblokir|memberi tahu|menghentikan|memperkuat|menyelidiki|memeriksa|menonaktifkan|melibatkan)|langkah`), "what was and will be done"},
	{Contact, list(`[\w.+-]+@[\w-]+(?:\.[\w-]+)+|(?:contact|reach|hubungi|kontak)[^.]{0,80}(?:\+?\d[\d ()-]{6,}|https://)`), "a contact that can be copied"},
}

// later says that a number is not known, with the time of the next word on it.
var later = list(`not (?:yet )?known|still (?:determining|investigating|being determined)|belum diketahui|masih (?:dihitung|diselidiki)`, `next update|will update|pembaruan berikutnya|kabar berikutnya|by `+date+`|`+date)

func list(expressions ...string) (out []*regexp.Regexp) {
	for _, e := range expressions {
		out = append(out, regexp.MustCompile(`(?i)`+e))
	}
	return out
}

// classWords matches what people call the classes of data.
func classWords() string {
	words := []string{`\bnames?\b`, `e-?mail`, `\bip\b`, `location`, `phone`, `address`, `passwords?`, `\bkeys?\b`, `tokens?`, `\bnama\b`, `lokasi`, `telepon`}
	for _, c := range exposure.Classes() {
		for _, l := range exposure.Locales {
			words = append(words, regexp.QuoteMeta(c.In(l)))
		}
	}
	return strings.Join(words, "|")
}

// Check looks through a text.
func Check(text string) Report {
	said := sentences(text)
	r := Report{Complete: true, Claims: unsupported(said)}
	if r.Claims == nil {
		r.Claims = []string{}
	}
	for _, x := range items {
		f := SaidItem{Item: x.item, Missing: x.missing}
		s, is := find(said, x.item, x.all)
		if !is && x.item == HowMany {
			s, is = find(said, x.item, later)
		}
		if is {
			f = SaidItem{Item: x.item, Said: true, Sentence: s}
		}
		r.Complete = r.Complete && is
		r.Items = append(r.Items, f)
	}
	return r
}

// denials are sentences that tell of what is not, or not yet: they say neither what is affected nor when it was detected.
var denials = regexp.MustCompile(`(?i)\b(?:not|no|never|nor|tidak|belum|bukan)\b`)

func find(said []string, x Item, all []*regexp.Regexp) (string, bool) {
	for _, s := range said {
		if (x == What || x == Detected) && denials.MatchString(s) {
			continue
		}
		if matches(s, all) {
			return s, true
		}
	}
	return "", false
}

func matches(s string, all []*regexp.Regexp) bool {
	for _, e := range all {
		if !e.MatchString(s) {
			return false
		}
	}
	return true
}

var end = regexp.MustCompile(`[.!?](?:\s+|$)|\n+|;\s+`)

// sentences cuts a text; what is left of it between cuts, trimmed.
func sentences(text string) (out []string) {
	for _, s := range end.Split(text, -1) {
		if s = strings.Join(strings.Fields(s), " "); s != "" {
			out = append(out, s)
		}
	}
	return out
}

var (
	claim = regexp.MustCompile(`(?i)\b(?:no|not|without|any) (?:\w+ ){0,4}?(?:evidence|indication|signs?|reason to believe)\b|(?:tidak|belum|tanpa) (?:\w+ ){0,3}?(?:bukti|indikasi|tanda|petunjuk)`)
	about = regexp.MustCompile(`(?i)misus|abus|fraud|malicious|further|onward|published|sold|disalahgunakan|penyalahgunaan|penipuan|disebarkan|dijual`)
	// searched: what was looked at, and until when.
	searched = list(`search|examin|review|look(?:ed)? (?:at|through)|analy[sz]|monitor|inspect|memeriksa|diperiksa|pemeriksaan|menelusuri|memantau|menganalisis`, `(?:until|till|up to|through|between|hingga|sampai|antara).*`+date)
)

// unsupported are the sentences that say nothing was found, without what was searched and until when, there or in the next sentence.
func unsupported(said []string) (out []string) {
	for i, s := range said {
		if !claim.MatchString(s) || !about.MatchString(s) {
			continue
		}
		next := ""
		if i+1 < len(said) {
			next = said[i+1]
		}
		if !matches(s, searched) && !matches(next, searched) {
			out = append(out, s)
		}
	}
	return out
}
