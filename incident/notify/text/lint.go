package text

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode"

	"jejak/exposure"
)

// Finding is why a text may not be sent.
type Finding struct {
	Code    string          `json:"code"` // stable, for machines
	Locale  exposure.Locale `json:"locale"`
	Message string          `json:"message"`
}

// The limits that texts keep.
const (
	verdictWithin   = 15 // words
	maxSentence     = 25 // words
	maxMeanSentence = 18 // words, in Indonesian
	maxGrade        = 9  // Flesch-Kincaid, in English
)

// Lint checks a version's facts and every text that can come of them: each kind, audience and locale, with few classes and with
// all. Without findings, each notice of the version may be sent.
func Lint(f Facts) (found []Finding) {
	for _, l := range exposure.Locales {
		found = append(found, f.lintWords(l)...)
		found = append(found, f.lintTexts(l)...)
	}
	return unique(found)
}

// lintWords checks what people wrote.
func (f Facts) lintWords(l exposure.Locale) (found []Finding) {
	for name, w := range map[string]Words{"happened": f.Happened, "did": f.Did, "rights": f.Rights} {
		text := strings.TrimSpace(w[l])
		if text == "" {
			found = append(found, Finding{"missing_block", l, "The text " + name + " is missing: nothing can be sent in this language."})
		}
		found = append(found, lintFree(l, name, text)...)
	}
	found = append(found, lintFree(l, "changed", f.Changed[l])...)
	for name, text := range map[string]string{"company": f.Company, "source": f.Source} {
		if text == "" || Inert(text) != text {
			found = append(found, Finding{"name", l, "The name " + name + " is missing, or has signs that are not part of a name."})
		}
	}
	return append(found, f.lintPlaces(l)...)
}

// lintPlaces checks that page and contact are at the official domain.
func (f Facts) lintPlaces(l exposure.Locale) (found []Finding) {
	if !strings.HasPrefix(f.Page, "https://"+f.Domain+"/") || strings.ContainsAny(f.Page, " \t\r\n<>\"") {
		found = append(found, Finding{"foreign_link", l, "The incident page is not at the official domain."})
	}
	if at := strings.LastIndexByte(f.Contact, '@'); at < 1 || f.Contact[at+1:] != f.Domain || strings.ContainsAny(f.Contact, " \t\r\n<>\"") {
		found = append(found, Finding{"foreign_link", l, "The contact address is not at the official domain."})
	}
	if f.Next.IsZero() {
		found = append(found, Finding{"next_update", l, "The time of the next update is missing."})
	}
	return found
}

var absenceClaims = map[exposure.Locale]*regexp.Regexp{
	exposure.English:    regexp.MustCompile(`(?i)\b(not|never|no|none|without)\b[^.\n]*\b(exposed|affected|involved|included|accessed|taken|leaked|compromised|in the file|passwords?|keys?|credentials|payment|tokens?)\b|\b(unaffected|unexposed)\b|\b(safe|secure)\b|no need`),
	exposure.Indonesian: regexp.MustCompile(`(?i)\b(tidak|bukan|tanpa|belum)\b[^.\n]*\b(terdampak|terungkap|bocor|termasuk|terlibat|diakses|diambil|kata sandi|kunci|pembayaran|token)\b|\baman\b|tidak perlu`),
}

// lintFree checks a text that a person wrote: it claims no absence, that is for certificates.
func lintFree(l exposure.Locale, name, text string) (found []Finding) {
	if claim := absenceClaims[l].FindString(text); claim != "" {
		found = append(found, Finding{"absence_without_certificate", l, fmt.Sprintf("The text %s says %q. What was not involved is said by certificates only.", name, claim)})
	}
	if strings.ContainsFunc(text, func(r rune) bool { return r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r)) }) {
		found = append(found, Finding{"control", l, "The text " + name + " holds signs that are not seen."})
	}
	return found
}

// lintTexts renders each set and checks it.
func (f Facts) lintTexts(l exposure.Locale) (found []Finding) {
	for _, n := range samples(l) {
		if n.Kind == Supplement && f.Changed == nil {
			continue // this version has none
		}
		m, err := Render(f, n)
		if err != nil {
			found = append(found, Finding{"missing_block", l, err.Error()})
			continue
		}
		found = append(found, f.LintMessage(l, n, m)...)
	}
	return found
}

func samples(l exposure.Locale) (list []Notice) {
	in := []exposure.Locale{l}
	for _, classes := range [][]exposure.Class{{exposure.Email}, exposure.Classes()} {
		for _, a := range []exposure.Audience{exposure.Organisation, exposure.Admin, exposure.Person} {
			list = append(list, Notice{Kind: First, Audience: a, Locales: in, Classes: classes, Organisation: "Contoh Digital", Members: 12, Code: sampleCode})
		}
		list = append(list, Notice{Kind: First, Audience: exposure.Admin, Locales: in, Classes: classes, Own: classes, Members: 1, Code: sampleCode},
			Notice{Kind: Supplement, Audience: exposure.Admin, Locales: in, Classes: classes, Own: classes, Members: 3, Code: sampleCode},
			Notice{Kind: Supplement, Audience: exposure.Person, Locales: in, Classes: classes, Code: sampleCode})
	}
	return append(list, Notice{Kind: Courtesy, Audience: exposure.Person, Locales: in, Code: sampleCode})
}

// Sample is a notice as it would read, made for nobody.
type Sample struct {
	Kind     Kind              `json:"kind"`
	Audience exposure.Audience `json:"audience"`
	Locale   exposure.Locale   `json:"locale"`
	Subject  string            `json:"subject"`
	Body     string            `json:"body"`
}

// Samples are notices of each kind, audience and locale to who lost the given classes.
func Samples(f Facts, lost []exposure.Class) (list []Sample, err error) {
	seen := map[Sample]bool{}
	for _, l := range exposure.Locales {
		for _, n := range samples(l) {
			if n.Kind != Courtesy {
				n.Classes, n.Own = lost, nil
			}
			m, err := Render(f, n)
			if errors.Is(err, ErrBlock) && n.Kind == Supplement {
				continue
			}
			if err != nil {
				return nil, err
			}
			if s := (Sample{n.Kind, n.Audience, l, m.Subject, m.Body}); !seen[s] {
				seen[s] = true
				list = append(list, s)
			}
		}
	}
	return list, nil
}

const sampleCode = "0123456789ABCDEF"

// LintMessage checks one notice in one locale.
func (f Facts) LintMessage(l exposure.Locale, n Notice, m Message) (found []Finding) {
	add := func(code, message string) { found = append(found, Finding{code, l, message}) }
	if !hasVerdict(l, n, m) {
		add("verdict", fmt.Sprintf("The subject, or the first %d words, do not say whether the recipient is affected, and by which incident.", verdictWithin))
	}
	if hedge := hedges[l].FindString(m.Body); hedge != "" {
		add("hedge", fmt.Sprintf("The text says %q. Say what is known, and what is not.", hedge))
	}
	if n.Kind == Courtesy && yours[l].MatchString(m.Body) {
		add("courtesy", "A note to somebody who is not affected speaks of their data.")
	}
	for _, link := range foreignLinks(m.Subject+"\n"+m.Body, f.Domain) {
		add("foreign_link", fmt.Sprintf("The text leads to %q, which is not the official domain.", link))
	}
	if strings.ContainsAny(m.Subject, "\r\n") {
		add("header", "The subject has more than one line.")
	}
	return append(found, readable(l, m.Body)...)
}

// hasVerdict: the answer, and the incident it is about, come first.
func hasVerdict(l exposure.Locale, n Notice, m Message) bool {
	words := strings.Fields(m.Body)
	start := strings.Join(words[:min(len(words), verdictWithin)], " ")
	yes, no, affected := "Yes,", "No,", "affected"
	if l == exposure.Indonesian {
		yes, no, affected = "Ya,", "Tidak,", "terdampak"
	}
	answer := yes
	if n.Kind == Courtesy {
		answer = no
	}
	return strings.HasPrefix(start, answer) && strings.Contains(start, affected) && incidentNumber.MatchString(start) &&
		strings.Contains(m.Subject, affected) && incidentNumber.MatchString(m.Subject)
}

var incidentNumber = regexp.MustCompile(`\b[0-9]{4}-[0-9]{2,4}\b`)

// hedges are words behind which a risk hides. "May" in a date is followed by a year.
var hedges = map[exposure.Locale]*regexp.Regexp{
	exposure.English:    regexp.MustCompile(`\bmay\b|\bMay\b(?: [^0-9]|$)|(?i)\b(might|could|possibly|potentially|perhaps|allegedly|approximately|some of your|certain information|out of an abundance of caution|take (?:your )?(?:privacy|security) (?:very )?seriously|no evidence|no indication)\b`),
	exposure.Indonesian: regexp.MustCompile(`(?i)\b(mungkin|kemungkinan|barangkali|berpotensi|bisa jadi|boleh jadi|diduga|sebagian data|tidak ada bukti|tidak ada indikasi)\b`),
}

var yours = map[exposure.Locale]*regexp.Regexp{
	exposure.English:    regexp.MustCompile(`(?i)\byour data\b`),
	exposure.Indonesian: regexp.MustCompile(`(?i)\bdata anda\b`),
}

var hostLike = regexp.MustCompile(`(?i)(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?\.)+\p{L}[\p{L}\p{N}-]*`)

// foreignLinks are the hosts in a text, those of addresses included, that are not the domain. A scheme that is not https is one.
func foreignLinks(text, domain string) (out []string) {
	for _, h := range hostLike.FindAllString(text, -1) {
		if !strings.EqualFold(h, domain) {
			out = append(out, h)
		}
	}
	for _, s := range schemes.FindAllString(text, -1) {
		if !strings.EqualFold(s, "https://") {
			out = append(out, s)
		}
	}
	for _, link := range links.FindAllString(text, -1) { // a user name before the host, a port, an address of numbers
		if !strings.HasPrefix(strings.ToLower(link), "https://"+domain+"/") {
			out = append(out, link)
		}
	}
	return out
}

var (
	schemes = regexp.MustCompile(`(?i)[a-z][a-z0-9+.-]*://|\b(?:javascript|data|mailto|tel):`)
	links   = regexp.MustCompile(`(?i)https?://[^\s]+`)
)

func unique(list []Finding) (out []Finding) {
	seen := map[Finding]bool{}
	for _, f := range list {
		if !seen[f] {
			seen[f] = true
			out = append(out, f)
		}
	}
	return out
}
