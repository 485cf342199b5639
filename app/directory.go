package app

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"jejak/exposure"
	"jejak/ground/access"
	"jejak/incident/directory"
	"jejak/incident/directory/postgres"
	"jejak/incident/scope"
)

// directories is where the directories of a data folder are kept.
func (g *ground) directories(data string) *directory.Library {
	return directory.New(directory.Options{Dir: filepath.Join(data, "incident", "directories"), Vault: g.vault, Log: g.vault.Log()})
}

// snapshot lets a scope look into a directory.
type snapshot struct{ *directory.Snapshot }

var _ scope.Directory = snapshot{}

// Hash implements scope.Directory.
func (s snapshot) Hash() string { return s.Info.Hash }

// Members implements scope.Directory.
func (s snapshot) Members() int { return s.Info.Accounts }

// Organisations implements scope.Directory.
func (s snapshot) Organisations() int { return s.Info.Organisations }

// Person implements scope.Directory.
func (s snapshot) Person(m exposure.MemberID) scope.Person {
	x := s.Member(m)
	p := scope.Person{Key: hex.EncodeToString(x.Key[:]), Country: x.Country, Mailboxes: x.Mailboxes}
	for _, o := range s.Memberships(m) {
		p.Organisations = append(p.Organisations, o.Organisation)
	}
	return p
}

// Matcher implements scope.Directory.
func (s snapshot) Matcher() scope.Matcher { return &rowMatcher{in: s.Snapshot.Matcher()} }

type rowMatcher struct {
	in    *directory.Matcher
	row   []directory.Value
	found []directory.Found
}

var hintOf = [...]directory.Hint{
	scope.Anything: directory.Any, scope.Mail: directory.Address, scope.User: directory.UserID,
	scope.Organisational: directory.OrganisationID, scope.Called: directory.Name, scope.Town: directory.City,
}

// Match implements scope.Matcher.
func (m *rowMatcher) Match(row []scope.Identifier, found []scope.Found) []scope.Found {
	m.row = m.row[:0]
	for _, x := range row {
		m.row = append(m.row, directory.Value{Hint: hintOf[x.Kind], Text: x.Value})
	}
	m.found = m.in.Row(m.row, m.found[:0])
	for _, f := range m.found {
		found = append(found, scope.Found{
			At: f.At, Tier: f.Tier, Member: f.Member, Organisation: f.Organisation, Organised: f.Organised,
			Pseudonym: f.How == directory.ByPseudonym || f.How == directory.ByDigest,
		})
	}
	return found
}

// DirectoryFiles are the tables of a directory, or a snapshot that was taken in before.
type DirectoryFiles struct {
	ID                                string
	Users, Organisations, Memberships string // paths; only Users is required
	Postgres                          string // where a PostgreSQL server is; then the files hold queries
}

// TakeDirectory takes a directory into a data folder, whether or not a server runs on it.
func TakeDirectory(ctx context.Context, data string, k Keys, files DirectoryFiles) (i directory.Info, err error) {
	err = onLibrary(ctx, data, k, func(ctx context.Context, l *directory.Library) (err error) {
		i, err = takeDirectory(ctx, l, files)
		return err
	})
	return i, err
}

// Directories lists those of a data folder.
func Directories(ctx context.Context, data string, k Keys) (list []directory.Info, err error) {
	err = onLibrary(ctx, data, k, func(ctx context.Context, l *directory.Library) (err error) {
		list, err = l.List(ctx)
		return err
	})
	return list, err
}

// onLibrary does something at the console with the directories of a data folder.
func onLibrary(ctx context.Context, data string, k Keys, do func(context.Context, *directory.Library) error) (err error) {
	var down stack
	defer func() { err = errors.Join(err, down.unwind(ctx)) }()
	g, err := openGround(data, k, &down)
	if err != nil {
		return err
	}
	return do(access.AtConsole(ctx), g.directories(data))
}

func takeDirectory(ctx context.Context, l *directory.Library, d DirectoryFiles) (info directory.Info, err error) {
	var from directory.Sources
	for _, x := range []struct {
		path  string
		table directory.Table
		to    *directory.Rows
	}{{d.Users, directory.Users, &from.Users}, {d.Organisations, directory.Organisations, &from.Organisations}, {d.Memberships, directory.Memberships, &from.Memberships}} {
		if x.path == "" {
			continue
		}
		rows, done, failed := d.open(ctx, x.table, x.path)
		if failed != nil {
			return info, failed
		}
		defer func() { err = errors.Join(err, done.Close()) }()
		*x.to = rows
	}
	return l.Take(ctx, from)
}

// open opens a table, in a file or by the query in it.
func (d DirectoryFiles) open(ctx context.Context, t directory.Table, path string) (directory.Rows, io.Closer, error) {
	if d.Postgres != "" {
		query, err := os.ReadFile(path)
		if err != nil {
			return nil, nil, fmt.Errorf("cannot read the query for %s: %w", t, err)
		}
		rows, err := postgres.Query(ctx, d.Postgres, t, string(query))
		return rows, rows, err
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, fmt.Errorf("cannot read %s: %w", t, err)
	}
	rows, err := directory.NewRows(t, f)
	if err != nil {
		return nil, nil, errors.Join(err, f.Close())
	}
	return rows, f, nil
}
