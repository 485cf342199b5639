package query

import (
	"context"
	"errors"

	"jejak/analytics/store"
	"jejak/question"
)

func askTrend(ctx context.Context, snap store.Snapshot, q *question.Trend, o Options) (*question.TrendAnswer, error) {
	return nil, errors.New("cannot answer trends yet")
}
