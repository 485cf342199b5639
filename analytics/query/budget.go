package query

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync/atomic"
	"time"
)

// Budget bounds what one question may use. Zero fields mean the defaults.
type Budget struct {
	Memory  int64         // bytes of working tables; default 256 MiB
	Time    time.Duration // default 30 s
	Workers int           // goroutines; default the number of usable cores
}

func (b Budget) orDefault() Budget {
	if b.Memory == 0 {
		b.Memory = 256 << 20
	}
	if b.Time == 0 {
		b.Time = 30 * time.Second
	}
	if b.Workers == 0 {
		b.Workers = runtime.GOMAXPROCS(0)
	}
	return b
}

// ErrTooLarge is what errors.Is finds in a TooLarge.
var ErrTooLarge = errors.New("the question is too large")

// TooLarge says that a question went over its budget and was stopped.
type TooLarge struct {
	Code   string // out_of_memory or out_of_time
	Reason string // one sentence
	Hint   string // what to change in the question
}

func (e *TooLarge) Error() string { return fmt.Sprintf("cannot answer the question: %s", e.Reason) }

// Is makes errors.Is(err, ErrTooLarge) true.
func (e *TooLarge) Is(target error) bool { return target == ErrTooLarge }

// Codes of TooLarge.
const (
	OutOfMemory = "out_of_memory"
	OutOfTime   = "out_of_time"
)

func tooMuchMemory(limit int64) error {
	return &TooLarge{OutOfMemory,
		fmt.Sprintf("it needs more than its %d MiB of memory", limit>>20),
		"shorten the range, break down by a property with fewer values, or add a filter"}
}

func tooMuchTime(limit time.Duration) error {
	return &TooLarge{OutOfTime,
		fmt.Sprintf("it takes longer than its %s", limit),
		"shorten the range, take fewer metrics, or add a filter"}
}

// meter counts the bytes of a question's tables, by all its workers.
type meter struct {
	limit int64
	used  atomic.Int64
	over  atomic.Bool
	whole *meter // of which this one is a part; nil mostly
}

// part is a meter of tables that end before the question does: release gives all they took back to m.
func (m *meter) part() *meter { return &meter{limit: m.limit, whole: m} }

func (m *meter) release() { m.whole.give(m.used.Load()) }

// take asks for n bytes more. After a false nothing may be allocated, and the question ends with tooMuchMemory.
func (m *meter) take(n int64) bool {
	if m.whole != nil && !m.whole.take(n) {
		m.over.Store(true)
		return false
	}
	if m.used.Add(n) > m.limit {
		m.give(n)
		m.over.Store(true)
		return false
	}
	return true
}

// leaves tells whether half of the memory is left after n bytes more: what only saves time may take those.
func (m *meter) leaves(n int64) bool {
	if m.whole != nil {
		return m.whole.leaves(n)
	}
	return m.used.Load()+n <= m.limit/2
}

// give returns n bytes.
func (m *meter) give(n int64) {
	m.used.Add(-n)
	if m.whole != nil {
		m.whole.give(n)
	}
}

// stopped is the reason to stop now: cancelled, out of time, out of memory; nil to go on.
func (m *meter) stopped(ctx context.Context) error {
	if m.over.Load() {
		return tooMuchMemory(m.limit)
	}
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	default:
		return nil
	}
}
