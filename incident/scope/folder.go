package scope

import (
	"bufio"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"jejak/exposure"
	"jejak/ground/access"
	"jejak/ground/audit"
	"jejak/ground/durable"
	"jejak/ground/sealed"
	"jejak/ground/vault"
)

// The files of a version. They are drawn in docs/format/scope.md.
const (
	versionName       = "version.json"
	reportName        = "report"
	peopleName        = "people"
	organisationsName = "organisations"
	keptVersion       = 1
	maxKept           = 64 << 10 // bytes of version.json
	maxReport         = 1 << 30  // bytes of a report
)

// sealedFiles are those with a key, in the order of the keys.
var sealedFiles = []string{reportName, peopleName, organisationsName}

// kept is version.json.
type kept struct {
	Version int `json:"version"` // of the format
	Revision
	Keys []byte `json:"keys"` // sealed
}

func (r Revision) keyName() string { return fmt.Sprintf("%s %d", r.Incident, r.Number) }

func (c *Cabinet) folder(id exposure.IncidentID) string { return filepath.Join(c.o.Dir, string(id)) }

func (c *Cabinet) path(r Revision, name string) string {
	return filepath.Join(c.folder(r.Incident), strconv.Itoa(r.Number), name)
}

// at is a version; 0: the last.
func (c *Cabinet) at(id exposure.IncidentID, version int) (kept, error) {
	if version == 0 {
		return c.last(id)
	}
	return c.revision(id, version)
}

// last is the newest version.
func (c *Cabinet) last(id exposure.IncidentID) (v kept, err error) {
	for n := 1; ; n++ {
		x, err := c.revision(id, n)
		if errors.Is(err, ErrNotFound) && n > 1 {
			return v, nil
		}
		if err != nil {
			return v, err
		}
		v = x
	}
}

// revision reads what is known of a version and compares it with the audit log.
func (c *Cabinet) revision(id exposure.IncidentID, n int) (v kept, err error) {
	if _, err := exposure.ParseIncidentID(string(id)); err != nil || n < 1 {
		return v, ErrNotFound
	}
	f, err := os.Open(c.path(Revision{Incident: id, Number: n}, versionName))
	if errors.Is(err, fs.ErrNotExist) {
		return v, ErrNotFound
	}
	if err != nil {
		return v, fmt.Errorf("cannot read a scope: %w", err)
	}
	defer f.Close()
	text := json.NewDecoder(io.LimitReader(f, maxKept))
	text.DisallowUnknownFields()
	if text.Decode(&v) != nil || v.Version != keptVersion || v.Incident != id || v.Number != n || v.Lists < 1 || v.Lists > n {
		return v, ErrDamaged
	}
	entry, err := c.o.Log.Entry(v.Entry)
	var e audit.Entry
	if err != nil || json.Unmarshal(entry, &e) != nil || e.Act != madeAct || e.About != v.about() || e.Who != v.By {
		return v, ErrDamaged
	}
	return v, nil
}

const madeAct audit.Act = "scope.made"

// keep makes a version durable. lists is the one that has the lists; r is whose lists are written, nil: those of another version.
func (c *Cabinet) keep(ctx context.Context, report *Report, lists int, r *Reading) (Revision, error) {
	text, err := report.Canonical()
	if err != nil {
		return Revision{}, err
	}
	sum := sha256.Sum256(text)
	v := kept{Version: keptVersion, Revision: Revision{
		Incident: report.Incident, Number: report.Version, Made: c.o.Now().UTC().Truncate(time.Second), By: access.Caller(ctx).String(),
		Report: hex.EncodeToString(sum[:]), Lists: lists, Closed: report.Closed,
	}}
	unfinished := c.path(v.Revision, "") + ".new"
	if err := errors.Join(os.RemoveAll(unfinished), os.MkdirAll(unfinished, 0o700)); err != nil {
		return Revision{}, fmt.Errorf("cannot make a folder for the scope: %w", err)
	}
	err = c.fill(&v, unfinished, text, r)
	if err == nil {
		err = c.finish(ctx, &v, unfinished)
	}
	if err != nil {
		return Revision{}, errors.Join(err, os.RemoveAll(unfinished))
	}
	return v.Revision, nil
}

// fill writes the sealed files.
func (c *Cabinet) fill(v *kept, folder string, report []byte, r *Reading) (err error) {
	keys := make([]byte, len(sealedFiles)*len(sealed.Key{}))
	_, _ = rand.Read(keys) // never fails
	if v.Keys, err = c.o.Vault.SealOwn(installation, vault.ScopeKey, v.keyName(), keys); err != nil {
		return err
	}
	write := func(i int, fill func(io.Writer) error) error {
		return writeSealed(filepath.Join(folder, sealedFiles[i]), keyAt(keys, i), nil, fill)
	}
	if err := write(0, func(w io.Writer) error { _, err := w.Write(report); return err }); err != nil || r == nil {
		return err
	}
	if err := write(1, func(w io.Writer) error { return r.writePeople(w, true) }); err != nil {
		return err
	}
	return write(2, r.writeOrganisations)
}

func keyAt(keys []byte, i int) sealed.Key { return sealed.Key(keys[i*len(sealed.Key{}):]) }

// finish records the version and gives the folder its name, durably.
func (c *Cabinet) finish(ctx context.Context, v *kept, folder string) (err error) {
	if v.Entry, err = c.record(ctx, madeAct, v.about()); err != nil {
		return err
	}
	text, err := json.Marshal(v)
	if err != nil {
		return err
	}
	if err := durable.Write(filepath.Join(folder, versionName), 0o400, text); err != nil {
		return err
	}
	if err := durable.Sync(folder); err != nil {
		return err
	}
	if err := os.Rename(folder, c.path(v.Revision, "")); errors.Is(err, fs.ErrExist) {
		return ErrMeanwhile
	} else if err != nil {
		return fmt.Errorf("cannot keep the scope: %w", err)
	}
	return durable.Sync(c.folder(v.Incident), c.o.Dir, filepath.Dir(c.o.Dir))
}

// open opens a sealed file of a version.
func (c *Cabinet) open(v kept, name string) (io.Reader, io.Closer, error) {
	keys, err := c.o.Vault.OpenOwn(installation, vault.ScopeKey, v.keyName(), v.Keys)
	if err != nil || len(keys) != len(sealedFiles)*len(sealed.Key{}) {
		return nil, nil, errors.Join(ErrDamaged, err)
	}
	f, err := os.Open(c.path(v.Revision, name))
	if err != nil {
		return nil, nil, fmt.Errorf("cannot read a scope: %w", err)
	}
	for i, known := range sealedFiles {
		if known == name {
			in, err := openSealed(f, 0, keyAt(keys, i))
			if err != nil {
				return nil, nil, errors.Join(err, f.Close())
			}
			return in, f, nil
		}
	}
	panic("BUG: a scope has no file of this name")
}

// report opens the report of a version and compares its hash.
func (c *Cabinet) report(v kept) (*Report, error) {
	in, f, err := c.open(v, reportName)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(in, maxReport))
	if err != nil {
		return nil, errors.Join(ErrDamaged, err)
	}
	var r Report
	if sum := sha256.Sum256(text); hex.EncodeToString(sum[:]) != v.Report || json.Unmarshal(text, &r) != nil {
		return nil, ErrDamaged
	}
	return &r, nil
}

// eachLine reads a list.
func eachLine[T any](c *Cabinet, v kept, name string, take func(T) error) error {
	in, f, err := c.open(v, name)
	if err != nil {
		return err
	}
	defer f.Close()
	for d := json.NewDecoder(bufio.NewReaderSize(in, 64<<10)); ; {
		var x T
		if err := d.Decode(&x); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return ErrDamaged
		}
		if err := take(x); err != nil {
			return err
		}
	}
}

// writeSealed makes a new sealed file, with something in the clear in front of it.
func writeSealed(path string, key sealed.Key, head []byte, fill func(io.Writer) error) error {
	err := durable.Create(path, 0o400, func(w io.Writer) error {
		if _, err := w.Write(head); err != nil {
			return err
		}
		s := sealed.NewWriter(w, key)
		out := bufio.NewWriterSize(s, 64<<10)
		if err := fill(out); err != nil {
			return err
		}
		return errors.Join(out.Flush(), s.Close())
	})
	if err != nil {
		return fmt.Errorf("cannot write a scope: %w", err)
	}
	return nil
}

// openSealed reads a sealed file that begins at a byte.
func openSealed(f *os.File, from int64, key sealed.Key) (io.Reader, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("cannot read a scope: %w", err)
	}
	in, err := sealed.NewReader(io.NewSectionReader(f, from, info.Size()-from), info.Size()-from, key)
	if err != nil {
		return nil, errors.Join(ErrDamaged, err)
	}
	return io.NewSectionReader(in, 0, in.Size()), nil
}
