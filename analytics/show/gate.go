package show

import (
	"context"
	"time"
)

// gate lets a few questions run at once and some more wait; the others are told to come again. So neither memory nor
// the machine is taken by a crowd of questions.
type gate struct {
	running chan struct{}
	inside  chan struct{} // running and waiting
}

func newGate(running, waiting int) *gate {
	return &gate{make(chan struct{}, running), make(chan struct{}, running+waiting)}
}

// turnPatience is how long a question waits for its turn.
const turnPatience = 20 * time.Second

// enter waits for its turn. When it returns nil, the caller MUST leave.
func (g *gate) enter(ctx context.Context) error {
	select {
	case g.inside <- struct{}{}:
	default:
		return busy("too many questions are waiting already", 2*time.Second)
	}
	late := time.NewTimer(turnPatience)
	defer late.Stop()
	select {
	case g.running <- struct{}{}:
		return nil
	case <-ctx.Done():
		<-g.inside
		return context.Cause(ctx)
	case <-late.C:
		<-g.inside
		return busy("other questions took too long to wait for", 5*time.Second)
	}
}

func (g *gate) leave() {
	<-g.running
	<-g.inside
}
