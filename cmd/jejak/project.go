package main

import (
	"context"
	"encoding/json"
	"io"

	"jejak/app"
)

type project struct {
	Create projectCreate `cmd:"" help:"Make a project and print its secrets."`
}

type projectCreate struct {
	kept
	Name string `arg:"" help:"The project's name."`
	Zone string `default:"UTC" placeholder:"ZONE" help:"IANA time zone of its days. Default ${default}."`
}

// Help implements kong's help.
func (p *projectCreate) Help() string {
	return `It prints one JSON object: id, name, zone, token (public, lets events in), api_secret and service_account (username, secret). The secrets are not shown again. It works before a server ever ran on the folder and while one runs.

Example:
  jejak project create "Nusa API Console" --zone Asia/Jakarta --data /var/lib/jejak`
}

// Run implements the command.
func (p *projectCreate) Run(out io.Writer) error {
	made, err := app.CreateProject(context.Background(), p.Data, p.keys(), p.Name, p.Zone)
	if err != nil {
		return err
	}
	return printJSON(out, made)
}

// printJSON writes one object on one line.
func printJSON(out io.Writer, v any) error {
	e := json.NewEncoder(out)
	e.SetEscapeHTML(false)
	return e.Encode(v)
}
