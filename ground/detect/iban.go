package detect

// ibanLengths are the lengths of account numbers by country (ISO 13616 registry).
var ibanLengths = map[string]int{
	"AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22, "BR": 29, "BY": 28, "CH": 21,
	"CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "DO": 28, "EE": 20, "EG": 29, "ES": 24, "FI": 18, "FO": 18, "FR": 27,
	"GB": 22, "GE": 22, "GI": 23, "GL": 18, "GR": 27, "GT": 28, "HR": 21, "HU": 28, "IE": 22, "IL": 23, "IQ": 23, "IS": 26,
	"IT": 27, "JO": 30, "KW": 30, "KZ": 20, "LB": 28, "LC": 32, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "MC": 27, "MD": 24,
	"ME": 22, "MK": 19, "MR": 27, "MT": 31, "MU": 30, "NL": 18, "NO": 15, "PK": 24, "PL": 28, "PS": 29, "PT": 25, "QA": 29,
	"RO": 24, "RS": 22, "SA": 24, "SC": 31, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "ST": 25, "SV": 28, "TL": 23, "TN": 24,
	"TR": 26, "UA": 29, "VA": 22, "VG": 24, "XK": 20,
}

// iban looks at a word that begins with a country and two check digits. Groups of four may have blanks between them.
func (s *scanner) iban(i int) (next int) {
	if i+15 > len(s.text) || !is(s.text[i+2], digit) || !is(s.text[i+3], digit) || !is(s.text[i+1], letter) {
		return i
	}
	length := ibanLengths[s.text[i:i+2]]
	if length == 0 {
		return i
	}
	mod, n, to := 0, 0, i
	var head [4]byte
	for ; to < len(s.text) && n < length; to++ {
		c := s.text[to]
		if c == ' ' && n%4 == 0 {
			continue
		}
		if !is(c, upperDigit) {
			return i
		}
		if n < 4 {
			head[n] = c
		} else {
			mod = mod97(mod, c)
		}
		n++
	}
	if n < length || !s.atWordEnd(to) {
		return i
	}
	for _, c := range head {
		mod = mod97(mod, c)
	}
	if mod != 1 {
		return i
	}
	s.add(IBAN, i, to, Sure, "mod97")
	return to
}

func mod97(mod int, c byte) int {
	if is(c, digit) {
		return (mod*10 + int(c-'0')) % 97
	}
	return (mod*100 + int(c-'A') + 10) % 97
}
