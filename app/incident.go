package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"jejak/ground/access"
	"jejak/incident/dataset"
	"jejak/incident/dataset/apart"
	"jejak/leak"
)

// apartCommand are the words after the program's name that run ReadApart.
var apartCommand = []string{"incident", "apart"}

// ReadApart is the process that reads leaked files, started by this program itself.
func ReadApart(in io.Reader, out io.Writer) error { return apart.Child(in, out) }

// SurveyFile reads a file in a process of its own and tells what is in it. Nothing is kept.
func SurveyFile(ctx context.Context, path string) (*dataset.Survey, apart.Walls, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, apart.Walls{}, fmt.Errorf("cannot read the file: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, apart.Walls{}, fmt.Errorf("cannot read the file: %w", err)
	}
	if !info.Mode().IsRegular() {
		return nil, apart.Walls{}, fmt.Errorf("cannot read %s: it is not a file\nhint: pack a folder with tar, and read that", info.Name())
	}
	o, err := readingApart(os.TempDir())
	if err != nil {
		return nil, apart.Walls{}, err
	}
	var s dataset.Survey
	walls, err := o.Read(ctx, apart.File{Name: info.Name(), File: f, Size: info.Size()}, leak.Position{}, &s)
	return &s, walls, err
}

// readingApart says how the process that reads is started: it is this program.
func readingApart(dir string) (apart.Options, error) {
	self, err := os.Executable()
	if err != nil {
		return apart.Options{}, fmt.Errorf("cannot find this program: %w", err)
	}
	return apart.Options{Command: append([]string{self}, apartCommand...), Dir: dir}, nil
}

// leakedFiles is where a data folder keeps leaked files.
func leakedFiles(data string) string { return filepath.Join(data, "incident", "files") }

// shelf is where leaked files are kept.
func (g *ground) shelf(data string) (*dataset.Shelf, error) {
	reading, err := readingApart(leakedFiles(data))
	if err != nil {
		return nil, err
	}
	return dataset.New(dataset.Options{
		Dir: leakedFiles(data), Vault: g.vault, Log: g.vault.Log(), Desk: g.approve, Reading: reading,
	}), nil
}

// TakeFile takes a leaked file into a data folder, whether or not a server runs on it.
func TakeFile(ctx context.Context, data string, k Keys, path, from, how string) (d dataset.Dataset, err error) {
	f, err := os.Open(path)
	if err != nil {
		return d, fmt.Errorf("cannot take the file in: %w", err)
	}
	defer f.Close()
	var down stack
	defer func() { err = errors.Join(err, down.unwind(ctx)) }()
	g, err := openGround(data, k, &down)
	if err != nil {
		return d, err
	}
	s, err := g.shelf(data)
	if err != nil {
		return d, err
	}
	return s.Take(access.AtConsole(ctx), dataset.Receipt{Name: filepath.Base(path), From: from, How: how}, f)
}
