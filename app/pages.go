package app

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"jejak/exposure"
	"jejak/incident/publish"
	"jejak/incident/register"
	"jejak/incident/scope"
)

// pageFacts is what the other steps know of an incident, for its public page.
type pageFacts struct {
	scopes   *scope.Cabinet
	register *register.Register
}

// Known implements publish.Facts.
func (f pageFacts) Known(ctx context.Context, id exposure.IncidentID) (k publish.Known, err error) {
	i, err := f.register.Incident(ctx, id)
	if err != nil {
		return k, err
	}
	for _, e := range i.Timeline {
		h := publish.Happening{Entry: e.ID, Precision: publish.Precision(e.Happened.Precision), Superseded: e.SupersededBy != ""}
		if e.Happened.At != nil {
			h.At = *e.Happened.At
		}
		k.Timeline = append(k.Timeline, h)
	}
	return k, f.scoped(ctx, id, &k)
}

// scoped adds what the newest scope found.
func (f pageFacts) scoped(ctx context.Context, id exposure.IncidentID, k *publish.Known) error {
	report, _, err := f.scopes.Report(ctx, id, 0)
	if errors.Is(err, scope.ErrNotFound) {
		return nil // nothing is known yet: the page says so
	}
	if err != nil {
		return err
	}
	s, err := f.scopes.Summary(ctx, id, report.Version)
	if err != nil {
		return err
	}
	k.Summary = &s
	k.Documents, err = certificates(report.Absences)
	return err
}

// certificates are those of classes that are not in the file, as documents.
func certificates(all []scope.Certificate) (docs []publish.Document, err error) {
	for _, c := range all {
		if !c.Certified {
			continue
		}
		text, err := c.Canonical()
		if err != nil {
			return nil, err
		}
		docs = append(docs, publish.Document{
			Name: "certificate-" + strings.ReplaceAll(string(c.Class), ".", "-") + ".json", Title: publish.CertificateTitle(c.Class), Bytes: text,
		})
	}
	return docs, nil
}

// incidents is where a data folder keeps what belongs to single incidents.
func incidents(data string) string { return filepath.Join(data, "incident", "pages") }

func (g *ground) pages(data string, r *register.Register) *publish.Desk {
	return publish.New(publish.Options{
		DB: g.meta, Dir: incidents(data), Log: g.vault.Log(), Desk: g.approve, Facts: pageFacts{g.cabinet(data), r},
	})
}

// watchPromises tells in the server's log when a promised update is due.
func (a *App) watchPromises(ctx context.Context) {
	alarm := func(_ context.Context, p publish.Promise) error {
		words := "an update of an incident page is due soon"
		if p.Missed {
			words = "a promised update of an incident page was missed"
		}
		a.o.Log.Warn(words, "incident", p.Incident, "promised", p.At)
		return nil
	}
	a.pages.Watch(ctx, alarm, func(err error) { a.o.Log.Error("cannot watch the promised updates", "error", err) })
}

// WritePage writes the published page of an incident with all its versions to a new folder, for a second host.
func WritePage(ctx context.Context, data string, k Keys, incident, to string) (err error) {
	id, err := exposure.ParseIncidentID(incident)
	if err != nil {
		return err
	}
	var down stack
	defer func() { err = errors.Join(err, down.unwind(ctx)) }()
	g, err := openGround(data, k, &down)
	if err != nil {
		return err
	}
	if err := g.pages(data, nil).Export(ctx, id, to); err != nil {
		return fmt.Errorf("cannot write the page of incident %s: %w", id, err)
	}
	return nil
}
