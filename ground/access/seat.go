package access

import (
	"context"
	"database/sql"
	"encoding/hex"
	"fmt"
	"time"
)

// Seat is a signed-in browser of the caller.
type Seat struct {
	ID      string // 32 hexadecimal digits, of no use for signing in
	Created time.Time
	Used    time.Time // to the minute
	Expires time.Time
}

// Seats are the caller's sessions, the last used first. It needs a user.
func (s *Service) Seats(ctx context.Context) (list []Seat, err error) {
	user, err := callersID(ctx)
	if err != nil {
		return nil, err
	}
	err = s.db.Read(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, "SELECT hash, created, used, expires FROM sessions WHERE user_id = $1 AND expires > $2 ORDER BY used DESC, hash",
			user, s.millis())
		if err != nil {
			return fmt.Errorf("cannot list the sessions: %w", err)
		}
		defer rows.Close()
		for rows.Next() {
			var h []byte
			var created, used, expires int64
			if err := rows.Scan(&h, &created, &used, &expires); err != nil {
				return fmt.Errorf("cannot read a session: %w", err)
			}
			list = append(list, Seat{seatID(h), time.UnixMilli(created).UTC(), time.UnixMilli(used).UTC(), time.UnixMilli(expires).UTC()})
		}
		return rows.Err()
	})
	return list, err
}

// seatID names a session: the first half of the hash of its token.
func seatID(hash []byte) string { return hex.EncodeToString(hash[:16]) }

// EndSeat signs one of the caller's browsers out. ErrNotFound.
func (s *Service) EndSeat(ctx context.Context, id string) error {
	user, err := callersID(ctx)
	if err != nil {
		return err
	}
	half, err := hex.DecodeString(id)
	if err != nil || len(half) != 16 {
		return ErrNotFound
	}
	return s.db.Write(ctx, func(tx *sql.Tx) error {
		n, err := changes(tx.ExecContext(ctx, "DELETE FROM sessions WHERE user_id = $1 AND substr(hash, 1, 16) = $2", user, half))
		if err == nil && n == 0 {
			return ErrNotFound
		}
		return err
	})
}

func callersID(ctx context.Context) ([]byte, error) {
	who := Caller(ctx)
	if who.Kind == Nobody {
		return nil, ErrUnauthenticated
	}
	id, err := hex.DecodeString(who.ID)
	if who.Kind != User || err != nil {
		return nil, ErrForbidden
	}
	return id, nil
}
