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

var _ egress.Gate = (*Gate)(nil)

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
		if refusal != nil {
			return g.count(ctx, tx, host, Sent{Refused: 1})
		}
		return g.count(ctx, tx, host, Sent{Requests: 1})
	})
	return errors.Join(refusal, err)
}

// Sent implements egress.Gate.
func (g *Gate) Sent(host string, bytes int64) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	err := g.r.o.Meta.Write(ctx, func(tx *sql.Tx) error {
		switch refusal := isCutOff(ctx, tx, host); {
		case errors.Is(refusal, ErrCutOff):
			return g.count(ctx, tx, host, Sent{Late: bytes})
		case refusal != nil:
			return refusal
		}
		return g.count(ctx, tx, host, Sent{Bytes: bytes})
	})
	if err != nil { // the request itself was counted before it left
		slog.Error("cannot count what was sent", "host", host, "bytes", bytes, "error", err)
	}
}

func (g *Gate) count(ctx context.Context, tx *sql.Tx, host string, n Sent) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO vendor_egress (day, host, requests, refused, bytes, late) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (day, host) DO UPDATE SET requests = requests + excluded.requests, refused = refused + excluded.refused,
			bytes = bytes + excluded.bytes, late = late + excluded.late`,
		day(g.r.now()), host, n.Requests, n.Refused, n.Bytes, n.Late)
	if err != nil {
		return fmt.Errorf("cannot count a request: %w", err)
	}
	return nil
}

// Sent is what the door counted.
type Sent struct {
	Requests int64 `json:"requests"`
	Bytes    int64 `json:"bytes"`
	Refused  int64 `json:"refused"` // somebody tried
	Late     int64 `json:"late"`    // bytes that were written before the cut and counted after it
}

// sent adds up what went to some domains from a day on.
func sent(ctx context.Context, tx *sql.Tx, domains []string, since string) (sum Sent, err error) {
	rows, err := tx.QueryContext(ctx, "SELECT host, requests, refused, bytes, late FROM vendor_egress WHERE day >= $1", since)
	if err != nil {
		return sum, fmt.Errorf("cannot read what was sent: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var host string
		var n Sent
		if err := rows.Scan(&host, &n.Requests, &n.Refused, &n.Bytes, &n.Late); err != nil {
			return sum, fmt.Errorf("cannot read what was sent: %w", err)
		}
		if isOf(host, domains) {
			sum = Sent{sum.Requests + n.Requests, sum.Bytes + n.Bytes, sum.Refused + n.Refused, sum.Late + n.Late}
		}
	}
	return sum, rows.Err()
}

func day(t time.Time) string { return t.UTC().Format(time.DateOnly) }
