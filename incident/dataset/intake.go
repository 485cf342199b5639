package dataset

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"jejak/ground/access"
	"jejak/ground/audit"
	"jejak/ground/durable"
	"jejak/ground/sealed"
	"jejak/ground/vault"
)

// takenAct is in the audit log for each file that was taken in.
const takenAct audit.Act = "dataset.taken"

// Take takes a leaked file in: it is sealed while it is read, and never lies on disk in the clear. When Take returns nil the
// copy is durable and its hash in the audit log. It needs Respond. ErrReceipt, ErrTooLarge.
func (s *Shelf) Take(ctx context.Context, r Receipt, from io.Reader) (Dataset, error) {
	if err := access.May(ctx, installation, access.Respond); err != nil {
		return Dataset{}, err
	}
	if !r.isWhole() {
		return Dataset{}, ErrReceipt
	}
	id := newID()
	unfinished := s.folder(id) + ".new"
	if err := os.MkdirAll(unfinished, 0o700); err != nil {
		return Dataset{}, fmt.Errorf("cannot make a folder for the leaked file: %w", err)
	}
	d, err := s.take(ctx, id, unfinished, r, from)
	if err != nil {
		return Dataset{}, errors.Join(err, os.RemoveAll(unfinished))
	}
	return d, nil
}

func (r Receipt) isWhole() bool {
	for _, text := range []string{r.Name, r.From, r.How} {
		if text == "" || len(text) > maxReceipt {
			return false
		}
	}
	return true
}

func (s *Shelf) take(ctx context.Context, id ID, folder string, r Receipt, from io.Reader) (d Dataset, err error) {
	c := custody{Version: custodyVersion}
	c.Dataset = Dataset{ID: id, Taken: s.o.Now().UTC().Truncate(time.Second), By: access.Caller(ctx).String()}
	var key sealed.Key
	if _, err := rand.Read(key[:]); err != nil {
		return d, fmt.Errorf("cannot draw a key: %w", err)
	}
	if c.Key, err = s.o.Vault.SealOwn(installation, vault.DatasetKey, string(id), key[:]); err != nil {
		return d, err
	}
	text, err := json.Marshal(r)
	if err != nil {
		return d, err
	}
	if c.Receipt, err = s.o.Vault.SealOwn(installation, vault.DatasetReceipt, string(id), text); err != nil {
		return d, err
	}
	if c.SHA256, c.Size, err = s.seal(ctx, filepath.Join(folder, "copy"), key, from); err != nil {
		return d, err
	}
	if c.Entry, err = s.record(ctx, takenAct, c.about()); err != nil {
		return d, err
	}
	if text, err = json.Marshal(c); err != nil {
		return d, err
	}
	if err := durable.Write(filepath.Join(folder, "custody.json"), 0o400, text); err != nil {
		return d, err
	}
	return c.Dataset, s.finish(folder, id)
}

// seal writes the copy and returns the hash and the size of what was read.
func (s *Shelf) seal(ctx context.Context, path string, key sealed.Key, from io.Reader) (hash string, size int64, err error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o400)
	if err != nil {
		return "", 0, fmt.Errorf("cannot make the sealed copy: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	w := sealed.NewWriter(f, key)
	sum := sha256.New()
	limited := io.LimitReader(from, s.o.MaxSize+1)
	buf := make([]byte, 1<<20)
	for {
		if ctx.Err() != nil {
			return "", 0, ctx.Err()
		}
		n, err := limited.Read(buf)
		sum.Write(buf[:n])
		if _, err := w.Write(buf[:n]); err != nil {
			return "", 0, err
		}
		if err == io.EOF {
			break
		}
		if err != nil {
			return "", 0, fmt.Errorf("cannot read the leaked file: %w", err)
		}
	}
	if w.Size() > s.o.MaxSize {
		return "", 0, ErrTooLarge
	}
	if err := errors.Join(w.Close(), f.Sync()); err != nil {
		return "", 0, fmt.Errorf("cannot make the sealed copy durable: %w", err)
	}
	return hex.EncodeToString(sum.Sum(nil)), w.Size(), nil
}

// finish gives the folder its name, durably.
func (s *Shelf) finish(folder string, id ID) error {
	if err := durable.Sync(folder); err != nil {
		return err
	}
	if err := os.Rename(folder, s.folder(id)); err != nil {
		return fmt.Errorf("cannot keep the leaked file: %w", err)
	}
	return durable.Sync(s.o.Dir, filepath.Dir(s.o.Dir))
}
