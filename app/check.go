package app

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"jejak/analytics/store/columnar"
	"jejak/ground/audit"
	"jejak/ground/meta"
)

// Report is what a check of a data folder saw.
type Report struct {
	Sound     bool   `json:"sound"`
	Projects  int    `json:"projects"`
	Parts     int    `json:"parts"`
	Rows      uint64 `json:"rows"`        // in the parts
	IDs       uint64 `json:"identifiers"` // records in the ledgers
	Profiles  uint64 `json:"profiles"`    // records in the ledgers
	Segments  int    `json:"segments"`    // of the log
	Entries   uint64 `json:"entries"`     // in the log
	Events    uint64 `json:"events"`      // in the log
	Leftovers int    `json:"leftovers"`
}

// String is the report for people.
func (r Report) String() string {
	verdict := "sound"
	if !r.Sound {
		verdict = "DAMAGED"
	}
	return fmt.Sprintf("%s: %d projects; %d parts with %d events, %d records of identifiers, %d of profiles; a log of %d segments with %d entries "+
		"and %d events; %d leftover files, which the next start removes\n",
		verdict, r.Projects, r.Parts, r.Rows, r.IDs, r.Profiles, r.Segments, r.Entries, r.Events, r.Leftovers)
}

// eventsFolder is where a data folder keeps its events.
func eventsFolder(data string) string { return filepath.Join(data, "events") }

// Check verifies a data folder while no server runs on it. The error joins all that is wrong; nil means sound. The report
// is nil when it could not look: that says nothing about the data.
func Check(data string) (*Report, error) {
	err := meta.Check(data)
	if errors.Is(err, meta.ErrNoData) {
		return nil, fmt.Errorf("cannot check: %w in this folder\nhint: --data names the folder that jejak serve uses", err)
	}
	err = errors.Join(err, checkAudit(auditFolder(data)))
	seen, damage := checkEvents(eventsFolder(data))
	if isInUse(damage) {
		return nil, fmt.Errorf("cannot check: %w", damage)
	}
	err = errors.Join(err, damage)
	return &Report{
		err == nil, seen.Projects, seen.Parts, seen.Rows, seen.IDs, seen.Profiles, seen.Segments, seen.Entries, seen.Events, seen.Leftovers,
	}, err
}

// checkEvents: before a server ever ran there are none.
func checkEvents(folder string) (columnar.Report, error) {
	if _, err := os.Stat(folder); errors.Is(err, fs.ErrNotExist) {
		return columnar.Report{}, nil
	}
	seen, err := columnar.Check(folder)
	return seen, explainStore(err)
}

// checkAudit: before a server ever ran there is no log.
func checkAudit(folder string) error {
	key, err := os.ReadFile(audit.KeyPath(folder))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("cannot check the audit log: %w", err)
	}
	r, err := audit.Verify(folder, strings.TrimSpace(string(key)))
	if err != nil {
		return err
	}
	return r.Err()
}
