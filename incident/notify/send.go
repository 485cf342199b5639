package notify

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"jejak/exposure"
	"jejak/ground/audit"
	"jejak/incident/notify/mail"
)

// sender sends one version, as long as no newer sender does.
type sender struct {
	s       *Service
	v       version
	k       *keys
	changes chan change
	rows    chan row
	batch   sync.WaitGroup
	stop    context.CancelCauseFunc
}

// errPaused ends a pass: the relay refuses us, and a person must look.
var errPaused = errors.New("the relay refuses our mail")

// Send sends what is due of a version, and returns when nothing is. It is for the program itself: what it sends was released by two
// people. Of several senders only the newest goes on. ErrNotReleased, ErrRestored, ErrNotFound.
func (s *Service) Send(ctx context.Context, i exposure.IncidentID, n int) error {
	k, err := s.keysOf(ctx, i)
	if err != nil {
		return err
	}
	v, err := s.begin(ctx, i, n)
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	d := &sender{s: s, v: v, k: k, changes: make(chan change), rows: make(chan row), stop: stop}
	var all, committing sync.WaitGroup
	committing.Go(d.commit)
	for range s.o.Workers {
		all.Go(func() { d.work(ctx) })
	}
	err = d.dispatch(ctx)
	close(d.rows)
	all.Wait()
	close(d.changes)
	committing.Wait()
	if cause := context.Cause(ctx); errors.Is(cause, errPaused) {
		return nil
	} else if cause != nil {
		return cause
	}
	return err
}

// begin makes this the newest sender. What an earlier one had claimed is free again; where its final dot may have been sent is a doubt.
func (s *Service) begin(ctx context.Context, i exposure.IncidentID, n int) (v version, err error) {
	err = s.o.DB.Write(ctx, func(tx *sql.Tx) error {
		if v, err = readVersion(ctx, tx, i, n); err != nil {
			return err
		}
		if v.State == Restored {
			return ErrRestored
		}
		if v.State != Released {
			return ErrNotReleased
		}
		if older, err := s.isOlder(v); err != nil || older {
			return errors.Join(err, ErrRestored)
		}
		v.epoch++
		for _, q := range []string{
			"UPDATE notice_versions SET epoch = $1 WHERE incident = $2 AND version = $3",
			"UPDATE notices SET state = 'planned', epoch = $1 WHERE incident = $2 AND version = $3 AND state = 'claimed'",
		} {
			if _, err := tx.ExecContext(ctx, q, v.epoch, i, n); err != nil {
				return fmt.Errorf("cannot begin to send: %w", err)
			}
		}
		_, err = tx.ExecContext(ctx, "UPDATE notices SET state = 'in_doubt', why = 'the sender ended', changed = $1 WHERE incident = $2 AND version = $3 AND state = 'handing'",
			s.o.Now().UnixMilli(), i, n)
		return err
	})
	if errors.Is(err, ErrRestored) && v.State == Released {
		return v, errors.Join(ErrRestored, s.setState(ctx, v, Released, Restored, ErrRestored.Error()))
	}
	return v, err
}

func (v version) handedPrefix() string {
	return fmt.Sprintf("notices %s version %d: final dots ", v.Incident, v.Version)
}

// isOlder tells whether the audit log knows of dots that the ledger does not, or is itself older than the ledger.
func (s *Service) isOlder(v version) (bool, error) {
	most, size, err := s.dotsInLog(v)
	return most > v.handed || size < v.entry, err
}

// dotsInLog is the most that the audit log says were allowed, from the version's entry on.
func (s *Service) dotsInLog(v version) (most, size int64, err error) {
	size = s.o.Log.Size()
	for i := v.entry; i < size; i++ {
		text, err := s.o.Log.Entry(i)
		if err != nil {
			return 0, 0, fmt.Errorf("cannot compare the ledger with the audit log: %w", err)
		}
		var e audit.Entry
		if err := json.Unmarshal(text, &e); err != nil {
			return 0, 0, fmt.Errorf("cannot compare the ledger with the audit log: %w", err)
		}
		if dots, ok := strings.CutPrefix(e.About, v.handedPrefix()); ok && e.Act == handedAct {
			if n, err := strconv.ParseInt(dots, 10, 64); err == nil {
				most = max(most, n)
			}
		}
	}
	return most, size, nil
}

// dispatch claims rows and gives them to the workers, batch after batch.
func (d *sender) dispatch(ctx context.Context) error {
	for ctx.Err() == nil {
		rows, err := d.claim(ctx, d.s.o.Workers*16)
		if err != nil || len(rows) == 0 {
			return err
		}
		for _, r := range rows {
			d.batch.Add(1)
			d.rows <- r
		}
		d.batch.Wait()
	}
	return nil
}

// claim takes up to so many rows that are due, as many of each provider as its pace allows.
func (d *sender) claim(ctx context.Context, want int) (list []row, err error) {
	now := d.s.o.Now()
	err = d.s.o.DB.Write(ctx, func(tx *sql.Tx) error {
		v, err := readVersion(ctx, tx, d.v.Incident, d.v.Version)
		if err != nil {
			return err
		}
		if v.epoch != d.v.epoch || v.State != Released {
			return errFenced
		}
		for _, p := range allProviders {
			some, err := d.claimOf(ctx, tx, p, d.s.pacer.allowed(p, now, want-len(list)), now)
			if err != nil {
				return err
			}
			d.s.pacer.spend(p, now, len(some))
			list = append(list, some...)
		}
		return nil
	})
	if errors.Is(err, errFenced) { // paused, or another goes on
		return nil, nil
	}
	return list, err
}

func (d *sender) claimOf(ctx context.Context, tx *sql.Tx, provider string, n int, now time.Time) (list []row, err error) {
	if n <= 0 {
		return nil, nil
	}
	rows, err := tx.QueryContext(ctx, rowColumns+` WHERE incident = $1 AND version = $2 AND state = 'planned' AND provider = $3 AND due <= $4
		ORDER BY urgency, id LIMIT $5`, d.v.Incident, d.v.Version, provider, now.UnixMilli(), n)
	if err != nil {
		return nil, fmt.Errorf("cannot claim notices: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		r, err := scanRow(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, r)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	for _, r := range list {
		if _, err := tx.ExecContext(ctx, "UPDATE notices SET state = 'claimed', epoch = $1, changed = $2 WHERE id = $3", d.v.epoch, now.UnixMilli(), r.id); err != nil {
			return nil, fmt.Errorf("cannot claim notices: %w", err)
		}
	}
	return list, nil
}

// maxTogether is how many changes one transaction makes at most.
const maxTogether = 256

// commit makes changes durable, those that wait together in one transaction. Dots are in the audit log before they are allowed.
func (d *sender) commit() {
	ctx := context.Background() // what became of a mail is kept, whoever has gone
	for first := range d.changes {
		together := []change{first}
	gather:
		for len(together) < maxTogether {
			select {
			case c, ok := <-d.changes:
				if !ok {
					break gather
				}
				together = append(together, c)
			default:
				break gather
			}
		}
		d.commitAll(ctx, together)
	}
}

func (d *sender) commitAll(ctx context.Context, together []change) {
	outcome := make([]error, len(together))
	dots := int64(0)
	err := d.s.o.DB.Write(ctx, func(tx *sql.Tx) error {
		dots = 0
		for i, c := range together {
			if outcome[i] = d.change(ctx, tx, c); outcome[i] != nil && !errors.Is(outcome[i], errFenced) {
				return outcome[i]
			}
			if outcome[i] == nil && c.to == handing {
				dots++
			}
		}
		_, err := tx.ExecContext(ctx, "UPDATE notice_versions SET handed = handed + $1, entry = $2 WHERE incident = $3 AND version = $4 AND epoch = $5", dots, d.v.entry, d.v.Incident, d.v.Version, d.v.epoch)
		return err
	})
	if err == nil && dots > 0 {
		d.v.handed += dots
		var index int64
		if index, err = d.s.record(ctx, handedAct, d.v.handedPrefix()+strconv.FormatInt(d.v.handed, 10)); err == nil {
			d.v.entry = index
		}
	}
	for i, c := range together {
		c.done <- errors.Join(outcome[i], err)
	}
}

func (d *sender) change(ctx context.Context, tx *sql.Tx, c change) error {
	if c.to == bounced {
		return d.s.fail(ctx, tx, d.v.facts, d.k, c.id, c.from, c.why)
	}
	return d.s.apply(ctx, tx, c)
}

// make has a change made durable.
func (d *sender) make(c change) error {
	c.epoch, c.done = d.v.epoch, make(chan error, 1)
	d.changes <- c
	return <-c.done
}

// work sends rows, over one connection after the other.
func (d *sender) work(ctx context.Context) {
	var session *mail.Session
	for r := range d.rows {
		if ctx.Err() == nil {
			var err error
			if session, err = d.one(ctx, session, r); err != nil {
				d.stop(err)
			}
		}
		d.batch.Done()
	}
	if session != nil {
		_ = session.Close() // every answer is in
	}
}

// one sends a row and returns the session that may be used next.
func (d *sender) one(ctx context.Context, session *mail.Session, r row) (*mail.Session, error) {
	to, msg, err := d.s.read(d.k, d.v, r)
	if errors.Is(err, ErrChanged) {
		return session, d.pause(ctx, "this program would send another text than the one that was released")
	}
	if err != nil {
		return session, err
	}
	letter, err := d.s.letter(d.v, r.token, to.To, msg.Subject, msg.Body)
	if err != nil {
		return session, err
	}
	if session == nil {
		if session, err = d.s.o.Relay.Open(ctx); err != nil {
			return nil, err
		}
	}
	atTheDot := false
	a, err := session.Send(d.s.o.Sender.ReturnPath(r.token), to.To, r.token, letter, func() error {
		err := d.make(change{id: r.id, from: claimed, to: handing})
		atTheDot = err == nil
		return err
	})
	if err != nil || a.Outcome != mail.Accepted && session.Reset() != nil {
		_ = session.Abort()
		session = nil
	}
	if errors.Is(err, errFenced) {
		return session, err
	}
	return session, d.note(ctx, r, a, atTheDot)
}

// letter is the mail as it goes out, the same bytes each time.
func (s *Service) letter(v version, t mail.Token, to, subject, body string) ([]byte, error) {
	m, err := mail.Compose(s.o.Sender, mail.Letter{Token: t, To: to, Subject: subject, Body: body, Date: *v.Released})
	if err != nil {
		return nil, err
	}
	return mail.Sign(v.facts.Domain, s.o.Keys, m)
}

// putOffFor is how long a mailbox is tried that takes no mail for now.
const putOffFor = 72 * time.Hour

// note keeps the relay's answer.
func (d *sender) note(ctx context.Context, r row, a mail.Answer, atTheDot bool) error {
	from := claimed
	if atTheDot {
		from = handing
	}
	now := d.s.o.Now()
	switch why := reason(a); a.Outcome {
	case mail.Accepted:
		return d.make(change{id: r.id, from: from, to: accepted})
	case mail.Doubtful:
		return d.make(change{id: r.id, from: from, to: inDoubt, why: "no answer came"})
	case mail.Refused:
		return d.make(change{id: r.id, from: from, to: bounced, why: why})
	case mail.Blocked:
		if err := d.make(change{id: r.id, from: from, to: planned, why: why}); err != nil {
			return err
		}
		return d.pause(ctx, "the relay refuses our mail: "+why)
	default:
		if a.Code == 0 { // the connection broke before the dot
			return d.make(change{id: r.id, from: from, to: planned, why: "the connection broke", due: now})
		}
		if r.first != 0 && now.UnixMilli()-r.first >= putOffFor.Milliseconds() {
			return d.make(change{id: r.id, from: from, to: bounced, why: why})
		}
		return d.make(change{id: r.id, from: from, to: planned, why: why, due: now.Add(backoff(r.tries)), put: true})
	}
}

// pause stops the version, and this pass.
func (d *sender) pause(ctx context.Context, why string) error {
	d.s.o.Out.Error("the sending of notices is paused", "incident", d.v.Incident, "version", d.v.Version, "why", why)
	return errors.Join(d.s.setState(context.WithoutCancel(ctx), d.v, Released, Paused, why), errPaused)
}

func reason(a mail.Answer) string {
	if a.Status != [3]int{} {
		return fmt.Sprintf("%d %d.%d.%d", a.Code, a.Status[0], a.Status[1], a.Status[2])
	}
	return strconv.Itoa(a.Code)
}

// backoff is how long the n-th try after the first waits.
func backoff(tries int) time.Duration {
	return min(5*time.Minute<<min(tries, 10), 4*time.Hour)
}
