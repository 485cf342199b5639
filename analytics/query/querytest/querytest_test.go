package querytest_test

import (
	"testing"

	"jejak/analytics/query/querytest"
	"jejak/analytics/store"
	"jejak/analytics/store/columnar"
)

func TestModel(t *testing.T) {
	querytest.Run(t, func(*testing.T) store.Store { return querytest.NewModel() })
}

// TestColumnar makes tails and parts small, so that a few events pass through all of them.
func TestColumnar(t *testing.T) {
	querytest.Run(t, func(t *testing.T) store.Store {
		s, err := columnar.Open(t.TempDir(), columnar.Options{PieceRows: 10, FlushRows: 30, SmallRows: 100})
		if err != nil {
			t.Fatal(err)
		}
		return s
	})
}
