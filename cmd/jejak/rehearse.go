package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"jejak/app"
)

type rehearse struct {
	People        int    `default:"5000" help:"In the directory."`
	Organisations int    `default:"200" help:"In the directory."`
	Rows          int    `default:"20000" help:"Of the leaked file."`
	Seed          uint64 `default:"1" help:"The same seed invents the same case."`
	JSON          bool   `name:"json" help:"Print one JSON object at the end."`
}

// Help implements kong's help.
func (r *rehearse) Help() string {
	return `The founding incident, invented on this machine: a directory, and a leaked file with names, addresses, places, browsers, referrers and IDs, in which some rows are about people who are in no directory. The road is walked with it, from the file in hand to a notice for everybody who is in it, in the mail server of the rehearsal; each stage is timed, and the outcome is compared with the truth. Nothing is kept. It fails when the outcome is wrong.

Example:
  jejak rehearse --people 100000 --organisations 2000 --rows 300000`
}

// Validate implements kong's validation.
func (r *rehearse) Validate() error {
	if r.Organisations < 1 || r.People < r.Organisations || r.People > 20_000_000 || r.Rows < 1 {
		return errors.New("expected at least one organisation, no more organisations than people, at most 20,000,000 people, and at least one row")
	}
	return nil
}

// realCase is how long the founding case took from the export to the statement that named everybody.
const realCase = 16 * 24 * time.Hour

// Run implements the command.
func (r *rehearse) Run(out io.Writer) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	tell := func(s app.Stage) {
		if !r.JSON {
			fmt.Fprintf(out, "%-24s %9s  %s\n", s.Name, s.Took.Round(time.Millisecond), s.Note)
		}
	}
	o := app.RehearseOptions{Story: app.Story{Seed: r.Seed, People: r.People, Organisations: r.Organisations, Rows: r.Rows}}
	done, err := app.Rehearse(ctx, o, tell)
	if err != nil {
		return fmt.Errorf("cannot end the rehearsal: %w", err)
	}
	if r.JSON {
		return printJSON(out, done)
	}
	fmt.Fprintf(out, "%-24s %9s  the founding case took %.0f days until its dataset was in hand\n", "in all", done.Took.Round(time.Millisecond), realCase.Hours()/24)
	return nil
}
