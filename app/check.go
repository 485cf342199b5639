package app

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"jejak/ground/audit"
	"jejak/ground/meta"
	"jejak/ground/vault"
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

	Keys       uint64 `json:"keys"`        // of people and groups
	Erased     uint64 `json:"erased"`      // people and groups whose key was destroyed
	KeysOpened bool   `json:"keys_opened"` // the root key lies in its file as it is, so that each key could be tried
	Pending    int    `json:"pending"`     // rotations of keys that were interrupted; the next start finishes them
}

// String is the report for people.
func (r Report) String() string {
	verdict := "sound"
	if !r.Sound {
		verdict = "DAMAGED"
	}
	tried := "not tried, as the root key is not at hand"
	if r.KeysOpened {
		tried = "each of which opens"
	}
	return fmt.Sprintf("%s: %d projects; %d parts with %d events, %d records of identifiers, %d of profiles; a log of %d segments with %d entries "+
		"and %d events; %d leftover files, which the next start removes; %d keys of people and groups, %s, %d erased\n",
		verdict, r.Projects, r.Parts, r.Rows, r.IDs, r.Profiles, r.Segments, r.Entries, r.Events, r.Leftovers, r.Keys, tried, r.Erased)
}

// eventsFolder is where a data folder keeps its events.
func eventsFolder(data string) string { return filepath.Join(data, "events") }

// Check verifies a data folder while no server runs on it. keyFile is where the root key is; empty: beside the folder. The
// error joins all that is wrong; nil means sound. The report is nil when it could not look: that says nothing about the
// data.
func Check(data, keyFile string) (*Report, error) {
	err := meta.Check(data)
	if errors.Is(err, meta.ErrNoData) {
		return nil, fmt.Errorf("cannot check: %w in this folder\nhint: --data names the folder that jejak serve uses", err)
	}
	err = errors.Join(err, checkAudit(auditFolder(data)))
	c := newCensus()
	seen, damage := c.checkEvents(eventsFolder(data))
	if isInUse(damage) {
		return nil, fmt.Errorf("cannot check: %w", damage)
	}
	keys, keyDamage := vault.Check(data, keyFileOf(data, keyFile), identityFolder(data), c.acknowledged(damage == nil))
	if damage == nil && keyDamage == nil {
		damage = c.compare(keys)
	}
	err = errors.Join(err, damage, keyDamage)
	return &Report{
		Sound: err == nil, Projects: seen.Projects, Parts: seen.Parts, Rows: seen.Rows, IDs: seen.IDs, Profiles: seen.Profiles,
		Segments: seen.Segments, Entries: seen.Entries, Events: seen.Events, Leftovers: seen.Leftovers,
		Keys: keys.Keys, Erased: keys.Erased, KeysOpened: keys.Opened, Pending: keys.Pending,
	}, err
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
