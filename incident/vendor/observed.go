package vendor

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"jejak/ground/egress"
	"jejak/ground/vault"
)

// Source is how a host was observed.
type Source string

// The sources.
const (
	Forwarder Source = "forwarder" // our own counters
	CSP       Source = "csp"       // reports of browsers; anybody can write them
	HAR       Source = "har"       // what a browser recorded
	Scan      Source = "scan"      // what stands in files
	Crawl     Source = "crawl"     // what a browser asked for on given pages
)

// Sources are all of them.
var Sources = []Source{Forwarder, CSP, HAR, Scan, Crawl}

// Sighting is a host that was observed, and where.
type Sighting struct {
	Host  string
	Place string // a file with its line, or a page
	Times int64
}

// Seen is a host as it was observed on a day.
type Seen struct {
	Day    string   `json:"day"` // UTC
	Source Source   `json:"source"`
	Host   string   `json:"host"`
	Times  int64    `json:"times"`
	Places []string `json:"places"` // at most MaxPlaces
}

// Limits of what is kept of a day.
const (
	MaxPlaces    = 50   // of a host
	maxPlace     = 300  // bytes
	maxHostsADay = 5000 // of a source
)

// Observe keeps what was observed. It needs Respond.
func (r *Register) Observe(ctx context.Context, source Source, list []Sighting) error {
	if err := mayAct(ctx); err != nil {
		return err
	}
	if !slices.Contains(Sources, source) {
		return invalid("source", "malformed", "this is no source")
	}
	return r.observe(ctx, source, list)
}

// observe is for Observe and for strangers' reports, which need no right.
func (r *Register) observe(ctx context.Context, source Source, list []Sighting) error {
	today := map[string]*Seen{}
	for _, s := range list {
		host, err := egress.Host(s.Host)
		if err != nil || slices.Contains(r.o.Own, egress.Domain(host)) {
			continue
		}
		if today[host] == nil {
			today[host] = &Seen{Day: day(r.now()), Source: source, Host: host}
		}
		today[host].add(s.Times, s.Place)
	}
	for _, host := range slices.Sorted(maps.Keys(today)) {
		if err := r.addSeen(ctx, today[host]); err != nil {
			return err
		}
	}
	return nil
}

func (s *Seen) add(times int64, places ...string) {
	s.Times += max(times, 0)
	for _, p := range places {
		if p = clean(p, maxPlace); p != "" && len(s.Places) < MaxPlaces && !slices.Contains(s.Places, p) {
			s.Places = append(s.Places, p)
		}
	}
	slices.Sort(s.Places)
}

// clean makes a text of strangers one short line.
func clean(text string, most int) string {
	out := make([]rune, 0, min(len(text), most))
	size := 0
	for _, c := range text {
		if isUnruly(c) {
			c = '?'
		}
		if size += len(string(c)); size > most {
			break
		}
		out = append(out, c)
	}
	return string(out)
}

func (s *Seen) name() string { return fmt.Sprintf("seen %s %s %s", s.Day, s.Source, s.Host) }

// addTries is how often addSeen begins anew when somebody else adds to the same host at once.
const addTries = 20

// addSeen adds to what is kept of the day. A host too many is left out: the day's most are known by then.
func (r *Register) addSeen(ctx context.Context, more *Seen) error {
	for range addTries {
		s := *more
		old, err := r.merge(ctx, &s)
		if err != nil || old == tooMany {
			return err
		}
		text, err := json.Marshal(s.Places)
		if err != nil {
			return fmt.Errorf("cannot write what was observed: %w", err)
		}
		closed, err := r.o.Vault.SealOwn(installation, vault.VendorRecord, s.name(), text)
		if err != nil {
			return err
		}
		if done, err := r.replace(ctx, &s, old, closed); err != nil || done {
			return err
		}
	}
	return ErrChanged
}

// What merge returns in the place of the times that are kept.
const (
	notYet  = -1
	tooMany = -2
)

// merge adds what is kept already to s, and returns the times that are kept.
func (r *Register) merge(ctx context.Context, s *Seen) (old int64, err error) {
	var closed []byte
	err = r.o.Meta.Read(ctx, func(tx *sql.Tx) error {
		err := tx.QueryRowContext(ctx, "SELECT times, places FROM vendor_seen WHERE day = $1 AND source = $2 AND host = $3", s.Day, s.Source, s.Host).Scan(&old, &closed)
		if !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		var n int
		old, err = notYet, tx.QueryRowContext(ctx, "SELECT count(*) FROM vendor_seen WHERE day = $1 AND source = $2", s.Day, s.Source).Scan(&n)
		if n >= maxHostsADay {
			old = tooMany
		}
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("cannot read what was observed: %w", err)
	}
	if old < 0 {
		return old, nil
	}
	places, err := r.places(s, closed)
	s.add(old, places...)
	return old, err
}

// replace writes s where old is still what is kept.
func (r *Register) replace(ctx context.Context, s *Seen, old int64, closed []byte) (done bool, err error) {
	err = r.o.Meta.Write(ctx, func(tx *sql.Tx) error {
		query, args := "UPDATE vendor_seen SET times = $1, places = $2 WHERE day = $3 AND source = $4 AND host = $5 AND times = $6", []any{s.Times, closed, s.Day, s.Source, s.Host, old}
		if old == notYet {
			query, args = "INSERT OR IGNORE INTO vendor_seen (times, places, day, source, host) VALUES ($1, $2, $3, $4, $5)", args[:5]
		}
		result, err := tx.ExecContext(ctx, query, args...)
		if err != nil {
			return fmt.Errorf("cannot keep what was observed: %w", err)
		}
		n, err := result.RowsAffected()
		done = n == 1
		return err
	})
	return done, err
}

func (r *Register) places(s *Seen, closed []byte) (list []string, err error) {
	text, err := r.o.Vault.OpenOwn(installation, vault.VendorRecord, s.name(), closed)
	if err == nil {
		err = json.Unmarshal(text, &list)
	}
	if err != nil {
		return nil, fmt.Errorf("cannot read where a host was observed: %w", err)
	}
	return list, nil
}

// Observed is what was observed from a day on, by day, source and host. It needs Follow.
func (r *Register) Observed(ctx context.Context, since time.Time) ([]Seen, error) {
	if err := mayRead(ctx); err != nil {
		return nil, err
	}
	list, closed := []Seen{}, [][]byte{}
	err := r.o.Meta.Read(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, "SELECT day, source, host, times, places FROM vendor_seen WHERE day >= $1 ORDER BY day, source, host", day(since))
		if err != nil {
			return fmt.Errorf("cannot read what was observed: %w", err)
		}
		defer rows.Close()
		for rows.Next() {
			var s Seen
			var places []byte
			if err := rows.Scan(&s.Day, &s.Source, &s.Host, &s.Times, &places); err != nil {
				return fmt.Errorf("cannot read what was observed: %w", err)
			}
			list, closed = append(list, s), append(closed, places)
		}
		return rows.Err()
	})
	for i := 0; i < len(list) && err == nil; i++ {
		list[i].Places, err = r.places(&list[i], closed[i])
	}
	return list, err
}
