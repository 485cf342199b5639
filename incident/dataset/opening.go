package dataset

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"jejak/ground/access"
	"jejak/ground/approve"
	"jejak/ground/audit"
	"jejak/ground/durable"
	"jejak/ground/sealed"
	"jejak/ground/vault"
	"jejak/incident/dataset/apart"
	"jejak/leak"
)

// openedAct is what two people allow: that a copy is opened.
const openedAct audit.Act = "dataset.opened"

// OpeningLife is for how long who opened a copy may open it again, after a crash for example, without asking anew.
const OpeningLife = 24 * time.Hour

// ErrClosed: this opening is over, or somebody else's.
var ErrClosed = errors.New("this opening is over or not yours; ask again")

// Copy is a sealed copy that two people have opened. It is read-only, and one goroutine reads at a time.
type Copy struct {
	Dataset
	name    string
	file    *os.File
	key     sealed.Key
	reading apart.Options
}

// AskToOpen asks a second person to allow that the copy is opened. It needs Respond. ErrNotFound, ErrCustody.
func (s *Shelf) AskToOpen(ctx context.Context, id ID) (approve.Request, error) {
	if err := access.May(ctx, installation, access.Respond); err != nil {
		return approve.Request{}, err
	}
	c, err := s.custody(id)
	if err != nil {
		return approve.Request{}, err
	}
	title := fmt.Sprintf("Open the leaked file %s: %d bytes, SHA-256 %s, taken in on %s", c.ID, c.Size, c.SHA256, c.Taken.Format(time.DateTime))
	return s.o.Desk.Ask(ctx, installation, openedAct, c.hash(), title)
}

// hash is what the second person allows.
func (c *custody) hash() approve.Hash {
	return sha256.Sum256([]byte(string(openedAct) + "\n" + c.about()))
}

// Open opens the copy with a request that a second person has allowed. It needs Respond. The opening is kept: Reopen works with
// it until OpeningLife is over. Errors: ErrNotFound, ErrCustody, those of approve.Desk.Use.
func (s *Shelf) Open(ctx context.Context, id ID, request string) (*Copy, error) {
	if err := access.May(ctx, installation, access.Respond); err != nil {
		return nil, err
	}
	c, err := s.custody(id)
	if err != nil {
		return nil, err
	}
	if err := s.o.Desk.Use(ctx, request, openedAct, c.hash()); err != nil {
		return nil, err
	}
	if _, err := s.record(ctx, openedAct, c.about()); err != nil {
		return nil, err
	}
	if err := s.keepOpening(ctx, id, request); err != nil {
		return nil, err
	}
	return s.open(c)
}

// opening is what is kept of one, sealed.
type opening struct {
	Who   string    `json:"who"`
	Until time.Time `json:"until"`
}

func (s *Shelf) openingPath(id ID, request string) string {
	sum := sha256.Sum256([]byte(request))
	return filepath.Join(s.folder(id), "opening-"+hex.EncodeToString(sum[:16]))
}

func (s *Shelf) keepOpening(ctx context.Context, id ID, request string) error {
	text, err := json.Marshal(opening{access.Caller(ctx).String(), s.o.Now().Add(OpeningLife).UTC()})
	if err != nil {
		return err
	}
	text, err = s.o.Vault.SealOwn(installation, vault.DatasetOpening, string(id)+" "+request, text)
	if err != nil {
		return err
	}
	return errors.Join(durable.Write(s.openingPath(id, request), 0o400, text), durable.Sync(s.folder(id)))
}

// Reopen opens a copy again for who opened it with this request. It needs Respond. ErrClosed, ErrNotFound, ErrCustody.
func (s *Shelf) Reopen(ctx context.Context, id ID, request string) (*Copy, error) {
	if err := access.May(ctx, installation, access.Respond); err != nil {
		return nil, err
	}
	c, err := s.custody(id)
	if err != nil {
		return nil, err
	}
	text, err := os.ReadFile(s.openingPath(id, request))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrClosed
	}
	if err != nil {
		return nil, fmt.Errorf("cannot read an opening: %w", err)
	}
	var o opening
	text, err = s.o.Vault.OpenOwn(installation, vault.DatasetOpening, string(id)+" "+request, text)
	if err != nil || json.Unmarshal(text, &o) != nil || o.Who != access.Caller(ctx).String() || !s.o.Now().Before(o.Until) {
		return nil, ErrClosed
	}
	if _, err := s.record(ctx, "dataset.reopened", c.about()); err != nil {
		return nil, err
	}
	return s.open(c)
}

// open is behind all checks.
func (s *Shelf) open(c custody) (*Copy, error) {
	key, err := s.o.Vault.OpenOwn(installation, vault.DatasetKey, string(c.ID), c.Key)
	if err != nil || len(key) != len(sealed.Key{}) {
		return nil, errors.Join(ErrCustody, err)
	}
	r, err := s.receipt(c)
	if err != nil {
		return nil, err
	}
	f, err := os.Open(filepath.Join(s.folder(c.ID), "copy"))
	if err != nil {
		return nil, fmt.Errorf("cannot open the sealed copy: %w", err)
	}
	info, err := f.Stat()
	if err == nil && info.Size() != sealed.SizeOf(c.Size) {
		err = ErrCustody
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	o := s.o.Reading
	if o.Dir == "" {
		o.Dir = s.o.Dir
	}
	return &Copy{Dataset: c.Dataset, name: r.Name, file: f, key: sealed.Key(key), reading: o}, nil
}

// Read reads the file into the sink, from a position on, in a process of its own. ErrCustody: the copy was changed, and
// nothing that came of it may be used. Other errors are the sink's and the context's.
func (c *Copy) Read(ctx context.Context, from leak.Position, sink leak.Sink) error {
	_, err := c.reading.Read(ctx, apart.File{Name: c.name, File: c.file, Size: sealed.SizeOf(c.Size), Key: c.key[:]}, from, sink)
	if errors.Is(err, apart.ErrSource) {
		return errors.Join(ErrCustody, err)
	}
	return err
}

// Verify reads the whole copy and compares its hash with the one that was taken in. ErrCustody when it is another.
func (c *Copy) Verify(ctx context.Context) error {
	r, err := sealed.NewReader(c.file, sealed.SizeOf(c.Size), c.key)
	if err != nil {
		return errors.Join(ErrCustody, err)
	}
	sum := sha256.New()
	buf := make([]byte, 1<<20)
	for off := int64(0); off < r.Size(); {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		n, err := r.ReadAt(buf[:min(int64(len(buf)), r.Size()-off)], off)
		if err != nil && err != io.EOF {
			return errors.Join(ErrCustody, err)
		}
		sum.Write(buf[:n])
		off += int64(n)
	}
	if hex.EncodeToString(sum.Sum(nil)) != c.SHA256 {
		return ErrCustody
	}
	return nil
}

// Close forgets the key and gives the file back.
func (c *Copy) Close() error {
	clear(c.key[:])
	return c.file.Close()
}
