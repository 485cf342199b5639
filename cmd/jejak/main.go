// Command jejak is the product analytics server and its tools.
package main

import "github.com/alecthomas/kong"

// version is set by the linker.
var version = "unknown"

type commands struct {
	Serve serve `cmd:"" help:"Run the server."`
}

func main() {
	var c commands
	k := kong.Parse(&c, kong.Name("jejak"))
	k.FatalIfErrorf(k.Run())
}
