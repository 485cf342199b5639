package verify

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"jejak/event"
	"jejak/exposure"
)

// Code stands in a notice and is known to its recipient only: 80 bits, drawn in docs/format/notice-code.md.
//
//	2 bits format │ 14 bits incident │ 64 bits MAC
type Code [10]byte

// codeFormat is that of codes made today.
const codeFormat = 1

// installation is whose the notices are: not of one project.
const installation event.ProjectID = 0

// ErrCode says that a text is no code.
var ErrCode = errors.New("this is no code of a notice: it has 16 letters and digits")

// Crockford's base 32: no I, L, O and U.
const digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// codeDigits is how many a code has.
const codeDigits = 16

// String is the code as people see it: four groups of four.
func (c Code) String() string {
	text := c.plain()
	return text[:4] + "-" + text[4:8] + "-" + text[8:12] + "-" + text[12:]
}

// Hidden is the SHA-256 of the code as people see it, cut to 16 bytes: who has it cannot make the code of it.
func (c Code) Hidden() [16]byte {
	sum := sha256.Sum256([]byte(c.String()))
	return [16]byte(sum[:16])
}

// plain is the sixteen digits.
func (c Code) plain() string {
	out := make([]byte, codeDigits)
	for half := range 2 { // 40 bits are eight digits
		bits := uint64(c[half*5])<<32 | uint64(binary.BigEndian.Uint32(c[half*5+1:]))
		for i := range 8 {
			out[half*8+i] = digits[bits>>(35-5*i)&31]
		}
	}
	return string(out)
}

// ParseCode reads what somebody typed: in any case, with spaces and dashes wherever they like, O for 0, I and L for 1. ErrCode.
func ParseCode(typed string) (c Code, err error) {
	if len(typed) > 200 {
		return c, ErrCode
	}
	var values []byte
	for _, r := range typed {
		if unicode.IsSpace(r) || unicode.Is(unicode.Pd, r) || unicode.Is(unicode.Cf, r) { // copied text has invisible marks
			continue
		}
		v := strings.IndexRune(digits, upright(r))
		if v < 0 || len(values) == codeDigits {
			return c, ErrCode
		}
		values = append(values, byte(v))
	}
	if len(values) != codeDigits {
		return c, ErrCode
	}
	return pack(values), nil
}

// upright is the digit that a letter is meant for.
func upright(r rune) rune {
	switch r = unicode.ToUpper(r); r {
	case 'O':
		return '0'
	case 'I', 'L':
		return '1'
	}
	return r
}

func pack(values []byte) (c Code) {
	for half := range 2 {
		var bits uint64
		for _, v := range values[half*8:][:8] {
			bits = bits<<5 | uint64(v)
		}
		c[half*5] = byte(bits >> 32)
		binary.BigEndian.PutUint32(c[half*5+1:], uint32(bits))
	}
	return c
}

// Blinder makes keyed indexes. Blind MUST give the same for the same field and value for ever, and nobody without the key may.
type Blinder interface {
	Blind(p event.ProjectID, field, value string) [16]byte
}

// Mailbox is the keyed index of the mailbox that a notice goes to.
type Mailbox [16]byte

// Codes makes the codes of notices, and tells its own from others.
type Codes struct{ by Blinder }

// NewCodes makes them with a key of the vault.
func NewCodes(by Blinder) Codes { return Codes{by} }

// Of is the code of the notice to a mailbox: the same for the same incident, version of the notices and mailbox.
func (c Codes) Of(incident exposure.IncidentID, version int, to Mailbox) (code Code) {
	binary.BigEndian.PutUint16(code[:], codeFormat<<14|short(incident))
	mac := c.by.Blind(installation, "notice code", fmt.Sprintf("%d %s %d %x", codeFormat, incident, version, to))
	copy(code[2:], mac[:8])
	return code
}

// isOf tells in constant time whether a code is that of a notice.
func (c Codes) isOf(code Code, incident exposure.IncidentID, version int, to Mailbox) bool {
	want := c.Of(incident, version, to)
	return subtle.ConstantTimeCompare(code[:], want[:]) == 1
}

// index is the keyed index under which a code can be remembered without being known.
func (c Codes) index(code Code) [16]byte {
	return c.by.Blind(installation, "notice code seen", string(code[:]))
}

// short is an incident in 14 bits: the year in four, the number in ten. It repeats after 16 years and after 1,024 incidents of a
// year; the MAC is over the whole.
func short(incident exposure.IncidentID) uint16 {
	year, number, _ := strings.Cut(string(incident), "-")
	y, _ := strconv.Atoi(year) // an IncidentID is well formed
	n, _ := strconv.Atoi(number)
	return uint16(y%16)<<10 | uint16(n%1024)
}
