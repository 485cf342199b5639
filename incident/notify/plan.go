package notify

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"slices"
	"strings"
	"time"

	"jejak/exposure"
	"jejak/ground/access"
	"jejak/ground/approve"
	"jejak/incident/notify/mail"
	"jejak/incident/notify/text"
)

// Plan is a version of an incident's notices as it would be sent.
type Plan struct {
	Incident exposure.IncidentID `json:"incident"`
	Version  int                 `json:"version"`
	State    State               `json:"state"`
	Why      string              `json:"why,omitempty"`
	Hash     string              `json:"hash"`    // of all texts and of the fixed set of recipients, hexadecimal SHA-256
	Planned  int                 `json:"planned"` // recipients
	Made     time.Time           `json:"made"`
	Released *time.Time          `json:"released,omitempty"`
}

// State is where a version stands.
type State string

// The states of a version.
const (
	Draft    State = "draft"
	Released State = "released"
	Paused   State = "paused"
	Restored State = "restored" // put back from a backup: nothing is sent before Reconcile
)

// unreachableMailbox stands in the place of a mailbox that does not exist: a person without one is counted, too.
const unreachableMailbox = "unreachable"

// Plan fixes who is told what in a version. It may be planned again until it is released. Who was told in an earlier version gets
// only what is new, or nothing. It needs Respond. *Unfit, ErrReleased, ErrNobody.
func (s *Service) Plan(ctx context.Context, f text.Facts, from Source) (p Plan, err error) {
	if err := access.May(ctx, installation, access.Respond); err != nil {
		return p, err
	}
	if found := append(text.Lint(f), s.lintSender(f)...); len(found) > 0 {
		return p, &Unfit{found}
	}
	k, err := s.keysOf(ctx, f.Incident)
	if err != nil {
		return p, err
	}
	set, err := s.gather(ctx, k, f, from)
	if err != nil {
		return p, err
	}
	facts, err := json.Marshal(f)
	if err != nil {
		return p, err
	}
	p = Plan{Incident: f.Incident, Version: f.Version, State: Draft, Planned: len(set), Made: s.o.Now().UTC().Truncate(time.Millisecond)}
	err = s.o.DB.Write(ctx, func(tx *sql.Tx) error {
		return s.keepPlan(ctx, tx, k, &p, facts, set)
	})
	return p, err
}

// lintSender: mail that does not come from the official domain is not signed by it.
func (s *Service) lintSender(f text.Facts) []text.Finding {
	from := s.o.Sender.Address
	if from == "" || strings.HasSuffix(from, "@"+f.Domain) {
		return nil
	}
	return []text.Finding{{Code: "sender", Message: "Notices are mailed from another domain than the official one."}}
}

// gather reads the source, one recipient a mailbox, and leaves out who was told everything before.
func (s *Service) gather(ctx context.Context, k *keys, f text.Facts, from Source) (map[mailboxIndex]*recipient, error) {
	set := map[mailboxIndex]*recipient{}
	nobodys := 0
	err := from.Recipients(ctx, func(r Recipient) error {
		boxes := usable(r.Mailboxes)
		to := fmt.Sprintf("%s %d", unreachableMailbox, nobodys)
		if len(boxes) > 0 {
			to = boxes[0]
		} else {
			nobodys++
		}
		m := k.indexOf(to)
		if set[m] == nil {
			set[m] = &recipient{To: to, Audience: r.Audience}
		}
		set[m].take(r)
		return ctx.Err()
	})
	if err != nil {
		return nil, fmt.Errorf("cannot gather who is to be told: %w", err)
	}
	told, err := s.toldBefore(ctx, k, f.Version)
	if err != nil {
		return nil, err
	}
	for m, r := range set {
		if r.settle(told[m]); r.Kind == "" {
			delete(set, m)
		}
	}
	if len(set) == 0 {
		return nil, ErrNobody
	}
	return set, nil
}

// settle decides what the recipient gets, after what they were told before; nothing new: no kind.
func (r *recipient) settle(told *recipient) {
	if len(r.Locales) == 0 {
		r.Locales = exposure.Locales
	}
	slices.SortFunc(r.Locales, func(a, b exposure.Locale) int {
		return slices.Index(exposure.Locales, a) - slices.Index(exposure.Locales, b)
	})
	all, members := r.lost(), r.Members
	r.ToldAll = all
	switch {
	case len(all) == 0 && told != nil:
		r.Kind = "" // a correction is a text of its own, never a note of courtesy
	case len(all) == 0:
		r.Kind, r.Audience = text.Courtesy, exposure.Person
	case told == nil || told.Kind == text.Courtesy:
		r.Kind = text.First
	default:
		r.Classes, r.Own = without(r.Classes, told.ToldAll), without(r.Own, told.ToldAll)
		r.ToldAll = exposure.Sorted(slices.Concat(told.ToldAll, all))
		r.Kind = text.Supplement
		if len(r.Classes)+len(r.Own) == 0 && members <= told.Members {
			r.Kind = ""
		}
	}
}

func without(classes, told []exposure.Class) (out []exposure.Class) {
	for _, c := range classes {
		if !slices.Contains(told, c) {
			out = append(out, c)
		}
	}
	return out
}

// toldBefore is what earlier versions of the incident told each mailbox, the last one of each.
func (s *Service) toldBefore(ctx context.Context, k *keys, version int) (told map[mailboxIndex]*recipient, err error) {
	told = map[mailboxIndex]*recipient{}
	err = s.o.DB.Read(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, `SELECT n.version, n.mailbox, n.sealed FROM notices n JOIN notice_versions v ON v.incident = n.incident AND v.version = n.version
			WHERE n.incident = $1 AND n.version < $2 AND v.state <> 'draft' ORDER BY n.version`, k.incident, version)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var v int
			var m, sealed []byte
			if err := rows.Scan(&v, &m, &sealed); err != nil {
				return err
			}
			r, err := k.open(v, mailboxIndex(m), sealed)
			if err != nil {
				return err
			}
			told[mailboxIndex(m)] = &r
		}
		return rows.Err()
	})
	if err != nil {
		return nil, fmt.Errorf("cannot read who was told before: %w", err)
	}
	return told, nil
}

// keepPlan writes the set in one transaction: all of it is there, or nothing.
func (s *Service) keepPlan(ctx context.Context, tx *sql.Tx, k *keys, p *Plan, facts []byte, set map[mailboxIndex]*recipient) error {
	if err := clearDraft(ctx, tx, p); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO notice_versions (incident, version, state, why, facts, hash, planned, made, released, epoch, handed, entry)
		VALUES ($1, $2, $3, '', $4, x'', $5, $6, 0, 0, 0, $7)`, p.Incident, p.Version, Draft, facts, p.Planned, p.Made.UnixMilli(), s.o.Log.Size())
	if err != nil {
		return fmt.Errorf("cannot keep the plan: %w", err)
	}
	var f text.Facts
	if err := json.Unmarshal(facts, &f); err != nil {
		return err
	}
	insert, err := tx.PrepareContext(ctx, insertNotice)
	if err != nil {
		return fmt.Errorf("cannot keep the plan: %w", err)
	}
	defer insert.Close()
	for _, m := range sortedIndexes(set) {
		if err := s.keepNotice(ctx, insert, k, f, m, set[m], nil); err != nil {
			return err
		}
	}
	sum, err := hashOf(ctx, tx, p.Incident, p.Version)
	if err != nil {
		return err
	}
	p.Hash = hex.EncodeToString(sum[:])
	_, err = tx.ExecContext(ctx, "UPDATE notice_versions SET hash = $1 WHERE incident = $2 AND version = $3", sum[:], p.Incident, p.Version)
	return err
}

func clearDraft(ctx context.Context, tx *sql.Tx, p *Plan) error {
	var state State
	err := tx.QueryRowContext(ctx, "SELECT state FROM notice_versions WHERE incident = $1 AND version = $2", p.Incident, p.Version).Scan(&state)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("cannot read the plan: %w", err)
	}
	if state != Draft {
		return ErrReleased
	}
	for _, table := range []string{"notices", "notice_versions"} {
		if _, err := tx.ExecContext(ctx, "DELETE FROM "+table+" WHERE incident = $1 AND version = $2", p.Incident, p.Version); err != nil {
			return fmt.Errorf("cannot make the plan anew: %w", err)
		}
	}
	return nil
}

const insertNotice = `INSERT INTO notices (incident, version, mailbox, token, code, instead_of, audience, kind, locales, provider, urgency, text, sealed, state, why, epoch, tries, due, first, changed)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 0, 0, 0, 0, $16)`

// keepNotice adds a row to the ledger; insteadOf is the notice whose mailbox did not take it.
func (s *Service) keepNotice(ctx context.Context, insert *sql.Stmt, k *keys, f text.Facts, m mailboxIndex, r *recipient, insteadOf *int64) error {
	t := k.token(f.Version, m)
	code, err := s.code(k, f.Version, m)
	if err != nil {
		return err
	}
	msg, err := text.Render(f, r.notice(code))
	if err != nil {
		return err
	}
	sealed, err := k.seal(f.Version, m, *r)
	if err != nil {
		return err
	}
	state, why, provider := planned, "", otherProvider
	if mail.IsMailbox(r.To) {
		provider = providerOf(r.To)
	} else {
		state, why = unreachable, "no mailbox is known"
	}
	index, sum := codeIndex(code), textHash(msg)
	locales, err := json.Marshal(r.Locales)
	if err != nil {
		return err
	}
	_, err = insert.ExecContext(ctx, f.Incident, f.Version, m[:], t[:], index[:], insteadOf, r.Audience, r.Kind, string(locales),
		provider, r.urgency(), sum[:], sealed, state, why, s.o.Now().UnixMilli())
	if err != nil {
		return fmt.Errorf("cannot keep a notice: %w", err)
	}
	return nil
}

func (s *Service) code(k *keys, version int, m mailboxIndex) (string, error) {
	if s.o.Codes == nil {
		return k.code(version, m), nil
	}
	return s.o.Codes.Code(k.incident, version, m)
}

// textHash is of what the recipient reads.
func textHash(m text.Message) [32]byte { return sha256.Sum256([]byte(m.Subject + "\n\n" + m.Body)) }

func sortedIndexes(set map[mailboxIndex]*recipient) []mailboxIndex {
	list := make([]mailboxIndex, 0, len(set))
	for m := range set {
		list = append(list, m)
	}
	slices.SortFunc(list, func(a, b mailboxIndex) int { return slices.Compare(a[:], b[:]) })
	return list
}

// hashOf is what two people release: the facts, and for each mailbox of the fixed set its text and its sealed recipient.
func hashOf(ctx context.Context, tx *sql.Tx, i exposure.IncidentID, version int) (sum approve.Hash, err error) {
	h := sha256.New()
	var facts []byte
	if err := tx.QueryRowContext(ctx, "SELECT facts FROM notice_versions WHERE incident = $1 AND version = $2", i, version).Scan(&facts); err != nil {
		return sum, fmt.Errorf("cannot read the plan: %w", err)
	}
	writeSized(h, facts)
	rows, err := tx.QueryContext(ctx, "SELECT mailbox, code, text, sealed FROM notices WHERE incident = $1 AND version = $2 AND instead_of IS NULL ORDER BY mailbox", i, version)
	if err != nil {
		return sum, fmt.Errorf("cannot read the plan: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var parts [4]sql.RawBytes
		if err := rows.Scan(&parts[0], &parts[1], &parts[2], &parts[3]); err != nil {
			return sum, fmt.Errorf("cannot read the plan: %w", err)
		}
		for _, p := range parts {
			writeSized(h, p)
		}
	}
	return approve.Hash(h.Sum(nil)), rows.Err()
}

func writeSized(h hash.Hash, b []byte) {
	n := len(b)
	h.Write([]byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)}) // a hash takes everything
	h.Write(b)
}
