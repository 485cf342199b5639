// Package mail makes a notice a mail, signs it, hands it to the relay, and reads what comes back. It keeps nothing and decides
// nothing: what the answers mean for the ledger is package notify's.
package mail

import (
	"bytes"
	"encoding/base32"
	"errors"
	"fmt"
	"mime"
	"mime/quotedprintable"
	"net/mail"
	"strings"
	"time"
)

// Token names one mail of one notice in everything that comes back: Message-ID, return path and envelope ID. It holds nothing
// of the recipient.
type Token [16]byte

var tokenText = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

func (t Token) String() string { return tokenText.EncodeToString(t[:]) }

// ParseToken reads one, in either case.
func ParseToken(s string) (t Token, err error) {
	b, err := tokenText.DecodeString(strings.ToLower(s))
	if err != nil || len(b) != len(t) {
		return t, errors.New("cannot read a token: it is not one of ours")
	}
	return Token(b), nil
}

// Sender is who the mails come from.
type Sender struct {
	Name    string // shown beside the address
	Address string // at the official domain
	Bounces string // the domain whose mail comes to the bounce intake
}

// check refuses what would not be one header, or not one mailbox.
func (s Sender) check() error {
	if a, err := mail.ParseAddress(s.Address); err != nil || a.Address != s.Address {
		return errors.New("cannot send: the sender's address is not a mailbox")
	}
	if strings.ContainsAny(s.Name+s.Bounces, "\r\n\x00") || s.Bounces == "" {
		return errors.New("cannot send: the sender's name or the domain of bounces is missing, or has line ends in it")
	}
	return nil
}

// ReturnPath is where bounces of a mail go: b+<token>@ the domain of bounces.
func (s Sender) ReturnPath(t Token) string { return "b+" + t.String() + "@" + s.Bounces }

// MessageID is that of a mail, without angle brackets. It is the same whenever the mail is made.
func (s Sender) MessageID(t Token) string {
	return t.String() + s.Address[strings.LastIndexByte(s.Address, '@'):]
}

// Letter is what is sent to one mailbox.
type Letter struct {
	Token   Token
	To      string
	Subject string
	Body    string // lines end with a line feed
	Date    time.Time
}

// Compose makes the mail, ready to be signed. The same letter makes the same bytes. It is plain text: nothing is fetched, nothing
// is to be clicked, and there is nothing to unsubscribe from.
func Compose(s Sender, l Letter) ([]byte, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	if !IsMailbox(l.To) {
		return nil, errors.New("cannot send: the recipient's address is not a mailbox")
	}
	if strings.ContainsAny(l.Subject, "\r\n\x00") {
		return nil, errors.New("cannot send: the subject has line ends in it")
	}
	var out bytes.Buffer
	for _, h := range [][2]string{
		{"From", (&mail.Address{Name: s.Name, Address: s.Address}).String()},
		{"To", "<" + l.To + ">"},
		{"Subject", mime.QEncoding.Encode("utf-8", l.Subject)},
		{"Date", l.Date.UTC().Format("Mon, 02 Jan 2006 15:04:05 +0000")},
		{"Message-ID", "<" + s.MessageID(l.Token) + ">"},
		{"Auto-Submitted", "auto-generated"},
		{"MIME-Version", "1.0"},
		{"Content-Type", "text/plain; charset=utf-8"},
		{"Content-Transfer-Encoding", "quoted-printable"},
	} {
		fmt.Fprintf(&out, "%s: %s\r\n", h[0], fold(h[1]))
	}
	out.WriteString("\r\n")
	w := quotedprintable.NewWriter(&out)
	if _, err := w.Write([]byte(strings.ReplaceAll(l.Body, "\n", "\r\n"))); err != nil {
		return nil, fmt.Errorf("cannot make a mail: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("cannot make a mail: %w", err)
	}
	return out.Bytes(), nil
}

// fold breaks a header between encoded words, which stand alone.
func fold(value string) string { return strings.ReplaceAll(value, "?= =?", "?=\r\n =?") }

// IsMailbox tells whether an address is one mailbox that can be mailed to as it is.
func IsMailbox(address string) bool {
	at := strings.LastIndexByte(address, '@')
	if at < 1 || at > 64 || len(address) > 254 || strings.ContainsFunc(address, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return false
	}
	a, err := mail.ParseAddress("<" + address + ">")
	return err == nil && a.Address == address && a.Name == "" && strings.Contains(address[at:], ".") && !strings.ContainsAny(address, "<>,;\"()[]\\")
}
