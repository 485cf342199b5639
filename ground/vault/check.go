package vault

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"

	"jejak/event"
	"jejak/ground/meta"
)

// Checked is what Check saw of the keys of people and groups.
type Checked struct {
	Keys    uint64 // subjects that have one
	Erased  uint64
	Opened  bool // the root key was to be had, and each key was opened; else only its form was looked at
	Pending int  // rotations that were interrupted, which the next start finishes

	states map[keyringOf][]byte // of each slot
}

// Slot states beside those on disk.
const slotDamaged = 0xff

// Check looks at the key file, the keys in the metadata and the keys of people of a data folder, and changes nothing. A
// protected root key is not asked for. What stands in the place of a subject that was never acknowledged may be anything.
// The error joins all that is wrong.
func Check(data, keyFile, dir string, acknowledged func(Subject) bool) (*Checked, error) {
	c := checker{Checked: Checked{states: map[keyringOf][]byte{}}, dir: dir, acknowledged: acknowledged, keys: map[event.ProjectID]*keys{}, versions: map[event.ProjectID]uint32{}}
	if err := meta.Look(data, c.readKeys); err != nil {
		return &c.Checked, err
	}
	c.openKeys(keyFile)
	c.rings()
	return &c.Checked, errors.Join(c.found...)
}

// Has tells whether the subject has a key, or had one before it was erased.
func (c *Checked) Has(s Subject) bool {
	states := c.states[keyringOf{s.Project, s.Kind}]
	return int(s.Number) < len(states) && (states[s.Number] == slotKey || states[s.Number] == slotErased)
}

type checker struct {
	Checked
	dir      string
	wrapped  []wrapped
	made     []keyringOf
	keys     map[event.ProjectID]*keys // when they could be opened
	versions map[event.ProjectID]uint32
	found    []error

	acknowledged func(Subject) bool
}

func (c *checker) readKeys(tx *sql.Tx) (err error) {
	ctx := context.Background()
	if c.wrapped, err = scanWrapped(tx.QueryContext(ctx, selectWrapped+"ORDER BY project, version")); err != nil {
		return err
	}
	rows, err := tx.QueryContext(ctx, "SELECT project, kind FROM vault_rings")
	if err != nil {
		return nil // a version before: no file was noted
	}
	defer rows.Close()
	for rows.Next() {
		var at keyringOf
		if err := rows.Scan(&at.project, &at.kind); err != nil {
			return err
		}
		c.made = append(c.made, at)
	}
	return rows.Err()
}

func (c *checker) openKeys(keyFile string) {
	for _, w := range c.wrapped {
		c.versions[w.project] = max(c.versions[w.project], w.version)
	}
	if len(c.wrapped) == 0 {
		return
	}
	v := Vault{keyFile: keyFile}
	f, err := readKeyFile(keyFile)
	if err == nil && f.number != c.wrapped[0].root {
		f, err = readKeyFile(nextFile(keyFile))
		if err != nil || f.number != c.wrapped[0].root {
			err = v.foreign([]rootNumber{c.wrapped[0].root})
		} else {
			c.Pending++
		}
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		err = fmt.Errorf("the key file %s is missing: without it names and identifiers cannot be read or matched\nhint: put back your copy of it, or name its place with --key-file", keyFile)
	case err == nil && f.protection == InFile:
		r := newRoot(f.key)
		v.root.Store(&r)
		err = c.unwrapAll(&v)
	}
	if err != nil {
		c.found = append(c.found, err)
	}
}

func (c *checker) unwrapAll(v *Vault) error {
	c.Opened = true
	var all []error
	for _, w := range c.wrapped {
		if w.project == logRow || w.root != v.root.Load().number {
			continue
		}
		key, err := v.unwrapProject(w)
		if err != nil {
			all = append(all, err)
			continue
		}
		if c.keys[w.project] == nil {
			c.keys[w.project] = newKeys(key)
		} else {
			c.keys[w.project].versions = append(c.keys[w.project].versions, newVersion(key, w.version))
		}
	}
	return errors.Join(all...)
}

func (c *checker) rings() {
	for _, at := range c.made {
		if _, err := os.Stat(at.path(c.dir)); errors.Is(err, fs.ErrNotExist) {
			c.found = append(c.found, fmt.Errorf("%s is missing: what is sealed for the people of project %d cannot be read\nhint: put back the folder identity from your backup", at.path(c.dir), at.project))
		}
	}
	folders, err := os.ReadDir(c.dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		c.found = append(c.found, fmt.Errorf("cannot look into the folder of the vault: %w", err))
	}
	for _, folder := range folders {
		p, err := strconv.ParseUint(folder.Name(), 10, 32)
		if err != nil {
			c.found = append(c.found, fmt.Errorf("%s is no folder of the vault", filepath.Join(c.dir, folder.Name())))
			continue
		}
		for _, kind := range []SubjectKind{Person, Group} {
			if err := c.ring(keyringOf{event.ProjectID(p), kind}); err != nil {
				c.found = append(c.found, err)
			}
		}
	}
}

func (c *checker) ring(at keyringOf) error {
	path := at.path(c.dir)
	prepared, err := os.ReadFile(path + ".rewrap")
	if err == nil {
		c.Pending++
	}
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("cannot check the keys of people: %w", err)
	}
	defer f.Close()
	return c.slots(at, overlaid(f, prepared))
}

// overlaid is the file as it will be once the next start has finished what an interrupted rotation prepared.
func overlaid(f io.Reader, prepared []byte) io.Reader {
	first, slots, whole := parseRewrap(prepared)
	if !whole {
		return f
	}
	return io.MultiReader(io.LimitReader(f, (int64(first)+1)*slotSize), bytes.NewReader(slots), &skipping{f, int64(len(slots))})
}

// skipping reads what stands behind the next bytes.
type skipping struct {
	io.Reader
	bytes int64
}

// Read implements io.Reader.
func (s *skipping) Read(b []byte) (int, error) {
	if s.bytes > 0 {
		if _, err := io.CopyN(io.Discard, s.Reader, s.bytes); err != nil {
			return 0, err
		}
		s.bytes = 0
	}
	return s.Reader.Read(b)
}

// slots reads a file to its end, a stretch at a time. Half a slot at the end was never acknowledged.
func (c *checker) slots(at keyringOf, f io.Reader) error {
	var head slot
	if _, err := io.ReadFull(f, head[:]); err != nil || head != headOf(at.project) {
		if head == (slot{}) {
			return nil // its making was interrupted
		}
		return fmt.Errorf("%s is not the file of project %d's keys\nhint: put back the folder identity from your backup", at.path(c.dir), at.project)
	}
	if c.versions[at.project] == 0 {
		return fmt.Errorf("%s holds keys of people, but the metadata has no key of project %d\nhint: put back meta.db from your backup", at.path(c.dir), at.project)
	}
	damaged, first := 0, uint32(0)
	b := make([]byte, rewrapChunk*slotSize)
	for {
		n, err := io.ReadFull(f, b)
		for i := range n / slotSize {
			x := slot(b[i*slotSize : (i+1)*slotSize])
			s := Subject{at.project, at.kind, uint32(len(c.states[at]))}
			state := c.state(s, &x)
			if state == slotDamaged && c.acknowledged(s) {
				if damaged++; damaged == 1 {
					first = s.Number
				}
			}
			c.states[at] = append(c.states[at], state)
		}
		if err == io.EOF || err == io.ErrUnexpectedEOF {
			break
		}
		if err != nil {
			return fmt.Errorf("cannot read %s: %w", at.path(c.dir), err)
		}
	}
	if damaged > 0 {
		return fmt.Errorf("%s: %d keys are damaged, the first is that of subject %d: what is sealed for them cannot be read\nhint: put back the folder identity from your backup", at.path(c.dir), damaged, first)
	}
	return nil
}

// state of a slot.
func (c *checker) state(s Subject, x *slot) byte {
	rest := x[1:]
	if x[0] == slotKey {
		rest = x[1:4]
	}
	switch {
	case bytes.ContainsFunc(rest, func(r rune) bool { return r != 0 }), x[0] > slotErased:
		return slotDamaged
	case x[0] == slotErased:
		c.Erased++
	case x[0] == slotKey:
		if !c.opens(s, x) {
			return slotDamaged
		}
		c.Keys++
	}
	return x[0]
}

func (c *checker) opens(s Subject, x *slot) bool {
	k := c.keys[s.Project]
	if k == nil {
		return x.version() >= firstVersion && x.version() <= c.versions[s.Project]
	}
	_, err := k.unwrap(s, x)
	return err == nil
}
