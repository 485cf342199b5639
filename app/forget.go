package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"jejak/analytics/forget"
	"jejak/analytics/people"
	"jejak/analytics/store"
	"jejak/analytics/store/columnar"
	"jejak/event"
	"jejak/ground/access"
)

// erasuresOf is where the journal of erasures is: beside the root key, so that whoever puts a copy of the data folder back does not
// put an older journal back with it.
func erasuresOf(data string, k Keys) string {
	return strings.TrimSuffix(keyFileOf(data, k.File), ".key") + ".erasures"
}

// openForget makes the eraser, which carries out what a crash or a restored folder left undone.
func (a *App) openForget(hidden forget.Hidden) (*forget.Eraser, error) {
	ctx := access.AtConsole(context.Background())
	projects, err := a.ground.access.Projects(ctx)
	if err != nil {
		return nil, err
	}
	known := func(p event.ProjectID) bool {
		return slices.ContainsFunc(projects, func(x access.Project) bool { return x.ID == p })
	}
	return forget.New(ctx, forget.Options{
		Journal: erasuresOf(a.o.Data, a.o.Keys), Keys: a.ground.vault, Rows: erasable{a.store}, People: a.identify,
		Groups: a.groups, Profiles: a.people, Hidden: hidden, Log: a.ground.vault.Log(), Audit: auditFolder(a.o.Data),
	}, known)
}

// erasable is the store as the eraser needs it.
type erasable struct{ *columnar.Store }

// Settle implements forget.Rows: a batch of nothing is durable when the records queued before it are.
func (e erasable) Settle(ctx context.Context, p event.ProjectID) error {
	return e.Append(ctx, store.Batch{Project: p})
}

// Whom names a person or a group for Erase: one of the fields.
type Whom struct {
	ID     string // distinct id; a device's begins with $device:
	Number uint32 // of the person
	Key    string // of a group, with ID
}

// Erase erases somebody from the project of a data folder that no server runs on.
func Erase(ctx context.Context, data string, k Keys, p uint32, w Whom) (r forget.Receipt, err error) {
	a, err := New(Options{Data: data, Keys: k, Listen: "127.0.0.1:0"})
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, a.Stop(ctx)) }()
	return a.erase(access.AtConsole(ctx), event.ProjectID(p), w)
}

// errNobody says that there is nobody to erase.
var errNobody = errors.New("the project knows nobody by this\nhint: a device's ID begins with $device:; who was erased before is not known any more")

func (a *App) erase(ctx context.Context, p event.ProjectID, w Whom) (r forget.Receipt, err error) {
	switch {
	case w.Key != "":
		r, err = a.forget.Group(ctx, p, people.Section(w.Key), event.GroupID{Key: w.Key, ID: w.ID})
	case w.ID != "":
		r, err = a.forget.DistinctID(ctx, p, w.ID)
	default:
		r, err = a.forget.Person(ctx, p, event.Actor(w.Number))
	}
	if errors.Is(err, access.ErrNotFound) {
		return r, errNobody
	}
	return r, err
}

// CheckErasure holds a receipt, as JSON, against the public key of the audit log and says what it proves.
func CheckErasure(receipt []byte, key string) (string, error) {
	var r forget.Receipt
	if err := json.Unmarshal(receipt, &r); err != nil {
		return "", fmt.Errorf("cannot read the receipt: %w", err)
	}
	if err := r.Check(key); err != nil {
		return "", err
	}
	return fmt.Sprintf("erasure %s of a %s of project %d, ordered %s, is entry %d of the audit log", r.Erasure, r.Kind, r.Project,
		r.Ordered.Format(time.RFC3339), r.Proof.Index), nil
}
