package collect

// Bodies bounds the memory of request bodies: each of them, and all that are in flight together.
type Bodies struct{ budget int64 }

// NewBodies bounds the sum of all bodies in flight to so many bytes.
func NewBodies(budget int64) *Bodies { return &Bodies{budget} }
