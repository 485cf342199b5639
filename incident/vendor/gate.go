package vendor

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"jejak/ground/egress"
)

// ErrCutOff: nothing is sent to this host, its vendor was cut off.
var ErrCutOff = errors.New("this vendor was cut off")

// Gate is the register as the door for requests asks it. It asks the database each time: what another process cuts off is cut off here.
type Gate struct{ r *Register }

// Gate makes the register an egress.Gate.
func (r *Register) Gate() *Gate { return &Gate{r} }

// Pass implements egress.Gate.
func (g *Gate) Pass(ctx context.Context, host string) error {
	return g.r.o.Meta.Read(ctx, func(tx *sql.Tx) error { return isCutOff(ctx, tx, host) })
}

func isCutOff(ctx context.Context, tx *sql.Tx, host string) error {
	var n int
	err := tx.QueryRowContext(ctx, "SELECT count(*) FROM vendor_denied WHERE domain = $1", egress.Domain(host)).Scan(&n)
	if err != nil {
		return fmt.Errorf("cannot tell whether %s was cut off: %w", host, err)
	}
	if n > 0 {
		return fmt.Errorf("cannot send to %s: %w", host, ErrCutOff)
	}
	return nil
}

// Begin implements egress.Gate. What is refused is counted, too.
func (g *Gate) Begin(ctx context.Context, host string) error {
	var refusal error
	err := g.r.o.Meta.Write(ctx, func(tx *sql.Tx) error {
		refusal = isCutOff(ctx, tx, host)
		if refusal != nil && !errors.Is(refusal, ErrCutOff) {
			return refusal
		}
		refused := 0
		if refusal != nil {
			refused = 1
		}
		return g.count(ctx, tx, host, 1-refused, refused, 0)
	})
	return errors.Join(refusal, err)
}

// Sent implements egress.Gate.
func (g *Gate) Sent(host string, bytes int64) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	err := g.r.o.Meta.Write(ctx, func(tx *sql.Tx) error { return g.count(ctx, tx, host, 0, 0, bytes) })
	if err != nil { // the request itself was counted before it left
		slog.Error("cannot count what was sent", "host", host, "bytes", bytes, "error", err)
	}
}

func (g *Gate) count(ctx context.Context, tx *sql.Tx, host string, requests, refused int, bytes int64) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO vendor_egress (day, host, requests, refused, bytes) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (day, host) DO UPDATE SET requests = requests + excluded.requests, refused = refused + excluded.refused, bytes = bytes + excluded.bytes`,
		day(g.r.now()), host, requests, refused, bytes)
	if err != nil {
		return fmt.Errorf("cannot count a request: %w", err)
	}
	return nil
}

func day(t time.Time) string { return t.UTC().Format(time.DateOnly) }
