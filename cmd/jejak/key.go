package main

import (
	"context"
	"fmt"
	"io"

	"jejak/app"
)

type key struct {
	State         keyState         `cmd:"" help:"Say how the root key is kept."`
	Passphrase    keyPassphrase    `cmd:"" help:"Put the root key under a passphrase, or under another one."`
	Split         keySplit         `cmd:"" help:"Split the root key among people: any two open it."`
	File          keyInFile        `cmd:"" help:"Keep the root key in its file as it is, for its owner alone."`
	Rotate        keyRotate        `cmd:"" help:"Replace the root key, while servers run or not."`
	RotateProject keyRotateProject `cmd:"" help:"Replace the key of a project, while servers run or not."`
}

type keyState struct {
	kept
	JSON bool `name:"json" help:"Print one JSON object."`
}

// Help implements kong's help.
func (k *keyState) Help() string {
	return `It prints no secret: how the key is kept, and the number by which root keys are told apart.
Example:
  jejak key state --data /var/lib/jejak`
}

// Run implements the command.
func (k *keyState) Run(out io.Writer) error {
	now, err := app.KeyState(context.Background(), k.Data, k.keys())
	if err != nil {
		return err
	}
	if k.JSON {
		return printJSON(out, now)
	}
	_, err = fmt.Fprintf(out, "root key %s, kept as: %s\n", now.Number, now.Protection)
	return err
}

// renewed are the flags of a new way to keep a key.
type renewed struct {
	NewPassphraseFile string `type:"path" placeholder:"FILE" help:"File or descriptor with the new passphrase (16 bytes or more); without this flag it is asked for at the terminal."`
	People            int    `placeholder:"N" help:"People that a split key is split among, 2 to 5; without this flag as many as now, or 2."`
	Out               string `type:"path" placeholder:"DIR" help:"Folder for the shares of a split key; give each to its person and remove it."`
}

func (r *renewed) keeping(as string) app.Keeping {
	return app.Keeping{As: as, PassphraseFile: r.NewPassphraseFile, People: r.People, Out: r.Out}
}

type keyPassphrase struct {
	kept
	renewed
}

// Help implements kong's help.
func (k *keyPassphrase) Help() string {
	return `The passphrase is stored nowhere: without it, or a copy of the key as it was, nobody reads names and identifiers again. The server then needs it at each start. The key that lay in the file before may be in copies of it: jejak key rotate replaces it.
Examples:
  jejak key passphrase --data /var/lib/jejak
  jejak key passphrase --data /var/lib/jejak --new-passphrase-file /dev/fd/3 3< <(pass show jejak)
  jejak serve --data /var/lib/jejak --passphrase-file "$CREDENTIALS_DIRECTORY/jejak"   # systemd: LoadCredential=jejak:…`
}

// Run implements the command.
func (k *keyPassphrase) Run(out io.Writer) error { return keep(out, &k.kept, k.keeping("passphrase")) }

type keySplit struct {
	kept
	renewed
}

// Help implements kong's help.
func (k *keySplit) Help() string {
	return `Each person gets a share. Any two shares open the key, one tells nothing about it. With three people one share may be lost. The server then needs two shares at each start.
Examples:
  jejak key split --people 3 --out ./shares --data /var/lib/jejak
  jejak serve --data /var/lib/jejak --key-share /run/keys/share-1.key --key-share /run/keys/share-3.key`
}

// Run implements the command.
func (k *keySplit) Run(out io.Writer) error { return keep(out, &k.kept, k.keeping("split")) }

type keyInFile struct{ kept }

// Help implements kong's help.
func (k *keyInFile) Help() string {
	return `The server then starts without anybody. Who has this file and a copy of the data folder reads everything.
Example:
  jejak key file --data /var/lib/jejak`
}

// Run implements the command.
func (k *keyInFile) Run(out io.Writer) error {
	return keep(out, &k.kept, app.Keeping{As: "file"})
}

func keep(out io.Writer, k *kept, to app.Keeping) error {
	now, err := app.KeepKey(context.Background(), k.Data, k.keys(), to)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "root key %s, kept as: %s\n", now.Number, now.Protection)
	return err
}

type keyRotate struct {
	kept
	renewed
	As string `enum:",file,passphrase,split" default:"" placeholder:"WAY" help:"How the new key is kept: file, passphrase or split; without this flag as the old one."`
}

// Help implements kong's help.
func (k *keyRotate) Help() string {
	return `A new root key wraps the keys of all projects. The old key file stays beside the new one, with its number behind its name: older backups need it. Remove it when you have none of them any more. A server that asks for its passphrase or shares at a terminal has to be started again before new projects can be made.
Examples:
  jejak key rotate --data /var/lib/jejak
  jejak key rotate --as split --people 3 --out ./shares --data /var/lib/jejak`
}

// Run implements the command.
func (k *keyRotate) Run(out io.Writer) error {
	now, err := app.RotateKey(context.Background(), k.Data, k.keys(), k.keeping(k.As))
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "root key %s, kept as: %s\n", now.Number, now.Protection)
	return err
}

type keyRotateProject struct {
	kept
	Project uint32 `arg:"" help:"The number of the project."`
}

// Help implements kong's help.
func (k *keyRotateProject) Help() string {
	return `A new key wraps the keys of all people of the project. It prints one JSON object: version, subjects and damaged, which are records that could not be read and were left as they are. Tokens and blind indexes stay as they are.
Example:
  jejak key rotate-project 1 --data /var/lib/jejak`
}

// Run implements the command.
func (k *keyRotateProject) Run(out io.Writer) error {
	r, err := app.RotateProjectKey(context.Background(), k.Data, k.keys(), k.Project)
	if err != nil {
		return err
	}
	return printJSON(out, r)
}
