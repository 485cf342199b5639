package verify

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/mail"
	"net/netip"
	"strings"
	"time"

	"jejak/event"
	"jejak/exposure"
	"jejak/ground/access"
	"jejak/ground/meta"
	"jejak/ground/vault"
)

// Standing is how a mailbox stands in an incident.
type Standing struct {
	Incident exposure.IncidentID
	Classes  []exposure.Class // exposed, in the order in which people are told
	Sent     time.Time        // of its notice; zero: it has not gone out yet
	Code     string           // of its notice; "": it has none
}

// Scope knows who is affected. ByMailbox MUST return nothing for a mailbox that is in no incident, and MUST canonicalise the address
// itself.
type Scope interface {
	ByMailbox(ctx context.Context, address string) ([]Standing, error)
}

// Mailer hands one mail over. An error MUST mean that it was not handed over and may be later; a mail that will never be taken is no
// error. The address is a mailbox as a stranger typed it: IsMailbox holds for it, and nothing else is known.
type Mailer interface {
	Mail(ctx context.Context, to, subject, text string) error
}

// Sealer is what a MailBack needs of the vault.
type Sealer interface {
	Blinder
	SealOwn(p event.ProjectID, what vault.Own, name string, plain []byte) ([]byte, error)
	OpenOwn(p event.ProjectID, what vault.Own, name string, sealed []byte) ([]byte, error)
}

// BackOptions of a MailBack. DB, Vault, Scope, Mailer and Domain are required.
type BackOptions struct {
	DB     *meta.DB
	Vault  Sealer
	Scope  Scope
	Mailer Mailer
	Domain string           // where the pages are, as people type it
	PerDay int              // mails at most in a day, to everybody together; 0: 5,000
	Now    func() time.Time // nil: time.Now
}

// MailBack answers "was I affected?" to the mailbox that is asked about, and to nobody else. What is typed is sealed and put in a
// queue, the same for everybody; it is looked at when the answer on the screen has long gone out.
type MailBack struct {
	o    BackOptions
	asks *access.Limit
}

// How often somebody may ask, for each network, and how many questions may wait.
const (
	asksBurst = 30
	asksEvery = 5 * time.Minute
	maxWaits  = 20_000
)

// NewMailBack makes one.
func NewMailBack(o BackOptions) *MailBack {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.PerDay == 0 {
		o.PerDay = 5000
	}
	return &MailBack{o: o, asks: access.NewLimit(asksEvery, asksBurst)}
}

// ErrBusy says that too many questions wait: it is the same for every address.
var ErrBusy = errors.New("too many questions wait for their answer: try again in an hour")

// questionSize is that of every question, in bytes: an address has 254 at most.
const questionSize = 2 + 254

// Ask takes a question. When it returns nil, the question is durable. Nothing here depends on what was typed but that it is cut off
// behind the length of an address: neither the steps, nor their order, nor how long they take. ErrTooMany, ErrBusy.
func (b *MailBack) Ask(ctx context.Context, typed string, l exposure.Locale, from netip.Addr) error {
	if b.asks.Take(b.o.Now(), network(from)) != nil {
		return ErrTooMany
	}
	question := make([]byte, questionSize)
	copy(question, l)
	copy(question[2:], typed)
	sealed, err := b.o.Vault.SealOwn(installation, vault.MailBack, "question", question)
	if err != nil {
		return fmt.Errorf("cannot seal a question: %w", err)
	}
	return b.o.DB.Write(ctx, func(tx *sql.Tx) error {
		done, err := tx.ExecContext(ctx, `INSERT INTO mail_back (sealed) SELECT $1
			WHERE (SELECT COALESCE(MAX(id) - MIN(id), 0) FROM mail_back) < $2`, sealed, maxWaits)
		if err != nil {
			return fmt.Errorf("cannot keep a question: %w", err)
		}
		if n, err := done.RowsAffected(); n == 1 || err != nil {
			return err
		}
		return ErrBusy
	})
}

// Run answers what waits, at each tick, until ctx ends. It tells failed what went wrong.
func (b *MailBack) Run(ctx context.Context, ticks <-chan time.Time, failed func(error)) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticks:
			if err := b.Answer(ctx); err != nil && ctx.Err() == nil {
				failed(err)
			}
		}
	}
}

// Answer answers every question that waits now, as far as a day's mails reach.
func (b *MailBack) Answer(ctx context.Context) error {
	for {
		id, question, err := b.next(ctx)
		if id == 0 || err != nil {
			return err
		}
		if more, err := b.answer(ctx, id, question); !more || err != nil {
			return err
		}
	}
}

// question is what was typed, and in which language the answer goes out.
type question struct {
	locale exposure.Locale
	typed  string
}

// next is the oldest question that waits; 0 when none does.
func (b *MailBack) next(ctx context.Context) (id int64, q question, err error) {
	var sealed []byte
	err = b.o.DB.Read(ctx, func(tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, "SELECT id, sealed FROM mail_back ORDER BY id LIMIT 1").Scan(&id, &sealed)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return 0, q, nil
	}
	if err != nil {
		return 0, q, fmt.Errorf("cannot read the next question: %w", err)
	}
	plain, err := b.o.Vault.OpenOwn(installation, vault.MailBack, "question", sealed)
	if err != nil || len(plain) != questionSize {
		return 0, q, errors.Join(errors.New("cannot open a question"), err)
	}
	return id, question{exposure.Locale(plain[:2]), strings.TrimSpace(strings.TrimRight(string(plain[2:]), "\x00"))}, nil
}

// answer mails once to a mailbox and day: the mailbox is marked before the mail is handed over, so that a crash between them sends
// nothing rather than two. more is false when the mails of the day are used up.
func (b *MailBack) answer(ctx context.Context, id int64, q question) (more bool, err error) {
	if !IsMailbox(q.typed) {
		return true, b.drop(ctx, id)
	}
	standings, err := b.o.Scope.ByMailbox(ctx, q.typed)
	if err != nil {
		return false, fmt.Errorf("cannot look up whether a mailbox is affected: %w", err)
	}
	known, err := covered(ctx, b.o.DB)
	if err != nil {
		return false, err
	}
	subject, text := b.words(q.locale, standings, known)
	mailbox := b.o.Vault.Blind(installation, "mail back", canonical(q.typed))
	due, more, err := b.mark(ctx, id, mailbox)
	if !due || err != nil {
		return more, err
	}
	if err := b.o.Mailer.Mail(ctx, q.typed, subject, text); err != nil {
		return false, errors.Join(fmt.Errorf("cannot mail an answer: %w", err), b.putBack(context.WithoutCancel(ctx), q, mailbox))
	}
	return true, nil
}

func (b *MailBack) drop(ctx context.Context, id int64) error {
	return b.o.DB.Write(ctx, func(tx *sql.Tx) error { return dropIn(ctx, tx, id) })
}

func dropIn(ctx context.Context, tx *sql.Tx, id int64) error {
	if _, err := tx.ExecContext(ctx, "DELETE FROM mail_back WHERE id = $1", id); err != nil {
		return fmt.Errorf("cannot take a question out of the queue: %w", err)
	}
	return nil
}

// mark takes a question out of the queue and marks its mailbox; due is false when that was told within a day.
func (b *MailBack) mark(ctx context.Context, id int64, mailbox [16]byte) (due, more bool, err error) {
	now := b.o.Now()
	err = b.o.DB.Write(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, "DELETE FROM mail_back_told WHERE at <= $1", now.Add(-24*time.Hour).UnixMilli()); err != nil {
			return fmt.Errorf("cannot forget who was told: %w", err)
		}
		var told int
		if err := tx.QueryRowContext(ctx, "SELECT COUNT(*) FROM mail_back_told").Scan(&told); err != nil {
			return fmt.Errorf("cannot count who was told: %w", err)
		}
		if more = told < b.o.PerDay; !more {
			return nil
		}
		done, err := tx.ExecContext(ctx, "INSERT INTO mail_back_told (mailbox, at) VALUES ($1, $2) ON CONFLICT DO NOTHING", mailbox[:], now.UnixMilli())
		if err != nil {
			return fmt.Errorf("cannot mark who is told: %w", err)
		}
		n, err := done.RowsAffected()
		due = n == 1
		return errors.Join(err, dropIn(ctx, tx, id))
	})
	return due, more, err
}

// putBack undoes mark when the mail was not handed over. The question waits again, behind the others.
func (b *MailBack) putBack(ctx context.Context, q question, mailbox [16]byte) error {
	plain := make([]byte, questionSize)
	copy(plain, q.locale)
	copy(plain[2:], q.typed)
	sealed, err := b.o.Vault.SealOwn(installation, vault.MailBack, "question", plain)
	if err != nil {
		return err
	}
	return b.o.DB.Write(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, "DELETE FROM mail_back_told WHERE mailbox = $1", mailbox[:]); err != nil {
			return fmt.Errorf("cannot put a question back: %w", err)
		}
		if _, err := tx.ExecContext(ctx, "INSERT INTO mail_back (sealed) VALUES ($1)", sealed); err != nil {
			return fmt.Errorf("cannot put a question back: %w", err)
		}
		return nil
	})
}

// IsMailbox tells whether a text is one mailbox and nothing else: no name, no second one, no line end.
func IsMailbox(s string) bool {
	at := strings.LastIndexByte(s, '@')
	if at < 1 || at > 64 || len(s) > 254 || !strings.Contains(s[at:], ".") {
		return false
	}
	if strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune(`<>()[],;:"\`, r) }) {
		return false
	}
	a, err := mail.ParseAddress("<" + s + ">")
	return err == nil && a.Address == s && a.Name == ""
}

// canonical is a mailbox without what its owner may put in for play: a mailbox under many spellings is told once.
func canonical(address string) string {
	address = strings.ToLower(address)
	at := strings.LastIndexByte(address, '@')
	local, _, _ := strings.Cut(address[:at], "+")
	if d := address[at:]; d == "@gmail.com" || d == "@googlemail.com" {
		return strings.ReplaceAll(local, ".", "") + "@gmail.com"
	}
	return local + address[at:]
}
