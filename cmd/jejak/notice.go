package main

import (
	"fmt"
	"io"
	"os"

	"jejak/app"
)

type incidentCheckNotice struct {
	Proof string `arg:"" type:"existingfile" help:"The file that the page of a notice gave."`
	Key   string `required:"" placeholder:"KEY" help:"The public key of the audit log as it was kept elsewhere; jejak audit key prints it."`
}

// Help implements kong's help.
func (c *incidentCheckNotice) Help() string {
	return `It needs no data folder: who has a notice, its proof and the public key can check that the notice is one of those that were fixed before the first was sent. Exit code 0 when the proof holds, 1 when not.

Example:
  jejak incident check-notice notice-proof-2026-01.json --key jejak/0a1b+…`
}

// Run implements the command.
func (c *incidentCheckNotice) Run(out io.Writer) error {
	text, err := os.ReadFile(c.Proof)
	if err != nil {
		return fmt.Errorf("cannot read the proof: %w", err)
	}
	p, err := app.CheckNotice(text, c.Key)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "the notice is one of %d of incident %s, fixed in entry %d of the audit log:\n\n%s\n\n%s\n",
		p.Size, p.Incident, p.Entry, p.Subject, p.Text)
	return err
}
