// Package dataset takes leaked files in and lets them be read. A file is kept as a sealed copy with its chain of custody; it
// is opened by two people, and read by a process that may die of it. Every step is in the audit log.
package dataset

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"jejak/event"
	"jejak/ground/access"
	"jejak/ground/approve"
	"jejak/ground/audit"
	"jejak/ground/vault"
	"jejak/incident/dataset/apart"
)

// ID names a file that was taken in: 32 hexadecimal digits.
type ID string

// Dataset is a leaked file that was taken in.
type Dataset struct {
	ID     ID        `json:"id"`
	SHA256 string    `json:"sha256"` // of the file as it came, hexadecimal
	Size   int64     `json:"size"`   // of the file as it came, in bytes
	Taken  time.Time `json:"taken_at"`
	By     string    `json:"by"` // the caller, as the audit log names them
}

// Receipt is what is known of how a file came. It is kept sealed.
type Receipt struct {
	Name string `json:"name"` // of the file; never used as a path
	From string `json:"from"` // who handed it over
	How  string `json:"how"`  // by mail, on a disk, …
}

// maxReceipt bounds each text of a receipt, in bytes.
const maxReceipt = 1000

var (
	// ErrNotFound: no such file was taken in.
	ErrNotFound = errors.New("no such file was taken in")
	// ErrCustody: what is kept is not what the audit log says was taken in.
	ErrCustody = errors.New("the chain of custody is broken: what is kept is not what the audit log says was taken in")
	// ErrReceipt: who handed a file over, how, or its name is missing or too long.
	ErrReceipt = fmt.Errorf("the name of the file, who handed it over and how are required, with at most %d bytes each", maxReceipt)
	// ErrTooLarge: the file is above the limit.
	ErrTooLarge = errors.New("the file is too large to be taken in")
)

// Vault is what a Shelf needs of the vault.
type Vault interface {
	SealOwn(p event.ProjectID, what vault.Own, name string, plain []byte) ([]byte, error)
	OpenOwn(p event.ProjectID, what vault.Own, name string, sealed []byte) ([]byte, error)
}

// Log is what a Shelf needs of the audit log. Record MUST NOT return nil before the entry is durable.
type Log interface {
	Record(ctx context.Context, e audit.Entry) (index int64, err error)
	Entry(index int64) (json.RawMessage, error)
}

// Options of a Shelf. Dir, Vault, Log, Desk and Reading.Command are required.
type Options struct {
	Dir     string // of the files; made when missing
	Vault   Vault
	Log     Log
	Desk    *approve.Desk
	Reading apart.Options
	MaxSize int64            // of a file, in bytes; 0: 2 TB
	Now     func() time.Time // the clock; nil: time.Now
}

// Shelf keeps leaked files of an installation. Many goroutines may use it at once, and other processes the same folder.
type Shelf struct{ o Options }

// installation is whose the files are: not of one project.
const installation event.ProjectID = 0

// New makes a Shelf.
func New(o Options) *Shelf {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.MaxSize == 0 {
		o.MaxSize = 2 << 40
	}
	return &Shelf{o}
}

func (s *Shelf) record(ctx context.Context, act audit.Act, about string) (int64, error) {
	return s.o.Log.Record(ctx, audit.Entry{Who: access.Caller(ctx).String(), Act: act, About: about, Purpose: string(vault.Incident)})
}

// about is a file in the words of the audit log.
func (d Dataset) about() string {
	return fmt.Sprintf("dataset %s, sha256 %s, %d bytes, taken in %s", d.ID, d.SHA256, d.Size, d.Taken.UTC().Format(time.RFC3339))
}

// List is the files that were taken in, the newest first. It needs Respond.
func (s *Shelf) List(ctx context.Context) ([]Dataset, error) {
	if err := access.May(ctx, installation, access.Respond); err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(s.o.Dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("cannot list the leaked files: %w", err)
	}
	list := []Dataset{}
	for _, e := range entries {
		if id := ID(e.Name()); id.isWell() {
			c, err := s.custody(id)
			if err != nil {
				return nil, err
			}
			list = append(list, c.Dataset)
		}
	}
	slices.SortFunc(list, func(a, b Dataset) int { return b.Taken.Compare(a.Taken) })
	return list, nil
}

// Receipt tells how a file came, in the audit log first. It needs Respond. ErrNotFound, ErrCustody.
func (s *Shelf) Receipt(ctx context.Context, id ID) (Receipt, error) {
	if err := access.May(ctx, installation, access.Respond); err != nil {
		return Receipt{}, err
	}
	c, err := s.custody(id)
	if err != nil {
		return Receipt{}, err
	}
	if _, err := s.record(ctx, "dataset.receipt_read", c.about()); err != nil {
		return Receipt{}, err
	}
	return s.receipt(c)
}

func (s *Shelf) receipt(c custody) (r Receipt, err error) {
	text, err := s.o.Vault.OpenOwn(installation, vault.DatasetReceipt, string(c.ID), c.Receipt)
	if err != nil {
		return r, errors.Join(ErrCustody, err)
	}
	if err := json.Unmarshal(text, &r); err != nil {
		return r, ErrCustody
	}
	return r, nil
}

// custody is what lies beside a copy. It is drawn in docs/format/sealed-copy.md.
type custody struct {
	Version int `json:"version"`
	Dataset
	Entry   int64  `json:"entry"` // of the audit log
	Key     []byte `json:"key"`   // sealed
	Receipt []byte `json:"receipt"`
}

const (
	custodyVersion = 1
	maxCustody     = 64 << 10 // bytes
)

func newID() ID {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	return ID(hex.EncodeToString(b[:]))
}

// isWell tells IDs from anything else: they become names of folders.
func (id ID) isWell() bool {
	b, err := hex.DecodeString(string(id))
	return err == nil && len(b) == 16 && hex.EncodeToString(b) == string(id)
}

func (s *Shelf) folder(id ID) string { return filepath.Join(s.o.Dir, string(id)) }

// custody reads what is known of a file and compares it with the audit log.
func (s *Shelf) custody(id ID) (c custody, err error) {
	if !id.isWell() {
		return c, ErrNotFound
	}
	f, err := os.Open(filepath.Join(s.folder(id), "custody.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return c, ErrNotFound
	}
	if err != nil {
		return c, fmt.Errorf("cannot read the custody of a leaked file: %w", err)
	}
	defer f.Close()
	text := json.NewDecoder(io.LimitReader(f, maxCustody))
	text.DisallowUnknownFields()
	if text.Decode(&c) != nil || c.Version != custodyVersion || c.ID != id {
		return c, ErrCustody
	}
	return c, s.compare(c)
}

// compare holds what is known of a file against its entry in the audit log.
func (s *Shelf) compare(c custody) error {
	text, err := s.o.Log.Entry(c.Entry)
	var e audit.Entry
	if err != nil || json.Unmarshal(text, &e) != nil || e.Act != takenAct || e.About != c.about() || e.Who != c.By {
		return ErrCustody
	}
	return nil
}
