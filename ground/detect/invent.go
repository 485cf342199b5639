package detect

import (
	"encoding/base64"
	"fmt"
	"hash/crc32"
	"math/rand/v2"
	"slices"
	"strings"
)

// Kind is a sort of values of a class that is looked for by a form of its own. Under is the name that its values must stand under;
// empty: its form is enough anywhere.
type Kind struct {
	Class Class
	Name  string
	Under string
}

// Kinds are all sorts that values can be invented of: whoever claims that a class is absent plants each of them first.
func Kinds() []Kind {
	kinds := []Kind{
		{Email, "address", ""}, {Phone, "international", ""}, {Phone, "indonesia", ""}, {IP, "v4", ""}, {IP, "v6", ""},
		{Card, "visa", ""}, {Card, "mastercard", ""}, {Card, "amex", ""}, {Card, "grouped", ""}, {IBAN, "iban", ""},
		{NIK, "nik", ""}, {KK, "kk", "no_kk"}, {NPWP, "printed", ""}, {NPWP, "bare", "npwp"}, {Passport, "passport", "passport_number"},
		{SSN, "printed", ""}, {SSN, "bare", "ssn"}, {Secret, "private_key", ""}, {Secret, "url_password", ""}, {Secret, "named", "client_secret"},
	}
	for _, f := range keyForms {
		if k := (Kind{Secret, f.rule, ""}); !slices.Contains(kinds, k) {
			kinds = append(kinds, k)
		}
	}
	return kinds
}

// Invent makes a value of a kind that nobody was given. It panics for a kind that is not one of Kinds.
func Invent(k Kind, r *rand.Rand) string {
	g := inventor{r}
	switch k.Class {
	case Email:
		return strings.ToLower(g.of(9, letters)) + g.of(2, figuresOnly) + "@" + strings.ToLower(g.of(8, letters)) + ".example"
	case Phone:
		if k.Name == "international" {
			return "+44 20 7946 0" + g.of(3, figuresOnly)
		}
		return "0812" + g.of(8, figuresOnly)
	case IP:
		if k.Name == "v6" {
			return fmt.Sprintf("2001:db8:%x::%x", 1+r.IntN(65534), 1+r.IntN(65534))
		}
		return fmt.Sprintf("203.0.%d.%d", 1+r.IntN(250), 1+r.IntN(250))
	case Card:
		return g.card(k.Name)
	case IBAN:
		return g.iban()
	case Secret:
		return g.secret(k.Name)
	}
	return g.stateNumber(k)
}

const (
	figuresOnly = "0123456789"
	capitals    = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	letters     = capitals + "abcdefghijklmnopqrstuvwxyz"
)

type inventor struct{ *rand.Rand }

func (g inventor) of(n int, alphabet string) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = alphabet[g.IntN(len(alphabet))]
	}
	return string(b)
}

// card has a true check digit, and no date where an identity number has one.
func (g inventor) card(name string) string {
	prefix, n := "4", 16
	switch name {
	case "mastercard":
		prefix = "53"
	case "amex":
		prefix, n = "37", 15
	}
	for {
		body := prefix + g.of(n-1-len(prefix), figuresOnly)
		for d := range 10 {
			number := body + string(rune('0'+d))
			f := figures{n: n}
			copy(f.digits[:], number)
			if !f.luhn() || n == 16 && f.isNIK() {
				continue
			}
			if name == "grouped" {
				return number[:4] + " " + number[4:8] + " " + number[8:12] + " " + number[12:]
			}
			return number
		}
	}
}

func (g inventor) iban() string {
	body := g.of(18, figuresOnly)
	for check := 2; ; check++ {
		number := fmt.Sprintf("DE%02d%s", check%100, body)
		mod := 0
		for i := range len(number) {
			mod = mod97(mod, number[(i+4)%len(number)])
		}
		if mod == 1 {
			return number
		}
		if check > 98 {
			return g.iban()
		}
	}
}

func (g inventor) stateNumber(k Kind) string {
	switch {
	case k.Class == NIK, k.Class == KK:
		for {
			n := fmt.Sprintf("3%d%02d%02d%02d%02d%02d%04d", 1+g.IntN(6), 1+g.IntN(70), 1+g.IntN(20), 1+g.IntN(28)+40*g.IntN(2), 1+g.IntN(12), g.IntN(100), 1+g.IntN(9998))
			f := figures{n: 16}
			copy(f.digits[:], n)
			if f.isNIK() {
				return n
			}
		}
	case k.Class == NPWP:
		return g.npwp(k.Under == "")
	case k.Class == Passport:
		return g.of(1, "ABCX") + g.of(7, figuresOnly)
	case k.Class == SSN:
		n := fmt.Sprintf("%03d-%02d-%04d", 100+g.IntN(500), 1+g.IntN(98), 1+g.IntN(9998))
		if k.Under != "" {
			n = strings.ReplaceAll(n, "-", "")
		}
		return n
	}
	panic("BUG: nothing can be invented of " + string(k.Class))
}

func (g inventor) npwp(printed bool) string {
	for {
		n := g.of(15, figuresOnly)
		f := figures{n: 15}
		copy(f.digits[:], n)
		if !f.npwpDigit(0) || f.allSame() {
			continue
		}
		if printed {
			return fmt.Sprintf("%s.%s.%s.%s-%s.%s", n[:2], n[2:5], n[5:8], n[8:9], n[9:12], n[12:])
		}
		return n
	}
}

func (g inventor) secret(name string) string {
	switch name {
	case "private_key":
		return "-----BEGIN PRIVATE KEY-----\n" + g.of(64, letters) + "\n-----END PRIVATE KEY-----"
	case "url_password":
		return "postgres://service:" + g.of(14, letters+figuresOnly) + "@db.example.com/main"
	case "named":
		return g.of(20, letters+figuresOnly)
	case "jwt":
		code := base64.RawURLEncoding
		return code.EncodeToString([]byte(`{"alg":"HS256","typ":"JWT"}`)) + "." + code.EncodeToString([]byte(`{"sub":"`+g.of(9, figuresOnly)+`"}`)) + "." + g.of(43, letters+figuresOnly)
	case "github":
		body := g.of(30, letters+figuresOnly)
		return "ghp_" + body + checkOf(body)
	}
	for {
		f := keyForms[g.IntN(len(keyForms))]
		if f.rule != name {
			continue
		}
		alphabet := letters + figuresOnly
		switch {
		case f.alphabet == hex:
			alphabet = "0123456789abcdef"
		case f.alphabet == upperDigit, f.rule == "age":
			alphabet = capitals + figuresOnly
		}
		if key := f.prefix + g.of(f.least, alphabet); f.check == nil || f.check(key) {
			return key
		}
	}
}

// checkOf is the CRC-32 that ends GitHub's keys, in base 62.
func checkOf(body string) string {
	const digits = figuresOnly + letters
	n := crc32.ChecksumIEEE([]byte(body))
	b := []byte("000000")
	for i := 5; i >= 0; i-- {
		b[i] = digits[n%62]
		n /= 62
	}
	return string(b)
}
