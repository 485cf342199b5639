package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"jejak/app"
)

type erase struct {
	Person erasePerson  `cmd:"" help:"Erase a person, for ever, and print the receipt."`
	Group  eraseGroup   `cmd:"" help:"Erase what is known of an organisation or another group, and print the receipt."`
	Check  eraseReceipt `cmd:"" help:"Check a receipt."`
}

type erasePerson struct {
	kept
	Project uint32 `required:"" placeholder:"N" help:"The project's number."`
	ID      string `name:"id" xor:"whom" placeholder:"ID" help:"A distinct id as clients send it; $$device: in front of a device's."`
	Number  uint32 `xor:"whom" placeholder:"N" help:"The number of the person, as answers name people."`
}

// Help implements kong's help.
func (e *erasePerson) Help() string {
	return `It works on a folder that no server runs on; beside a server use the API. All identifiers of the person go: their key is destroyed, so that also older copies of the folder hold nothing readable; their events are in no answer any more and leave the disk within days. The journal beside the root key (DATA.erasures) erases them again when an older copy of the folder is put back: keep it.
Example:
  jejak erase person --data /var/lib/jejak --project 1 --id user-4711 > receipt.json`
}

// Run implements the command.
func (e *erasePerson) Run(out io.Writer) error {
	if e.ID == "" && e.Number == 0 {
		return errors.New("nobody is named\nhint: --id or --number says who")
	}
	r, err := app.Erase(context.Background(), e.Data, e.keys(), e.Project, app.Whom{ID: e.ID, Number: e.Number})
	if err != nil {
		return err
	}
	return printJSON(out, r)
}

type eraseGroup struct {
	kept
	Project uint32 `required:"" placeholder:"N" help:"The project's number."`
	Key     string `required:"" placeholder:"KEY" help:"The group key, such as company."`
	ID      string `name:"id" required:"" placeholder:"ID" help:"The group's ID as clients send it."`
}

// Help implements kong's help.
func (e *eraseGroup) Help() string {
	return `Its ID and its profile go. Events stay with their people; the token that stands in them for the group means nothing any more.
Example:
  jejak erase group --data /var/lib/jejak --project 1 --key company --id acme > receipt.json`
}

// Run implements the command.
func (e *eraseGroup) Run(out io.Writer) error {
	r, err := app.Erase(context.Background(), e.Data, e.keys(), e.Project, app.Whom{ID: e.ID, Key: e.Key})
	if err != nil {
		return err
	}
	return printJSON(out, r)
}

type eraseReceipt struct {
	Receipt string `arg:"" type:"existingfile" help:"The receipt."`
	Key     string `xor:"key" placeholder:"KEY" help:"The public key of the audit log (jejak audit key)."`
	KeyFile string `xor:"key" type:"existingfile" placeholder:"FILE" help:"A file with it."`
}

// Help implements kong's help.
func (e *eraseReceipt) Help() string {
	return `It needs no data folder. Exit code 0 when the audit log of this key recorded the erasure as done, 1 when not.
Example:
  jejak erase check receipt.json --key jejak/0a1b+…`
}

// Run implements the command.
func (e *eraseReceipt) Run(out io.Writer) error {
	text, err := os.ReadFile(e.Receipt)
	if err != nil {
		return fmt.Errorf("cannot read the receipt: %w", err)
	}
	key := e.Key
	if e.KeyFile != "" {
		line, err := os.ReadFile(e.KeyFile)
		if err != nil {
			return fmt.Errorf("cannot read the public key: %w", err)
		}
		key = strings.TrimSpace(string(line))
	}
	said, err := app.CheckErasure(text, key)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(out, said)
	return err
}
