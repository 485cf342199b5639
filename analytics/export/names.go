package export

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash"
	"strings"

	"jejak/event"
)

// Key makes the names of one export. It is drawn for it, kept sealed by the server, and used for no other.
type Key [32]byte

// Mark is what all pseudonyms of one export begin with, as 8 hexadecimal digits: a leaked file says itself where it is from.
type Mark uint32

func (m Mark) String() string {
	return hex.EncodeToString(binary.BigEndian.AppendUint32(nil, uint32(m)))
}

// pseudonymBytes is the length of a pseudonym before it is written as hexadecimal digits.
const pseudonymBytes = 16

// namer gives people, tokens and times the form they have in one export. It serves one goroutine.
type namer struct {
	mark                         [8]byte // hexadecimal
	person, canary, token, times hash.Hash
	in                           []byte
	out                          [sha256.Size]byte
}

func newNamer(k Key, m Mark) *namer {
	n := &namer{}
	copy(n.mark[:], m.String())
	for at, use := range map[*hash.Hash]string{&n.person: "person", &n.canary: "canary", &n.token: "token", &n.times: "time"} {
		own := hmac.New(sha256.New, k[:])
		own.Write([]byte("jejak export 1 " + use))
		*at = hmac.New(sha256.New, own.Sum(nil))
	}
	return n
}

func (n *namer) sum(h hash.Hash) []byte {
	h.Reset()
	h.Write(n.in)
	return h.Sum(n.out[:0])
}

// appendPerson appends the pseudonym of a person; nothing for nobody.
func (n *namer) appendPerson(dst []byte, a event.Actor) []byte {
	if a.Index() == 0 {
		return dst
	}
	return n.pseudonym(dst, n.person, uint32(a))
}

// appendCanary appends the pseudonym of the i-th invented person.
func (n *namer) appendCanary(dst []byte, i int) []byte { return n.pseudonym(dst, n.canary, uint32(i)) }

func (n *namer) pseudonym(dst []byte, h hash.Hash, number uint32) []byte {
	n.in = binary.BigEndian.AppendUint32(n.in[:0], number)
	dst = append(dst, n.mark[:]...)
	return hex.AppendEncode(dst, n.sum(h)[:pseudonymBytes-len(n.mark)/2])
}

// tail is what stands behind the mark in the pseudonym of a person, before it is written as digits.
func (n *namer) tail(a event.Actor) [pseudonymBytes]byte { return n.tailOf(n.person, uint32(a)) }

func (n *namer) canaryTail(i int) [pseudonymBytes]byte { return n.tailOf(n.canary, uint32(i)) }

func (n *namer) tailOf(h hash.Hash, number uint32) (tail [pseudonymBytes]byte) {
	n.in = binary.BigEndian.AppendUint32(n.in[:0], number)
	copy(tail[:pseudonymBytes-len(n.mark)/2], n.sum(h))
	return tail
}

// A marked time carries the export's watermark in its last bits: it is off by less than a step.
const (
	markedOneIn = 16
	stepBits    = 3
	// Step is how far a time may be from the true one, in milliseconds: a step of the clock's reading, never out of its second.
	Step = 1 << stepBits
)

// time is t, or for some steps of time the reading in it that this export has.
func (n *namer) time(t event.Millis) event.Millis {
	if reading, marked := n.reading(t); marked {
		return reading
	}
	return t
}

func (n *namer) reading(t event.Millis) (reading event.Millis, marked bool) {
	step := t >> stepBits
	n.in = binary.BigEndian.AppendUint64(n.in[:0], uint64(step))
	sum := n.sum(n.times)
	return step<<stepBits | event.Millis(sum[1]%Step), sum[0]%markedOneIn == 0
}

// A token is [class:16 hexadecimal digits]; package hide makes it.
const tokenDigits = 16

// text is a text with each token in it replaced by one of this export.
func (n *namer) text(s string) string {
	end := strings.IndexByte(s, ']')
	if end < 0 {
		return s
	}
	var out []byte
	done := 0
	for at := 0; end >= 0; end = strings.IndexByte(s[at:], ']') {
		end += at
		if endsInToken(s[at:end]) {
			out = append(out, s[done:end-tokenDigits]...)
			n.in = append(n.in[:0], s[end-tokenDigits:end]...)
			out = hex.AppendEncode(out, n.sum(n.token)[:tokenDigits/2])
			done = end
		}
		at = end + 1
	}
	if done == 0 {
		return s
	}
	return string(append(out, s[done:]...))
}

// endsInToken tells whether what stands before a closing bracket is a token.
func endsInToken(s string) bool {
	digits := len(s) - tokenDigits
	if digits < 1 || s[digits-1] != ':' {
		return false
	}
	for _, c := range []byte(s[digits:]) {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return strings.IndexByte(s[:digits-1], '[') >= 0
}
