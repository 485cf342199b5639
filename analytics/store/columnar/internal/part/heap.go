package part

// heap is a binary heap: the first of its items is not after any other. It merges sorted inputs.
type heap[T any] struct {
	items  []T
	before func(a, b *T) bool
}

// order makes a heap of items in any order.
func (h *heap[T]) order() {
	for i := len(h.items)/2 - 1; i >= 0; i-- {
		h.sink(i)
	}
}

// fix puts the first item, which changed, in its place.
func (h *heap[T]) fix() { h.sink(0) }

// drop takes the first item out.
func (h *heap[T]) drop() {
	last := len(h.items) - 1
	h.items[0] = h.items[last]
	h.items = h.items[:last]
	h.sink(0)
}

func (h *heap[T]) sink(i int) {
	for {
		least := i
		for child := 2*i + 1; child <= 2*i+2 && child < len(h.items); child++ {
			if h.before(&h.items[child], &h.items[least]) {
				least = child
			}
		}
		if least == i {
			return
		}
		h.items[i], h.items[least] = h.items[least], h.items[i]
		i = least
	}
}
