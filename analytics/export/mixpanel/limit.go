package mixpanel

import (
	"slices"
	"sync"
	"time"

	"jejak/event"
)

// perHour is how many exports the scripts of a project may begin within an hour (wire spec, 5.1).
const perHour = 60

// limit counts exports by project. It knows existing projects only: who asks is known already.
type limit struct {
	mu    sync.Mutex
	begun map[event.ProjectID][]time.Time // within the last hour
}

func newLimit() *limit { return &limit{begun: map[event.ProjectID][]time.Time{}} }

// admit counts one more, unless there were too many.
func (l *limit) admit(p event.ProjectID, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	begun := slices.DeleteFunc(l.begun[p], func(t time.Time) bool { return now.Sub(t) >= time.Hour })
	l.begun[p] = begun
	if len(begun) >= perHour {
		return false
	}
	l.begun[p] = append(begun, now)
	return true
}
