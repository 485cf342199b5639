package detect

// passportNumberOf: passports have no check digit outside of the machine-readable zone, so the name or the text must say
// it. Those with letters are found by byName.
func passportNumberOf(f *figures, s *scanner) (Class, Confidence, string) {
	if f.n >= 7 && f.n <= 9 && s.wants(Passport, f, "passport", "paspor") {
		return Passport, Likely, "name"
	}
	return "", 0, ""
}

// isPassport tells whether a text has the form of most passports: one or two letters and six to eight digits, or mixed
// nine.
func isPassport(text string) bool {
	if len(text) < 6 || len(text) > 9 {
		return false
	}
	digits := 0
	for i := range len(text) {
		if !is(text[i], upperDigit) {
			return false
		}
		if is(text[i], digit) {
			digits++
		}
	}
	return digits >= 5
}
