package query

import (
	"context"
	"errors"

	"jejak/analytics/store"
	"jejak/question"
)

// Values lists the values of a property on the events of a name (on all events when it is empty), most frequent first,
// at most limit of them. Only values whose text contains the given text, in any case, are listed. Errors are those of Ask.
func Values(ctx context.Context, snap store.Snapshot, event, property, contains string, limit int, o Options) ([]question.ValueCount, error) {
	return nil, errors.New("cannot list values yet")
}
