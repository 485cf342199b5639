package app

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"jejak/analytics/demo"
	"jejak/event"
	"jejak/ground/access"
)

const (
	demoProject = "Nusa API Console"
	demoZone    = "Asia/Jakarta"
	demoOwner   = "demo"
	demoSeed    = 1
)

// Demo runs a server with an invented project until ctx ends. Without o.Data it lives in a temporary folder, which is
// removed at the end.
func Demo(ctx context.Context, o Options, out io.Writer) (err error) {
	if o.Data == "" {
		folder, err := os.MkdirTemp("", "jejak-demo-")
		if err != nil {
			return fmt.Errorf("cannot make a temporary folder: %w", err)
		}
		defer os.RemoveAll(folder)
		o.Data, o.Keys.File = filepath.Join(folder, "data"), filepath.Join(folder, "data.key")
	}
	a, err := New(o)
	if err != nil {
		return err
	}
	return a.run(ctx, func() error { return a.showDemo(ctx, out) })
}

// showDemo fills the project, unless an earlier demo did, and prints the way in.
func (a *App) showDemo(ctx context.Context, out io.Writer) error {
	ctx = access.AtConsole(ctx)
	p, fresh, err := a.demoProject(ctx)
	if err != nil {
		return err
	}
	if fresh {
		if err := a.loadDemo(ctx, p, out); err != nil {
			return err
		}
	}
	token, err := a.ground.access.IssueLoginLink(ctx, demoOwner)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "\nOpen the console, signed in (the link works once):\n\n  %s/enter#token=%s\n\n%s\n", a.URL(), token, goodbye)
	return nil
}

// demoProject finds the demo's project or makes it.
func (a *App) demoProject(ctx context.Context) (p event.ProjectID, fresh bool, err error) {
	all, err := a.ground.access.Projects(ctx)
	if err != nil {
		return 0, false, err
	}
	for _, known := range all {
		if known.Name == demoProject {
			return known.ID, false, nil
		}
	}
	made, err := a.ground.access.CreateProject(ctx, demoProject, demoZone)
	return made.ID, true, err
}

// loadDemo sends the invented events down the road.
func (a *App) loadDemo(ctx context.Context, p event.ProjectID, out io.Writer) error {
	began, loaded := time.Now(), 0
	fmt.Fprintf(out, "Inventing %d days of %s", demo.Days, demoProject)
	err := demo.Generate(demoSeed, began, func(b *event.Batch) error {
		b.Project = p
		n, err := a.road.Take(ctx, b)
		loaded += n
		fmt.Fprint(out, ".")
		return err
	})
	if err != nil {
		return fmt.Errorf("cannot load the demo: %w", err)
	}
	fmt.Fprintf(out, " %d events in %.1f s\n", loaded, time.Since(began).Seconds())
	return nil
}
