package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"jejak/app"
)

type incident struct {
	Read  incidentRead  `cmd:"" help:"Tell what is in a leaked file."`
	Take  incidentTake  `cmd:"" help:"Take a leaked file in, with its chain of custody."`
	Apart incidentApart `cmd:"" hidden:"" help:"Read a leaked file; started by this program itself."`
}

type incidentRead struct {
	File string `arg:"" type:"existingfile" help:"The file: CSV, JSON, JSON lines, Parquet, XLSX, or a dump of PostgreSQL or MySQL; packed with gzip, zstd, bzip2, xz, zip or tar, also in each other."`
	JSON bool   `name:"json" help:"Print one JSON object."`
}

// Help implements kong's help.
func (r *incidentRead) Help() string {
	return `It lists tables with their columns and rows, and what could not be read: nothing may be claimed about that. The file is read by a process that has no network, can open nothing, and has its memory bounded. Nothing is kept, and no value is printed.

Example:
  jejak incident read export.tar.gz`
}

// Run implements the command.
func (r *incidentRead) Run(out io.Writer) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	s, walls, err := app.SurveyFile(ctx, r.File)
	if err != nil {
		return fmt.Errorf("cannot read %s: %w", r.File, err)
	}
	if r.JSON {
		return printJSON(out, s)
	}
	if _, err = fmt.Fprint(out, s); err != nil {
		return fmt.Errorf("cannot print what is in the file: %w", err)
	}
	if !walls.Network || !walls.Calls || !walls.Memory {
		fmt.Fprintf(os.Stderr, "note: this system does not offer every wall around the process that read (own network %t, calls %t, memory %t)\n", walls.Network, walls.Calls, walls.Memory)
	}
	return nil
}

type incidentTake struct {
	kept
	File string `arg:"" type:"existingfile" help:"The file as it came."`
	From string `required:"" placeholder:"WHO" help:"Who handed it over."`
	How  string `required:"" placeholder:"HOW" help:"How it came: by mail, on a disk, from which address."`
}

// Help implements kong's help.
func (t *incidentTake) Help() string {
	return `It keeps a sealed copy in the data folder, its SHA-256 and size in the audit log, and prints them as one JSON object. The copy is opened by two people only. The file itself stays where it is: destroy it once it is taken in. It works while a server runs.

Example:
  jejak incident take export.csv.gz --from "Vendor's security team" --how "link in their portal" --data /var/lib/jejak`
}

// Run implements the command.
func (t *incidentTake) Run(out io.Writer) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	d, err := app.TakeFile(ctx, t.Data, t.keys(), t.File, t.From, t.How)
	if err != nil {
		return fmt.Errorf("cannot take %s in: %w", t.File, err)
	}
	return printJSON(out, d)
}

type incidentApart struct{}

// Run implements the command.
func (incidentApart) Run(out io.Writer) error { return app.ReadApart(os.Stdin, out) }
