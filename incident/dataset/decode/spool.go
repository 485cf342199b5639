package decode

import (
	"bytes"
	"io"
)

// spoolInMemory is what is kept in memory of a member that must be read out of order, in bytes; more goes to the scratch.
const spoolInMemory = 32 << 20

// spooled is a member at hand.
type spooled struct {
	at    io.ReaderAt
	size  int64
	close func()
}

// spool keeps a stream at hand.
func (r *reader) spool(stream io.Reader) (*spooled, error) {
	limit := r.limits.Spool
	var first bytes.Buffer
	n, err := io.Copy(&first, io.LimitReader(stream, min(spoolInMemory, limit)+1))
	if err != nil {
		return nil, err
	}
	if n <= min(spoolInMemory, limit) {
		return &spooled{bytes.NewReader(first.Bytes()), n, func() {}}, nil
	}
	if r.o.Scratch == nil || n > limit {
		return nil, errSpool
	}
	s, err := r.o.Scratch()
	if err != nil {
		return nil, err
	}
	size, err := io.Copy(s, io.MultiReader(&first, io.LimitReader(stream, limit-n+1)))
	if err == nil && size > limit {
		err = errSpool
	}
	var at io.ReaderAt
	if err == nil {
		at, err = s.ReaderAt()
	}
	if err != nil {
		_ = s.Close()
		return nil, err
	}
	return &spooled{at, size, func() { _ = s.Close() }}, nil
}
