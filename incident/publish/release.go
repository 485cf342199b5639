package publish

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"jejak/exposure"
	"jejak/ground/access"
	"jejak/ground/approve"
	"jejak/ground/audit"
	"jejak/ground/durable"
)

// Ask makes the next version and asks a second person to allow exactly its bytes. It needs Respond. The error is
// *access.Invalid for a page with problems; access.ErrNotFound.
func (d *Desk) Ask(ctx context.Context, id exposure.IncidentID) (approve.Request, error) {
	if err := access.May(ctx, installation, access.Respond); err != nil {
		return approve.Request{}, err
	}
	p, found, _, err := d.next(ctx, id)
	if errors.Is(err, errNoDraft) {
		return approve.Request{}, &access.Invalid{Field: "draft", Code: "missing", Message: "write the page first"}
	}
	if err != nil {
		return approve.Request{}, err
	}
	if len(found) > 0 {
		return approve.Request{}, &access.Invalid{Field: found[0].Field, Code: found[0].Code, Message: found[0].Message}
	}
	set, err := render(p)
	if err != nil {
		return approve.Request{}, err
	}
	hash := d.hash(id, set)
	title := fmt.Sprintf("Publish update %d of the page of incident %s: %d files, SHA-256 %x", p.Version, id, len(set), set.Hash())
	r, err := d.o.Desk.Ask(ctx, installation, publishedAct, hash, title)
	if err != nil {
		return r, err
	}
	return r, writeSet(filepath.Join(d.folder(id), "asked", r.ID), set)
}

// hash is what the second person allows: this set for this incident.
func (d *Desk) hash(id exposure.IncidentID, s Set) approve.Hash {
	sum := s.Hash()
	return Set{string(id): sum[:]}.Hash()
}

// Asked is a set that waits to be allowed, for both people to read. It needs Approve. access.ErrNotFound.
func (d *Desk) Asked(ctx context.Context, id exposure.IncidentID, request string) (Set, error) {
	if err := access.May(ctx, installation, access.Approve); err != nil {
		return nil, err
	}
	return d.asked(id, request)
}

func (d *Desk) asked(id exposure.IncidentID, request string) (Set, error) {
	if b, err := hex.DecodeString(request); err != nil || len(b) != 16 || hex.EncodeToString(b) != request {
		return nil, access.ErrNotFound // it becomes the name of a folder
	}
	return readSet(filepath.Join(d.folder(id), "asked", request))
}

// Publish serves to everybody what a second person has allowed. It needs Respond. ErrStale, access.ErrNotFound and the errors of
// approve.Desk.Use.
func (d *Desk) Publish(ctx context.Context, id exposure.IncidentID, request string) (Version, error) {
	if err := access.May(ctx, installation, access.Respond); err != nil {
		return Version{}, err
	}
	d.publishing.Lock()
	defer d.publishing.Unlock()
	set, err := d.asked(id, request)
	if err != nil {
		return Version{}, err
	}
	p, err := readPage(set[pageFile])
	if err != nil {
		return Version{}, err
	}
	if err := d.fresh(ctx, id, p); err != nil {
		return Version{}, err
	}
	if err := d.o.Desk.Use(ctx, request, publishedAct, d.hash(id, set)); err != nil {
		return Version{}, err
	}
	return d.release(ctx, p, set)
}

// fresh: nothing was published since, the numbers are those of the newest scope, and the promise can still be kept.
func (d *Desk) fresh(ctx context.Context, id exposure.IncidentID, p *Page) error {
	all, err := d.versions(ctx, id)
	if err != nil {
		return err
	}
	if p.Version != len(all)+1 {
		return ErrStale
	}
	known, err := d.o.Facts.Known(ctx, id)
	if err != nil {
		return err
	}
	if !bytes.Equal(canonical(known.inert().Summary), canonical(p.Summary)) {
		return ErrStale
	}
	if p.Draft.Next != nil && !p.Draft.Next.After(d.o.Now()) {
		return ErrStale
	}
	return nil
}

// release is durable in this order: the entry of the log, the files, the row that makes them the newest, the link for others.
func (d *Desk) release(ctx context.Context, p *Page, set Set) (Version, error) {
	hash := set.Hash()
	now := d.o.Now().UTC()
	about := fmt.Sprintf("page of incident %s, version %d, sha256 %x", p.Incident, p.Version, hash)
	entry, err := d.o.Log.Record(ctx, audit.Entry{Who: access.Caller(ctx).String(), Act: publishedAct, About: about, Purpose: "incident"})
	if err != nil {
		return Version{}, err
	}
	name := strconv.Itoa(p.Version)
	if err := writeSet(filepath.Join(d.folder(p.Incident), "versions", name), set); err != nil {
		return Version{}, err
	}
	v := Version{Version: p.Version, Hash: hex.EncodeToString(hash[:]), Published: now, Entry: entry}
	var promise int64
	if p.Draft.Next != nil {
		v.Promise, promise = *p.Draft.Next, p.Draft.Next.UnixMilli()
	}
	err = d.o.DB.Write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "INSERT INTO page_versions (incident, version, hash, published, entry, promise) VALUES ($1, $2, $3, $4, $5, $6)",
			p.Incident, p.Version, hash[:], now.UnixMilli(), entry, promise)
		return err
	})
	if err != nil {
		return Version{}, fmt.Errorf("cannot publish the page: %w", err)
	}
	d.shelf.forget()
	return v, d.link(p.Incident, name)
}

// link lets public name the newest version, for whoever copies the folder.
func (d *Desk) link(id exposure.IncidentID, version string) error {
	folder := d.folder(id)
	next := filepath.Join(folder, "public.new")
	if err := os.RemoveAll(next); err != nil {
		return fmt.Errorf("cannot publish the page: %w", err)
	}
	if err := os.Symlink(filepath.Join("versions", version), next); err != nil {
		return fmt.Errorf("cannot publish the page: %w", err)
	}
	if err := os.Rename(next, filepath.Join(folder, "public")); err != nil {
		return fmt.Errorf("cannot publish the page: %w", err)
	}
	return durable.Sync(folder)
}
