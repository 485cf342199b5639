package main

import (
	"fmt"
	"io"

	"jejak/app"
)

type fsck struct {
	Data    string `required:"" type:"existingdir" env:"JEJAK_DATA" placeholder:"DIR" help:"The data folder."`
	KeyFile string `type:"path" env:"JEJAK_KEY_FILE" placeholder:"FILE" help:"The root key; without this flag beside the data folder, with .key added to its name."`
	JSON    bool   `name:"json" help:"Print the report as one JSON object."`
}

// Help implements kong's help.
func (f *fsck) Help() string {
	return `It reads every file, verifies every checksum and invariant, and changes nothing. Exit code 0 when all is sound, 1 when not.

Example:
  jejak fsck --data /var/lib/jejak`
}

// Run implements the command.
func (f *fsck) Run(out io.Writer) error {
	report, damage := app.Check(f.Data, f.KeyFile)
	if report == nil {
		return damage
	}
	var err error
	if f.JSON {
		err = printJSON(out, report)
	} else {
		_, err = fmt.Fprint(out, report)
	}
	if err != nil {
		return fmt.Errorf("cannot print the report: %w", err)
	}
	return damage
}
