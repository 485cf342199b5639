package detect

// scanner goes through one text once. Where a byte can begin something, or cannot be missing in it, the detectors of that
// byte look closer.
type scanner struct {
	text  string
	hints hints
	found []Finding
	first int // of found, where those of this text begin
	done  int // bytes that belong to findings
}

// What a byte may announce.
const (
	announcesNothing byte = iota
	announcesMail         // an @ inside an address
	announcesNumber       // a digit, + or ( in front of one
	announcesWord         // a letter that begins a secret or an account
	announcesHex          // a colon: perhaps an IPv6 address
	announcesDash         // five of them: a key in PEM form
	announcesPercent      // an @ as URLs write it
)

var announced = func() (t [256]byte) {
	t['@'] = announcesMail
	for c := '0'; c <= '9'; c++ {
		t[c] = announcesNumber
	}
	t['+'], t['('] = announcesNumber, announcesNumber
	for c := 'A'; c <= 'Z'; c++ {
		t[c], t[c+32] = announcesWord, announcesWord
	}
	t[':'] = announcesHex
	t['-'] = announcesDash
	t['%'] = announcesPercent
	return t
}()

func (s *scanner) scan() {
	for i := 0; i < len(s.text); i++ {
		switch announced[s.text[i]] {
		case announcesMail:
			i = s.look(i, s.mail)
		case announcesNumber:
			i = s.look(i, s.number)
		case announcesWord:
			i = s.look(i, s.word)
		case announcesHex:
			i = s.look(i, s.colon)
		case announcesPercent:
			i = s.look(i, s.percent)
		case announcesDash:
			i = s.look(i, s.dash)
		}
	}
}

// look lets a detector look at byte i. It returns the last byte that needs no further look.
func (s *scanner) look(i int, detector func(i int) (next int)) int {
	if i < s.done {
		return i
	}
	return max(i, detector(i)-1)
}

// add notes a finding. One that begins inside an earlier one takes its place when that is wholly inside, too.
func (s *scanner) add(c Class, from, to int, sure Confidence, rule string) {
	for n := len(s.found); n > s.first && s.found[n-1].From >= from; n = len(s.found) {
		s.found = s.found[:n-1]
	}
	if n := len(s.found); n > s.first && s.found[n-1].To > from {
		return
	}
	s.found = append(s.found, Finding{c, from, to, sure, rule})
	s.done = to
}

// Kinds of bytes.
const (
	digit = 1 << iota
	letter
	mailLocal // allowed before the @ besides letters and digits
	token     // allowed inside a token besides letters and digits: - and _
	hex
)

var kinds = func() (t [256]byte) {
	for c := '0'; c <= '9'; c++ {
		t[c] |= digit | hex
	}
	for c := 'A'; c <= 'Z'; c++ {
		t[c] |= letter
		t[c+32] |= letter
	}
	for c := 'A'; c <= 'F'; c++ {
		t[c] |= hex
		t[c+32] |= hex
	}
	for _, c := range "!#$%&'*+/=?^_`{|}~.-" {
		t[c] |= mailLocal
	}
	t['-'] |= token
	t['_'] |= token
	return t
}()

func is(c byte, kind byte) bool { return kinds[c]&kind != 0 }

// atWordStart tells whether no letter or digit stands before byte i.
func (s *scanner) atWordStart(i int) bool {
	return i == 0 || !is(s.text[i-1], letter|digit) && s.text[i-1] != '_' && s.text[i-1] < 0x80
}

// atWordEnd tells whether no letter or digit stands at byte i.
func (s *scanner) atWordEnd(i int) bool {
	return i >= len(s.text) || !is(s.text[i], letter|digit) && s.text[i] != '_' && s.text[i] < 0x80
}

// while is the first byte from i on that is of none of the kinds.
func (s *scanner) while(i int, kind byte) int {
	for i < len(s.text) && is(s.text[i], kind) {
		i++
	}
	return i
}
