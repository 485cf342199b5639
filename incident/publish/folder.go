package publish

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"

	"jejak/exposure"
	"jejak/ground/access"
	"jejak/ground/durable"
)

// Limits of a set.
const (
	maxFiles = 1000
	maxSet   = 256 << 20 // bytes of all files
)

// fileName is what files of a set may be called: nothing that leads elsewhere.
var fileName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$`)

// writeSet makes a folder of a set, whole or not at all. What was there before is replaced: it was never published.
func writeSet(dir string, set Set) error {
	if len(set) > maxFiles {
		return fmt.Errorf("cannot keep the incident page: it has %d files, at most %d are possible", len(set), maxFiles)
	}
	next := dir + ".new"
	if err := errors.Join(os.RemoveAll(next), os.MkdirAll(next, 0o700)); err != nil {
		return fmt.Errorf("cannot keep the incident page: %w", err)
	}
	for name, body := range set {
		if !fileName.MatchString(name) {
			return fmt.Errorf("cannot keep the incident page: %.50q is no name for a file of it", name)
		}
		if err := durable.Write(filepath.Join(next, name), 0o600, body); err != nil {
			return fmt.Errorf("cannot keep the incident page: %w", err)
		}
	}
	if err := durable.Sync(next); err != nil {
		return err
	}
	if err := errors.Join(os.RemoveAll(dir), os.Rename(next, dir)); err != nil {
		return fmt.Errorf("cannot keep the incident page: %w", err)
	}
	return durable.Sync(filepath.Dir(dir), filepath.Dir(filepath.Dir(dir)))
}

// readSet reads what writeSet wrote. access.ErrNotFound.
func readSet(dir string) (Set, error) {
	list, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, access.ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("cannot read the incident page: %w", err)
	}
	set, left := Set{}, int64(maxSet)
	for _, e := range list {
		if !e.Type().IsRegular() || len(set) == maxFiles {
			return nil, fmt.Errorf("cannot read the incident page: %q does not belong to it", e.Name())
		}
		body, err := readFile(filepath.Join(dir, e.Name()), left)
		if err != nil {
			return nil, fmt.Errorf("cannot read the incident page: %w", err)
		}
		set[e.Name()], left = body, left-int64(len(body))
	}
	return set, nil
}

func readFile(path string, limit int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	body, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err == nil && int64(len(body)) > limit {
		return nil, errors.New("it is too large")
	}
	return body, err
}

// published reads a version, and only if it is what two people allowed.
func (d *Desk) published(id exposure.IncidentID, v Version) (Set, error) {
	set, err := readSet(filepath.Join(d.folder(id), "versions", fmt.Sprint(v.Version)))
	if err != nil {
		return nil, err
	}
	if sum := set.Hash(); hex.EncodeToString(sum[:]) != v.Hash {
		return nil, fmt.Errorf("cannot use version %d of the page of incident %s: it is not what two people allowed\nhint: put its folder back from a backup, or publish the next version", v.Version, id)
	}
	return set, nil
}
