package app

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"jejak/ground/access"
	"jejak/incident/dataset/apart"
	"jejak/incident/directory"
	"jejak/incident/scope"
	"jejak/leak"
)

// ScopeFile says who is in a file and what of them. Nothing of it is kept but the directory that it was matched against.
func ScopeFile(ctx context.Context, data string, k Keys, path string, d DirectoryFiles) (r *scope.Report, err error) {
	var down stack
	defer func() { err = errors.Join(err, down.unwind(ctx)) }()
	g, err := openGround(data, k, &down)
	if err != nil {
		return nil, err
	}
	ctx = access.AtConsole(ctx)
	dir, err := g.known(ctx, data, d, &down)
	if err != nil {
		return nil, err
	}
	f, err := openLeak(path)
	if err != nil {
		return nil, err
	}
	down.pushClose("the leaked file", f.file.Close)
	reading, err := scope.Read(ctx, f, dir, nil, scope.Options{})
	if err != nil {
		return nil, err
	}
	return reading.Report(scope.Heading{Version: 1, File: f.heading}, nil)
}

// DirectoryFiles are the tables of a directory, or a snapshot that was taken in before.
type DirectoryFiles struct {
	ID                                string
	Users, Organisations, Memberships string // paths; only Users is required
}

// known opens a directory, which is taken in first where files are given.
func (g *ground) known(ctx context.Context, data string, d DirectoryFiles, down *stack) (snapshot, error) {
	l := g.library(data)
	if d.ID == "" {
		info, err := takeDirectory(ctx, l, d)
		if err != nil {
			return snapshot{}, err
		}
		d.ID = string(info.ID)
	}
	s, err := l.Open(ctx, directory.ID(d.ID))
	if err != nil {
		return snapshot{}, err
	}
	down.pushClose("the directory", s.Close)
	return snapshot{s}, nil
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
		f, err := os.Open(x.path)
		if err != nil {
			return info, fmt.Errorf("cannot read the directory: %w", err)
		}
		defer f.Close()
		if *x.to, err = directory.NewRows(x.table, f); err != nil {
			return info, err
		}
	}
	return l.Take(ctx, from)
}

// leakFile is a leaked file on disk, read apart.
type leakFile struct {
	name    string
	file    *os.File
	heading scope.File
	reading apart.Options
}

// openLeak opens a file and takes its hash.
func openLeak(path string) (*leakFile, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("cannot read the file: %w", err)
	}
	sum := sha256.New()
	size, err := io.CopyBuffer(sum, f, make([]byte, 1<<20))
	if err != nil {
		return nil, errors.Join(fmt.Errorf("cannot read the file: %w", err), f.Close())
	}
	o, err := readingApart(os.TempDir())
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return &leakFile{filepath.Base(path), f, scope.File{SHA256: hex.EncodeToString(sum.Sum(nil)), Size: size}, o}, nil
}

// Read implements scope.Source.
func (l *leakFile) Read(ctx context.Context, from leak.Position, sink leak.Sink) error {
	_, err := l.reading.Read(ctx, apart.File{Name: l.name, File: l.file, Size: l.heading.Size}, from, sink)
	return err
}
