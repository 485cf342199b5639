// Package show gives answers to people and programs: the HTTP API under /api/v1, its description, the live stream and
// the console's pages.
package show

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"jejak/analytics/export"
	"jejak/analytics/forget"
	"jejak/analytics/lexicon"
	"jejak/analytics/people"
	"jejak/analytics/query"
	"jejak/analytics/scan"
	"jejak/analytics/store"
	"jejak/event"
	"jejak/ground/access"
	"jejak/ground/approve"
	"jejak/ground/audit"
	"jejak/ui"
)

// Options are what show stands on. Access, Approve, Audit, Lexicon, Export, Store, Merges, Counters and Hub are required.
type Options struct {
	Access  *access.Service
	Approve *approve.Desk
	Audit   *audit.Log
	Lexicon *lexicon.Lexicon
	Scan    *scan.Desk
	Export  *export.Desk
	Forget  *forget.Eraser
	People  *people.Service
	Store   Store
	Merges  Merges
	// Counters are a project's counters now. Every number comes from the same moment.
	Counters func(event.ProjectID) Counters
	Hub      *Hub
	// Lookups opens the lookup tables of a project by name: nil for one that is not there. Required.
	Lookups func(ctx context.Context, p event.ProjectID) func(name string) (query.Lookup, error)
	// Guard turns panics about damage in the store into errors; nil calls the function directly.
	Guard func(func() error) error
	// Budget bounds one question; the zero value is query's default.
	Budget query.Budget
	// More offer the operations of others on the same API. Their errors go through Fail.
	More []func(huma.API, Fail)
	// Questions is how many are worked on at once, QueuedQuestions how many wait for that; 0: 2 and 64.
	Questions, QueuedQuestions int
	Places                     PlaceData
	Demo                       bool // the data is invented
	Version                    string
	Now                        func() time.Time // nil: time.Now
	Log                        *slog.Logger     // nil: slog.Default()
}

// Fail makes an error the answer that every operation gives to it: those of access, approve and audit have their own, others
// are logged and told as a 500.
type Fail = func(context.Context, error) error

// Store is what show needs of the store.
type Store interface {
	Snapshot(p event.ProjectID) (store.Snapshot, error)
}

func (o Options) filled() Options {
	if o.Guard == nil {
		o.Guard = func(f func() error) error { return f() }
	}
	if o.Questions == 0 {
		o.Questions = 2
	}
	if o.QueuedQuestions == 0 {
		o.QueuedQuestions = 64
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	return o
}

// server is what the handlers share.
type server struct {
	Options
	gate *gate
}

// New is the handler of every path under /api/v1 that is show's, and of the console's pages on all others.
func New(o Options) http.Handler {
	s := &server{Options: o.filled()}
	s.gate = newGate(s.Questions, s.QueuedQuestions)
	mux := http.NewServeMux()
	s.offer(mux)
	mux.HandleFunc("/api/", s.noSuchPath)
	files, _ := ui.Files()
	mux.Handle("/", newPages(files))
	return secured(s.forgeryProof(s.identified(mux)))
}

func (s *server) noSuchPath(w http.ResponseWriter, r *http.Request) {
	writeProblem(w, &Problem{Status: http.StatusNotFound, Detail: "there is nothing at this path; /api/v1/openapi.json lists what there is"})
}
