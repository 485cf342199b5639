package app

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"jejak/analytics/export"
	"jejak/event"
	"jejak/exposure"
	"jejak/ground/access"
	"jejak/incident/dataset/apart"
	"jejak/incident/directory"
	"jejak/incident/scope"
	"jejak/leak"
)

// ScopeOptions say what a file is matched against, and where the outcome is kept.
type ScopeOptions struct {
	Directory DirectoryFiles
	Incident  string   // empty: nothing is kept but the directory
	Meanings  []string // of columns: COLUMN=CLASS
}

// meanings reads what columns hold.
func (o ScopeOptions) meanings() (out []scope.Meaning, err error) {
	for _, text := range o.Meanings {
		at := strings.LastIndexByte(text, '=')
		if at < 1 {
			return nil, fmt.Errorf("cannot read the meaning of a column: it is COLUMN=CLASS\nhint: for example cust_no=%s", exposure.UserID)
		}
		class := exposure.Class(text[at+1:])
		if class != "" && !slices.Contains(exposure.Classes(), class) {
			return nil, fmt.Errorf("cannot read the meaning of a column: there is no class %.60q\nhint: classes are %v", class, exposure.Classes())
		}
		out = append(out, scope.Meaning{Column: text[:at], Class: class})
	}
	return out, nil
}

// ScopeFile says who is in a file and what of them. With an incident it is the next version of its scope; it goes on from where it was
// when it was killed.
func ScopeFile(ctx context.Context, data string, k Keys, path string, o ScopeOptions) (r *scope.Report, err error) {
	var down stack
	defer func() { err = errors.Join(err, down.unwind(ctx)) }()
	g, err := openGround(data, k, &down)
	if err != nil {
		return nil, err
	}
	ctx = access.AtConsole(ctx)
	meanings, err := o.meanings()
	if err != nil {
		return nil, err
	}
	f, err := openLeak(path)
	if err != nil {
		return nil, err
	}
	down.pushClose("the leaked file", f.file.Close)
	dir, err := g.known(ctx, data, o.Directory, &down)
	if err != nil {
		return nil, err
	}
	exports := tracer{export.New(export.Options{DB: g.meta, Vault: g.vault, Log: g.vault.Log(), Approve: g.approve}), g.access}
	if o.Incident == "" {
		return scopeOnce(ctx, f, dir, meanings, exports)
	}
	id, err := exposure.ParseIncidentID(o.Incident)
	if err != nil {
		return nil, err
	}
	c := g.cabinet(data)
	v, err := c.Make(ctx, id, f.heading, f, dir, meanings, exports)
	if err != nil {
		return nil, err
	}
	r, _, err = c.Report(ctx, id, v.Number)
	return r, err
}

func scopeOnce(ctx context.Context, f *leakFile, d scope.Directory, meanings []scope.Meaning, t scope.Tracer) (*scope.Report, error) {
	reading, err := scope.Read(ctx, f, d, nil, scope.Options{Meanings: meanings})
	if err != nil {
		return nil, err
	}
	origin, err := reading.Trace(ctx, t)
	if err != nil {
		return nil, err
	}
	return reading.Report(scope.Heading{Version: 1, File: f.heading}, origin)
}

// cabinet is where the scopes of a data folder are kept.
func (g *ground) cabinet(data string) *scope.Cabinet {
	return scope.NewCabinet(scope.Keeping{Dir: filepath.Join(data, "incident", "scopes"), Vault: g.vault, Log: g.vault.Log(), Desk: g.approve})
}

// tracer knows the exports of every project that the caller may read.
type tracer struct {
	desk   *export.Desk
	access *access.Service
}

// surest is the exponent of the least probability that is told.
const surest = 300

// byPseudonym is the exponent of the probability that a value is by chance a pseudonym of one of a million people in one of a thousand
// exports: it has 96 bits besides the mark.
const byPseudonym = 19

// Trace implements scope.Tracer.
func (t tracer) Trace(ctx context.Context, pseudonyms []string) (out []scope.OurExport, err error) {
	if len(pseudonyms) == 0 {
		return nil, nil
	}
	if t.desk.Store == nil {
		return nil, scope.ErrNoTrace // at the console, beside a server that has the events
	}
	projects, err := t.access.Projects(ctx)
	if err != nil {
		return nil, err
	}
	for _, p := range projects {
		found, _, err := t.desk.Trace(ctx, p.ID, pseudonyms)
		if err != nil {
			return nil, err
		}
		for _, x := range found {
			out = append(out, scope.OurExport{
				ID: string(x.ID), Asked: x.Asked.UTC().Format(time.RFC3339), By: x.AskedBy, People: len(x.People), Canaries: len(x.Canaries), Luck: byPseudonym,
			})
		}
	}
	return out, nil
}

// Recognise implements scope.Tracer.
func (t tracer) Recognise(ctx context.Context, times []int64) (out []scope.OurExport, err error) {
	projects, err := t.access.Projects(ctx)
	if err != nil {
		return nil, err
	}
	millis := make([]event.Millis, len(times))
	for i, x := range times {
		millis[i] = event.Millis(x)
	}
	for _, p := range projects {
		found, err := t.desk.Recognise(ctx, p.ID, millis)
		if err != nil {
			return nil, err
		}
		for _, x := range found {
			luck := surest
			if x.P > 0 {
				luck = min(surest, int(-math.Log10(x.P)))
			}
			out = append(out, scope.OurExport{
				ID: string(x.ID), Asked: x.Asked.UTC().Format(time.RFC3339), By: x.AskedBy, Marked: x.Marked, Matched: x.Matched, Luck: luck,
			})
		}
	}
	return out, nil
}

// known opens a directory, which is taken in first where files are given.
func (g *ground) known(ctx context.Context, data string, d DirectoryFiles, down *stack) (snapshot, error) {
	l := g.directories(data)
	if d.ID == "" {
		info, err := takeDirectory(ctx, l, d)
		if err != nil {
			return snapshot{}, err
		}
		d.ID = string(info.ID)
	}
	s, err := l.Open(ctx, directory.ID(d.ID))
	if err != nil {
		return snapshot{}, err
	}
	down.pushClose("the directory", s.Close)
	return snapshot{s}, nil
}

// leakFile is a leaked file on disk, read apart.
type leakFile struct {
	name    string
	file    *os.File
	heading scope.File
	reading apart.Options
}

// openLeak opens a file and takes its hash.
func openLeak(path string) (*leakFile, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("cannot read the file: %w", err)
	}
	sum := sha256.New()
	size, err := io.CopyBuffer(sum, f, make([]byte, 1<<20))
	if err != nil {
		return nil, errors.Join(fmt.Errorf("cannot read the file: %w", err), f.Close())
	}
	o, err := readingApart(os.TempDir())
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return &leakFile{filepath.Base(path), f, scope.File{SHA256: hex.EncodeToString(sum.Sum(nil)), Size: size}, o}, nil
}

// Read implements scope.Source.
func (l *leakFile) Read(ctx context.Context, from leak.Position, sink leak.Sink) error {
	_, err := l.reading.Read(ctx, apart.File{Name: l.name, File: l.file, Size: l.heading.Size}, from, sink)
	return err
}
