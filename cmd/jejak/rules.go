package main

import (
	"context"
	"fmt"
	"io"
	"text/tabwriter"

	"jejak/app"
)

type incidentRules struct {
	List  rulesList  `cmd:"" help:"List the legal rules that hold."`
	Sign  rulesSign  `cmd:"" help:"Sign rule files of your own."`
	Adopt rulesAdopt `cmd:"" help:"Let signed rule files hold in a data folder."`
}

type rulesList struct {
	Data string `required:"" type:"path" env:"JEJAK_DATA" placeholder:"DIR" help:"The data folder."`
	JSON bool   `name:"json" help:"Print a JSON array."`
}

// Help implements kong's help.
func (l *rulesList) Help() string {
	return `It lists what the clocks follow, rules that are disabled or not yet in force included, with their sources. Nothing in them is legal advice.

Example:
  jejak incident rules list --data /var/lib/jejak`
}

// Run implements the command.
func (l *rulesList) Run(out io.Writer) error {
	rules, hash, err := app.LegalRules(l.Data)
	if err != nil {
		return err
	}
	if l.JSON {
		return printJSON(out, rules)
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, r := range rules {
		state := "from " + r.From
		if r.Disabled {
			state = "disabled"
		}
		fmt.Fprintf(w, "%s\t%d\t%s\t%d %s\t%s\t%s\n", r.ID, r.Version, state, r.Amount, r.Unit, r.To, r.Source)
	}
	fmt.Fprintf(w, "sha256 %s\n", hash)
	return w.Flush()
}

type rulesSign struct {
	Folder string `arg:"" type:"existingdir" help:"The folder with rule files (*.json), drawn in docs/format/rules.md."`
	Key    string `required:"" type:"path" placeholder:"FILE" help:"The key that signs; made when missing, with its public half beside it (.pub)."`
}

// Help implements kong's help.
func (s *rulesSign) Help() string {
	return `It writes the file SIGNED into the folder and prints the public key as one JSON object. Keep the key away from the server.

Example:
  jejak incident rules sign ./rules --key ~/rules.key`
}

// Run implements the command.
func (s *rulesSign) Run(out io.Writer) error {
	key, err := app.SignRules(s.Folder, s.Key)
	if err != nil {
		return err
	}
	return printJSON(out, map[string]string{"key": key})
}

type rulesAdopt struct {
	kept
	Folder string `arg:"" type:"existingdir" help:"The folder with rule files and SIGNED."`
	Key    string `required:"" placeholder:"KEY" help:"The public key that signed them."`
}

// Help implements kong's help.
func (a *rulesAdopt) Help() string {
	return `The rules hold beside those of the house from then on, in the place of what was adopted before; one with the same id and version takes a rule's place. The audit log has their hash and the key. A server that runs takes them up when it starts again.

Example:
  jejak incident rules adopt ./rules --key own-rules+0a1b… --data /var/lib/jejak`
}

// Run implements the command.
func (a *rulesAdopt) Run(out io.Writer) error {
	hash, err := app.AdoptRules(context.Background(), a.Data, a.keys(), a.Folder, a.Key)
	if err != nil {
		return err
	}
	return printJSON(out, map[string]string{"sha256": hash})
}
