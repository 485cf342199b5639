package app

import (
	"bytes"
	"context"
	"errors"
	"path/filepath"
	"testing"

	"jejak/ground/access"
	"jejak/ground/meta"
	"jejak/ground/vault"
	"jejak/incident/dataset/decode"
	"jejak/incident/directory"
	"jejak/incident/rehearse"
	"jejak/incident/scope"
	"jejak/leak"
)

// leakedText is a leaked file in memory.
type leakedText []byte

func (t leakedText) Read(_ context.Context, from leak.Position, sink leak.Sink) error {
	return decode.Read(decode.Source{Name: "leak", At: bytes.NewReader(t), Size: int64(len(t))}, decode.Options{From: from}, sink)
}

// TestScopeWithADirectory walks the founding case with the real directory: who is in the file, and what of each.
func TestScopeWithADirectory(t *testing.T) {
	story := rehearse.Small()
	var users, organisations, leaked bytes.Buffer
	truth, err := story.WriteLeak(&leaked)
	if err := errors.Join(err, story.WriteUsers(&users), story.WriteOrganisations(&organisations)); err != nil {
		t.Fatal(err)
	}
	l, ctx := newLibrary(t), access.AtConsole(t.Context())
	people, err := directory.NewCSV(directory.Users, &users)
	if err != nil {
		t.Fatal(err)
	}
	orgs, err := directory.NewCSV(directory.Organisations, &organisations)
	if err != nil {
		t.Fatal(err)
	}
	info, err := l.Take(ctx, directory.Sources{Users: people, Organisations: orgs})
	if err != nil {
		t.Fatal(err)
	}
	s, err := l.Open(ctx, info.ID)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	r, err := scope.Read(ctx, leakedText(leaked.Bytes()), snapshot{s}, nil, scope.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got := scored(t, l, s, r, truth); got.Precision != 1 || got.Recall != 1 || got.WrongClasses != 0 || got.People == 0 {
		t.Errorf("the scope scores %+v", got)
	}
}

func scored(t *testing.T, l *directory.Library, s *directory.Snapshot, r *scope.Reading, truth *rehearse.Truth) rehearse.Score {
	t.Helper()
	names, err := l.People(access.AtConsole(t.Context()), s, vault.Incident)
	if err != nil {
		t.Fatal(err)
	}
	defer names.Close()
	var found []rehearse.Found
	for a := range r.Affected {
		p, err := names.Person(a.Member)
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, rehearse.Found{UserID: p.UserIDs[0], Tier: a.Tier, Classes: a.Classes})
	}
	return truth.Score(found)
}

func newLibrary(t *testing.T) *directory.Library {
	t.Helper()
	dir := t.TempDir()
	db, err := meta.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	v, err := vault.Open(vault.Options{DB: db, KeyFile: filepath.Join(t.TempDir(), "key"), Dir: filepath.Join(dir, "identity"), Audit: filepath.Join(dir, "audit")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { v.Close() })
	return directory.New(directory.Options{Dir: filepath.Join(dir, "incident", "directories"), Vault: v, Log: v.Log()})
}
