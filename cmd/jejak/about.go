package main

import (
	"fmt"
	"io"
	"runtime"
)

type about struct {
	JSON bool `name:"json" help:"Print one JSON object."`
}

// Help implements kong's help.
func (a *about) Help() string {
	return `Example:
  jejak version --json`
}

// Run implements the command.
func (a *about) Run(out io.Writer) error {
	if a.JSON {
		return printJSON(out, map[string]string{"version": version, "go": runtime.Version(), "system": runtime.GOOS + "/" + runtime.GOARCH})
	}
	_, err := fmt.Fprintf(out, "jejak %s (%s, %s/%s)\n", version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}
