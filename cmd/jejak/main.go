// Command jejak is the product analytics server and its tools.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/alecthomas/kong"
)

// version is set by the linker.
var version = "unknown"

// Exit codes.
const (
	failure  = 1
	wrongUse = 2
)

type commands struct {
	Serve    serve    `cmd:"" help:"Run the server."`
	Demo     demo     `cmd:"" help:"Run a server with an invented, populated project."`
	Project  project  `cmd:"" help:"Make projects."`
	Erase    erase    `cmd:"" help:"Erase a person or an organisation."`
	Fsck     fsck     `cmd:"" help:"Verify a data folder while no server runs on it."`
	Key      key      `cmd:"" help:"Say how the root key is kept, protect it, replace it."`
	Audit    auditLog `cmd:"" help:"Verify the log of privileged acts, and keep proof of it."`
	Incident incident `cmd:"" help:"Work on a leak."`
	Rehearse rehearse `cmd:"" help:"Walk the road of an incident with an invented leak."`
	Vendor   vendors  `cmd:"" help:"Keep the register of vendors, look for what goes to them, cut one off."`
	Version  about    `cmd:"" help:"Print the version."`
}

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// run is the whole program. The library ends it itself after printing a help text.
func run(words []string, out, errs io.Writer) int {
	var c commands
	parser := kong.Must(&c,
		kong.Name("jejak"),
		kong.Description("Product analytics that you run yourself.\n\nTry it: jejak demo"),
		kong.Writers(out, errs),
		kong.BindTo(out, (*io.Writer)(nil)),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 100}),
	)
	if len(words) == 0 {
		words = []string{"--help"}
	}
	command, err := parser.Parse(words)
	if err != nil {
		report(errs, misused(err))
		return wrongUse
	}
	if err := command.Run(); err != nil {
		report(errs, err)
		return failure
	}
	return 0
}

// report writes an error the way every command does: lines of error, and what to do as lines of hint.
func report(errs io.Writer, err error) {
	for line := range strings.Lines(err.Error()) {
		line = strings.TrimRight(line, "\n")
		if !strings.HasPrefix(line, "hint: ") {
			line = "error: " + line
		}
		fmt.Fprintln(errs, line)
	}
}

// misused tells whoever typed the command where to read on.
func misused(err error) error {
	command := "jejak"
	if parse, ok := errors.AsType[*kong.ParseError](err); ok && parse.Context != nil {
		for _, step := range parse.Context.Path {
			if step.Command != nil {
				command += " " + step.Command.Name
			}
		}
	}
	return fmt.Errorf("%w\nhint: see %s --help", err, command)
}
