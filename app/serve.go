package app

import (
	"context"
	"errors"
	"fmt"
	"io"
)

// goodbye is the last line of every greeting.
const goodbye = "End it with Ctrl-C."

// Serve runs a server until ctx ends, and tells people on out where it is.
func Serve(ctx context.Context, o Options, out io.Writer) error {
	a, err := New(o)
	if err != nil {
		return err
	}
	return a.run(ctx, func() error { return a.greet(ctx, out) })
}

// run starts, does what is to be done once, and waits for the end.
func (a *App) run(ctx context.Context, once func() error) error {
	err := a.Start(ctx)
	if err == nil {
		err = once()
	}
	if err == nil {
		err = a.wait(ctx)
	}
	patience, cancel := context.WithTimeout(context.WithoutCancel(ctx), a.o.StopPatience)
	defer cancel()
	return errors.Join(err, a.Stop(patience))
}

func (a *App) wait(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return nil
	case err := <-a.failed:
		return fmt.Errorf("cannot go on: %w", err)
	}
}

// greet says where the console is, and how to get in the first time.
func (a *App) greet(ctx context.Context, out io.Writer) error {
	link, err := a.SetUpLink(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "Jejak %s is listening on %s\n", a.o.Version, a.URL())
	if link != "" {
		fmt.Fprintf(out, "Nobody owns it yet. Open this link once to make your account:\n\n  %s\n\n", link)
	}
	if !a.places.Installed() {
		fmt.Fprintln(out, "No location databases: events carry no place. --place-data names their folder.")
	}
	fmt.Fprintln(out, goodbye)
	return nil
}
