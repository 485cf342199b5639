package querytest

import "testing"
import "jejak/analytics/store"

func runRandom(t *testing.T, s store.Store) { closeStore(t, s) }
