package mixpanel

import (
	"bytes"
	"strconv"

	"jejak/event"
)

// parameters are those of the query and of a form, section 1.3 of the wire. Unknown ones are ignored.
type parameters struct {
	data     []byte
	ip       string // "0", "1", or empty when not given
	verbose  bool
	strict   bool
	image    bool
	callback string
	redirect string
	key      string // api_key
	project  event.ProjectID
}

// read takes the parameters of an urlencoded text. What is given there wins over what was read before.
func (p *parameters) read(text []byte) {
	for len(text) > 0 {
		var pair []byte
		pair, text, _ = bytes.Cut(text, []byte("&"))
		name, value, _ := bytes.Cut(pair, []byte("="))
		p.set(string(name), value, unescape)
	}
}

// set takes one parameter; plain turns its value into what was meant.
func (p *parameters) set(name string, value []byte, plain func([]byte) []byte) {
	switch name {
	case "data":
		p.data = plain(value)
	case "ip":
		p.ip = string(plain(value))
	case "verbose":
		p.verbose = isOn(plain(value))
	case "strict":
		p.strict = isOn(plain(value))
	case "img":
		p.image = isOn(plain(value))
	case "callback":
		p.callback = string(plain(value))
	case "redirect":
		p.redirect = string(plain(value))
	case "api_key":
		p.key = string(plain(value))
	case "project_id":
		p.project = projectID(plain(value))
	}
}

// isOn: clients write 1, and some documents 2 or true.
func isOn(value []byte) bool {
	switch string(value) {
	case "", "0", "false":
		return false
	}
	return true
}

func projectID(value []byte) event.ProjectID {
	id, err := strconv.ParseUint(string(value), 10, 32)
	if err != nil {
		return 0
	}
	return event.ProjectID(id)
}

// unescape undoes form encoding in place, leaving alone what only looks like it.
func unescape(s []byte) []byte {
	if bytes.IndexByte(s, '%') < 0 && bytes.IndexByte(s, '+') < 0 {
		return s
	}
	plain := s[:0]
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '+':
			plain = append(plain, ' ')
		case s[i] == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]):
			plain = append(plain, hex(s[i+1])<<4|hex(s[i+2]))
			i += 2
		default:
			plain = append(plain, s[i])
		}
	}
	return plain
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

func hex(c byte) byte {
	switch {
	case c <= '9':
		return c - '0'
	case c <= 'F':
		return c - 'A' + 10
	}
	return c - 'a' + 10
}
