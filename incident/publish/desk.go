package publish

import (
	"context"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"jejak/event"
	"jejak/exposure"
	"jejak/ground/access"
	"jejak/ground/approve"
	"jejak/ground/audit"
	"jejak/ground/meta"
)

// installation is whose the pages are: not of one project.
const installation event.ProjectID = 0

// publishedAct is what two people allow: that a set of files is served to everybody.
const publishedAct audit.Act = "page.published"

// maxDraft bounds a draft, in bytes.
const maxDraft = 1 << 20

// ErrStale: facts or another version came between asking and publishing.
var ErrStale = errors.New("what is known has changed since this was asked for; ask again")

// Log is what a Desk needs of the audit log. Record MUST NOT return nil before the entry is durable.
type Log interface {
	Record(ctx context.Context, e audit.Entry) (index int64, err error)
}

// Options of a Desk. All but Now are required.
type Options struct {
	DB    *meta.DB
	Dir   string // of all incidents: each has a folder in it
	Log   Log
	Desk  *approve.Desk
	Facts Facts
	Now   func() time.Time // the clock; nil: time.Now
}

// Desk writes and publishes the pages of an installation. Many goroutines may use it at once.
type Desk struct {
	o          Options
	publishing sync.Mutex // held by who makes a version
	shelf      shelf
}

// New makes a Desk.
func New(o Options) *Desk {
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Desk{o: o}
}

// Version is one that was published.
type Version struct {
	Version   int       `json:"version"`
	Hash      string    `json:"hash"` // of the set of files, hexadecimal
	Published time.Time `json:"published_at"`
	Entry     int64     `json:"entry"`            // of the audit log
	Promise   time.Time `json:"promise,omitzero"` // when the next update comes at the latest
}

// Standing is a page as those who work on it see it.
type Standing struct {
	Draft    *Draft    `json:"draft"`    // null: none was written yet
	Problems []Flaw    `json:"problems"` // why it cannot be published now
	Versions []Version `json:"versions"` // the newest first
}

// Standing tells where a page stands. It needs Respond. access.ErrNotFound.
func (d *Desk) Standing(ctx context.Context, id exposure.IncidentID) (s Standing, err error) {
	if err := access.May(ctx, installation, access.Respond); err != nil {
		return s, err
	}
	s.Problems = []Flaw{}
	if s.Versions, err = d.versions(ctx, id); err != nil {
		return s, err
	}
	switch _, found, raw, err := d.next(ctx, id); {
	case errors.Is(err, errNoDraft):
		return s, nil
	case err != nil:
		return s, err
	default:
		s.Draft, s.Problems = raw, append(s.Problems, found...)
		return s, nil
	}
}

// Save keeps a draft, problems and all, and tells them. It needs Respond. access.ErrNotFound, *access.Invalid.
func (d *Desk) Save(ctx context.Context, id exposure.IncidentID, draft Draft) (Standing, error) {
	if err := access.May(ctx, installation, access.Respond); err != nil {
		return Standing{}, err
	}
	text, err := json.Marshal(draft)
	if err != nil || len(text) > maxDraft {
		return Standing{}, &access.Invalid{Field: "draft", Code: "too_long", Message: fmt.Sprintf("a draft has at most %d bytes", maxDraft)}
	}
	if _, err := d.o.Facts.Known(ctx, id); err != nil {
		return Standing{}, err
	}
	err = d.o.DB.Write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO page_drafts (incident, draft, changed, changed_by) VALUES ($1, $2, $3, $4)
			ON CONFLICT (incident) DO UPDATE SET draft = excluded.draft, changed = excluded.changed, changed_by = excluded.changed_by`,
			id, string(text), d.o.Now().UnixMilli(), access.Caller(ctx).String())
		return err
	})
	if err != nil {
		return Standing{}, fmt.Errorf("cannot keep the draft: %w", err)
	}
	return d.Standing(ctx, id)
}

var errNoDraft = errors.New("there is no draft of this page")

// next is the version that the draft makes with what is known now, with its problems and the draft as it was written.
func (d *Desk) next(ctx context.Context, id exposure.IncidentID) (*Page, []Flaw, *Draft, error) {
	known, err := d.o.Facts.Known(ctx, id)
	if err != nil {
		return nil, nil, nil, err
	}
	draft, err := d.draft(ctx, id)
	if err != nil {
		return nil, nil, nil, err
	}
	before, err := d.newest(ctx, id)
	if err != nil {
		return nil, nil, nil, err
	}
	known = known.inert()
	p := newPage(id, *draft, known, before, d.o.Now())
	return p, lint(*draft, p, known), draft, nil
}

func (d *Desk) draft(ctx context.Context, id exposure.IncidentID) (*Draft, error) {
	var text string
	err := d.o.DB.Read(ctx, func(tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, "SELECT draft FROM page_drafts WHERE incident = $1", id).Scan(&text)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return nil, errNoDraft
	}
	var draft Draft
	if err == nil {
		err = json.Unmarshal([]byte(text), &draft)
	}
	if err != nil {
		return nil, fmt.Errorf("cannot read the draft: %w", err)
	}
	return &draft, nil
}

// newest is the page that is published; nil: none.
func (d *Desk) newest(ctx context.Context, id exposure.IncidentID) (*Page, error) {
	all, err := d.versions(ctx, id)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	set, err := d.published(id, all[0])
	if err != nil {
		return nil, err
	}
	return readPage(set[pageFile])
}

func (d *Desk) versions(ctx context.Context, id exposure.IncidentID) (list []Version, err error) {
	list = []Version{}
	err = d.o.DB.Read(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, "SELECT version, hash, published, entry, promise FROM page_versions WHERE incident = $1 ORDER BY version DESC", id)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var v Version
			var hash []byte
			var published, promise int64
			if err := rows.Scan(&v.Version, &hash, &published, &v.Entry, &promise); err != nil {
				return err
			}
			v.Hash, v.Published = hex.EncodeToString(hash), time.UnixMilli(published).UTC()
			if promise != 0 {
				v.Promise = time.UnixMilli(promise).UTC()
			}
			list = append(list, v)
		}
		return rows.Err()
	})
	if err != nil {
		return nil, fmt.Errorf("cannot list the versions of the page: %w", err)
	}
	return list, nil
}

// folder is where everything of an incident is.
func (d *Desk) folder(id exposure.IncidentID) string { return filepath.Join(d.o.Dir, string(id)) }

// inert is what is known without characters that cannot be seen: others wrote it.
func (k Known) inert() Known {
	texts := func(t Text) Text { return each(func(l exposure.Locale) string { return clean(t[l]) }) }
	out := Known{Timeline: k.Timeline, Documents: make([]Document, len(k.Documents))}
	for i, doc := range k.Documents {
		doc.Title = texts(doc.Title)
		out.Documents[i] = doc
	}
	if k.Summary == nil {
		return out
	}
	s := *k.Summary
	s.Made = s.Made.UTC()
	s.Absences, s.Unread = make([]exposure.Absence, len(k.Summary.Absences)), make([]string, len(k.Summary.Unread))
	for i, a := range k.Summary.Absences {
		a.Wording = texts(a.Wording)
		s.Absences[i] = a
	}
	for i, u := range k.Summary.Unread {
		s.Unread[i] = clean(u)
	}
	out.Summary = &s
	return out
}

// Released gives every version that was published, the first one first. It needs Respond.
func (d *Desk) Released(ctx context.Context, id exposure.IncidentID, take func(Version, Set) error) error {
	if err := access.May(ctx, installation, access.Respond); err != nil {
		return err
	}
	all, err := d.versions(ctx, id)
	if err != nil {
		return err
	}
	for _, v := range slices.Backward(all) {
		set, err := d.published(id, v)
		if err != nil {
			return err
		}
		if err := take(v, set); err != nil {
			return err
		}
	}
	return nil
}
