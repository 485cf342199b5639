package detect

import "strings"

// figures is a number with the separators that people write: 4111 1111-1111.1111, (021) 555-0199, +62 812….
type figures struct {
	from, to   int // in the text
	digits     [24]byte
	n          int
	plus       bool
	separators int // how many, between digits
	groups     [24]uint8
	parts      int // groups of digits
	point      bool
	dash       bool
}

// number looks at what may be the beginning of a number.
func (s *scanner) number(i int) (next int) {
	if s.text[i] == '(' && !s.isAreaCode(i) {
		return i + 1
	}
	if !s.atNumberStart(i) {
		return s.while(i+1, digit)
	}
	if is(s.text[i], digit) {
		if next, ok := s.dotted(i); ok {
			return next
		}
	}
	f, ok := s.figures(i)
	if !ok {
		return max(i+1, s.while(i, digit))
	}
	for _, detector := range numberDetectors {
		if c, sure, rule := detector(&f, s); c != "" {
			s.add(c, f.from, f.to, sure, rule)
			return f.to
		}
	}
	return max(i+1, s.while(i, digit))
}

// numberDetectors are asked in this order: those with check digits and fixed forms come first.
var numberDetectors = []func(*figures, *scanner) (Class, Confidence, string){npwpOf, cardOf, nikOf, ssnOf, phoneOf, passportNumberOf}

// atNumberStart tells whether a number can begin here: not inside a word, an identifier, a decimal or a longer number.
func (s *scanner) atNumberStart(i int) bool {
	if i == 0 {
		return true
	}
	if i >= 3 && s.text[i-3] == '%' && s.text[i-2] == '2' && strings.IndexByte("0BbCc8", s.text[i-1]) >= 0 {
		return true // a space, a plus, a comma or a bracket as URLs write them
	}
	c := s.text[i-1]
	return !is(c, letter|digit) && c != '_' && c != '-' && c != '.' && c < 0x80 && (c != '+' || s.text[i] != '+') && c != '#'
}

// isAreaCode tells whether two to five digits stand in brackets.
func (s *scanner) isAreaCode(i int) bool {
	end := s.while(i+1, digit)
	return end-i > 2 && end-i <= 6 && end < len(s.text) && s.text[end] == ')'
}

// figures reads a number of 7 to 19 digits; single separators may stand between digits.
func (s *scanner) figures(i int) (f figures, ok bool) {
	f.from = i
	last, pending := byte(0), 0
	for ; i < len(s.text); i++ {
		c := s.text[i]
		switch {
		case is(c, digit):
			if f.n == len(f.digits) {
				return f, false
			}
			if !is(last, digit) && f.parts < len(f.groups) {
				f.parts++
			}
			f.groups[f.parts-1]++
			f.separators, pending = f.separators+pending, 0
			f.digits[f.n] = c
			f.n++
			f.to = i + 1
		case c == '+' && f.n == 0 && last == 0:
			f.plus = true
		case c == '(' && (last == 0 || last == '+' || is(last, digit) || last == ' '), c == ')' && is(last, digit):
			pending++
		case (c == ' ' || c == '-' || c == '.') && (is(last, digit) || last == ')' || c == ' ' && last == '-' || c == '-' && last == ' '):
			pending++
			f.point, f.dash = f.point || c == '.', f.dash || c == '-'
		default:
			return f, f.ends(s)
		}
		last = c
	}
	return f, f.ends(s)
}

func (f *figures) ends(s *scanner) bool {
	return f.n >= 7 && f.n <= 19 && s.atWordEnd(f.to) && !s.followed(f.to)
}

// followed tells whether the number goes on as a decimal or as part of an identifier.
func (s *scanner) followed(to int) bool {
	return to+1 < len(s.text) && (s.text[to] == '.' || s.text[to] == '-' || s.text[to] == ':') && is(s.text[to+1], digit|letter)
}

// plain is the digits alone.
func (f *figures) plain() string { return string(f.digits[:f.n]) }

// isOneGroup tells whether no separator stands in it.
func (f *figures) isOneGroup() bool { return f.separators == 0 }

// two is the number that the two digits from i on make.
func (f *figures) two(i int) int { return int(f.digits[i]-'0')*10 + int(f.digits[i+1]-'0') }

// allSame tells whether all digits are the same, or ascend: nobody's number.
func (f *figures) allSame() bool {
	same, up := true, true
	for i := 1; i < f.n; i++ {
		same = same && f.digits[i] == f.digits[0]
		up = up && f.digits[i] == '0'+(f.digits[i-1]-'0'+1)%10
	}
	return same || up
}
