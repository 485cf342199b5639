// Package directory keeps who could be in a leaked file: users, organisations, who belongs where since when, addresses of today and
// of before, deleted users. A snapshot answers whose a value is without holding it: identifiers are keyed hashes, and what is needed
// to tell people lies sealed.
package directory

import (
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
	"slices"
	"time"

	"jejak/event"
	"jejak/ground/access"
	"jejak/ground/audit"
	"jejak/ground/vault"
)

// ID names a snapshot: 32 hexadecimal digits.
type ID string

// Info is what is known of a snapshot.
type Info struct {
	ID            ID        `json:"id"`
	Hash          string    `json:"hash"` // SHA-256 of the content in its order, hexadecimal: the same for the same directory, however it came
	Taken         time.Time `json:"taken_at"`
	By            string    `json:"by"` // the caller, as the audit log names them
	Accounts      int       `json:"accounts"`
	People        int       `json:"people"` // accounts that share a mailbox are one person
	Organisations int       `json:"organisations"`
	Memberships   int       `json:"memberships"`
	Deleted       int       `json:"deleted"`     // accounts
	Unreachable   int       `json:"unreachable"` // accounts without an address that still works
}

// MaxAccounts bounds a snapshot, and so the memory that it takes.
const MaxAccounts = 20_000_000

var (
	// ErrNotFound: there is no such snapshot.
	ErrNotFound = errors.New("there is no such directory")
	// ErrDamaged: what is kept is not what the audit log says was taken in.
	ErrDamaged = errors.New("the directory was changed or is damaged: take it in again")
	// ErrTooLarge: there are more accounts, organisations or memberships than a snapshot can have.
	ErrTooLarge = fmt.Errorf("the directory is too large: at most %d accounts", MaxAccounts)
)

// Vault is what a Library needs of the vault.
type Vault interface {
	Blind(p event.ProjectID, field, value string) [16]byte
	SealOwn(p event.ProjectID, what vault.Own, name string, plain []byte) ([]byte, error)
	OpenOwn(p event.ProjectID, what vault.Own, name string, sealed []byte) ([]byte, error)
}

// Log is what a Library needs of the audit log. Record MUST NOT return nil before the entry is durable.
type Log interface {
	Record(ctx context.Context, e audit.Entry) (index int64, err error)
	Entry(index int64) (json.RawMessage, error)
}

// Options of a Library. Dir, Vault and Log are required.
type Options struct {
	Dir   string // of the snapshots; made when missing
	Vault Vault
	Log   Log
	Now   func() time.Time // the clock; nil: time.Now
}

// Library keeps the snapshots of an installation. Many goroutines may use it at once, and other processes the same folder.
type Library struct{ o Options }

// installation is whose the snapshots are: not of one project.
const installation event.ProjectID = 0

// takenAct is in the audit log for each snapshot.
const takenAct audit.Act = "directory.taken"

// New makes a Library.
func New(o Options) *Library {
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Library{o}
}

// manifest lies beside the files of a snapshot. It is drawn in docs/format/directory.md.
type manifest struct {
	Version int `json:"version"`
	Info
	Files map[string]string `json:"files"` // SHA-256 of each, hexadecimal
	Key   []byte            `json:"key"`   // of the keyed hashes, sealed
	Seal  []byte            `json:"seal"`  // of the people and of the organisations, sealed: 32 bytes each
	Entry int64             `json:"entry"` // of the audit log
}

const (
	manifestName    = "snapshot.json"
	manifestVersion = 1
	maxManifest     = 64 << 10 // bytes
)

// about is a snapshot in the words of the audit log. The last hash is that of everything that lies beside it but the entry's number.
func (m manifest) about() string {
	m.Entry = 0
	text, err := json.Marshal(m) // names of files are sorted
	if err != nil {
		panic("BUG: what is known of a directory is no JSON: " + err.Error())
	}
	return fmt.Sprintf("directory %s, sha256 %s, %d accounts, %d organisations, manifest %x", m.ID, m.Hash, m.Accounts, m.Organisations, sha256.Sum256(text))
}

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

func (l *Library) folder(id ID) string { return filepath.Join(l.o.Dir, string(id)) }

// List is the snapshots, the newest first. It needs Respond.
func (l *Library) List(ctx context.Context) ([]Info, error) {
	if err := access.May(ctx, installation, access.Respond); err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(l.o.Dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("cannot list the directories: %w", err)
	}
	list := []Info{}
	for _, e := range entries {
		if id := ID(e.Name()); id.isWell() {
			m, err := l.manifest(id)
			if err != nil {
				return nil, err
			}
			list = append(list, m.Info)
		}
	}
	slices.SortFunc(list, func(a, b Info) int { return b.Taken.Compare(a.Taken) })
	return list, nil
}

// manifest reads what is known of a snapshot and compares it with the audit log.
func (l *Library) manifest(id ID) (m manifest, err error) {
	if !id.isWell() {
		return m, ErrNotFound
	}
	f, err := os.Open(filepath.Join(l.folder(id), manifestName))
	if errors.Is(err, fs.ErrNotExist) {
		return m, ErrNotFound
	}
	if err != nil {
		return m, fmt.Errorf("cannot read what is known of the directory: %w", err)
	}
	defer f.Close()
	text := json.NewDecoder(io.LimitReader(f, maxManifest))
	text.DisallowUnknownFields()
	if text.Decode(&m) != nil || m.Version != manifestVersion || m.ID != id {
		return m, ErrDamaged
	}
	entry, err := l.o.Log.Entry(m.Entry)
	var e audit.Entry
	if err != nil || json.Unmarshal(entry, &e) != nil || e.Act != takenAct || e.About != m.about() || e.Who != m.By {
		return m, ErrDamaged
	}
	return m, nil
}

func (l *Library) record(ctx context.Context, act audit.Act, m manifest, why vault.Purpose) (int64, error) {
	return l.o.Log.Record(ctx, audit.Entry{Who: access.Caller(ctx).String(), Act: act, About: m.about(), Purpose: string(why)})
}
