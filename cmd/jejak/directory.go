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

type incidentDirectory struct {
	Take directoryTake `cmd:"" help:"Take in who could be in a leaked file."`
	List directoryList `cmd:"" help:"List the directories that were taken in."`
}

type directoryTake struct {
	kept
	Postgres      string `env:"JEJAK_DIRECTORY_POSTGRES" placeholder:"URL" help:"A PostgreSQL server to read the tables from: each FILE is then a query. Put the password into PGPASSWORD or ~/.pgpass, not here."`
	Users         string `required:"" type:"existingfile" placeholder:"FILE" help:"user_id, email, former_emails, name, organisation_ids, admin_of, locale, country, city, created, deleted, reachable; all but an ID or an address may be missing."`
	Organisations string `type:"existingfile" placeholder:"FILE" help:"organisation_id, name, domain, country."`
	Memberships   string `type:"existingfile" placeholder:"FILE" help:"user_id, organisation_id, role (admin or not), from, to: for memberships with days of their own."`
}

// Help implements kong's help.
func (d *directoryTake) Help() string {
	return `Each file is CSV with the names of its columns in the first line, or JSON lines with them as keys; several values in a cell stand between semicolons. When a row is wrong nothing is kept, and the first wrong lines are named. What names people is sealed; identifiers are kept as keyed hashes. The snapshot is printed as one JSON object; its hash is in the audit log. It works while a server runs.

Example:
  jejak incident directory take --users users.csv --organisations organisations.csv --data /var/lib/jejak
  jejak incident directory take --postgres postgres://reader@db.example/app --users users.sql --data /var/lib/jejak`
}

// Run implements the command.
func (d *directoryTake) Run(out io.Writer) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	i, err := app.TakeDirectory(ctx, d.Data, d.keys(), app.DirectoryFiles{Postgres: d.Postgres, Users: d.Users, Organisations: d.Organisations, Memberships: d.Memberships})
	if err != nil {
		return err
	}
	return printJSON(out, i)
}

type directoryList struct {
	kept
	JSON bool `name:"json" help:"Print one JSON list."`
}

// Help implements kong's help.
func (d *directoryList) Help() string {
	return `Example:
  jejak incident directory list --data /var/lib/jejak`
}

// Run implements the command.
func (d *directoryList) Run(out io.Writer) error {
	list, err := app.Directories(context.Background(), d.Data, d.keys())
	if err != nil {
		return err
	}
	if d.JSON {
		return printJSON(out, list)
	}
	for _, i := range list {
		if _, err := fmt.Fprintf(out, "%s  %s  %d accounts, %d people, %d organisations\n", i.ID, i.Taken.Format("2006-01-02 15:04"), i.Accounts, i.People, i.Organisations); err != nil {
			return fmt.Errorf("cannot print the directories: %w", err)
		}
	}
	return nil
}
