package detect

// provinces are the first two digits of Indonesian identity numbers: the codes of provinces, the newest in Papua included
// (Kementerian Dalam Negeri, kode wilayah).
var provinces = func() (t [100]bool) {
	for _, span := range [][2]int{{11, 19}, {21, 21}, {31, 36}, {51, 53}, {61, 65}, {71, 76}, {81, 82}, {91, 97}} {
		for p := span[0]; p <= span[1]; p++ {
			t[p] = true
		}
	}
	return t
}()

// nikOf: 16 digits, PPRRDD DDMMYY NNNN: province, regency and district; the day of birth, plus 40 for women; a serial that
// is not 0000. There is no check digit: one in about 300 random numbers has the form, so a bare one is sure only under a
// name that says so. The number of a family card has the same form, with the date on which it was issued.
func nikOf(f *figures, s *scanner) (Class, Confidence, string) {
	if f.n != 16 || f.plus || f.point || !f.isOneGroup() && !f.groupsOf(6, 6, 4) && !f.groupsOf(4, 4, 4, 4) || !f.isNIK() {
		return "", 0, ""
	}
	switch {
	case s.hints.has(KK):
		return KK, Sure, "name"
	case s.hints.has(NIK):
		return NIK, Sure, "name"
	case s.hints.has(NPWP):
		return NPWP, Sure, "nik"
	case s.hints.number:
		return "", 0, ""
	case s.says(f.from, "kk", "keluarga"):
		return KK, Sure, "text"
	default:
		return NIK, Likely, "form"
	}
}

func (f *figures) isNIK() bool {
	day, month := f.two(6), f.two(8)
	if day > 40 {
		day -= 40
	}
	serial := f.two(12)*100 + f.two(14)
	return provinces[f.two(0)] && f.two(2) > 0 && f.two(4) > 0 && month >= 1 && month <= 12 && day >= 1 && day <= daysIn[month] && serial > 0
}

var daysIn = [13]int{0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}

// npwpOf: 15 digits as XX.XXX.XXX.X-XXX.XXX with a check digit (the ninth); bare ones need a name that says so. Since 2024
// also 16 digits: 0 and the old number, or a NIK.
func npwpOf(f *figures, s *scanner) (Class, Confidence, string) {
	printed := f.n == 15 && f.point && f.dash && f.groupsOf(2, 3, 3, 1, 3, 3)
	switch {
	case printed && (f.npwpDigit(0) || s.hints.has(NPWP) || s.says(f.from, "npwp")):
		return NPWP, Sure, "printed"
	case f.n == 15 && s.wants(NPWP, f, "npwp"):
		return NPWP, Likely, "name"
	case f.n == 16 && f.digits[0] == '0' && s.wants(NPWP, f, "npwp"):
		return NPWP, Likely, "name"
	}
	return "", 0, ""
}

// npwpDigit is the check of the nine digits from i on: the ninth makes the weighted sum end with 0, as in Luhn's rule.
func (f *figures) npwpDigit(i int) bool {
	sum := 0
	for k := range 9 {
		d := int(f.digits[i+k] - '0')
		if k%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}

// wants tells whether the name or the text just before says that the class comes, and the number stands in one group.
func (s *scanner) wants(c Class, f *figures, words ...string) bool {
	return f.isOneGroup() && !f.allSame() && (s.hints.has(c) || s.says(f.from, words...))
}

// groupsOf tells whether the digits stand in groups of these lengths.
func (f *figures) groupsOf(lengths ...uint8) bool {
	if f.parts != len(lengths) {
		return false
	}
	for i, n := range lengths {
		if f.groups[i] != n {
			return false
		}
	}
	return true
}
