package scope

// maxPattern is after how many bytes of a value, and of its pattern, the pattern is cut.
const (
	maxPatterned = 64
	maxPattern   = 24
)

// appendPattern appends the form of a value: letters become a or A, digits 9, other scripts ä, runs of them one; the rest stays.
func appendPattern(to, value []byte) []byte {
	last, from := byte(0), len(to)
	for i, c := range value {
		if i == maxPatterned || len(to)-from >= maxPattern {
			return append(to, "…"...)
		}
		shape := shapes[c]
		if shape == last && shape != c {
			continue
		}
		last = shape
		if shape == 0xff {
			to = append(to, "ä"...)
			continue
		}
		to = append(to, shape)
	}
	return to
}

var shapes = func() (t [256]byte) {
	for i := range t {
		t[i] = byte(i)
		if i >= 0x80 {
			t[i] = 0xff
		}
		if i < ' ' || i == 0x7f {
			t[i] = ' '
		}
	}
	for c := 'a'; c <= 'z'; c++ {
		t[c], t[c-32] = 'a', 'A'
	}
	for c := '0'; c <= '9'; c++ {
		t[c] = '9'
	}
	return t
}()
