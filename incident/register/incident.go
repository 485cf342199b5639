package register

import (
	"cmp"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"jejak/exposure"
	"jejak/ground/access"
	"jejak/incident/register/clock"
)

// State is where an incident stands.
type State string

// The states. An incident stays in the register for ever, also when nobody had to be told.
const (
	Open   State = "open"
	Closed State = "closed"
)

// Incident is all that is known of one.
type Incident struct {
	ID       exposure.IncidentID `json:"id"`
	State    State               `json:"state"`
	Made     time.Time           `json:"made_at"`
	By       string              `json:"made_by"`
	Version  int                 `json:"version" doc:"Of the fields, from 1."`
	Fields   Fields              `json:"fields"`
	Times    Times               `json:"times"`
	Closing  *Closing            `json:"closing,omitempty"`
	Timeline []TimelineEntry     `json:"timeline"`
	Requests []VendorRequest     `json:"requests"`
	Alarms   []Alarm             `json:"alarms"`

	decided []clock.Decided
	lines   []line
}

// Times are those of the register, as the timeline tells them.
type Times struct {
	HappenedFrom *Moment `json:"happened_from,omitempty"`
	HappenedTo   *Moment `json:"happened_to,omitempty"`
	Known        *Moment `json:"known,omitempty" doc:"The first that we knew."`
	Contained    *Moment `json:"contained,omitempty"`
}

// Closing is how an incident ended.
type Closing struct {
	At      time.Time `json:"at"`
	By      string    `json:"by" doc:"Who asked; another allowed it, see the audit log."`
	Lessons string    `json:"lessons"`
}

// Listed is an incident in a list.
type Listed struct {
	ID       exposure.IncidentID `json:"id"`
	State    State               `json:"state"`
	Title    string              `json:"title"`
	Severity string              `json:"severity"`
	Made     time.Time           `json:"made_at"`
}

// Create opens an incident. It needs Respond. *access.Invalid.
func (r *Register) Create(ctx context.Context, f Fields) (Incident, error) {
	if err := mayAct(ctx); err != nil {
		return Incident{}, err
	}
	if err := f.check(r.o.Rules); err != nil {
		return Incident{}, err
	}
	r.writing.Lock()
	defer r.writing.Unlock()
	for range 5 { // another process may take the number
		i, err := r.create(ctx, f)
		if !errors.Is(err, ErrChanged) {
			return i, err
		}
	}
	return Incident{}, ErrChanged
}

func (r *Register) create(ctx context.Context, f Fields) (i Incident, err error) {
	year := r.now().Format("2006")
	var count int
	err = r.o.DB.Read(ctx, func(tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, "SELECT COUNT(*) FROM incidents WHERE id LIKE $1", year+"-%").Scan(&count)
	})
	if err != nil {
		return i, fmt.Errorf("cannot number an incident: %w", err)
	}
	i.ID, err = exposure.ParseIncidentID(fmt.Sprintf("%s-%02d", year, count+1))
	if err != nil {
		return i, err
	}
	l, err := r.newLine(ctx, i.ID, 1, ofRecord, f)
	if err != nil {
		return i, err
	}
	sealed, err := r.seal(ctx, &l)
	if err != nil {
		return i, err
	}
	err = r.o.DB.Write(ctx, func(tx *sql.Tx) error {
		done, err := tx.ExecContext(ctx, "INSERT INTO incidents (id, made) VALUES ($1, $2) ON CONFLICT DO NOTHING", i.ID, l.At.UnixMilli())
		if err != nil {
			return err
		}
		if n, err := done.RowsAffected(); err != nil || n != 1 {
			return cmp.Or(err, ErrChanged)
		}
		return insert(ctx, tx, &l, sealed)
	})
	if err != nil {
		return i, fmt.Errorf("cannot keep the incident: %w", err)
	}
	return i, i.follow(l)
}

// List is all incidents, the newest first. It needs Follow.
func (r *Register) List(ctx context.Context) ([]Listed, error) {
	if err := mayRead(ctx); err != nil {
		return nil, err
	}
	ids, err := r.ids(ctx)
	list := make([]Listed, 0, len(ids))
	for _, id := range ids {
		i, err := r.read(ctx, id)
		if err != nil {
			return nil, err
		}
		list = append(list, Listed{i.ID, i.State, i.Fields.Title, i.Fields.Severity, i.Made})
	}
	return list, err
}

func (r *Register) ids(ctx context.Context) (list []exposure.IncidentID, err error) {
	err = r.o.DB.Read(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, "SELECT id FROM incidents ORDER BY made DESC, id DESC")
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var id exposure.IncidentID
			if err := rows.Scan(&id); err != nil {
				return err
			}
			list = append(list, id)
		}
		return rows.Err()
	})
	if err != nil {
		return nil, fmt.Errorf("cannot list the incidents: %w", err)
	}
	return list, nil
}

// Incident is one. It needs Follow. access.ErrNotFound, ErrDamaged.
func (r *Register) Incident(ctx context.Context, id exposure.IncidentID) (Incident, error) {
	if err := mayRead(ctx); err != nil {
		return Incident{}, err
	}
	return r.read(ctx, id)
}

func (r *Register) read(ctx context.Context, id exposure.IncidentID) (i Incident, err error) {
	lines, err := r.lines(ctx, id)
	if err != nil {
		return i, err
	}
	if len(lines) == 0 {
		return i, access.ErrNotFound
	}
	i = Incident{ID: id}
	for _, l := range lines {
		if err := i.follow(l); err != nil {
			return i, err
		}
	}
	i.Requests, i.Times = i.requestsAt(r.now()), i.times()
	return i, nil
}

// Change replaces the fields of an incident; version is that of those which were read. It needs Respond. ErrChanged, *access.Invalid.
func (r *Register) Change(ctx context.Context, id exposure.IncidentID, version int, f Fields) (Incident, error) {
	return r.change(ctx, id, true, func(i *Incident) (kind, any, error) {
		if i.Version != version {
			return "", nil, ErrChanged
		}
		return ofRecord, f, f.check(r.o.Rules)
	})
}

// change adds what f makes of an incident.
func (r *Register) change(ctx context.Context, id exposure.IncidentID, onlyOpen bool, f func(*Incident) (kind, any, error)) (Incident, error) {
	if err := mayAct(ctx); err != nil {
		return Incident{}, err
	}
	r.writing.Lock()
	defer r.writing.Unlock()
	i, err := r.read(ctx, id)
	if err != nil {
		return i, err
	}
	if onlyOpen && i.State == Closed {
		return i, ErrClosed
	}
	k, body, err := f(&i)
	if err != nil {
		return i, err
	}
	return i, r.add(ctx, &i, k, body)
}

// closedAct is what two people allow.
const closedAct = "incident.closed"

// Close ends an incident. It needs Respond, and a second person who allows exactly the state in which the incident is: any line added
// meanwhile makes it another. *approve.Waiting, ErrClosed, *access.Invalid when a required clock is open.
func (r *Register) Close(ctx context.Context, id exposure.IncidentID, lessons string) (Incident, error) {
	return r.change(ctx, id, true, func(i *Incident) (kind, any, error) {
		if err := checkText("lessons", lessons, 1, maxText); err != nil {
			return "", nil, err
		}
		clocks, err := r.clocks(ctx, i)
		if err != nil {
			return "", nil, err
		}
		for _, c := range clocks {
			if c.IsOpen() && c.Outcome.Answer != clock.No {
				return "", nil, &access.Invalid{Field: "clocks", Code: "open", Message: "the clock " + string(c.Rule) + " is open: say that it was filed, or why it is not required"}
			}
		}
		title := fmt.Sprintf("Close the incident %s after %d lines of its register", i.ID, len(i.lines))
		hash := sha256.Sum256([]byte(title + "\n" + i.lines[len(i.lines)-1].hash + "\n" + lessons))
		if err := r.o.Desk.Require(ctx, installation, closedAct, hash, title); err != nil {
			return "", nil, err
		}
		return ofClosing, lessons, nil
	})
}

// follow takes a line up. Lines are read in their order, so what the incident is follows from them.
func (i *Incident) follow(l line) (err error) {
	i.lines = append(i.lines, l)
	switch l.Kind {
	case ofRecord:
		err = i.takeRecord(l)
	case ofEntry:
		err = i.takeEntry(l)
	case ofDecision:
		err = takeInto(&i.decided, l)
	case ofRequest, ofAnswer:
		err = i.takeRequest(l)
	case ofAlarm:
		err = takeInto(&i.Alarms, l)
	case ofClosing:
		i.State, i.Closing = Closed, &Closing{At: l.At, By: l.By}
		err = json.Unmarshal(l.Body, &i.Closing.Lessons)
	default:
		err = ErrDamaged
	}
	if err != nil {
		return errors.Join(ErrDamaged, err)
	}
	return nil
}

func (i *Incident) takeRecord(l line) error {
	if l.Number == 1 {
		i.State, i.Made, i.By = Open, l.At, l.By
		i.Timeline, i.Requests, i.Alarms = []TimelineEntry{}, []VendorRequest{}, []Alarm{}
	}
	i.Version++
	i.Fields = Fields{}
	return json.Unmarshal(l.Body, &i.Fields)
}

func takeInto[T any](list *[]T, l line) error {
	var v T
	if err := json.Unmarshal(l.Body, &v); err != nil {
		return err
	}
	*list = append(*list, v)
	return nil
}
