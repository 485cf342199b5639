package app

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"time"

	"jejak/exposure"
	"jejak/ground/access"
	"jejak/ground/egress"
	"jejak/incident/vendor"
)

// vendors is the register of vendors with the log that its statements are proven by.
type vendors struct {
	*vendor.Register
	log vendor.Prover
}

// SilenceOf implements serve.Vendors.
func (v *vendors) SilenceOf(ctx context.Context, id vendor.ID, days int) (vendor.SignedStatement, error) {
	return v.Silence(ctx, id, days, v.log)
}

// vendors opens the register. own is the installation's own domain, which is nobody's to be cut off from; empty: it is not known.
func (g *ground) vendors(own string) *vendors {
	log := g.vault.Log()
	o := vendor.Options{Meta: g.meta, Vault: g.vault, Log: log, Desk: g.approve}
	if own != "" {
		o.Own = []string{egress.Domain(own)}
	}
	return &vendors{vendor.New(o), log}
}

// openVendors opens the register. Whatever is sent out goes through its door.
func (a *App) openVendors() {
	a.vendors = a.ground.vendors(a.o.noticeDomain())
	a.reports = a.vendors.Reports()
}

// outward is the one client for requests that leave.
func (v *vendors) outward() *http.Client { return egress.New(egress.Options{Gate: v.Gate()}) }

// watchVendors keeps what browsers report and notes that the door is open, until ctx ends.
func (a *App) watchVendors(ctx context.Context) {
	t := time.NewTicker(vendor.WatchEach)
	defer t.Stop()
	a.reports.Keep(ctx, t.C, func(err error) { a.o.Log.Error("cannot keep what was observed of vendors", "error", err) })
}

func isPublicOfVendors(path string) bool {
	return path == vendor.PublicPath || strings.HasPrefix(path, vendor.PublicPath+"/")
}

// WithVendors works on the register of vendors of a data folder, whether or not a server runs on it.
func WithVendors(ctx context.Context, data string, k Keys, do func(context.Context, *Vendors) error) (err error) {
	var down stack
	defer func() { err = errors.Join(err, down.unwind(ctx)) }()
	g, err := openGround(data, k, &down)
	if err != nil {
		return err
	}
	return do(access.AtConsole(ctx), g.vendors(""))
}

// Vendors is the register of vendors as commands use it.
type Vendors = vendors

// Describe makes or changes a vendor by its description as JSON.
func (v *vendors) Describe(ctx context.Context, text []byte) (vendor.Vendor, error) {
	var d vendor.Vendor
	r := json.NewDecoder(bytes.NewReader(text))
	r.DisallowUnknownFields()
	if err := r.Decode(&d); err != nil {
		return d, fmt.Errorf("cannot read the description of a vendor: %w", err)
	}
	return v.Save(ctx, d)
}

// Scanned is what a scan of files tells.
type Scanned struct {
	Run      vendor.ObservedRun `json:"run"`
	Obscured []string           `json:"obscured"` // files that hold a vendor's domain as base64
}

// ScanFolder looks for hosts in the files below a folder.
func (v *vendors) ScanFolder(ctx context.Context, dir string) (Scanned, error) {
	known, err := v.Known(ctx)
	if err != nil {
		return Scanned{}, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return Scanned{}, fmt.Errorf("cannot scan the folder: %w", err)
	}
	defer root.Close()
	s, err := vendor.ScanFiles(ctx, root.FS(), known)
	if err != nil {
		return Scanned{}, err
	}
	run, err := v.Looked(ctx, vendor.Scan, s.Files, s.Unread, s.Sightings())
	return Scanned{run, append([]string{}, s.Obscured...)}, err
}

// Crawl opens pages in a browser and keeps whom they asked.
func (v *vendors) Crawl(ctx context.Context, named string, pages []string) (run vendor.ObservedRun, err error) {
	path, err := vendor.FindBrowser(named)
	if err != nil {
		return run, err
	}
	b, err := vendor.StartBrowser(ctx, vendor.BrowserOptions{Path: path})
	if err != nil {
		return run, err
	}
	defer func() { err = errors.Join(err, b.Close()) }()
	found, unread, err := b.CrawlPages(ctx, pages)
	if err != nil {
		return run, err
	}
	return v.Looked(ctx, vendor.Crawl, len(pages)-len(unread), unread, found)
}

// Cut cuts a vendor off; the incident may be empty.
func (v *vendors) Cut(ctx context.Context, id int64, incident string) (vendor.VendorCut, error) {
	if incident != "" {
		if _, err := exposure.ParseIncidentID(incident); err != nil {
			return vendor.VendorCut{}, err
		}
	}
	return v.CutOff(ctx, vendor.ID(id), exposure.IncidentID(incident))
}

// SilenceSince is SilenceOf for a number.
func (v *vendors) SilenceSince(ctx context.Context, id int64, days int) (vendor.SignedStatement, error) {
	return v.SilenceOf(ctx, vendor.ID(id), days)
}
