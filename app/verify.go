package app

import (
	"context"
	"encoding/json"
	"fmt"
	"net"

	"jejak/analytics/show"
	"jejak/exposure"
	"jejak/incident/notify"
	"jejak/incident/verify"
)

// openChecks makes the public pages on which a notice is checked.
func (a *App) openChecks() {
	a.checks = verify.New(verify.Options{
		DB: a.ground.meta, Codes: verify.NewCodes(a.ground.vault), Log: a.ground.vault.Log(), Notices: issued{a.telling.Service},
		Seal: verify.Sealing{Domain: a.o.noticeDomain(), Resolve: a.o.resolver()},
		Alarm: func(r verify.Replay) {
			a.o.Log.Warn("the code of a notice is looked up from many places: somebody sends copies of it around", "incident", r.Incident)
		},
	})
	if a.o.Mail.isSet() {
		a.back = a.ground.mailBack(a.telling.Service, courier{a.o.Mail.Relay, a.o.Mail.Sender, a.o.Mail.Keys})
	}
	a.notices = verify.NewPages(verify.PagesOptions{
		Desk: a.checks, MailBack: a.back,
		Client: show.ClientOf,
		Failed: func(err error) { a.o.Log.Error("a page for checking notices failed", "error", err) },
	})
}

// noticeDomain is the one that is named, or else that of the sender of notices.
func (o *Options) noticeDomain() string {
	if o.NoticeDomain == "" {
		return courier{sender: o.Mail.Sender}.domain()
	}
	return o.NoticeDomain
}

func (o *Options) resolver() verify.Resolver {
	if o.resolve != nil {
		return o.resolve
	}
	return net.DefaultResolver
}

// noticeOptions are those of notices that can be checked: with a code each, and fixed in the audit log before the first is sent.
func (g *ground) noticeOptions() notify.Options {
	codes := verify.NewCodes(g.vault)
	return notify.Options{
		DB: g.meta, Vault: g.vault, Log: g.vault.Log(), Desk: g.approve, Codes: noticeCodes{codes},
		Rooted: rooted{verify.New(verify.Options{DB: g.meta, Codes: codes, Log: g.vault.Log()})},
	}
}

// noticeCodes makes the codes that stand in notices.
type noticeCodes struct{ verify.Codes }

// Code implements notify.Codes.
func (c noticeCodes) Code(i exposure.IncidentID, version int, mailbox [16]byte) (string, error) {
	return c.Of(i, version, mailbox).String(), nil
}

// rooted fixes the notices of a version.
type rooted struct{ *verify.Desk }

// Root implements notify.Rooted.
func (r rooted) Root(ctx context.Context, i exposure.IncidentID, version int, leaves func(func(notify.Leaf) error) error) error {
	_, err := r.Fix(ctx, i, version, func(yield func(verify.Leaf) error) error {
		return leaves(func(l notify.Leaf) error {
			code, err := verify.ParseCode(l.Code)
			if err != nil {
				return err
			}
			return yield(verify.LeafOf(code, l.Subject, l.Body))
		})
	})
	return err
}

// issued finds notices in the ledger.
type issued struct{ *notify.Service }

// ByCode implements verify.Notices.
func (s issued) ByCode(ctx context.Context, code verify.Code) (n verify.Notice, err error) {
	i, found, err := s.Service.ByCode(ctx, code.String())
	if err != nil {
		return n, err
	}
	if !found {
		return n, verify.ErrUnknown
	}
	return verify.Notice{
		Incident: i.Incident, Version: i.Version, Mailbox: i.Index, Masked: verify.Mask(i.To), Sent: i.Sent, Subject: i.Subject, Text: i.Body,
	}, nil
}

// CheckNotice holds the proof of a notice, as its page gave it, against the public key of the audit log.
func CheckNotice(text []byte, key string) (p verify.Proof, err error) {
	if err := json.Unmarshal(text, &p); err != nil {
		return p, fmt.Errorf("cannot read the proof: %w", err)
	}
	return p, p.Check(key)
}
