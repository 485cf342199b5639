package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"jejak/app"
)

type vendors struct {
	Add     vendorAdd     `cmd:"" help:"Add a vendor, or change one, by its description as JSON."`
	List    vendorList    `cmd:"" help:"List the vendors."`
	Scan    vendorScan    `cmd:"" help:"Look for hosts in the files of built pages and servers."`
	Crawl   vendorCrawl   `cmd:"" help:"Open pages in a browser and see whom they ask."`
	HAR     vendorHAR     `cmd:"" name:"har" help:"Add what a browser recorded."`
	Find    vendorFind    `cmd:"" name:"findings" help:"List what was observed and is not declared."`
	Cut     vendorCut     `cmd:"" help:"Cut a vendor off: nothing more is sent there."`
	Silence vendorSilence `cmd:"" help:"State what went to a vendor since the cut."`
}

// interruptible is a context that ends with Ctrl-C.
func interruptible() (context.Context, context.CancelFunc) {
	return signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
}

// onVendors does something with the register and prints what comes of it as JSON.
func onVendors(k kept, out io.Writer, do func(context.Context, *app.Vendors) (any, error)) error {
	ctx, stop := interruptible()
	defer stop()
	return app.WithVendors(ctx, k.Data, k.keys(), func(ctx context.Context, v *app.Vendors) error {
		answer, err := do(ctx, v)
		if err != nil {
			return err
		}
		return printJSON(out, answer)
	})
}

type vendorAdd struct {
	kept
	File string `arg:"" type:"existingfile" help:"The description; with id and version it changes that vendor."`
}

// Help implements kong's help.
func (a *vendorAdd) Help() string {
	return `A description names services with their flows: classes of data, direction, hosts, legal basis, regions and retention.

Example:
  jejak vendor add mixpanel.json --data /var/lib/jejak`
}

// Run implements the command.
func (a *vendorAdd) Run(out io.Writer) error {
	text, err := os.ReadFile(a.File)
	if err != nil {
		return fmt.Errorf("cannot read the description: %w", err)
	}
	return onVendors(a.kept, out, func(ctx context.Context, v *app.Vendors) (any, error) { return v.Describe(ctx, text) })
}

type vendorList struct{ kept }

// Help implements kong's help.
func (l *vendorList) Help() string {
	return "Example:\n  jejak vendor list --data /var/lib/jejak"
}

// Run implements the command.
func (l *vendorList) Run(out io.Writer) error {
	return onVendors(l.kept, out, func(ctx context.Context, v *app.Vendors) (any, error) { return v.List(ctx) })
}

type vendorScan struct {
	kept
	Dir string `arg:"" type:"existingdir" help:"Folder of built pages, or of a server's code."`
}

// Help implements kong's help.
func (s *vendorScan) Help() string {
	return `It reads every file below the folder, follows no link, and keeps which hosts stand in which file and line. Names that a program puts together while it runs are not found by this.

Example:
  jejak vendor scan ./dist --data /var/lib/jejak`
}

// Run implements the command.
func (s *vendorScan) Run(out io.Writer) error {
	return onVendors(s.kept, out, func(ctx context.Context, v *app.Vendors) (any, error) { return v.ScanFolder(ctx, s.Dir) })
}

type vendorCrawl struct {
	kept
	Pages   []string `arg:"" help:"Addresses of pages: home, sign-in and billing first."`
	Browser string   `placeholder:"PATH" help:"The Chromium to use; without this flag the one that is installed."`
}

// Help implements kong's help.
func (c *vendorCrawl) Help() string {
	return `It opens each page without signing in and keeps which hosts it asks, those that scripts and tag managers add included. It needs an installed Chromium. Run it as an ordinary user: for root a browser has no sandbox.

Example:
  jejak vendor crawl https://example.com/ https://example.com/sign-in --data /var/lib/jejak`
}

// Run implements the command.
func (c *vendorCrawl) Run(out io.Writer) error {
	return onVendors(c.kept, out, func(ctx context.Context, v *app.Vendors) (any, error) { return v.Crawl(ctx, c.Browser, c.Pages) })
}

type vendorHAR struct {
	kept
	File string `arg:"" type:"existingfile" help:"A HAR file, as browsers save it from their network panel."`
}

// Help implements kong's help.
func (h *vendorHAR) Help() string {
	return "Only the hosts and the page are kept, no header and no body.\n\nExample:\n  jejak vendor har sign-in.har --data /var/lib/jejak"
}

// Run implements the command.
func (h *vendorHAR) Run(out io.Writer) error {
	f, err := os.Open(h.File)
	if err != nil {
		return fmt.Errorf("cannot read the recording: %w", err)
	}
	defer f.Close()
	return onVendors(h.kept, out, func(ctx context.Context, v *app.Vendors) (any, error) { return v.AddRecording(ctx, f) })
}

type vendorFind struct {
	kept
	Days int `default:"30" help:"How many days back."`
}

// Help implements kong's help.
func (f *vendorFind) Help() string {
	return "A host that nobody has declared is unknown, not safe.\n\nExample:\n  jejak vendor findings --data /var/lib/jejak"
}

// Run implements the command.
func (f *vendorFind) Run(out io.Writer) error {
	return onVendors(f.kept, out, func(ctx context.Context, v *app.Vendors) (any, error) { return v.FindingsOf(ctx, f.Days) })
}

type vendorCut struct {
	kept
	Vendor   int64  `arg:"" help:"The vendor's number."`
	Incident string `placeholder:"ID" help:"The incident it is for, such as 2026-01."`
}

// Help implements kong's help.
func (c *vendorCut) Help() string {
	return `It closes the door to the vendor in every process at once, opens the request for deletion, and prints the checklist of what people must do. In the console and by API two people are needed; at the machine itself nobody is asked, and the audit log says so.

Example:
  jejak vendor cut 3 --incident 2026-01 --data /var/lib/jejak`
}

// Run implements the command.
func (c *vendorCut) Run(out io.Writer) error {
	return onVendors(c.kept, out, func(ctx context.Context, v *app.Vendors) (any, error) { return v.Cut(ctx, c.Vendor, c.Incident) })
}

type vendorSilence struct {
	kept
	Vendor int64 `arg:"" help:"The vendor's number."`
	Days   int   `default:"3" help:"How many days back."`
}

// Help implements kong's help.
func (s *vendorSilence) Help() string {
	return "It prints a statement with its gaps, and the proof that the audit log holds its hash.\n\nExample:\n  jejak vendor silence 3 --days 3 --data /var/lib/jejak"
}

// Run implements the command.
func (s *vendorSilence) Run(out io.Writer) error {
	return onVendors(s.kept, out, func(ctx context.Context, v *app.Vendors) (any, error) { return v.SilenceSince(ctx, s.Vendor, s.Days) })
}
