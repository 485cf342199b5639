package mail

import (
	"context"
	"errors"
	"io"
	"strings"
	"time"

	"github.com/emersion/go-smtp"
)

// Heard takes reports. Known tells whether a token is one of ours. Hear MUST NOT return nil before the report is durable: the mail
// server that brought it forgets it then.
type Heard interface {
	Known(ctx context.Context, t Token) (bool, error)
	Hear(ctx context.Context, r Report) error
}

// Intake is a small mail server for what comes back to the return paths. It takes mail for tokens of ours, and no other.
func Intake(s Sender, h Heard) *smtp.Server {
	server := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) {
		return &intake{domain: s.Bounces, heard: h}, nil
	}))
	server.Domain = s.Bounces
	server.MaxMessageBytes, server.MaxRecipients, server.MaxLineLength = MaxReport, 1, 4000
	server.ReadTimeout, server.WriteTimeout = time.Minute, time.Minute
	return server
}

var (
	errNoSuch = &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "No such mailbox"}
	errLater  = &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "Try again later"}
)

type intake struct {
	domain string
	heard  Heard
	token  Token
}

func (i *intake) Reset()                               { i.token = Token{} }
func (i *intake) Logout() error                        { return nil }
func (i *intake) Mail(string, *smtp.MailOptions) error { return nil }

func (i *intake) Rcpt(to string, _ *smtp.RcptOptions) error {
	t, err := i.tokenOf(to)
	if err != nil {
		return errNoSuch
	}
	known, err := i.heard.Known(context.Background(), t)
	switch {
	case err != nil:
		return errLater
	case !known:
		return errNoSuch
	}
	i.token = t
	return nil
}

func (i *intake) tokenOf(to string) (Token, error) {
	local, domain, _ := strings.Cut(to, "@")
	token, isOurs := strings.CutPrefix(strings.ToLower(local), "b+")
	if !isOurs || !strings.EqualFold(domain, i.domain) {
		return Token{}, errors.New("not a return path")
	}
	return ParseToken(token)
}

func (i *intake) Data(from io.Reader) error {
	r, err := ReadReport(i.token, from)
	if err != nil {
		return errLater
	}
	_, _ = io.Copy(io.Discard, from) // what is behind the limit
	if err := i.heard.Hear(context.Background(), r); err != nil {
		return errLater
	}
	return nil
}
