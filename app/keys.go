package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"jejak/event"
	"jejak/ground/access"
	"jejak/ground/durable"
	"jejak/ground/vault"
)

// Keys say where the root key is and what opens it when it is protected.
type Keys struct {
	File           string   // empty: beside the data folder, with .key added
	PassphraseFile string   // a file or file descriptor (/dev/fd/3) that holds the passphrase; empty: it is asked for
	ShareFiles     []string // of the people who share the key; what is missing is asked for
	// Ask asks at the terminal, without showing what is typed; nil: there is none.
	Ask func(prompt string) ([]byte, error)
}

// unlock is what the vault asks for.
func (k Keys) unlock() (u vault.Unlock) {
	switch {
	case k.PassphraseFile != "":
		u.Passphrase = func() ([]byte, error) { return readSecret(k.PassphraseFile) }
	case k.Ask != nil:
		u.Passphrase = func() ([]byte, error) { return k.Ask("Passphrase of the root key: ") }
	}
	if len(k.ShareFiles) > 0 || k.Ask != nil {
		u.Shares = k.shares
	}
	return u
}

func (k Keys) shares(count int) (texts []string, err error) {
	for _, path := range k.ShareFiles {
		text, err := readSecret(path)
		if err != nil {
			return nil, err
		}
		texts = append(texts, string(text))
	}
	for n := len(texts) + 1; n <= count && k.Ask != nil; n++ {
		text, err := k.Ask(fmt.Sprintf("Share %d of the root key: ", n))
		if err != nil {
			return nil, err
		}
		texts = append(texts, string(text))
	}
	return texts, nil
}

// maxSecret bounds a file with a passphrase or a share, in bytes.
const maxSecret = 4096

func readSecret(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("cannot read what opens the root key: %w", err)
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxSecret))
	if err != nil {
		return nil, fmt.Errorf("cannot read what opens the root key: %w", err)
	}
	return text, nil
}

// Keeping says how the root key is to be kept.
type Keeping struct {
	As             string // file, passphrase or split; empty: as it is kept now
	PassphraseFile string // with the new passphrase; empty: it is asked for
	People         int    // that a key is split among
	Out            string // the folder for their shares
}

// KeyState says how the root key of a data folder is kept.
func KeyState(ctx context.Context, data string, k Keys) (now vault.KeyState, err error) {
	err = withVault(ctx, data, k, func(ctx context.Context, v *vault.Vault) error {
		now, err = v.KeyState(ctx)
		return err
	})
	return now, err
}

// KeepKey keeps the same root key in another way.
func KeepKey(ctx context.Context, data string, k Keys, to Keeping) (now vault.KeyState, err error) {
	err = withVault(ctx, data, k, func(ctx context.Context, v *vault.Vault) error {
		keeping, err := k.keeping(ctx, v, to)
		if err != nil {
			return err
		}
		if err := v.Protect(ctx, keeping); err != nil {
			return err
		}
		now, err = v.KeyState(ctx)
		return err
	})
	return now, err
}

// RotateKey replaces the root key, whether or not a server runs on the folder.
func RotateKey(ctx context.Context, data string, k Keys, to Keeping) (now vault.KeyState, err error) {
	err = withVault(ctx, data, k, func(ctx context.Context, v *vault.Vault) error {
		keeping, err := k.keeping(ctx, v, to)
		if err != nil {
			return err
		}
		now, err = v.RotateRoot(ctx, keeping)
		return err
	})
	return now, err
}

// RotateProjectKey replaces the key of a project, whether or not a server runs on the folder.
func RotateProjectKey(ctx context.Context, data string, k Keys, project uint32) (r vault.Rotated, err error) {
	p := event.ProjectID(project)
	var down stack
	defer func() { err = errors.Join(err, down.unwind(ctx)) }()
	g, err := openGround(data, k, &down)
	if err != nil {
		return r, err
	}
	ctx = access.AtConsole(ctx)
	if _, err := g.access.Project(ctx, p); err != nil {
		return r, fmt.Errorf("cannot replace the key of project %d: %w", p, err)
	}
	return g.vault.RotateProject(ctx, p)
}

// withVault opens the vault of a data folder that is there.
func withVault(ctx context.Context, data string, k Keys, do func(context.Context, *vault.Vault) error) (err error) {
	var down stack
	defer func() { err = errors.Join(err, down.unwind(ctx)) }()
	g, err := openGround(data, k, &down)
	if err != nil {
		return err
	}
	return do(access.AtConsole(ctx), g.vault)
}

// keeping fills in what was not said, and asks for what must be secret.
func (k Keys) keeping(ctx context.Context, v *vault.Vault, to Keeping) (vault.Keeping, error) {
	now, err := v.KeyState(ctx)
	if err != nil {
		return vault.Keeping{}, err
	}
	next := vault.Keeping{Protection: vault.Protection(to.As), People: to.People, Deal: dealTo(to.Out)}
	if to.As == "" {
		next.Protection = now.Protection
	}
	if next.People == 0 {
		next.People = max(now.People, 2)
	}
	switch {
	case next.Protection == vault.Split && to.Out == "":
		return next, errors.New("cannot split the key: say with --out where the shares are to go")
	case next.Protection == vault.WithPassphrase:
		next.Passphrase, err = k.newPassphrase(to.PassphraseFile)
	}
	return next, err
}

func (k Keys) newPassphrase(file string) ([]byte, error) {
	if file != "" {
		return readSecret(file)
	}
	if k.Ask == nil {
		return nil, errors.New("there is no terminal to ask for the new passphrase\nhint: name a file or file descriptor with --new-passphrase-file")
	}
	one, err := k.Ask("New passphrase: ")
	if err != nil {
		return nil, err
	}
	two, err := k.Ask("The same again: ")
	if err == nil && string(one) != string(two) {
		err = errors.New("the two passphrases differ")
	}
	return one, err
}

// dealTo writes each share into a file of its own, durably, and replaces none.
func dealTo(folder string) func([]string) error {
	return func(shares []string) error {
		if err := os.MkdirAll(folder, 0o700); err != nil {
			return err
		}
		for i, share := range shares {
			text := fmt.Sprintf("# Share %d of %d of a Jejak root key. Any two open it; give this one to one person and remove it here.\n%s\n", i+1, len(shares), share)
			if err := durable.Write(filepath.Join(folder, fmt.Sprintf("share-%d.key", i+1)), 0o600, []byte(text)); err != nil {
				return err
			}
		}
		return durable.Sync(folder)
	}
}
