package app

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"jejak/exposure"
	"jejak/ground/access"
	"jejak/incident/notify"
	"jejak/incident/notify/mail"
	"jejak/incident/notify/mail/sink"
	"jejak/incident/notify/text"
	"jejak/incident/rehearse"
	"jejak/incident/scope"
	"jejak/incident/serve"
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
	Told      int            `json:"told"`              // mails that were taken
	// Reconciled: everybody who was to be told was, or is counted as unreachable.
	Reconciled bool          `json:"reconciled"`
	Took       time.Duration `json:"took_ns"`
}

// passed tells whether the road led where it must (the figures are the project's targets).
func (r Rehearsal) passed() bool {
	return r.Score.Precision >= 0.9999 && r.Score.Recall >= 0.999 && r.Score.WrongClasses == 0 && r.HelpNamed && r.Told > 0 && r.Reconciled
}

// errRehearsal says that the road led astray.
var errRehearsal = errors.New("the rehearsal did not find who is in the file, or did not tell them all")

// rehearsal is one under way.
type rehearsal struct {
	RehearseOptions
	out   Rehearsal
	tell  func(Stage)
	truth *rehearse.Truth
	files DirectoryFiles
	leak  string

	ground    ground
	directory snapshot
	cabinet   *scope.Cabinet
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

// rehearsed is the incident of a rehearsal.
const rehearsed exposure.IncidentID = "2025-01"

// walk goes the road, from the file in hand to everybody told.
func (r *rehearsal) walk(ctx context.Context) (err error) {
	if r.truth == nil {
		return nil // invent says why
	}
	var down stack
	defer func() { err = errors.Join(err, down.unwind(ctx)) }()
	for _, s := range []struct {
		name string
		do   func(context.Context, *stack) (string, error)
	}{
		{"taken in", r.takeIn}, {"directory", r.takeDirectory}, {"scoped", r.scope}, {"compared with the truth", r.compare}, {"everybody told", r.notify},
	} {
		if err := r.stage(s.name, func() (string, error) { return s.do(ctx, &down) }); err != nil {
			return err
		}
	}
	return nil
}

func (r *rehearsal) takeIn(ctx context.Context, down *stack) (note string, err error) {
	if _, err := TakeFile(ctx, r.Data, Keys{}, r.leak, "the rehearsal", "invented on this machine"); err != nil {
		return "", err
	}
	r.ground, err = openGround(r.Data, Keys{}, down)
	return "a sealed copy, its hash in the audit log", err
}

func (r *rehearsal) takeDirectory(ctx context.Context, down *stack) (note string, err error) {
	r.directory, err = r.ground.known(ctx, r.Data, r.files, down)
	return "who could be in it, known by keyed hashes", err
}

func (r *rehearsal) scope(ctx context.Context, down *stack) (string, error) {
	f, err := openLeak(r.leak)
	if err != nil {
		return "", err
	}
	down.pushClose("the leaked file", f.file.Close)
	r.cabinet = r.ground.cabinet(r.Data)
	v, err := r.cabinet.Make(ctx, rehearsed, f.heading, f, r.directory, nil)
	if err != nil {
		return "", err
	}
	report, _, err := r.cabinet.Report(ctx, rehearsed, v.Number)
	if err != nil {
		return "", err
	}
	r.out.HelpNamed = namesHelp(report)
	return fmt.Sprintf("%d people for certain, %d organisations, %d rows still to be explained", report.People.Certain, report.Organised, report.Unmatched), nil
}

// compare holds the people of the scope against the truth, by user ID: the directory numbers them in the order of its file.
func (r *rehearsal) compare(ctx context.Context, _ *stack) (string, error) {
	var found []rehearse.Found
	err := r.cabinet.People(ctx, rehearsed, 0, func(p scope.PersonLine) error {
		found = append(found, rehearse.Found{UserID: r.Story.UserID(int(p.Member)), Tier: p.Tier, Classes: p.Classes})
		return nil
	})
	r.out.Score = r.truth.Score(found)
	s := r.out.Score
	return fmt.Sprintf("precision %.4f, recall %.4f, %d people with wrong classes; the help centre is named: %t", s.Precision, s.Recall, s.WrongClasses, r.out.HelpNamed), err
}

// namesHelp tells whether the rows of the help centre are a group that has to be explained.
func namesHelp(report *scope.Report) bool {
	return slices.ContainsFunc(report.Groups, func(g scope.Group) bool {
		return g.Event == rehearse.HelpEvent && slices.Contains(report.Open, g.ID)
	})
}

// notify tells everybody by mail, to a mail server of its own on this machine.
func (r *rehearsal) notify(ctx context.Context, down *stack) (string, error) {
	server, err := sink.Start(sink.Options{})
	if err != nil {
		return "", err
	}
	down.pushClose("the mail sink", server.Close)
	o := r.ground.noticeOptions()
	o.Relay = mail.Relay{Address: server.Address()}
	o.Sender = mail.Sender{Name: "Example", Address: "incident@example.com", Bounces: "bounce.example.com"}
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return "", err
	}
	o.Keys = []mail.Key{{Selector: "rehearsal", Private: key}}
	n := &notices{notify.New(o), r.cabinet, r.ground.directories(r.Data)}
	if _, err := n.PlanNotices(ctx, rehearsed, r.plan()); err != nil {
		return "", err
	}
	if _, err := n.Release(ctx, rehearsed, 1); err != nil {
		return "", err
	}
	if err := n.Send(ctx, rehearsed, 1); err != nil {
		return "", err
	}
	p, err := n.Progress(ctx, rehearsed, 1)
	r.out.Told, r.out.Reconciled = p.Accepted, p.Reconciled && p.Open == 0
	return fmt.Sprintf("%d mails taken by a mail server of this machine, %d recipients without a mailbox that works, %d open; it adds up: %t", p.Accepted, p.Unreachable, p.Open, p.Reconciled), err
}

// plan is what a rehearsal's notices say.
func (r *rehearsal) plan() serve.NoticePlan {
	return serve.NoticePlan{
		Version: 1, Directory: string(r.directory.Info.ID), Company: "Example", Domain: "example.com", Contact: "incident@example.com",
		Page: "https://example.com/incident/2025-01", Source: "Mixpanel",
		Happened: text.Words{"en": "A thief copied a file from our vendor on 9 November 2025.", "id": "Pencuri menyalin berkas dari penyedia kami pada 9 November 2025."},
		Did:      text.Words{"en": "We cut the vendor off.", "id": "Kami memutus hubungan dengan penyedia itu."},
		Rights:   text.Words{"en": "You can ask us what we hold of you.", "id": "Anda berhak bertanya data apa yang kami simpan."},
		Next:     time.Now().Add(48 * time.Hour).UTC().Truncate(time.Hour),
	}
}
