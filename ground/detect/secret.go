package detect

import (
	"encoding/base64"
	"math"
	"strings"
)

// keyForm is how the keys of one issuer look: a prefix, then so many characters of an alphabet.
type keyForm struct {
	prefix      string
	least, most int    // characters behind the prefix
	alphabet    byte   // kinds of bytes
	also        string // further characters
	rule        string
	check       func(text string) bool // of the whole; nil: the form is enough
}

// keyForms are public formats of the issuers' keys, longest prefix first where one begins like another.
var keyForms = []keyForm{
	{"AKIA", 16, 16, upperDigit, "", "aws", nil},
	{"ASIA", 16, 16, upperDigit, "", "aws", nil},
	{"ABIA", 16, 16, upperDigit, "", "aws", nil},
	{"ACCA", 16, 16, upperDigit, "", "aws", nil},
	{"ghp_", 36, 36, letter | digit, "", "github", mixed},
	{"gho_", 36, 36, letter | digit, "", "github", mixed},
	{"ghu_", 36, 36, letter | digit, "", "github", mixed},
	{"ghs_", 36, 36, letter | digit, "", "github", mixed},
	{"ghr_", 36, 36, letter | digit, "", "github", mixed},
	{"github_pat_", 82, 82, letter | digit, "_", "github", nil},
	{"glpat-", 20, 64, letter | digit | token, ".", "gitlab", mixed},
	{"xoxb-", 20, 100, letter | digit, "-", "slack", nil},
	{"xoxp-", 20, 100, letter | digit, "-", "slack", nil},
	{"xoxa-", 20, 100, letter | digit, "-", "slack", nil},
	{"xoxr-", 20, 100, letter | digit, "-", "slack", nil},
	{"xoxs-", 20, 100, letter | digit, "-", "slack", nil},
	{"xapp-", 30, 160, letter | digit, "-", "slack", nil},
	{"sk_live_", 16, 120, letter | digit, "", "stripe", nil},
	{"sk_test_", 16, 120, letter | digit, "", "stripe", nil},
	{"rk_live_", 16, 120, letter | digit, "", "stripe", nil},
	{"rk_test_", 16, 120, letter | digit, "", "stripe", nil},
	{"whsec_", 24, 80, letter | digit, "+/=", "webhook", mixed},
	{"sk-ant-", 60, 130, letter | digit | token, "", "anthropic", nil},
	{"sk-proj-", 40, 200, letter | digit | token, "", "openai", nil},
	{"sk-svcacct-", 40, 200, letter | digit | token, "", "openai", nil},
	{"sk-", 48, 48, letter | digit, "", "openai", mixed},
	{"AIza", 35, 35, letter | digit | token, "", "google", mixed},
	{"GOCSPX-", 28, 28, letter | digit | token, "", "google", nil},
	{"ya29.", 60, 400, letter | digit | token, ".", "google", nil},
	{"SG.", 66, 66, letter | digit | token, ".", "sendgrid", mixed},
	{"npm_", 36, 36, letter | digit, "", "npm", mixed},
	{"pypi-AgEIcHlwaS5vcmc", 50, 400, letter | digit | token, "", "pypi", nil},
	{"shpat_", 32, 32, hex, "", "shopify", nil},
	{"shpss_", 32, 32, hex, "", "shopify", nil},
	{"shpca_", 32, 32, hex, "", "shopify", nil},
	{"shppa_", 32, 32, hex, "", "shopify", nil},
	{"dop_v1_", 64, 64, hex, "", "digitalocean", nil},
	{"doo_v1_", 64, 64, hex, "", "digitalocean", nil},
	{"dor_v1_", 64, 64, hex, "", "digitalocean", nil},
	{"hf_", 34, 34, letter | digit, "", "huggingface", mixed},
	{"dapi", 32, 32, hex, "", "databricks", nil},
	{"sq0atp-", 22, 60, letter | digit | token, "", "square", nil},
	{"sq0csp-", 43, 60, letter | digit | token, "", "square", nil},
	{"hvs.", 24, 200, letter | digit | token, "", "vault", mixed},
	{"dp.pt.", 40, 48, letter | digit, "", "doppler", nil},
	{"glsa_", 32, 48, letter | digit, "_", "grafana", nil},
	{"glc_", 32, 400, letter | digit, "+/=", "grafana", nil},
	{"NRAK-", 27, 27, letter | digit, "", "newrelic", nil},
	{"lin_api_", 40, 48, letter | digit, "", "linear", nil},
	{"PMAK-", 59, 59, hex, "-", "postman", nil},
	{"sbp_", 40, 40, hex, "", "supabase", nil},
	{"key-", 32, 32, hex, "", "mailgun", nil},
	{"pscale_tkn_", 32, 64, letter | digit | token, ".=", "planetscale", nil},
	{"pscale_pw_", 32, 64, letter | digit | token, ".=", "planetscale", nil},
	{"xnd_production_", 40, 100, letter | digit, "", "xendit", nil},
	{"xnd_development_", 40, 100, letter | digit, "", "xendit", nil},
	{"Mid-server-", 20, 64, letter | digit | token, "", "midtrans", nil},
	{"SB-Mid-server-", 20, 64, letter | digit | token, "", "midtrans", nil},
	{"AGE-SECRET-KEY-1", 58, 58, letter | digit, "", "age", nil},
	{"SK", 32, 32, hex, "", "twilio", mixed},
	{"eyJ", 20, 8000, letter | digit | token, ".=", "jwt", isJWT},
}

// upperDigit: capital letters and digits.
const upperDigit = 1 << 7

func init() {
	for c := 'A'; c <= 'Z'; c++ {
		kinds[c] |= upperDigit
	}
	for c := '0'; c <= '9'; c++ {
		kinds[c] |= upperDigit
	}
}

// formsBy are the forms by the first byte of their prefix.
var formsBy = func() (t [256][]*keyForm) {
	for i := range keyForms {
		c := keyForms[i].prefix[0]
		t[c] = append(t[c], &keyForms[i])
	}
	return t
}()

// word looks at a letter at the start of a word: a key with a known prefix, or a bank account.
func (s *scanner) word(i int) (next int) {
	if !s.atWordStart(i) {
		return i + 1
	}
	for _, f := range formsBy[s.text[i]] {
		if strings.HasPrefix(s.text[i:], f.prefix) && s.key(i, f) {
			return s.done
		}
	}
	if next := s.iban(i); next > i {
		return next
	}
	if next := s.hexAddress(i); next > i {
		return next
	}
	for i < len(s.text) && is(s.text[i], letter|digit) && s.text[i] != '@' {
		i++
	}
	return i
}

func (s *scanner) key(i int, f *keyForm) bool {
	from := i + len(f.prefix)
	to := from
	for to < len(s.text) && to-from <= f.most && (is(s.text[to], f.alphabet) || strings.IndexByte(f.also, s.text[to]) >= 0) {
		to++
	}
	if to-from < f.least || to-from > f.most || to < len(s.text) && is(s.text[to], letter|digit) {
		return false
	}
	if f.check != nil && !f.check(s.text[i:to]) {
		return false
	}
	s.add(Secret, i, to, Sure, f.rule)
	return true
}

// mixed tells whether a key is as mixed as a random one: words are not.
func mixed(text string) bool {
	return entropy(text) >= 3.2 && strings.ContainsAny(text, "0123456789")
}

// entropy is that of the bytes, in bits per byte.
func entropy(s string) (bits float64) {
	var counts [256]int
	for i := range len(s) {
		counts[s[i]]++
	}
	for _, n := range counts {
		if n > 0 {
			p := float64(n) / float64(len(s))
			bits -= p * math.Log2(p)
		}
	}
	return bits
}

// isJWT: three parts, of which the first two are JSON objects.
func isJWT(text string) bool {
	parts := strings.Split(strings.TrimRight(text, "="), ".")
	if len(parts) < 3 || len(parts) > 5 {
		return false
	}
	head, err := base64.RawURLEncoding.DecodeString(parts[0])
	return err == nil && len(head) > 2 && head[0] == '{' && strings.Contains(string(head), `"alg"`)
}

// dash looks at a dash that may begin a private key in PEM form.
func (s *scanner) dash(i int) (next int) {
	const begin, end = "-----BEGIN ", "-----END "
	if !strings.HasPrefix(s.text[i:], begin) {
		return i + 1
	}
	line := s.text[i:min(len(s.text), i+80)]
	mark := strings.Index(line, "PRIVATE KEY")
	if mark < 0 {
		return i + 1
	}
	to := len(s.text)
	if at := strings.Index(s.text[i:], end); at >= 0 {
		to = i + at
		if close := strings.Index(s.text[to+len(end):], "-----"); close >= 0 {
			to += len(end) + close + 5
		}
	}
	s.add(Secret, i, to, Sure, "private_key")
	return to
}

// colon looks at a colon: a password inside an address of the web, or an IPv6 address.
func (s *scanner) colon(i int) (next int) {
	if strings.HasPrefix(s.text[i:], "://") {
		return s.urlPassword(i)
	}
	return s.hexAddress(i)
}

// urlPassword finds scheme://user:password@host; the password alone is the secret.
func (s *scanner) urlPassword(i int) (next int) {
	rest := s.text[i+3:]
	end := strings.IndexAny(rest, "/?#\" \t\n'<>")
	if end < 0 {
		end = len(rest)
	}
	at := strings.LastIndexByte(rest[:end], '@')
	sep := strings.IndexByte(rest, ':')
	if at < 0 || sep < 0 || sep+1 >= at {
		return i + 3
	}
	s.add(Secret, i+3+sep+1, i+3+at, Sure, "url_password")
	s.done = i + 3 + at + 1 // the @ is no address's
	return s.done
}
