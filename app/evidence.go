package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"strings"
	"time"

	"jejak/exposure"
	"jejak/ground/access"
	"jejak/ground/audit"
	"jejak/incident/dataset"
	"jejak/incident/evidence"
	"jejak/incident/notify"
	"jejak/incident/publish"
	"jejak/incident/register"
	"jejak/incident/register/filing"
	"jejak/incident/scope"
)

// proofs are those of the audit log, as evidence keeps them.
type proofs struct{ *audit.Log }

// Prove implements evidence.Log.
func (l proofs) Prove(index int64) (audit.Proof, error) {
	hashes, signed, err := l.Log.Prove(index)
	if err != nil {
		return audit.Proof{}, err
	}
	entry, err := l.Entry(index)
	return audit.Proof{Index: index, Entry: entry, Hashes: hashes, Checkpoint: string(signed)}, err
}

// PackEvidence writes the evidence of an incident to a new file, and tells what nothing is shown about.
func PackEvidence(ctx context.Context, data string, k Keys, incident, to string) (missing []evidence.Kind, err error) {
	id, err := exposure.ParseIncidentID(incident)
	if err != nil {
		return nil, err
	}
	var down stack
	defer func() { err = errors.Join(err, down.unwind(ctx)) }()
	g, err := openGround(data, k, &down)
	if err != nil {
		return nil, err
	}
	ctx = access.AtConsole(ctx)
	parts, err := g.evidence(ctx, data, id)
	if err != nil {
		return nil, err
	}
	d, err := evidence.New(id, time.Now(), parts)
	if err != nil {
		return nil, err
	}
	entry, err := g.vault.Log().Record(ctx, audit.Entry{Who: access.Caller(ctx).String(), Act: evidence.Made, About: d.About(), Purpose: "incident"})
	if err != nil {
		return nil, err
	}
	key, err := AuditKey(data)
	if err != nil {
		return nil, err
	}
	f, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, fmt.Errorf("cannot write the evidence: %w", err)
	}
	return d.Missing(), errors.Join(d.Pack(f, proofs{g.vault.Log()}, entry, key), f.Sync(), f.Close())
}

// evidence gathers what the steps have of an incident. Nobody's name or address is among it but those of who works on it.
func (g *ground) evidence(ctx context.Context, data string, id exposure.IncidentID) ([]evidence.Part, error) {
	r, err := g.register(data, nil)
	if err != nil {
		return nil, err
	}
	shelf, err := g.shelf(data)
	if err != nil {
		return nil, err
	}
	parts := []evidence.Part{{Path: "method/method.txt", Kind: "method", Body: []byte(evidence.Method)}}
	for _, of := range []func() ([]evidence.Part, error){
		func() ([]evidence.Part, error) { return registered(ctx, r, id) },
		func() ([]evidence.Part, error) { return scoped(ctx, g.cabinet(data), id) },
		func() ([]evidence.Part, error) { return taken(ctx, shelf) },
		func() ([]evidence.Part, error) { return noticed(ctx, notify.New(g.noticeOptions()), id) },
		func() ([]evidence.Part, error) { return published(ctx, g.pages(data, r), id) },
	} {
		more, err := of()
		if err != nil {
			return nil, err
		}
		parts = append(parts, more...)
	}
	return parts, nil
}

// registered is the register with its timeline, the clocks, and the documents for authorities as they would be now. An incident that is not there is an error.
func registered(ctx context.Context, r *register.Register, id exposure.IncidentID) ([]evidence.Part, error) {
	i, err := r.Incident(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("cannot pack the evidence of incident %s: %w", id, err)
	}
	clocks, err := r.Clocks(ctx, id)
	if err != nil {
		return nil, err
	}
	var entries []int64
	for _, e := range i.Timeline {
		entries = append(entries, e.AuditEntry)
	}
	parts := []evidence.Part{jsonPart("register/incident.json", "register", i, entries...), jsonPart("register/clocks.json", "register", clocks)}
	for _, form := range filing.Forms() {
		doc, err := r.Filing(ctx, id, form)
		if err != nil {
			return nil, err
		}
		parts = append(parts, jsonPart("filing/"+string(form)+".json", "filing", doc))
	}
	return parts, nil
}

// scoped is the newest report with its certificates.
func scoped(ctx context.Context, c *scope.Cabinet, id exposure.IncidentID) ([]evidence.Part, error) {
	report, v, err := c.Report(ctx, id, 0)
	if errors.Is(err, scope.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	text, err := report.Canonical()
	if err != nil {
		return nil, err
	}
	page, err := report.HTML()
	if err != nil {
		return nil, err
	}
	parts := []evidence.Part{{Path: "scope/report.json", Kind: "scope", Body: text, Entries: []int64{v.Entry}}, {Path: "scope/report.html", Kind: "scope", Body: page}}
	for _, cert := range report.Absences {
		if text, err = cert.Canonical(); err != nil {
			return nil, err
		}
		parts = append(parts, evidence.Part{Path: "certificate/" + strings.ReplaceAll(string(cert.Class), ".", "-") + ".json", Kind: "certificate", Body: text})
	}
	return parts, nil
}

// taken is the chain of custody of the leaked files: hashes, sizes, times and who took them in.
func taken(ctx context.Context, s *dataset.Shelf) ([]evidence.Part, error) {
	files, err := s.List(ctx)
	if err != nil || len(files) == 0 {
		return nil, err
	}
	return []evidence.Part{jsonPart("custody/files.json", "custody", files)}, nil
}

// noticed is the texts of the notices as samples, and what became of every planned notice. No recipient is among it.
func noticed(ctx context.Context, s *notify.Service, id exposure.IncidentID) (parts []evidence.Part, err error) {
	plans, err := s.List(ctx, id)
	if err != nil {
		return nil, err
	}
	for _, p := range plans {
		progress, err := s.Progress(ctx, id, p.Version)
		if err != nil {
			return nil, err
		}
		samples, err := s.Preview(ctx, id, p.Version, nil)
		if err != nil {
			return nil, err
		}
		parts = append(parts, jsonPart(fmt.Sprintf("reconciliation/%d.json", p.Version), "reconciliation", progress),
			jsonPart(fmt.Sprintf("notice/%d.json", p.Version), "notice", samples))
	}
	return parts, nil
}

// published is every version of the page.
func published(ctx context.Context, d *publish.Desk, id exposure.IncidentID) (parts []evidence.Part, err error) {
	err = d.Released(ctx, id, func(v publish.Version, set publish.Set) error {
		for name, body := range set {
			parts = append(parts, evidence.Part{Path: path.Join("page", fmt.Sprint(v.Version), name), Kind: "page", Body: body, Entries: []int64{v.Entry}})
		}
		return nil
	})
	return parts, err
}

func jsonPart(path string, kind evidence.Kind, v any, entries ...int64) evidence.Part {
	text, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		panic("BUG: a part of the evidence is no JSON: " + err.Error())
	}
	return evidence.Part{Path: path, Kind: kind, Body: append(text, '\n'), Entries: entries}
}

// VerifyEvidence reads a package, from anybody, with nothing but itself and the public key of the log; empty: the key in it.
func VerifyEvidence(at io.ReaderAt, size int64, key string) (*evidence.Report, error) {
	return evidence.Verify(at, size, key)
}
