package evidence

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"jejak/exposure"
	"jejak/ground/audit"
)

// Report is what Verify saw.
type Report struct {
	Incident exposure.IncidentID `json:"incident"`
	Made     time.Time           `json:"made"`
	Parts    int                 `json:"parts"`
	Entries  int                 `json:"entries"` // of the audit log that are proven
	Missing  []Kind              `json:"missing"` // kinds that nothing is shown about
	Key      string              `json:"key"`     // of the log
	KeyHeld  bool                `json:"key_held"`
	// Problems name what is wrong and where; none: the package is what was packed.
	Problems []string `json:"problems"`
}

// maxProblems bounds the problems that a report names.
const maxProblems = 50

func (r *Report) add(format string, args ...any) {
	if len(r.Problems) < maxProblems {
		r.Problems = append(r.Problems, fmt.Sprintf(format, args...))
	}
}

// Err is nil when there are no problems.
func (r *Report) Err() error {
	if len(r.Problems) == 0 {
		return nil
	}
	return errors.New("the evidence is not what was packed: " + strings.Join(r.Problems, "; "))
}

// Verify reads a package that may come from anybody. key is the log's public key as it was kept elsewhere; empty: the one in the
// package, which whoever made the package chose. The error says that it could not look.
func Verify(at io.ReaderAt, size int64, key string) (*Report, error) {
	z, err := zip.NewReader(at, size)
	if err != nil {
		return nil, fmt.Errorf("cannot read the evidence: it is no zip: %w", err)
	}
	r := &Report{Problems: []string{}, Missing: []Kind{}}
	files := r.unpack(z)
	m := r.manifest(files)
	r.keyOf(files, key)
	entries := r.proofs(files)
	r.compare(m, files, entries)
	if len(r.Problems) == 0 { // nothing may hide between the files either
		var again bytes.Buffer
		if err := pack(&again, files); err != nil {
			return nil, err
		}
		if same, err := equal(at, size, again.Bytes()); err != nil || !same {
			r.add("the zip itself was changed: it holds bytes that belong to no file, or files in another order")
		}
	}
	return r, nil
}

func equal(at io.ReaderAt, size int64, want []byte) (bool, error) {
	if size != int64(len(want)) {
		return false, nil
	}
	buf := make([]byte, 1<<16)
	for off := 0; off < len(want); off += len(buf) {
		part := want[off:min(off+len(buf), len(want))]
		if n, err := at.ReadAt(buf[:len(part)], int64(off)); n < len(part) {
			return false, err
		}
		if !bytes.Equal(buf[:len(part)], part) {
			return false, nil
		}
	}
	return true, nil
}

// unpack reads the files into memory, within the limits.
func (r *Report) unpack(z *zip.Reader) map[string][]byte {
	files, left := map[string][]byte{}, int64(maxBytes)
	if len(z.File) > maxParts+3 {
		r.add("it has %d files, at most %d are possible", len(z.File), maxParts+3)
		return files
	}
	for _, f := range z.File {
		if _, twice := files[f.Name]; twice || f.Method != zip.Store || !f.Mode().IsRegular() || f.Name != manifestPath && !partPath.MatchString(f.Name) {
			r.add("%.100q is no path for a file, is there twice, or is packed in another way", f.Name)
			continue
		}
		body, err := readMember(f, left)
		if err != nil {
			r.add("%s was changed or is cut off: %v", f.Name, err)
		}
		files[f.Name], left = body, left-int64(len(body))
	}
	return files
}

func readMember(f *zip.File, limit int64) ([]byte, error) {
	in, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer in.Close()
	body, err := io.ReadAll(io.LimitReader(in, limit+1))
	if err == nil && int64(len(body)) > limit {
		err = errors.New("it is too large")
	}
	return body, err
}

func (r *Report) manifest(files map[string][]byte) (m manifest) {
	if err := json.Unmarshal(files[manifestPath], &m); err != nil || m.Format != format {
		r.add("%s is missing or cannot be read", manifestPath)
		return manifest{}
	}
	r.Incident, r.Made, r.Parts = m.Incident, m.Made, len(m.Parts)
	r.Missing = append(r.Missing, m.Missing...)
	return m
}

func (r *Report) keyOf(files map[string][]byte, held string) {
	r.Key, r.KeyHeld = strings.TrimSpace(string(files[keyPath])), held != ""
	if held != "" && strings.TrimSpace(held) != r.Key {
		r.add("%s is not the key that was kept elsewhere", keyPath)
		r.Key = strings.TrimSpace(held)
	}
}

// proofs are the entries that are in the log, by index.
func (r *Report) proofs(files map[string][]byte) map[int64]audit.Entry {
	var all []audit.Proof
	entries := map[int64]audit.Entry{}
	if err := json.Unmarshal(files[proofsPath], &all); err != nil {
		r.add("%s is missing or cannot be read", proofsPath)
		return entries
	}
	for _, p := range all {
		var e audit.Entry
		compact := bytes.Buffer{}
		if err := json.Compact(&compact, p.Entry); err != nil {
			r.add("%s: entry %d cannot be read", proofsPath, p.Index)
			continue
		}
		p.Entry = compact.Bytes()
		if err := p.Check(r.Key); err != nil {
			r.add("%s: entry %d: %v", proofsPath, p.Index, err)
		} else if err := json.Unmarshal(p.Entry, &e); err != nil {
			r.add("%s: entry %d cannot be read", proofsPath, p.Index)
		} else {
			entries[p.Index] = e
		}
	}
	r.Entries = len(entries)
	return entries
}

// compare holds the files against the manifest, and the manifest against the log.
func (r *Report) compare(m manifest, files map[string][]byte, entries map[int64]audit.Entry) {
	want := (&Draft{manifest: files[manifestPath], read: m}).About()
	in := false
	for _, e := range entries {
		in = in || e.Act == Made && e.About == want
	}
	if !in {
		r.add("%s was changed: the log has no entry of its hash", manifestPath)
	}
	known := []string{manifestPath, keyPath, proofsPath}
	for _, p := range m.Parts {
		known = append(known, p.Path)
		body, there := files[p.Path]
		switch {
		case !there:
			r.add("%s is missing", p.Path)
		case hashOf(body) != p.SHA256 || int64(len(body)) != p.Size:
			r.add("%s was changed: its SHA-256 is not the one of the manifest", p.Path)
		}
		for _, index := range p.Entries {
			if _, proven := entries[index]; !proven {
				r.add("%s: entry %d of the log, which it names, is not proven", p.Path, index)
			}
		}
	}
	for path := range files {
		if !slices.Contains(known, path) {
			r.add("%s is not in the manifest", path)
		}
	}
	slices.Sort(r.Problems)
}
