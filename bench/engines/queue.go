package main

import "jejak/event"

// queue gives out what was put in, the earliest first.
type queue[T any] []timed[T]

type timed[T any] struct {
	at event.Millis
	x  T
}

// first is when the earliest is due.
func (q queue[T]) first() (at event.Millis, ok bool) {
	if len(q) == 0 {
		return 0, false
	}
	return q[0].at, true
}

func (q *queue[T]) push(at event.Millis, x T) {
	*q = append(*q, timed[T]{at, x})
	h := *q
	for i := len(h) - 1; i > 0 && h[i].at < h[(i-1)/2].at; i = (i - 1) / 2 {
		h[i], h[(i-1)/2] = h[(i-1)/2], h[i]
	}
}

// pop takes the earliest out.
func (q *queue[T]) pop() T {
	h := *q
	x, n := h[0].x, len(h)-1
	h[0] = h[n]
	h = h[:n]
	*q = h
	for i := 0; ; {
		child := 2*i + 1
		if child+1 < n && h[child+1].at < h[child].at {
			child++
		}
		if child >= n || h[i].at <= h[child].at {
			return x
		}
		h[i], h[child] = h[child], h[i]
		i = child
	}
}
