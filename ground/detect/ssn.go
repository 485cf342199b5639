package detect

// ssnOf: AAA-GG-SSSS, none of the parts zero, the first not 666 and below 900 (Social Security Administration, 2011). Bare
// ones need a name that says so.
func ssnOf(f *figures, s *scanner) (Class, Confidence, string) {
	if f.n != 9 || f.plus || f.point {
		return "", 0, ""
	}
	printed := f.groupsOf(3, 2, 4) && (f.dash || s.hints.has(SSN))
	if !printed && !s.wants(SSN, f, "ssn", "social") {
		return "", 0, ""
	}
	area := f.two(0)*10 + int(f.digits[2]-'0')
	if area == 0 || area == 666 || area >= 900 || f.two(3) == 0 || f.two(5) == 0 && f.two(7) == 0 {
		return "", 0, ""
	}
	if f.plain() == "078051120" || f.plain() == "219099999" { // printed in advertisements
		return "", 0, ""
	}
	return SSN, Sure, "form"
}
