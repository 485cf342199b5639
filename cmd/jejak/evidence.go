package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"jejak/app"
)

type evidenceCommands struct {
	Evidence       incidentEvidence       `cmd:"" help:"Pack what proves how an incident was handled into one file."`
	VerifyEvidence incidentVerifyEvidence `cmd:"" help:"Verify such a file, on any machine."`
	Page           incidentPage           `cmd:"" help:"Write the published page of an incident to a folder, for a second host."`
}

type incidentEvidence struct {
	kept
	Incident string `arg:"" help:"The incident, for example 2026-01."`
	Out      string `required:"" type:"path" placeholder:"FILE" help:"The file to write; it must not be there yet."`
}

// Help implements kong's help.
func (e *incidentEvidence) Help() string {
	return `It packs the chain of custody, the scope with its certificates, the register with timeline and clocks, every version of the page, and the proofs that all of it is in the audit log. It holds no list of people. It works while a server runs.

Example:
  jejak incident evidence 2026-01 --out evidence-2026-01.zip --data /var/lib/jejak`
}

// Run implements the command.
func (e *incidentEvidence) Run(out io.Writer) error {
	missing, err := app.PackEvidence(context.Background(), e.Data, e.keys(), e.Incident, e.Out)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "written; nothing is in it about: %v\n", missing)
	return err
}

type incidentVerifyEvidence struct {
	File string `arg:"" type:"existingfile" help:"What jejak incident evidence wrote."`
	Key  string `placeholder:"KEY" help:"The log's public key as it was kept elsewhere; by default the one in the file."`
	JSON bool   `name:"json" help:"Print the report as one JSON object."`
}

// Help implements kong's help.
func (v *incidentVerifyEvidence) Help() string {
	return `It needs no data folder and no network, and names each part that was changed. Without the key that was kept elsewhere it cannot see that the whole package was made anew with another log. Exit code 0 when all fits, 1 when not.

Example:
  jejak incident verify-evidence evidence-2026-01.zip --key jejak/0a1b+…`
}

// Run implements the command.
func (v *incidentVerifyEvidence) Run(out io.Writer) error {
	f, err := os.Open(v.File)
	if err != nil {
		return fmt.Errorf("cannot read the evidence: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return fmt.Errorf("cannot read the evidence: %w", err)
	}
	r, err := app.VerifyEvidence(f, info.Size(), v.Key)
	if err != nil {
		return err
	}
	switch {
	case v.JSON:
		err = printJSON(out, r)
	case r.Err() == nil:
		_, err = fmt.Fprintf(out, "incident %s: %d parts are what was packed, %d entries are in the log; nothing is in it about: %v\n", r.Incident, r.Parts, r.Entries, r.Missing)
		if !r.KeyHeld {
			fmt.Fprintf(os.Stderr, "note: the key is the one in the file, %s: compare it with the one that was kept elsewhere\n", r.Key)
		}
	}
	if err != nil {
		return fmt.Errorf("cannot print the report: %w", err)
	}
	return r.Err()
}

type incidentPage struct {
	kept
	Incident string `arg:"" help:"The incident, for example 2026-01."`
	To       string `required:"" type:"path" placeholder:"DIR" help:"The folder to write; it must not be there yet."`
}

// Help implements kong's help.
func (p *incidentPage) Help() string {
	return `The folder is whole by itself: any web server can give it out. Its forms go to the official site. It works while a server runs.

Example:
  jejak incident page 2026-01 --to /srv/status/2026-01 --data /var/lib/jejak`
}

// Run implements the command.
func (p *incidentPage) Run() error {
	return app.WritePage(context.Background(), p.Data, p.keys(), p.Incident, p.To)
}
