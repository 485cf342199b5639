package export

import "context"

// hand reads and encodes jobs. It serves one goroutine.
type hand struct {
	source
	encoder    encoder
	pieceBytes int
	atOnce     int
	left       int64 // rows until the limit; negative: there is none

	taken, invented int64 // rows in the encoder
}

func (r *Run) handOf(from source, w writer) *hand {
	h := &hand{source: from, encoder: w.encoder(newNamer(r.key, r.Mark)), pieceBytes: w.pieceBytes(), atOnce: atOnce, left: -1}
	if r.spec.Format == Parquet {
		h.atOnce = 1024 // column by column
	}
	if r.spec.Limit > 0 {
		h.left = r.spec.Limit
	}
	return h
}

// atOnce is how many rows are encoded before their size is looked at: one may have a megabyte.
const atOnce = 16

// do reads and encodes a job, and gives its rows out in pieces.
func (h *hand) do(ctx context.Context, j *job) error {
	err := h.read(ctx, j, func(b *block) error {
		h.invented += int64(b.invented)
		if h.left >= 0 {
			b.rows = int(min(int64(b.rows), h.left))
			h.left -= int64(b.rows)
		}
		return h.encode(ctx, j, b)
	})
	if err != nil {
		return err
	}
	return h.give(ctx, j)
}

// encode adds the rows of a block, and gives away what has become large.
func (h *hand) encode(ctx context.Context, j *job, b *block) error {
	for from := 0; from < b.rows; from += h.atOnce {
		to := min(b.rows, from+h.atOnce)
		if err := h.encoder.add(b, from, to); err != nil {
			return err
		}
		h.taken += int64(to - from)
		if h.encoder.size() < h.pieceBytes {
			continue
		}
		if err := h.give(ctx, j); err != nil {
			return err
		}
	}
	return nil
}

// give hands what is encoded to who writes.
func (h *hand) give(ctx context.Context, j *job) error {
	p, err := h.encoder.take()
	if err != nil {
		return err
	}
	f := finished{piece: p, rows: h.taken, canaries: h.invented}
	h.taken, h.invented = 0, 0
	select {
	case j.done <- f:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
