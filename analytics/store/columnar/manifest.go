package columnar

import (
	"fmt"
	"maps"
	"math"

	"jejak/analytics/store"
	"jejak/event"
)

// manifest is what belongs to a project on disk; docs/format/manifest.md explains each field.
type manifest struct {
	Project  event.ProjectID         `json:"project"`
	Flushed  uint64                  `json:"flushed"`
	Received uint64                  `json:"received"`
	Refused  map[event.Reason]uint64 `json:"refused,omitempty"`
	Changed  event.Changes           `json:"changed,omitempty"`
	Cleaned  event.Changes           `json:"cleaned,omitempty"`
	Durable  uint64                  `json:"durable"`
	Removed  uint64                  `json:"removed"`
	Expired  uint64                  `json:"expired,omitempty"`
	Erased   uint64                  `json:"erased,omitempty"`
	Ledgers  []ledgerEnd             `json:"ledgers,omitempty"`
	Parts    []partEntry             `json:"parts,omitempty"`
}

// ledgerEnd is how much of a ledger counts.
type ledgerEnd struct {
	Kind    store.RecordKind `json:"kind"`
	Bytes   int64            `json:"bytes"`
	Records uint64           `json:"records"`
}

// partEntry is one part. A part of level 0 has no days.
type partEntry struct {
	File     uint64       `json:"file"`
	Bytes    uint64       `json:"bytes"`
	Rows     uint64       `json:"rows"`
	FirstLSN uint64       `json:"first_lsn"`
	LastLSN  uint64       `json:"last_lsn"`
	First    event.Millis `json:"first"`
	Last     event.Millis `json:"last"`
	FromDay  int64        `json:"from_day,omitempty"`
	ToDay    int64        `json:"to_day,omitempty"`
	Erased   int          `json:"erased,omitempty"`
	Round    uint64       `json:"round,omitempty"`
}

const dayMillis = 24 * 60 * 60 * 1000

// dayOf is the UTC day of an instant, counted from 1970.
func dayOf(t event.Millis) int64 {
	d := int64(t) / dayMillis
	if int64(t)%dayMillis < 0 {
		d--
	}
	return d
}

// days is a range of UTC days, half-open. The zero days is level 0.
type days struct{ from, to int64 }

func (d days) levelZero() bool { return d.from == d.to }

// span is the range as instants, half-open.
func (d days) span() (from, to event.Millis) {
	return event.Millis(d.from * dayMillis), event.Millis(d.to * dayMillis)
}

func (p *partEntry) days() days { return days{p.FromDay, p.ToDay} }

func encodeManifest(m *manifest) ([]byte, error) { return sealText("manifest", m) }

func decodeManifest(b []byte) (*manifest, error) {
	m := &manifest{}
	if err := openText("manifest", b, m); err != nil {
		return nil, err
	}
	return m, m.check()
}

// check holds the invariants that need no other file.
func (m *manifest) check() error {
	if m.Project == 0 {
		return fmt.Errorf("the manifest names no project")
	}
	rows := uint64(0)
	for i := range m.Parts {
		if err := m.checkPart(i); err != nil {
			return fmt.Errorf("part %08d: %w", m.Parts[i].File, err)
		}
		rows += m.Parts[i].Rows
	}
	if rows+m.Removed+m.Expired+m.Erased != m.Durable {
		return fmt.Errorf("%d events are durable, but parts hold %d, %d duplicates were removed, %d expired and %d were erased",
			m.Durable, rows, m.Removed, m.Expired, m.Erased)
	}
	for _, l := range m.Ledgers {
		if l.Bytes < ledgerHead || ledgerName(l.Kind) == "" {
			return fmt.Errorf("ledger %d has %d bytes", l.Kind, l.Bytes)
		}
	}
	return nil
}

func (m *manifest) checkPart(i int) error {
	p := &m.Parts[i]
	const dayLimit = math.MaxInt64 / dayMillis / 2
	if p.FirstLSN == 0 || p.FirstLSN > p.LastLSN || p.LastLSN > m.Flushed {
		return fmt.Errorf("its LSNs %d to %d do not fit what is flushed, %d", p.FirstLSN, p.LastLSN, m.Flushed)
	}
	if p.Erased < 0 {
		return fmt.Errorf("it cannot be free of %d people", p.Erased)
	}
	if p.File == 0 || p.Rows == 0 || p.First > p.Last {
		return fmt.Errorf("it is empty or its times run backwards")
	}
	if d := p.days(); d.from > d.to || d.from == d.to && d.from != 0 || d.from < -dayLimit || d.to > dayLimit {
		return fmt.Errorf("its days run backwards")
	} else if from, to := d.span(); !d.levelZero() && (p.First < from || p.Last >= to) {
		return fmt.Errorf("its times leave its days %d to %d", d.from, d.to)
	}
	for j := range m.Parts[:i] {
		if err := p.checkAfter(&m.Parts[j]); err != nil {
			return err
		}
	}
	return nil
}

// checkAfter checks p against one that stands before it.
func (p *partEntry) checkAfter(q *partEntry) error {
	switch d, e := p.days(), q.days(); {
	case p.File == q.File:
		return fmt.Errorf("it is named twice")
	case e.levelZero() && !d.levelZero():
		return fmt.Errorf("a partition stands behind level 0")
	case !d.levelZero() && d != e && d.from < e.to:
		return fmt.Errorf("its days %d to %d overlap those of part %08d", d.from, d.to, q.File)
	case (d == e || d.levelZero()) && p.FirstLSN <= q.LastLSN:
		return fmt.Errorf("it is not later than part %08d", q.File)
	}
	return nil
}

// ledger is the end of a ledger, 0 bytes when it has none yet.
func (m *manifest) ledger(k store.RecordKind) ledgerEnd {
	for _, l := range m.Ledgers {
		if l.Kind == k {
			return l
		}
	}
	return ledgerEnd{Kind: k}
}

func (m *manifest) tally() event.Tally {
	var t event.Tally
	t.Add(event.Tally{Received: m.Received, Refused: m.Refused, Changed: m.Changed})
	return t
}

// clone is a copy whose lists can be changed.
func (m *manifest) clone() *manifest {
	c := *m
	t := m.tally()
	c.Refused, c.Changed, c.Cleaned = t.Refused, t.Changed, maps.Clone(m.Cleaned)
	c.Ledgers = append([]ledgerEnd(nil), m.Ledgers...)
	c.Parts = append([]partEntry(nil), m.Parts...)
	return &c
}

// setLedger replaces the end of a ledger. Ledgers stand in the order in which they got their first record.
func (m *manifest) setLedger(end ledgerEnd) {
	for i := range m.Ledgers {
		if m.Ledgers[i].Kind == end.Kind {
			m.Ledgers[i] = end
			return
		}
	}
	m.Ledgers = append(m.Ledgers, end)
}
