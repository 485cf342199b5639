package main

import (
	"fmt"
	"io"
	"os"

	"jejak/app"
)

type auditLog struct {
	Verify     auditVerify     `cmd:"" help:"Verify the log of privileged acts."`
	Checkpoint auditCheckpoint `cmd:"" help:"Print the newest checkpoint, to be kept elsewhere."`
	Prove      auditProve      `cmd:"" help:"Print the proof that an entry is in the log."`
	Check      auditCheck      `cmd:"" help:"Check such a proof, on any machine."`
	Key        auditKey        `cmd:"" help:"Print the public key, to be kept elsewhere."`
}

type auditVerify struct {
	Data       string   `required:"" type:"existingdir" env:"JEJAK_DATA" placeholder:"DIR" help:"The data folder, or a copy of it."`
	Checkpoint []string `type:"existingfile" placeholder:"FILE" help:"A checkpoint that was kept elsewhere; may be repeated."`
	Key        string   `placeholder:"KEY" help:"The public key that was kept elsewhere; by default the one beside the log."`
	JSON       bool     `name:"json" help:"Print the report as one JSON object."`
}

// Help implements kong's help.
func (v *auditVerify) Help() string {
	return `It recomputes every hash and names what does not fit: the entry that was changed, taken out or put elsewhere, or that the log was rolled back. Without a checkpoint that was kept elsewhere it cannot see that the whole log was written anew. Exit code 0 when all fits, 1 when not.

Examples:
  jejak audit verify --data /var/lib/jejak
  jejak audit verify --data /var/lib/jejak --checkpoint 2026-11-01.txt --key jejak/0a1b+…`
}

// Run implements the command.
func (v *auditVerify) Run(out io.Writer) error {
	var held [][]byte
	for _, path := range v.Checkpoint {
		b, err := os.ReadFile(path)
		if err != nil {
			return fmt.Errorf("cannot read a checkpoint: %w", err)
		}
		held = append(held, b)
	}
	r, err := app.VerifyAudit(v.Data, v.Key, held...)
	if err != nil {
		return err
	}
	if v.JSON {
		err = printJSON(out, r)
	} else {
		_, err = fmt.Fprintf(out, "%d entries, root %s; checkpoints kept elsewhere vouch for %d\n", r.Entries, r.Root, r.Covered)
	}
	if err != nil {
		return fmt.Errorf("cannot print the report: %w", err)
	}
	return r.Err()
}

type auditCheckpoint struct {
	Data string `required:"" type:"existingdir" env:"JEJAK_DATA" placeholder:"DIR" help:"The data folder."`
}

// Run implements the command.
func (c *auditCheckpoint) Run(out io.Writer) error {
	b, err := app.AuditCheckpoint(c.Data)
	if err != nil {
		return err
	}
	_, err = out.Write(b)
	return err
}

type auditKey struct {
	Data string `required:"" type:"existingdir" env:"JEJAK_DATA" placeholder:"DIR" help:"The data folder."`
}

// Run implements the command.
func (k *auditKey) Run(out io.Writer) error {
	key, err := app.AuditKey(k.Data)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(out, key)
	return err
}

type auditProve struct {
	Entry int64  `arg:"" help:"The number of the entry, from 0."`
	Data  string `required:"" type:"existingdir" env:"JEJAK_DATA" placeholder:"DIR" help:"The data folder, or a copy of it."`
}

// Help implements kong's help.
func (p *auditProve) Help() string {
	return `It prints one JSON object: index, entry, proof (hashes from the entry to the root, RFC 6962) and checkpoint. A server may run on the folder.
Example:
  jejak audit prove 12 --data /var/lib/jejak > entry-12.json`
}

// Run implements the command.
func (p *auditProve) Run(out io.Writer) error {
	proof, err := app.ProveAudit(p.Data, p.Entry)
	if err != nil {
		return err
	}
	return printJSON(out, proof)
}

type auditCheck struct {
	Proof string `arg:"" type:"existingfile" help:"What jejak audit prove printed."`
	Key   string `required:"" placeholder:"KEY" help:"The log's public key as it was kept elsewhere; jejak audit key prints it."`
}

// Help implements kong's help.
func (c *auditCheck) Help() string {
	return `It needs no data folder: who was given a proof, the public key and nothing else can check it. Exit code 0 when it holds, 1 when not.
Example:
  jejak audit check entry-12.json --key jejak/0a1b+…`
}

// Run implements the command.
func (c *auditCheck) Run(out io.Writer) error {
	text, err := os.ReadFile(c.Proof)
	if err != nil {
		return fmt.Errorf("cannot read the proof: %w", err)
	}
	proof, err := app.CheckProof(text, c.Key)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "entry %d is in the log:\n%s\n", proof.Index, proof.Entry)
	return err
}
