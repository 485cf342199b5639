package app

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"jejak/ground/access"
	"jejak/ground/audit"
	"jejak/incident/register/clock"
)

// rulesFolder is where the legal rules of the operator lie, beside the key that signed them.
func rulesFolder(data string) string { return filepath.Join(data, "incident", "rules") }

// rulesOf are the legal rules of the house, and the operator's own.
func rulesOf(data string) (*clock.Pack, error) {
	house, err := clock.House()
	if err != nil {
		return nil, err
	}
	own, err := withOwnRules(house, rulesFolder(data))
	if err != nil {
		return nil, fmt.Errorf("%w\nhint: adopt your rules anew with jejak incident rules adopt, or remove %s", err, rulesFolder(data))
	}
	return own, nil
}

func withOwnRules(house *clock.Pack, dir string) (*clock.Pack, error) {
	key, err := os.ReadFile(filepath.Join(dir, "key"))
	if errors.Is(err, fs.ErrNotExist) {
		return house, nil
	}
	if err != nil {
		return nil, fmt.Errorf("cannot read the key of the legal rules: %w", err)
	}
	return house.With(os.DirFS(dir), strings.TrimSpace(string(key)))
}

// SignRules signs the rule files of a folder with the key in a file, which is made when it is missing, and returns the public key.
func SignRules(dir, keyFile string) (string, error) {
	secret, err := rulesKey(keyFile)
	if err != nil {
		return "", err
	}
	s, err := note.NewSigner(secret)
	if err != nil {
		return "", fmt.Errorf("cannot read the key that signs: %w", err)
	}
	text, err := clock.Sign(os.DirFS(dir), s)
	if err != nil {
		return "", err
	}
	if err := os.WriteFile(filepath.Join(dir, "SIGNED"), text, 0o644); err != nil {
		return "", fmt.Errorf("cannot write the signature: %w", err)
	}
	public, err := os.ReadFile(keyFile + ".pub")
	return strings.TrimSpace(string(public)), err
}

func rulesKey(path string) (string, error) {
	text, err := readSecret(path)
	if err == nil {
		return strings.TrimSpace(string(text)), nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	secret, public, err := note.GenerateKey(rand.Reader, "own-rules")
	if err != nil {
		return "", fmt.Errorf("cannot make a key: %w", err)
	}
	if err := errors.Join(os.WriteFile(path, []byte(secret+"\n"), 0o600), os.WriteFile(path+".pub", []byte(public+"\n"), 0o644)); err != nil {
		return "", fmt.Errorf("cannot keep the key: %w", err)
	}
	return secret, nil
}

// AdoptRules takes signed rule files into a data folder, in the place of those that were adopted before, and returns the hash of the
// rules that hold then. A server that runs takes them up when it starts again.
func AdoptRules(ctx context.Context, data string, k Keys, dir, key string) (hash string, err error) {
	house, err := clock.House()
	if err != nil {
		return "", err
	}
	if _, err := house.With(os.DirFS(dir), key); err != nil {
		return "", err
	}
	var down stack
	defer func() { err = errors.Join(err, down.unwind(ctx)) }()
	g, err := openGround(data, k, &down)
	if err != nil {
		return "", err
	}
	fresh := rulesFolder(data) + ".new"
	if err := copyRules(dir, fresh, key); err != nil {
		return "", err
	}
	p, err := withOwnRules(house, fresh) // what is kept, not what was looked at
	if err != nil {
		return "", err
	}
	about := fmt.Sprintf("rules sha256 %s, signed by %s", p.Hash(), key)
	if _, err := g.vault.Log().Record(ctx, audit.Entry{Who: access.Caller(access.AtConsole(ctx)).String(), Act: "incident.rules_adopted", About: about}); err != nil {
		return "", err
	}
	if err := errors.Join(os.RemoveAll(rulesFolder(data)), os.Rename(fresh, rulesFolder(data))); err != nil {
		return "", fmt.Errorf("cannot put the legal rules in their place: %w", err)
	}
	return p.Hash(), nil
}

func copyRules(from, to, key string) error {
	names, err := filepath.Glob(filepath.Join(from, "*.json"))
	if err != nil {
		return err
	}
	if err := errors.Join(os.RemoveAll(to), os.MkdirAll(to, 0o700), os.WriteFile(filepath.Join(to, "key"), []byte(key+"\n"), 0o600)); err != nil {
		return fmt.Errorf("cannot make a folder for the legal rules: %w", err)
	}
	for _, name := range append(names, filepath.Join(from, "SIGNED")) {
		text, err := os.ReadFile(name)
		if err == nil {
			err = os.WriteFile(filepath.Join(to, filepath.Base(name)), text, 0o600)
		}
		if err != nil {
			return fmt.Errorf("cannot copy the legal rules: %w", err)
		}
	}
	return nil
}

// LegalRules are the rules that hold in a data folder, and their hash. It opens no key.
func LegalRules(data string) ([]clock.Rule, string, error) {
	p, err := rulesOf(data)
	if err != nil {
		return nil, "", err
	}
	return p.Rules(), p.Hash(), nil
}
