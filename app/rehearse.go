package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"jejak/ground/access"
	"jejak/incident/rehearse"
	"jejak/incident/scope"
)

// Story is the size and the seed of an invented case.
type Story = rehearse.Story

// RehearseOptions say how large the rehearsal is and where it happens.
type RehearseOptions struct {
	Story Story
	Data  string // folder that is kept; empty: a temporary one that is removed
}

// Stage is one step of the road and how long it took.
type Stage struct {
	Name string        `json:"name"`
	Took time.Duration `json:"took_ns"`
	Note string        `json:"note"`
}

// Rehearsal is how the road was walked.
type Rehearsal struct {
	Stages    []Stage        `json:"stages"`
	Score     rehearse.Score `json:"score"`
	HelpNamed bool           `json:"help_centre_named"` // the group that the first statement of the founding case missed
	Took      time.Duration  `json:"took_ns"`
}

// passed tells whether the road led where it must (the figures are the project's targets).
func (r Rehearsal) passed() bool {
	return r.Score.Precision >= 0.9999 && r.Score.Recall >= 0.999 && r.Score.WrongClasses == 0 && r.HelpNamed
}

// errRehearsal says that the road led astray.
var errRehearsal = errors.New("the rehearsal did not find what is in the file")

// rehearsal is one under way.
type rehearsal struct {
	RehearseOptions
	out   Rehearsal
	tell  func(Stage)
	truth *rehearse.Truth
	files DirectoryFiles
	leak  string
}

// Rehearse invents the founding case and walks the road with it. tell hears of each stage when it is over. The error is also not nil
// when the outcome differs from the truth.
func Rehearse(ctx context.Context, o RehearseOptions, tell func(Stage)) (out Rehearsal, err error) {
	work, err := os.MkdirTemp("", "jejak-rehearsal-*")
	if err != nil {
		return out, fmt.Errorf("cannot make a folder for the rehearsal: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	r := &rehearsal{RehearseOptions: o, tell: tell}
	if r.Data == "" {
		r.Data = filepath.Join(work, "data")
	}
	began := time.Now()
	err = errors.Join(r.invent(work), r.walk(access.AtConsole(ctx)))
	r.out.Took = time.Since(began)
	if err == nil && !r.out.passed() {
		err = errRehearsal
	}
	return r.out, err
}

// stage does one step and tells of it.
func (r *rehearsal) stage(name string, do func() (note string, err error)) error {
	began := time.Now()
	note, err := do()
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	s := Stage{name, time.Since(began), note}
	r.out.Stages = append(r.out.Stages, s)
	r.tell(s)
	return nil
}

// invent writes the directory and the leaked file.
func (r *rehearsal) invent(work string) error {
	return r.stage("invented", func() (string, error) {
		r.files = DirectoryFiles{Users: filepath.Join(work, "users.csv"), Organisations: filepath.Join(work, "organisations.csv")}
		r.leak = filepath.Join(work, "leak.csv")
		err := errors.Join(
			writeFile(r.files.Users, r.Story.WriteUsers), writeFile(r.files.Organisations, r.Story.WriteOrganisations),
			writeFile(r.leak, func(w io.Writer) (err error) {
				r.truth, err = r.Story.WriteLeak(w)
				return err
			}),
		)
		return fmt.Sprintf("%d people and %d organisations in the directory, %d rows in the leaked file", r.Story.People, r.Story.Organisations, r.Story.Rows), err
	})
}

func writeFile(path string, fill func(io.Writer) error) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	return errors.Join(fill(f), f.Close())
}

// walk goes the road, from the file in hand to the list of who is in it.
func (r *rehearsal) walk(ctx context.Context) (err error) {
	if r.truth == nil {
		return nil // invent says why
	}
	if err := r.stage("taken in", func() (string, error) {
		_, err := TakeFile(ctx, r.Data, Keys{}, r.leak, "the rehearsal", "invented on this machine")
		return "a sealed copy, its hash in the audit log", err
	}); err != nil {
		return err
	}
	var down stack
	defer func() { err = errors.Join(err, down.unwind(ctx)) }()
	g, err := openGround(r.Data, Keys{}, &down)
	if err != nil {
		return err
	}
	var dir snapshot
	if err := r.stage("directory", func() (note string, err error) {
		dir, err = g.known(ctx, r.Data, r.files, &down)
		return "who could be in it, known by keyed hashes", err
	}); err != nil {
		return err
	}
	return r.scope(ctx, dir, &down)
}

func (r *rehearsal) scope(ctx context.Context, dir snapshot, down *stack) error {
	f, err := openLeak(r.leak)
	if err != nil {
		return err
	}
	down.pushClose("the leaked file", f.file.Close)
	var reading *scope.Reading
	return errors.Join(
		r.stage("scoped", func() (note string, err error) {
			if reading, err = scope.Read(ctx, f, dir, nil, scope.Options{}); err != nil {
				return "", err
			}
			report, err := reading.Report(scope.Heading{Version: 1, File: f.heading}, nil)
			if err != nil {
				return "", err
			}
			r.out.HelpNamed = namesHelp(report)
			return fmt.Sprintf("%d people for certain, %d organisations, %d rows still to be explained", report.People.Certain, report.Organised, report.Unmatched), nil
		}),
		r.stage("compared with the truth", func() (string, error) {
			if reading == nil {
				return "nothing to compare", nil
			}
			r.out.Score = r.truth.Score(r.found(reading))
			s := r.out.Score
			return fmt.Sprintf("precision %.4f, recall %.4f, %d people with wrong classes; the help centre is named: %t", s.Precision, s.Recall, s.WrongClasses, r.out.HelpNamed), nil
		}),
	)
}

// found are the people of the scope by their user IDs: the directory numbers them in the order of its file.
func (r *rehearsal) found(reading *scope.Reading) (found []rehearse.Found) {
	for a := range reading.Affected {
		found = append(found, rehearse.Found{UserID: r.Story.UserID(int(a.Member)), Tier: a.Tier, Classes: a.Classes})
	}
	return found
}

// namesHelp tells whether the rows of the help centre are a group that has to be explained.
func namesHelp(report *scope.Report) bool {
	open := map[scope.GroupID]bool{}
	for _, id := range report.Open {
		open[id] = true
	}
	for _, g := range report.Groups {
		if g.Event == rehearse.HelpEvent && open[g.ID] {
			return true
		}
	}
	return false
}
