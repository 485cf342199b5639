package register

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"jejak/exposure"
	"jejak/ground/access"
	"jejak/ground/audit"
	"jejak/ground/vault"
)

// kind is what a line says.
type kind string

const (
	ofRecord   kind = "record"   // the fields of the register, as a whole
	ofEntry    kind = "entry"    // an entry of the timeline
	ofDecision kind = "decision" // about a clock
	ofRequest  kind = "request"  // something was asked of a vendor
	ofAnswer   kind = "answer"   // or reminder
	ofAlarm    kind = "alarm"
	ofClosing  kind = "closing"
)

// line is one of an incident.
type line struct {
	Incident exposure.IncidentID `json:"incident"`
	Number   int                 `json:"number"`
	Kind     kind                `json:"kind"`
	At       time.Time           `json:"at"` // when it was recorded
	By       string              `json:"by"`
	Salt     string              `json:"salt"` // so that nobody can guess the text by its hash
	Body     json.RawMessage     `json:"body"`

	hash  string
	index int64 // in the audit log
}

const (
	maxLines = 20_000
	maxLine  = 256 << 10 // bytes
)

// name is what the vault binds the line to.
func (l *line) name() string { return fmt.Sprintf("%s %d", l.Incident, l.Number) }

// about is the line in the words of the audit log.
func (l *line) about() string {
	return fmt.Sprintf("incident %s, line %d, %s, sha256 %s", l.Incident, l.Number, l.Kind, l.hash)
}

func (r *Register) newLine(ctx context.Context, id exposure.IncidentID, number int, k kind, body any) (line, error) {
	text, err := json.Marshal(body)
	if err != nil {
		return line{}, fmt.Errorf("cannot write a line of the register: %w", err)
	}
	if len(text) > maxLine {
		return line{}, &access.Invalid{Field: "body", Code: "too_long", Message: fmt.Sprintf("this has %d bytes, at most %d are possible", len(text), maxLine)}
	}
	var salt [16]byte
	_, _ = rand.Read(salt[:]) // never fails
	by := access.Caller(ctx).String()
	if k == ofAlarm {
		by = "jejak" // nobody asked for it
	}
	return line{Incident: id, Number: number, Kind: k, At: r.now(), By: by, Salt: hex.EncodeToString(salt[:]), Body: text}, nil
}

// seal gives the line its hash and its place in the audit log.
func (r *Register) seal(ctx context.Context, l *line) ([]byte, error) {
	text, err := json.Marshal(l)
	if err != nil {
		return nil, fmt.Errorf("cannot write a line of the register: %w", err)
	}
	sum := sha256.Sum256(text)
	l.hash = hex.EncodeToString(sum[:])
	sealed, err := r.o.Vault.SealOwn(installation, vault.IncidentLine, l.name(), text)
	if err != nil {
		return nil, err
	}
	l.index, err = r.o.Log.Record(ctx, audit.Entry{Who: l.By, Act: lineAct(l.Kind), About: l.about(), Purpose: string(vault.Incident)})
	return sealed, err
}

func lineAct(k kind) audit.Act { return audit.Act("incident." + string(k)) }

// insert keeps a sealed line. ErrChanged when another has taken its number.
func insert(ctx context.Context, tx *sql.Tx, l *line, sealed []byte) error {
	var last int
	if err := tx.QueryRowContext(ctx, "SELECT COALESCE(MAX(number), 0) FROM incident_lines WHERE incident = $1", l.Incident).Scan(&last); err != nil {
		return err
	}
	if l.Number != last+1 {
		return ErrChanged
	}
	_, err := tx.ExecContext(ctx, "INSERT INTO incident_lines (incident, number, audit, sealed) VALUES ($1, $2, $3, $4)", l.Incident, l.Number, l.index, sealed)
	return err
}

// add appends a line to an incident that was read as it is. The caller holds writing. ErrChanged, when another process was faster.
func (r *Register) add(ctx context.Context, i *Incident, k kind, body any) error {
	if len(i.lines) >= maxLines {
		return ErrFull
	}
	l, err := r.newLine(ctx, i.ID, len(i.lines)+1, k, body)
	if err != nil {
		return err
	}
	sealed, err := r.seal(ctx, &l)
	if err != nil {
		return err
	}
	err = r.o.DB.Write(ctx, func(tx *sql.Tx) error { return insert(ctx, tx, &l, sealed) })
	if err != nil {
		return fmt.Errorf("cannot keep a line of the register: %w", err)
	}
	if err := i.follow(l); err != nil {
		return err
	}
	i.Times = i.times()
	return nil
}

// lines reads an incident's, and holds each against the audit log.
func (r *Register) lines(ctx context.Context, id exposure.IncidentID) (list []line, err error) {
	err = r.o.DB.Read(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, "SELECT number, audit, sealed FROM incident_lines WHERE incident = $1 ORDER BY number", id)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var sealed []byte
			l := line{Incident: id}
			if err := rows.Scan(&l.Number, &l.index, &sealed); err != nil {
				return err
			}
			if l.Number != len(list)+1 {
				return ErrDamaged
			}
			if err := r.open(&l, sealed); err != nil {
				return err
			}
			list = append(list, l)
		}
		return rows.Err()
	})
	if err != nil {
		return nil, fmt.Errorf("cannot read the register: %w", err)
	}
	return list, nil
}

func (r *Register) open(l *line, sealed []byte) error {
	text, err := r.o.Vault.OpenOwn(installation, vault.IncidentLine, l.name(), sealed)
	if err != nil {
		return errors.Join(ErrDamaged, err)
	}
	sum := sha256.Sum256(text)
	l.hash = hex.EncodeToString(sum[:])
	if json.Unmarshal(text, l) != nil {
		return ErrDamaged
	}
	said, err := r.o.Log.Entry(l.index)
	var e audit.Entry
	if err != nil || json.Unmarshal(said, &e) != nil || e.Act != lineAct(l.Kind) || e.About != l.about() || e.Who != l.By {
		return ErrDamaged
	}
	return nil
}
