package verify

import (
	"context"
	"database/sql"
	"fmt"
	"hash/maphash"
	"math/bits"
	"net/netip"
	"sync"
	"time"

	"jejak/exposure"
	"jejak/ground/audit"
)

// Replay is a code that was seen in more places than one person goes to.
type Replay struct {
	Incident exposure.IncidentID `json:"incident"`
	At       time.Time           `json:"noticed_at"`
}

// manyPlaces is from how many networks within a day a code counts as sent around. A person has a few: home, work, phone.
const manyPlaces = 8

// sightings count coarsely from how many networks each code was seen: a bit for each network, out of 64, by a seed that is thrown
// away after a day with all that was counted. No network can be told from it, and memory is bounded by the notices there are.
type sightings struct {
	mu    sync.Mutex
	seed  maphash.Seed
	since time.Time
	seen  map[[16]byte]uint64
}

func newSightings() *sightings { return &sightings{} }

// at counts one and tells from how many networks the code was seen at least.
func (s *sightings) at(now time.Time, code [16]byte, network string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.seen == nil || now.Sub(s.since) >= 24*time.Hour {
		s.seed, s.since, s.seen = maphash.MakeSeed(), now, map[[16]byte]uint64{}
	}
	s.seen[code] |= 1 << (maphash.String(s.seed, network) % 64)
	return bits.OnesCount64(s.seen[code])
}

// sight tells whether the code of a notice is sent around. What was noticed stays known; the first time is in the audit log.
func (d *Desk) sight(ctx context.Context, s Shown, from netip.Addr) (replayed bool, err error) {
	index := d.o.Codes.index(s.Code)
	places := d.seen.at(d.o.Now(), index, network(from))
	known, err := d.isReplayed(ctx, index)
	if known || err != nil || places < manyPlaces {
		return known, err
	}
	return true, d.notice(ctx, index, s.Incident)
}

func (d *Desk) isReplayed(ctx context.Context, index [16]byte) (known bool, err error) {
	err = d.o.DB.Read(ctx, func(tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM replayed_codes WHERE code = $1)", index[:]).Scan(&known)
	})
	if err != nil {
		return false, fmt.Errorf("cannot read whether a code was replayed: %w", err)
	}
	return known, nil
}

// notice keeps that a code is sent around, and raises the alarm if nobody did before.
func (d *Desk) notice(ctx context.Context, index [16]byte, incident exposure.IncidentID) error {
	r := Replay{incident, d.o.Now().UTC()}
	first := false
	err := d.o.DB.Write(ctx, func(tx *sql.Tx) error {
		done, err := tx.ExecContext(ctx, "INSERT INTO replayed_codes (code, incident, at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
			index[:], incident, r.At.UnixMilli())
		if err != nil {
			return fmt.Errorf("cannot keep that a code was replayed: %w", err)
		}
		n, err := done.RowsAffected()
		if first = n == 1; !first || err != nil {
			return err
		}
		_, err = d.o.Log.Record(ctx, audit.Entry{Who: "verify", Act: "code.replayed", About: "incident " + string(incident), Purpose: "incident response"})
		return err
	})
	if err == nil && first {
		d.o.Alarm(r)
	}
	return err
}
