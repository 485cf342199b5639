package mail

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/mail"
	"net/textproto"
	"strings"
)

// Action is what a report says of a mail (RFC 3464).
type Action string

// The actions. Unknown: it is a mail, but no report, for example from somebody who is on holiday.
const (
	Unknown   Action = ""
	Failed    Action = "failed"
	Delayed   Action = "delayed"
	Delivered Action = "delivered"
	Relayed   Action = "relayed"
	Expanded  Action = "expanded"
)

// Report is a delivery status notification about one of our mails. It holds nothing of the recipient.
type Report struct {
	Token  Token
	Action Action
	Status [3]int // RFC 3463
}

// MaxReport bounds a report, in bytes; maxParts its parts.
const (
	MaxReport = 1 << 20
	maxParts  = 10
)

// ReadReport reads what came to a return path. The token of the return path is what it is about: what the text names may be forged.
func ReadReport(t Token, from io.Reader) (Report, error) {
	r := Report{Token: t}
	m, err := mail.ReadMessage(bufio.NewReader(io.LimitReader(from, MaxReport)))
	if err != nil {
		return r, errors.New("cannot read a report: it is not a mail")
	}
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/report" || !strings.EqualFold(params["report-type"], "delivery-status") {
		return r, nil
	}
	parts := multipart.NewReader(m.Body, params["boundary"])
	for range maxParts {
		p, err := parts.NextPart()
		if err != nil {
			return r, nil
		}
		if kind, _, _ := mime.ParseMediaType(p.Header.Get("Content-Type")); kind == "message/delivery-status" || kind == "message/global-delivery-status" {
			return r, r.readStatus(p)
		}
	}
	return r, nil
}

// readStatus reads the fields of the mail, then those of its recipient: we send to one.
func (r *Report) readStatus(from io.Reader) error {
	in := textproto.NewReader(bufio.NewReader(from))
	for range 2 {
		fields, err := in.ReadMIMEHeader()
		if action := fields.Get("Action"); action != "" {
			r.Action = actionOf(action)
			r.Status = statusOf(fields.Get("Status"))
			return nil
		}
		if err != nil {
			return nil
		}
	}
	return nil
}

func actionOf(s string) Action {
	word, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(s)), " ")
	switch a := Action(word); a {
	case Failed, Delayed, Delivered, Relayed, Expanded:
		return a
	}
	return Unknown
}

func statusOf(s string) (status [3]int) {
	word, _, _ := strings.Cut(strings.TrimSpace(s), " ")
	if n, err := fmt.Sscanf(word, "%1d.%3d.%3d", &status[0], &status[1], &status[2]); err != nil || n != 3 {
		return [3]int{}
	}
	return status
}
