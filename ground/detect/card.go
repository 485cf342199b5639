package detect

// issuer is a range of the first digits of payment cards, and the lengths its numbers have.
type issuer struct {
	low, high int // of the first four digits
	lengths   uint32
	name      string
}

func lengths(ns ...int) (mask uint32) {
	for _, n := range ns {
		mask |= 1 << n
	}
	return mask
}

// issuers are the ranges in use (ISO/IEC 7812).
var issuers = []issuer{
	{4000, 4999, lengths(13, 16, 19), "visa"},
	{5100, 5599, lengths(16), "mastercard"},
	{2221, 2720, lengths(16), "mastercard"},
	{3400, 3499, lengths(15), "amex"},
	{3700, 3799, lengths(15), "amex"},
	{6011, 6011, lengths(16, 19), "discover"},
	{6440, 6599, lengths(16, 19), "discover"},
	{3528, 3589, lengths(16, 19), "jcb"},
	{3000, 3059, lengths(14), "diners"},
	{3600, 3699, lengths(14), "diners"},
	{3800, 3999, lengths(14), "diners"},
	{6200, 6299, lengths(16, 17, 18, 19), "unionpay"},
	{1946, 1946, lengths(16), "gpn"},
	{6019, 6019, lengths(16), "gpn"},
}

// cardOf: an issuer's range, its length, the check digit (Luhn), and the groups in which cards are written.
func cardOf(f *figures, s *scanner) (Class, Confidence, string) {
	if s.hints.has(NIK) || s.hints.has(KK) || s.hints.has(NPWP) || f.n == 16 && f.isOneGroup() && f.isNIK() && !s.hints.has(Card) {
		return "", 0, "" // one in ten has a card's check digit by chance; one in 300 cards has a date where an identity number has it
	}
	if f.n < 13 || f.plus || f.point || f.allSame() || !f.luhn() || !f.cardGroups() || s.hints.number && !s.hints.has(Card) {
		return "", 0, ""
	}
	first := f.two(0)*100 + f.two(2)
	for _, x := range issuers {
		if first >= x.low && first <= x.high && x.lengths&(1<<f.n) != 0 {
			if f.n != 16 && f.n != 15 && f.isOneGroup() && !s.hints.has(Card) {
				return "", 0, "" // 13, 14 and 19 digits in a row are mostly times and numbers of orders
			}
			return Card, Sure, x.name
		}
	}
	return "", 0, ""
}

// cardGroups: in one, in fours, or as American Express prints them.
func (f *figures) cardGroups() bool {
	if f.parts == 1 {
		return true
	}
	g := f.groups[:f.parts]
	if f.n == 15 {
		return f.parts == 3 && g[0] == 4 && g[1] == 6 && g[2] == 5
	}
	if f.n == 14 && f.parts == 3 {
		return g[0] == 4 && g[1] == 6 && g[2] == 4
	}
	for _, n := range g[:f.parts-1] {
		if n != 4 {
			return false
		}
	}
	return g[f.parts-1] <= 4
}

// luhn is the check of ISO/IEC 7812-1, annex B.
func (f *figures) luhn() bool {
	sum := 0
	for i := range f.n {
		d := int(f.digits[f.n-1-i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}
