package vault

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"jejak/ground/access"
	"jejak/ground/audit"
)

// TestNoOpeningWithoutALog: however the log cannot be written, no value leaves, and afterwards none either until the log
// is opened again.
func TestNoOpeningWithoutALog(t *testing.T) {
	reader := access.With(context.Background(), access.Identity{Kind: access.User, ID: "AB", Role: access.IdentityReader})
	for name, spoil := range map[string]func(t *testing.T, dir string){
		"the disk is full": func(t *testing.T, dir string) { // writing there gives ENOSPC
			replace(t, filepath.Join(dir, "entries"), func(path string) error { return os.Symlink("/dev/full", path) })
		},
		"the disk is full for the hashes": func(t *testing.T, dir string) {
			replace(t, filepath.Join(dir, "hashes"), func(path string) error { return os.Symlink("/dev/full", path) })
		},
		"no new checkpoint can be made": func(t *testing.T, dir string) {
			replace(t, filepath.Join(dir, "checkpoint.new"), func(path string) error { return os.Mkdir(path, 0o700) })
		},
		"the folder is gone": func(t *testing.T, dir string) {
			if err := os.Rename(dir, dir+".gone"); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			sealed := []Sealed{{"user", sealFor(t, h.vault(), ann, "user", "ann@example.org")}}
			dir := filepath.Join(h.data, "audit")
			late := name == "the folder is gone"
			if !late {
				spoil(t, dir)
			}
			v := h.vault()
			if late {
				spoil(t, dir)
			}
			for range 2 {
				if plain, err := v.OpenFor(reader, ann, Support, sealed); !errors.Is(err, audit.ErrUnwritable) || plain != nil {
					t.Errorf("%q, %v", plain, err)
				}
			}
		})
	}
}

func replace(t *testing.T, path string, make func(string) error) {
	t.Helper()
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	if err := make(path); err != nil {
		t.Fatal(err)
	}
}
