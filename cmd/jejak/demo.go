package main

import (
	"context"
	"io"

	"jejak/app"
)

type demo struct {
	listening
	Data string `type:"path" placeholder:"DIR" help:"Folder to keep the demo in; without this flag a temporary one that is removed at the end."`
}

// Help implements kong's help.
func (d *demo) Help() string {
	return `Sixty days of an invented API platform's console, made up on this machine and sent down the same road as real events. Nothing leaves the machine. It prints a link that signs you in.

Example:
  jejak demo --listen 127.0.0.1:7080`
}

// Run implements the command.
func (d *demo) Run(out io.Writer) error {
	o := d.options()
	o.Data, o.Demo = d.Data, true
	return untilStopped(func(ctx context.Context) error { return app.Demo(ctx, o, out) })
}
