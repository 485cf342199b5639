package querytest_test

import (
	"testing"

	"jejak/analytics/query/querytest"
	"jejak/analytics/store"
)

func TestModel(t *testing.T) {
	querytest.Run(t, func(*testing.T) store.Store { return querytest.NewModel() })
}
