// Package evidence packs what proves how an incident was handled into one file, and verifies it without a server, a network or a data
// folder. The file is drawn in docs/format/evidence.md. It holds no list of people.
package evidence

import (
	"archive/zip"
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"

	"jejak/exposure"
	"jejak/ground/audit"
)

// Kind is what a part shows.
type Kind string

// Kinds are all that a whole package has, in the order of an incident.
var Kinds = []Kind{"custody", "scope", "certificate", "register", "filing", "notice", "reconciliation", "page", "method"}

// Part is one file of a package. The same incident MUST give the same bytes.
type Part struct {
	Path    string // such as scope/report.json
	Kind    Kind
	Body    []byte
	Entries []int64 // of the audit log, which name the part's hash or the act that made it
}

// Made is the act of packing: its entry names the hash of the manifest.
const Made audit.Act = "evidence.made"

// format is what a manifest says it is.
const format = "jejak evidence 1"

// The paths that every package has.
const (
	manifestPath = "manifest.json"
	keyPath      = "log/key.txt"
	proofsPath   = "log/proofs.json"
)

// manifest lists the parts.
type manifest struct {
	Format   string              `json:"format"`
	Incident exposure.IncidentID `json:"incident"`
	Made     time.Time           `json:"made"`
	Parts    []listed            `json:"parts"`
	Missing  []Kind              `json:"missing"` // kinds without a part: nothing is shown about them
}

type listed struct {
	Path    string  `json:"path"`
	Kind    Kind    `json:"kind"`
	SHA256  string  `json:"sha256"`
	Size    int64   `json:"size"`
	Entries []int64 `json:"entries"`
}

// Log proves entries. audit.Log is one.
type Log interface {
	Prove(index int64) (audit.Proof, error)
}

// Draft is a package whose manifest is fixed, and is not in the log yet.
type Draft struct {
	manifest []byte
	read     manifest
	files    map[string][]byte
}

// partPath is what parts may be called: nothing that leads elsewhere.
var partPath = regexp.MustCompile(`^([A-Za-z0-9][A-Za-z0-9._-]{0,99}/){1,4}[A-Za-z0-9][A-Za-z0-9._-]{0,99}$`)

// Limits of a package.
const (
	maxParts = 10_000
	maxBytes = 2 << 30 // of all parts
)

// New fixes what is packed.
func New(id exposure.IncidentID, made time.Time, parts []Part) (*Draft, error) {
	d := &Draft{read: manifest{format, id, made.UTC().Truncate(time.Second), []listed{}, []Kind{}}, files: map[string][]byte{}}
	left := int64(maxBytes)
	for _, p := range parts {
		_, twice := d.files[p.Path]
		if !partPath.MatchString(p.Path) || strings.HasPrefix(p.Path, "log/") || twice {
			return nil, fmt.Errorf("cannot pack the evidence: %.100q is no path for a part, or is there twice", p.Path)
		}
		if left -= int64(len(p.Body)); left < 0 || len(d.files) == maxParts {
			return nil, fmt.Errorf("cannot pack the evidence: at most %d parts with %d bytes together are possible", maxParts, int64(maxBytes))
		}
		d.files[p.Path] = p.Body
		d.read.Parts = append(d.read.Parts, listed{p.Path, p.Kind, hashOf(p.Body), int64(len(p.Body)), append([]int64{}, p.Entries...)})
	}
	slices.SortFunc(d.read.Parts, func(a, b listed) int { return cmp.Compare(a.Path, b.Path) })
	for _, k := range Kinds {
		if !slices.ContainsFunc(parts, func(p Part) bool { return p.Kind == k }) {
			d.read.Missing = append(d.read.Missing, k)
		}
	}
	d.manifest = indented(d.read)
	return d, nil
}

// About is what the log's entry of Made says: it fixes every part.
func (d *Draft) About() string {
	return fmt.Sprintf("evidence of incident %s, manifest sha256 %s", d.read.Incident, hashOf(d.manifest))
}

// Missing are the kinds that nothing is shown about.
func (d *Draft) Missing() []Kind { return d.read.Missing }

// Pack writes the package. entry is that of Made; key is the log's public key. The same parts and proofs make the same bytes.
func (d *Draft) Pack(w io.Writer, log Log, entry int64, key string) error {
	wanted := []int64{entry}
	for _, p := range d.read.Parts {
		wanted = append(wanted, p.Entries...)
	}
	slices.Sort(wanted)
	proofs := []audit.Proof{}
	for _, index := range slices.Compact(wanted) {
		p, err := log.Prove(index)
		if err != nil {
			return fmt.Errorf("cannot pack the evidence: %w", err)
		}
		proofs = append(proofs, p)
	}
	files := map[string][]byte{manifestPath: d.manifest, keyPath: []byte(strings.TrimSpace(key) + "\n"), proofsPath: indented(proofs)}
	for path, body := range d.files {
		files[path] = body
	}
	return pack(w, files)
}

// pack writes files as a zip, not compressed, so that every version of every program makes the same bytes.
func pack(w io.Writer, files map[string][]byte) error {
	z := zip.NewWriter(w)
	paths := make([]string, 0, len(files))
	for path := range files {
		paths = append(paths, path)
	}
	slices.Sort(paths)
	for _, path := range paths {
		f, err := z.CreateHeader(&zip.FileHeader{Name: path, Method: zip.Store})
		if err != nil {
			return fmt.Errorf("cannot pack the evidence: %w", err)
		}
		if _, err := f.Write(files[path]); err != nil {
			return fmt.Errorf("cannot pack the evidence: %w", err)
		}
	}
	if err := z.Close(); err != nil {
		return fmt.Errorf("cannot pack the evidence: %w", err)
	}
	return nil
}

func hashOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

func indented(v any) []byte {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetIndent("", " ")
	if err := e.Encode(v); err != nil {
		panic("BUG: a manifest is no JSON: " + err.Error())
	}
	return out.Bytes()
}
