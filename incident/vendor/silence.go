package vendor

import (
	"cmp"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"jejak/ground/access"
	"jejak/ground/audit"
)

// Statement is what can be said of the silence towards a vendor. The order of its fields is the order of its bytes.
type Statement struct {
	Statement string        `json:"statement"` // vendor-silence/1
	Vendor    ID            `json:"vendor"`
	Name      string        `json:"name"`
	Domains   []string      `json:"domains"`
	CutOff    time.Time     `json:"cut_off_at"`
	From      time.Time     `json:"from"`
	Until     time.Time     `json:"until"`
	Sent      Sent          `json:"sent_by_the_product"`
	Reports   []DayOf       `json:"reports_of_browsers"` // anybody can write these
	Seen      []Seen        `json:"observed"`            // in files, on pages, in recordings
	Runs      []ObservedRun `json:"looked_at"`
	Steps     []string      `json:"steps_not_done"`
	Gaps      []string      `json:"gaps"`
	Verdict   Verdict       `json:"verdict"`
}

// DayOf is how many reports came on a day.
type DayOf struct {
	Day   string   `json:"day"`
	Times int64    `json:"times"`
	Pages []string `json:"pages"`
}

// Verdict is the outcome.
type Verdict string

// The verdicts.
const (
	Silent    Verdict = "silent"
	NotSilent Verdict = "not_silent" // something may have gone there
	NotProven Verdict = "not_proven" // the gaps say why
)

// SignedStatement is a statement with its proof: its hash is an entry of the audit log, which is in the tree of the signed checkpoint.
type SignedStatement struct {
	Statement  json.RawMessage  `json:"statement"`
	SHA256     string           `json:"sha256"`
	Entry      json.RawMessage  `json:"entry"`
	Index      int64            `json:"index"`
	Proof      tlog.RecordProof `json:"proof"`
	Checkpoint string           `json:"checkpoint"`
}

// Prover is what a signed statement needs of the audit log.
type Prover interface {
	Log
	Entry(index int64) (json.RawMessage, error)
	Prove(index int64) (tlog.RecordProof, []byte, error)
}

// Limits of the days of a proof.
const (
	DefaultSilence = 3
	MaxSilence     = 90
)

// silenceAct is in the audit log for each statement.
const silenceAct audit.Act = "vendor.silence_stated"

// Silence states what went to a vendor in the last days since they were cut off, and signs it. It needs Respond. ErrNotCut,
// access.Invalid.
func (r *Register) Silence(ctx context.Context, id ID, days int, log Prover) (SignedStatement, error) {
	if err := mayAct(ctx); err != nil {
		return SignedStatement{}, err
	}
	s, err := r.state(ctx, id, days)
	if err != nil {
		return SignedStatement{}, err
	}
	text, err := json.Marshal(s)
	if err != nil {
		return SignedStatement{}, fmt.Errorf("cannot write a statement: %w", err)
	}
	sum := sha256.Sum256(text)
	out := SignedStatement{Statement: text, SHA256: hex.EncodeToString(sum[:])}
	about := fmt.Sprintf("vendor %d, sha256 %s", id, out.SHA256)
	if out.Index, err = log.Record(ctx, audit.Entry{Who: access.Caller(ctx).String(), Act: silenceAct, About: about}); err != nil {
		return SignedStatement{}, err
	}
	if out.Entry, err = log.Entry(out.Index); err != nil {
		return SignedStatement{}, err
	}
	var checkpoint []byte
	out.Proof, checkpoint, err = log.Prove(out.Index)
	out.Checkpoint = string(checkpoint)
	return out, err
}

func (r *Register) state(ctx context.Context, id ID, days int) (Statement, error) {
	if days < 1 || days > MaxSilence {
		return Statement{}, invalid("days", "out_of_range", "from 1 to %d days", MaxSilence)
	}
	c, err := r.Standing(ctx, id)
	if err != nil {
		return Statement{}, err
	}
	now := r.now()
	s := Statement{
		Statement: "vendor-silence/1", Vendor: id, Name: c.Name, Domains: c.Domains, CutOff: c.At, Until: now,
		From: now.AddDate(0, 0, -days), Reports: []DayOf{}, Seen: []Seen{}, Runs: []ObservedRun{}, Steps: []string{}, Gaps: []string{},
	}
	if s.From.Before(c.At) {
		s.gap("it was cut off at %s: %d full days are not over", c.At.Format(time.RFC3339), days)
		s.From = c.At
	}
	for _, step := range c.Steps {
		if step.Done.IsZero() {
			s.Steps = append(s.Steps, step.Key)
		}
	}
	if err := r.addSent(ctx, &s, &c); err != nil {
		return s, err
	}
	if err := r.addObserved(ctx, &s); err != nil {
		return s, err
	}
	if err := r.addRuns(ctx, &s); err != nil {
		return s, err
	}
	if err := r.addUnwatched(ctx, &s); err != nil {
		return s, err
	}
	s.judge()
	return s, nil
}

func (s *Statement) gap(format string, a ...any) { s.Gaps = append(s.Gaps, fmt.Sprintf(format, a...)) }

// judge: what was seen counts more than what was not looked at.
func (s *Statement) judge() {
	last := 0
	for i, d := range s.Reports {
		if d.Day >= day(s.Until.AddDate(0, 0, -1)) {
			last = i + 1
		}
	}
	switch {
	case s.Sent.Bytes > 0 || s.Sent.Requests > 0 || len(s.Seen) > 0:
		s.Verdict = NotSilent
	case last > 0:
		s.gap("browsers still report the vendor's hosts; such reports can be invented")
		s.Verdict = NotProven
	case len(s.Gaps) > 0:
		s.Verdict = NotProven
	default:
		s.Verdict = Silent
	}
}

// addSent adds what the door has counted since the cut.
func (r *Register) addSent(ctx context.Context, s *Statement, c *VendorCut) error {
	return r.o.Meta.Read(ctx, func(tx *sql.Tx) (err error) {
		s.Sent, err = sent(ctx, tx, s.Domains, day(s.From))
		if b := c.Before; day(s.From) == day(c.At) {
			s.Sent = Sent{s.Sent.Requests - b.Requests, s.Sent.Bytes - b.Bytes, s.Sent.Refused - b.Refused, s.Sent.Late - b.Late}
		}
		return err
	})
}

// addObserved adds what was observed elsewhere from the day after the cut on.
func (r *Register) addObserved(ctx context.Context, s *Statement) error {
	seen, err := r.Observed(ctx, s.From)
	if err != nil {
		return err
	}
	byDay := map[string]*DayOf{}
	for _, o := range seen {
		switch {
		case !isOf(o.Host, s.Domains) || o.Day <= day(s.CutOff) && o.Source != Scan && o.Source != Crawl:
		case o.Source != CSP:
			s.Seen = append(s.Seen, o)
		case byDay[o.Day] == nil:
			byDay[o.Day] = &DayOf{o.Day, o.Times, o.Places}
		default:
			byDay[o.Day].Times += o.Times
			byDay[o.Day].Pages = append(byDay[o.Day].Pages, o.Places...)
		}
	}
	for _, d := range byDay {
		s.Reports = append(s.Reports, *d)
	}
	slices.SortFunc(s.Reports, func(a, b DayOf) int { return cmp.Compare(a.Day, b.Day) })
	return nil
}

// addUnwatched adds the hours in which the server did not run: nothing left it then, and no report could come in.
func (r *Register) addUnwatched(ctx context.Context, s *Statement) error {
	at := s.From
	err := r.o.Meta.Read(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, "SELECT began, until FROM vendor_watch WHERE until >= $1 ORDER BY began", s.From.Unix())
		if err != nil {
			return fmt.Errorf("cannot read when the door was watched: %w", err)
		}
		defer rows.Close()
		for rows.Next() {
			var began, until int64
			if err := rows.Scan(&began, &until); err != nil {
				return fmt.Errorf("cannot read when the door was watched: %w", err)
			}
			s.unwatched(at, time.Unix(began, 0).UTC())
			if end := time.Unix(until, 0).UTC(); end.After(at) {
				at = end
			}
		}
		return rows.Err()
	})
	s.unwatched(at, s.Until)
	return err
}

func (s *Statement) unwatched(from, to time.Time) {
	if to.Sub(from) > watchTolerance {
		s.gap("no server ran from %s to %s: no report could come in", from.Format(time.RFC3339), to.Format(time.RFC3339))
	}
}

// WatchEach is how often Watch is to be called while a server runs.
const WatchEach = time.Minute

const watchTolerance = 10 * WatchEach

// Watch notes that the door is open now. A silence of ten minutes is a gap.
func (r *Register) Watch(ctx context.Context) error {
	now := r.now()
	return r.o.Meta.Write(ctx, func(tx *sql.Tx) error {
		done, err := tx.ExecContext(ctx, "UPDATE vendor_watch SET until = $1 WHERE began = (SELECT MAX(began) FROM vendor_watch) AND until >= $2",
			now.Unix(), now.Add(-watchTolerance).Unix())
		if err != nil {
			return fmt.Errorf("cannot note that the door is watched: %w", err)
		}
		if n, err := done.RowsAffected(); err != nil || n > 0 {
			return err
		}
		_, err = tx.ExecContext(ctx, "INSERT OR IGNORE INTO vendor_watch (began, until) VALUES ($1, $1)", now.Unix())
		return err
	})
}
