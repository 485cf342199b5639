package clock

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

//go:embed rules
var embedded embed.FS

// houseKey is the public key of the rules that come with the program. The other half signed once and was thrown away: whoever
// changes a rule makes a new pair (go test -run TestHouseRules -rewrite), and the change of this line is reviewed with it.
//
//go:embed rules/key
var houseKey string

// Limits of rule files.
const (
	maxFiles = 100
	maxFile  = 1 << 20 // bytes
	signed   = "SIGNED"
)

// ErrRules says that rules cannot be used: not signed by the key, changed since, or not what rules are.
var ErrRules = errors.New("the legal rules cannot be used")

// Pack is a set of rules. It does not change, and any number of goroutines may use it.
type Pack struct {
	rules    []*Rule
	holidays map[string]*Holidays
	hash     []byte // of all lists
}

// file is a rule file.
type file struct {
	Regime   Regime               `json:"regime,omitempty"`
	Rules    []*Rule              `json:"rules,omitempty"`
	Holidays map[string]*Holidays `json:"holidays,omitempty"`
}

// House is the rules that come with the program.
func House() (*Pack, error) {
	dir, err := fs.Sub(embedded, "rules")
	if err != nil {
		return nil, err
	}
	return new(Pack).With(dir, strings.TrimSpace(houseKey))
}

// With is the pack and the rules of a folder, which has a file SIGNED: a signed note that lists each file with its SHA-256. A rule
// with the ID and version of one in the pack takes its place. ErrRules.
func (p *Pack) With(dir fs.FS, key string) (*Pack, error) {
	list, err := openList(dir, key)
	if err != nil {
		return nil, err
	}
	out := &Pack{rules: slices.Clone(p.rules), holidays: map[string]*Holidays{}}
	for name, h := range p.holidays {
		out.holidays[name] = h
	}
	sum := sha256.Sum256(append(slices.Clone(p.hash), list...))
	out.hash = sum[:]
	files, err := readListed(dir, list)
	if err != nil {
		return nil, err
	}
	return out, out.take(files)
}

// take adds files: tables first, which rules of other files may name.
func (p *Pack) take(files []file) error {
	for _, f := range files {
		for name, h := range f.Holidays {
			if err := h.prepare(); err != nil {
				return fmt.Errorf("%w: holidays %.40q: %w", ErrRules, name, err)
			}
			p.holidays[name] = h
		}
	}
	for _, f := range files {
		for _, r := range f.Rules {
			r.Regime = f.Regime
			if err := r.check(p); err != nil {
				return fmt.Errorf("%w: rule %.40q: %w", ErrRules, r.ID, err)
			}
			p.rules = slices.DeleteFunc(p.rules, func(x *Rule) bool { return x.ID == r.ID && x.Version == r.Version })
			p.rules = append(p.rules, r)
		}
	}
	slices.SortStableFunc(p.rules, func(a, b *Rule) int { return cmp.Or(cmp.Compare(a.ID, b.ID), cmp.Compare(a.Version, b.Version)) })
	return nil
}

// openList reads the list of a folder and checks who signed it.
func openList(dir fs.FS, key string) ([]byte, error) {
	v, err := note.NewVerifier(key)
	if err != nil {
		return nil, fmt.Errorf("%w: the key is none: %w", ErrRules, err)
	}
	text, err := readFile(dir, signed)
	if err != nil {
		return nil, err
	}
	n, err := note.Open(text, note.VerifierList(v))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrRules, err)
	}
	return []byte(n.Text), nil
}

func readListed(dir fs.FS, list []byte) (files []file, err error) {
	lines := strings.Split(strings.TrimSpace(string(list)), "\n")
	if len(lines) > maxFiles {
		return nil, fmt.Errorf("%w: there are more than %d files", ErrRules, maxFiles)
	}
	for _, line := range lines {
		want, name, _ := strings.Cut(line, "  ")
		text, err := readFile(dir, name)
		if err != nil {
			return nil, err
		}
		if sum := sha256.Sum256(text); hex.EncodeToString(sum[:]) != want {
			return nil, fmt.Errorf("%w: %s was changed after it was signed", ErrRules, name)
		}
		d := json.NewDecoder(bytes.NewReader(text))
		d.DisallowUnknownFields()
		var f file
		if err := d.Decode(&f); err != nil {
			return nil, fmt.Errorf("%w: %s: %w", ErrRules, name, err)
		}
		files = append(files, f)
	}
	return files, nil
}

func readFile(dir fs.FS, name string) ([]byte, error) {
	f, err := dir.Open(name) // refuses paths that lead out
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrRules, err)
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil || len(text) > maxFile {
		return nil, fmt.Errorf("%w: %s cannot be read, or is above %d bytes", ErrRules, name, maxFile)
	}
	return text, nil
}

// Sign makes the file SIGNED of a folder of rule files.
func Sign(dir fs.FS, s note.Signer) ([]byte, error) {
	names, err := fs.Glob(dir, "*.json")
	if err != nil {
		return nil, err
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("%w: there is no rule file (*.json)", ErrRules)
	}
	var list strings.Builder
	for _, name := range names {
		text, err := readFile(dir, name)
		if err != nil {
			return nil, err
		}
		sum := sha256.Sum256(text)
		fmt.Fprintf(&list, "%s  %s\n", hex.EncodeToString(sum[:]), name)
	}
	return note.Sign(&note.Note{Text: list.String()}, s)
}

// Hash is SHA-256 of the signed lists, hexadecimal: which rules these are.
func (p *Pack) Hash() string { return hex.EncodeToString(p.hash) }

// Rules are all, also those that are disabled or not in force.
func (p *Pack) Rules() []Rule {
	out := make([]Rule, len(p.rules))
	for i, r := range p.rules {
		out[i] = *r
	}
	return out
}

// Knows tells whether a rule exists in some version.
func (p *Pack) Knows(id RuleID) bool {
	return slices.ContainsFunc(p.rules, func(r *Rule) bool { return r.ID == id })
}

// Regimes are the bodies of law that the rules are of, sorted.
func (p *Pack) Regimes() []Regime {
	var out []Regime
	for _, r := range p.rules {
		out = append(out, r.Regime)
	}
	slices.Sort(out)
	return slices.Compact(out)
}
