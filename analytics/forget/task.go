package forget

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"jejak/event"
	"jejak/ground/access"
	"jejak/ground/meta"
)

// TaskState is how far a task is.
type TaskState string

// The states. What has started is carried out.
const (
	Pending TaskState = "pending"
	Started TaskState = "started"
	Done    TaskState = "done"
	Revoked TaskState = "revoked"
	Failed  TaskState = "failed"
)

// Task is erasures of several people that were asked for together and are carried out one after the other. It names people
// by number: the identifiers that they were asked for by are looked up and not kept.
type Task struct {
	ID         string // 32 hexadecimal digits
	Project    event.ProjectID
	AskedBy    string // who.String() of the caller
	Asked      time.Time
	Compliance string
	People     int // found
	Unknown    int // identifiers that nobody has
	State      TaskState

	numbers []event.Actor
}

// Tasks keeps tasks and carries them out. Many goroutines may use it at once.
type Tasks struct {
	db     *meta.DB
	eraser *Eraser
	failed func(task string, err error)
	wake   chan struct{}
	end    context.CancelFunc
	ended  sync.WaitGroup
}

// NewTasks goes on with what was asked for before. failed is told of tasks that could not be carried out.
func NewTasks(db *meta.DB, e *Eraser, failed func(task string, err error)) *Tasks {
	ctx, end := context.WithCancel(context.Background())
	t := &Tasks{db: db, eraser: e, failed: failed, wake: make(chan struct{}, 1), end: end}
	t.wake <- struct{}{}
	t.ended.Go(func() { t.run(ctx) })
	return t
}

// Close stops after the erasure at hand. The next start goes on.
func (t *Tasks) Close() error {
	t.end()
	t.ended.Wait()
	return nil
}

// Ask finds the people of distinct ids and makes a task of them. It needs Erase. The search is in the audit log first.
func (t *Tasks) Ask(ctx context.Context, p event.ProjectID, compliance string, distinctIDs []string) (Task, error) {
	e := t.eraser
	if err := e.May(ctx, p); err != nil {
		return Task{}, err
	}
	if err := e.record(ctx, "person.searched", p, fmt.Sprintf("%d identifiers, for erasures", len(distinctIDs))); err != nil {
		return Task{}, err
	}
	x := Task{Project: p, AskedBy: access.Caller(ctx).String(), Asked: e.o.Now().UTC().Truncate(time.Millisecond), Compliance: compliance, State: Pending}
	for _, id := range distinctIDs {
		a, err := e.o.People.Find(p, id)
		if err != nil {
			return Task{}, err
		}
		if a == 0 {
			x.Unknown++
			continue
		}
		x.numbers = append(x.numbers, a)
	}
	slices.Sort(x.numbers)
	x.numbers = slices.Compact(x.numbers)
	x.People = len(x.numbers)
	var id [16]byte
	_, _ = rand.Read(id[:]) // never fails
	x.ID = hex.EncodeToString(id[:])
	if err := t.keep(ctx, x); err != nil {
		return Task{}, err
	}
	t.nudge()
	return x, nil
}

func (t *Tasks) keep(ctx context.Context, x Task) error {
	numbers := make([]byte, 0, 4*len(x.numbers))
	for _, a := range x.numbers {
		numbers = binary.LittleEndian.AppendUint32(numbers, uint32(a))
	}
	err := t.db.Write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO erasure_tasks (id, project, asked_by, asked, compliance, numbers, unknown, state)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`, x.ID, x.Project, x.AskedBy, x.Asked.UnixMilli(), x.Compliance, numbers, x.Unknown, x.State)
		return err
	})
	if err != nil {
		return fmt.Errorf("cannot write an erasure down: %w", err)
	}
	return nil
}

const taskColumns = "SELECT id, project, asked_by, asked, compliance, numbers, unknown, state FROM erasure_tasks "

// one is the first task that fits; access.ErrNotFound.
func (t *Tasks) one(ctx context.Context, which string, args ...any) (x Task, err error) {
	var asked int64
	var numbers []byte
	err = t.db.Read(ctx, func(tx *sql.Tx) error {
		row := tx.QueryRowContext(ctx, taskColumns+which, args...)
		return row.Scan(&x.ID, &x.Project, &x.AskedBy, &asked, &x.Compliance, &numbers, &x.Unknown, &x.State)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return Task{}, access.ErrNotFound
	}
	if err != nil {
		return Task{}, fmt.Errorf("cannot read an erasure: %w", err)
	}
	x.Asked = time.UnixMilli(asked).UTC()
	for ; len(numbers) >= 4; numbers = numbers[4:] {
		x.numbers = append(x.numbers, event.Actor(binary.LittleEndian.Uint32(numbers)))
	}
	x.People = len(x.numbers)
	return x, nil
}

// Task is one of the project. It needs Erase. access.ErrNotFound.
func (t *Tasks) Task(ctx context.Context, p event.ProjectID, id string) (Task, error) {
	if err := t.eraser.May(ctx, p); err != nil {
		return Task{}, err
	}
	return t.one(ctx, "WHERE id = $1 AND project = $2", id, p)
}

// Revoke takes back what has not started; it tells whether it could. It needs Erase. access.ErrNotFound.
func (t *Tasks) Revoke(ctx context.Context, p event.ProjectID, id string) (bool, error) {
	x, err := t.Task(ctx, p, id)
	if err != nil {
		return false, err
	}
	return t.move(ctx, x.ID, Pending, Revoked)
}

// move changes a state, unless it is another already.
func (t *Tasks) move(ctx context.Context, id string, from, to TaskState) (moved bool, err error) {
	err = t.db.Write(ctx, func(tx *sql.Tx) error {
		r, err := tx.ExecContext(ctx, "UPDATE erasure_tasks SET state = $1 WHERE id = $2 AND state = $3", to, id, from)
		if err != nil {
			return err
		}
		n, err := r.RowsAffected()
		moved = n > 0
		return err
	})
	if err != nil {
		return false, fmt.Errorf("cannot change an erasure: %w", err)
	}
	return moved, nil
}

func (t *Tasks) nudge() {
	select {
	case t.wake <- struct{}{}:
	default: // it is awake
	}
}

func (t *Tasks) run(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.wake:
		}
		for ctx.Err() == nil && t.next(ctx) {
		}
	}
}

// next carries out the oldest task; false when there is none, or it cannot be told now.
func (t *Tasks) next(ctx context.Context) bool {
	x, err := t.one(ctx, "WHERE state IN ('started', 'pending') ORDER BY asked, id LIMIT 1")
	if err != nil {
		if !errors.Is(err, access.ErrNotFound) && ctx.Err() == nil {
			t.failed("", err)
		}
		return false
	}
	if x.State == Pending {
		if moved, err := t.move(ctx, x.ID, Pending, Started); err != nil || !moved {
			return err == nil // it was revoked
		}
	}
	end := Done
	if err := t.carryOut(ctx, x); err != nil {
		if ctx.Err() != nil {
			return false // the next start goes on
		}
		t.failed(x.ID, err)
		end = Failed
	}
	_, err = t.move(context.WithoutCancel(ctx), x.ID, Started, end)
	return err == nil
}

// carryOut erases everybody of the task who is still there.
func (t *Tasks) carryOut(ctx context.Context, x Task) error {
	for _, a := range x.numbers {
		if err := ctx.Err(); err != nil {
			return err
		}
		_, err := t.eraser.person(ctx, x.Project, a, x.AskedBy)
		if err != nil && !errors.Is(err, access.ErrNotFound) {
			return err
		}
	}
	return nil
}
