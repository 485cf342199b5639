package app

import (
	"context"
	"errors"
	"fmt"
)

// stack is what must be undone, by name, the last first.
type stack []undo

type undo struct {
	what string
	do   func(context.Context) error
}

func (s *stack) push(what string, do func(context.Context) error) { *s = append(*s, undo{what, do}) }

// pushClose is push for what closes without waiting.
func (s *stack) pushClose(what string, do func() error) {
	s.push(what, func(context.Context) error { return do() })
}

// unwind undoes everything, also after a failure, and joins what failed. A second call does nothing.
func (s *stack) unwind(ctx context.Context) error {
	var failures []error
	for i := len(*s) - 1; i >= 0; i-- {
		if err := (*s)[i].do(ctx); err != nil {
			failures = append(failures, fmt.Errorf("cannot close %s: %w", (*s)[i].what, err))
		}
	}
	*s = nil
	return errors.Join(failures...)
}
