package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"jejak/app"
)

type incident struct {
	Read      incidentRead      `cmd:"" help:"Tell what is in a leaked file."`
	Take      incidentTake      `cmd:"" help:"Take a leaked file in, with its chain of custody."`
	Directory incidentDirectory `cmd:"" help:"Keep who could be in a leaked file."`
	Scope     incidentScope     `cmd:"" help:"Tell who is in a leaked file, and what of them."`
	registerCommands
	evidenceCommands
	CheckNotice incidentCheckNotice `cmd:"" help:"Check the proof of a notice, on any machine."`
	Apart       incidentApart       `cmd:"" hidden:"" help:"Read a leaked file; started by this program itself."`
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

type incidentScope struct {
	kept
	File          string   `arg:"" type:"existingfile" help:"The file, in any form that 'jejak incident read' reads."`
	Incident      string   `placeholder:"YEAR-NUMBER" help:"Keep it as the next version of this incident's scope. One that is killed goes on where it was."`
	Page          string   `type:"path" placeholder:"FILE" help:"Write the report as a page in English and Indonesian, too."`
	Directory     string   `placeholder:"ID" help:"A directory that was taken in before."`
	Users         string   `type:"existingfile" placeholder:"FILE" help:"Users as CSV, to be taken in now."`
	Organisations string   `type:"existingfile" placeholder:"FILE" help:"Organisations as CSV."`
	Memberships   string   `type:"existingfile" placeholder:"FILE" help:"Who belongs where since when, as CSV."`
	Meaning       []string `sep:"none" placeholder:"COLUMN=CLASS" help:"What a column holds whose name does not tell, such as cust_no=user.unique_id. May be given several times."`
	JSON          bool     `name:"json" help:"Print the whole report: canonical JSON."`
}

// Help implements kong's help.
func (s *incidentScope) Help() string {
	return `It reads every cell once, matches rows against a directory of users and organisations, and prints how many people are in the file for certain, which classes of data, which rows belong to nobody and must be explained, and what is certainly not in it. The same file and directory print the same on every machine. No value of anybody is printed.

Example:
  jejak incident scope export.csv.gz --users users.csv --organisations organisations.csv --data /var/lib/jejak`
}

// Run implements the command.
func (s *incidentScope) Run(out io.Writer) error {
	if (s.Directory == "") == (s.Users == "") {
		return errors.New("cannot scope the file: name a directory\nhint: give --users with a file, or --directory with the ID of one that was taken in")
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	r, err := app.ScopeFile(ctx, s.Data, s.keys(), s.File, app.ScopeOptions{
		Incident:  s.Incident,
		Meanings:  s.Meaning,
		Directory: app.DirectoryFiles{ID: s.Directory, Users: s.Users, Organisations: s.Organisations, Memberships: s.Memberships},
	})
	if err == nil && s.Page != "" {
		err = writePage(s.Page, r.HTML)
	}
	if err != nil {
		return fmt.Errorf("cannot scope %s: %w", s.File, err)
	}
	text := []byte(r.String())
	if s.JSON {
		if text, err = r.Canonical(); err != nil {
			return err
		}
	}
	if _, err := out.Write(text); err != nil {
		return fmt.Errorf("cannot print the report: %w", err)
	}
	return nil
}

// writePage writes a new file.
func writePage(path string, page func() ([]byte, error)) error {
	text, err := page()
	if err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("cannot write the page: %w", err)
	}
	_, err = f.Write(text)
	return errors.Join(err, f.Close())
}

type incidentApart struct{}

// Run implements the command.
func (incidentApart) Run(out io.Writer) error { return app.ReadApart(os.Stdin, out) }
