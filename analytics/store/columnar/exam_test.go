package columnar

import (
	"testing"
	"time"

	"jejak/analytics/store"
	"jejak/analytics/store/storetest"
)

// tiny makes everything happen early: pieces, flushes, compaction, new segments.
var tiny = Options{
	MinFree: -1, SegmentBytes: 4 << 10, PieceRows: 20, FlushRows: 60, KeepSegments: 1, SmallRows: 100, FlushAge: 1e9,
	QuietAge: 1e8, ColdAge: 1e8, EraseAge: 30 * time.Minute,
}

func TestExam(t *testing.T) {
	for name, o := range map[string]Options{"usual": {MinFree: -1}, "tiny": tiny} {
		t.Run(name, func(t *testing.T) {
			storetest.Run(t, func(t testing.TB, dir string) store.Store {
				s, err := Open(dir, o)
				if err != nil {
					t.Fatal(err)
				}
				return s
			})
		})
	}
}
