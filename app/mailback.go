package app

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"time"

	"jejak/incident/notify"
	"jejak/incident/notify/mail"
	"jejak/incident/verify"
)

// answerEvery is how often questions whether somebody was affected are answered: on a clock, so that no answer on the screen waits for,
// or runs beside, what it leads to.
const answerEvery = 30 * time.Second

// mailBack answers to the mailbox whether it was affected.
func (g *ground) mailBack(ledger *notify.Service, post courier) *verify.MailBack {
	return verify.NewMailBack(verify.BackOptions{
		DB: g.meta, Vault: g.vault, Scope: standings{ledger}, Mailer: post, Domain: post.domain(),
	})
}

// answerByMail runs until ctx ends.
func (a *App) answerByMail(ctx context.Context) {
	tick := time.NewTicker(answerEvery)
	defer tick.Stop()
	a.back.Run(ctx, tick.C, func(err error) { a.o.Log.Error("cannot tell people whether they were affected", "error", err) })
}

// standings looks mailboxes up in the ledger of notices.
type standings struct{ *notify.Service }

// ByMailbox implements verify.Scope.
func (s standings) ByMailbox(ctx context.Context, address string) (out []verify.Standing, err error) {
	all, err := s.Standings(ctx, address)
	for _, x := range all {
		out = append(out, verify.Standing{Incident: x.Incident, Classes: x.Classes, Sent: x.Sent, Code: x.Code})
	}
	return out, err
}

// courier hands single mails to the relay of the notices, signed like them.
type courier struct {
	relay  mail.Relay
	sender mail.Sender
	keys   []mail.Key
}

func (c courier) domain() string {
	return strings.ToLower(c.sender.Address[strings.LastIndexByte(c.sender.Address, '@')+1:])
}

// Mail implements verify.Mailer. What the relay might have is never sent again.
func (c courier) Mail(ctx context.Context, to, subject, text string) (err error) {
	var t mail.Token
	_, _ = rand.Read(t[:]) // never fails
	message, err := mail.Compose(c.sender, mail.Letter{Token: t, To: to, Subject: subject, Body: text, Date: time.Now()})
	if err != nil {
		return err
	}
	if message, err = mail.Sign(c.domain(), c.keys, message); err != nil {
		return err
	}
	s, err := c.relay.Open(ctx)
	if err != nil {
		return err
	}
	a, err := s.Send(c.sender.ReturnPath(t), to, t, message, func() error { return ctx.Err() })
	if err != nil {
		err = errors.Join(err, s.Abort())
	} else {
		_ = s.Close() // the relay has answered
	}
	switch a.Outcome {
	case mail.Accepted, mail.Refused, mail.Doubtful:
		return nil
	}
	return errors.Join(fmt.Errorf("the relay did not take a mail (%d)", a.Code), err)
}
