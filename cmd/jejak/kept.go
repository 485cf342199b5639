package main

import (
	"fmt"
	"os"

	"golang.org/x/term"

	"jejak/app"
)

// kept are the flags that say where a server's things lie, and what opens the root key.
type kept struct {
	Data           string   `required:"" type:"path" env:"JEJAK_DATA" placeholder:"DIR" help:"Folder of everything that is kept; made when missing."`
	KeyFile        string   `type:"path" env:"JEJAK_KEY_FILE" placeholder:"FILE" help:"The root key, made at the first start; without this flag beside the data folder, with .key added to its name."`
	PassphraseFile string   `type:"path" env:"JEJAK_PASSPHRASE_FILE" placeholder:"FILE" help:"File or descriptor (/dev/fd/3) with the passphrase of a protected root key; without this flag it is asked for at the terminal."`
	KeyShare       []string `type:"path" env:"JEJAK_KEY_SHARES" sep:":" placeholder:"FILE" help:"File with a share of a split root key; two are needed. Without this flag they are asked for at the terminal."`
}

func (k *kept) keys() app.Keys {
	keys := app.Keys{File: k.KeyFile, PassphraseFile: k.PassphraseFile, ShareFiles: k.KeyShare}
	if term.IsTerminal(int(os.Stdin.Fd())) {
		keys.Ask = ask
	}
	return keys
}

// ask asks at the terminal and does not show what is typed.
func ask(prompt string) ([]byte, error) {
	fmt.Fprint(os.Stderr, prompt)
	text, err := term.ReadPassword(int(os.Stdin.Fd()))
	fmt.Fprintln(os.Stderr)
	if err != nil {
		return nil, fmt.Errorf("cannot read from the terminal: %w", err)
	}
	return text, nil
}
