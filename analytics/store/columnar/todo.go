package columnar

import "sync"

// todo is a set of projects that wait for a background step, in the order in which they came.
type todo struct {
	mu    sync.Mutex
	set   map[*project]bool
	order []*project
	token chan struct{}
}

func newTodo() *todo {
	return &todo{set: map[*project]bool{}, token: make(chan struct{}, 1)}
}

func (t *todo) add(p *project) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.set[p] {
		t.set[p] = true
		t.order = append(t.order, p)
	}
	signal(t.token)
}

// next takes the first project out; nil when there is none.
func (t *todo) next() *project {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.order) == 0 {
		return nil
	}
	p := t.order[0]
	t.order = t.order[1:]
	delete(t.set, p)
	return p
}

// take waits for a project. It is false once stop is closed.
func (t *todo) take(stop <-chan struct{}) (*project, bool) {
	for {
		select {
		case <-stop:
			return nil, false
		default:
		}
		if p := t.next(); p != nil {
			return p, true
		}
		select {
		case <-t.token:
		case <-stop:
			return nil, false
		}
	}
}
