package verify

import (
	"bytes"
	"encoding/base64"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"strings"
)

// Bounds of a mail that is checked.
const (
	MaxMail   = 1 << 20 // bytes
	maxFields = 200
	maxParts  = 20
	maxDepth  = 3 // a mail within a mail, and the parts within parts
)

// errMail says that a text is no mail, or one that is beyond the bounds.
var errMail = errors.New("this is no mail, or it is too large")

// field is a field of a mail's header.
type field struct {
	name string // lower case
	text string // as it came, with the line end
}

func (f field) value() string {
	return strings.TrimSpace(strings.ReplaceAll(f.text[len(f.name)+1:], "\r\n", ""))
}

// message is a mail taken apart.
type message struct {
	fields []field
	body   []byte
}

// parse takes a mail apart. Its lines may end as they like: mails that people keep often lost their CRLF. errMail.
func parse(raw []byte) (*message, error) {
	if len(raw) > MaxMail {
		return nil, errMail
	}
	raw = bytes.ReplaceAll(bytes.ReplaceAll(raw, []byte("\r\n"), []byte("\n")), []byte("\n"), []byte("\r\n"))
	head, body, found := bytes.Cut(append([]byte("\r\n"), raw...), []byte("\r\n\r\n"))
	if !found {
		return nil, errMail
	}
	m := &message{body: body}
	for line := range strings.SplitSeq(string(bytes.TrimPrefix(head, []byte("\r\n"))), "\r\n") {
		if err := m.add(line); err != nil {
			return nil, err
		}
	}
	return m, nil
}

func (m *message) add(line string) error {
	if strings.HasPrefix(line, " ") || strings.HasPrefix(line, "\t") {
		if len(m.fields) == 0 {
			return errMail
		}
		m.fields[len(m.fields)-1].text += line + "\r\n"
		return nil
	}
	name, _, found := strings.Cut(line, ":")
	if !found || !isFieldName(name) || len(m.fields) == maxFields {
		return errMail
	}
	m.fields = append(m.fields, field{strings.ToLower(name), line + "\r\n"})
	return nil
}

// isFieldName: RFC 5322, without the space before the colon that it calls obsolete.
func isFieldName(s string) bool {
	return s != "" && strings.IndexFunc(s, func(r rune) bool { return r <= ' ' || r >= 0x7f }) < 0
}

// all are the values of a field, in order.
func (m *message) all(name string) (out []string) {
	for _, f := range m.fields {
		if f.name == name {
			out = append(out, f.value())
		}
	}
	return out
}

// one is the value of a field that stands once; "" otherwise.
func (m *message) one(name string) string {
	if all := m.all(name); len(all) == 1 {
		return all[0]
	}
	return ""
}

// single are the fields that a mail program shows or decodes by, and that a mail has at most once.
var single = []string{
	"from", "to", "subject", "date", "message-id", "sender", "reply-to", "cc",
	"mime-version", "content-type", "content-transfer-encoding", "content-disposition",
}

// isDoubled tells whether a field stands twice that may stand once: programs differ in which of the two they show.
func (m *message) isDoubled() bool {
	for _, name := range single {
		if len(m.all(name)) > 1 {
			return true
		}
	}
	return false
}

// senders are the domains in all From fields, lower case.
func (m *message) senders() (domains []string) {
	for _, from := range m.all("from") {
		list, err := mail.ParseAddressList(from)
		if err != nil {
			return append(domains, "?")
		}
		for _, a := range list {
			_, domain, _ := strings.Cut(a.Address, "@")
			domains = append(domains, strings.ToLower(domain))
		}
	}
	return domains
}

// subject is it in the clear.
func (m *message) subject() string {
	s := m.one("subject")
	if plain, err := new(mime.WordDecoder).DecodeHeader(s); err == nil {
		return plain
	}
	return s
}

// part is what a mail is made of at the end of its branches.
type part struct {
	kind string // media type, lower case
	text string
}

// parts are them all. errMail beyond the bounds.
func (m *message) parts() ([]part, error) {
	var out []part
	err := walk(&out, m.one("content-type"), m.one("content-transfer-encoding"), m.body, 0)
	return out, err
}

func walk(out *[]part, kind, coding string, body []byte, depth int) error {
	if depth > maxDepth || len(*out) >= maxParts {
		return errMail
	}
	if kind == "" {
		kind = "text/plain"
	}
	media, params, err := mime.ParseMediaType(kind)
	if err != nil {
		return errMail
	}
	if strings.HasPrefix(media, "multipart/") {
		return walkAll(out, params["boundary"], body, depth)
	}
	text, err := decode(coding, body)
	if err != nil {
		return errMail
	}
	*out = append(*out, part{media, text})
	return nil
}

func walkAll(out *[]part, boundary string, body []byte, depth int) error {
	if boundary == "" {
		return errMail
	}
	r := multipart.NewReader(bytes.NewReader(body), boundary)
	for {
		p, err := r.NextRawPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return errMail
		}
		inside, err := io.ReadAll(p)
		if err != nil {
			return errMail
		}
		if err := walk(out, p.Header.Get("Content-Type"), p.Header.Get("Content-Transfer-Encoding"), inside, depth+1); err != nil {
			return err
		}
	}
}

// decode takes the transfer encoding off. What comes out is never larger than what goes in.
func decode(coding string, body []byte) (string, error) {
	var r io.Reader = bytes.NewReader(body)
	switch strings.ToLower(coding) {
	case "", "7bit", "8bit", "binary":
	case "quoted-printable":
		r = quotedprintable.NewReader(r)
	case "base64":
		r = base64.NewDecoder(base64.StdEncoding, r)
	default:
		return "", errMail
	}
	text, err := io.ReadAll(r)
	return string(text), err
}
