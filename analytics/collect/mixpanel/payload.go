package mixpanel

import (
	"bytes"
	"encoding/base64"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strings"

	"jejak/analytics/collect"
)

var errEncoded = errors.New("data is neither JSON nor base64 of JSON")

// payload is a request, decoded as far as its JSON text: section 1.2 of the wire.
type payload struct {
	parameters
	collect.Payload
	body *collect.Body
}

// open reads the request's parameters and its body. The caller must close the payload, an error or not.
func (d *door) open(w http.ResponseWriter, r *http.Request) (*payload, error) {
	p := &payload{}
	p.read([]byte(r.URL.RawQuery))
	if r.Method == http.MethodPost {
		body, err := d.Bodies.Read(w, r, largestBody)
		if err != nil {
			return p, err
		}
		p.body = body
	}
	return p, p.decode(r.Header.Get("Content-Type"))
}

// close gives the memory back. Nothing may point into the payload any more.
func (p *payload) close() {
	if p.body != nil {
		p.body.Release()
	}
}

// decode finds the JSON text. The body's first byte says more than its content type: beacons call a form text/plain.
func (p *payload) decode(contentType string) error {
	var body []byte
	if p.body != nil {
		body, p.Cut = trimBlanks(p.body.Bytes), p.body.Cut
	}
	kind, options, _ := mime.ParseMediaType(contentType)
	p.Lines = strings.HasSuffix(kind, "ndjson") || strings.HasSuffix(kind, "jsonlines")
	switch {
	case isJSON(body) || p.Lines && len(body) > 0:
		p.Text = body
		return nil
	case kind == "multipart/form-data":
		p.readParts(body, options["boundary"])
	default:
		p.parameters.read(body)
	}
	return p.decodeData()
}

func (p *payload) decodeData() error {
	data := trimBlanks(p.data)
	if isJSON(data) {
		p.Text = data
		return nil
	}
	var err error
	if p.Text, err = decodeBase64(data); err != nil && !p.Cut {
		return errEncoded
	}
	return nil
}

// readParts takes the parameters of a form as curl -F sends it, as far as it can be read.
func (p *payload) readParts(body []byte, boundary string) {
	const mostParts = 100
	parts := multipart.NewReader(bytes.NewReader(body), boundary)
	for range mostParts {
		part, err := parts.NextRawPart()
		if err != nil {
			return
		}
		value, err := io.ReadAll(part)
		if err != nil {
			return
		}
		p.set(part.FormName(), value, func(v []byte) []byte { return v })
	}
}

// decodeBase64 takes what clients make of base64: spaces where a plus was not escaped, the URL-safe alphabet, padding
// or none. It overwrites data.
func decodeBase64(data []byte) ([]byte, error) {
	plain := data[:0]
	for _, c := range bytes.TrimRight(data, "= \r\n\t") {
		switch c {
		case ' ', '-':
			c = '+'
		case '_':
			c = '/'
		}
		plain = append(plain, c)
	}
	text := make([]byte, base64.RawStdEncoding.DecodedLen(len(plain)))
	n, err := base64.RawStdEncoding.Decode(text, plain)
	return text[:n], err
}

func isJSON(text []byte) bool { return len(text) > 0 && (text[0] == '[' || text[0] == '{') }

func trimBlanks(text []byte) []byte {
	return bytes.TrimLeft(bytes.TrimPrefix(text, []byte("\ufeff")), " \t\r\n")
}
