package serve

import (
	"context"
	"encoding/hex"
	"errors"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"jejak/exposure"
	"jejak/ground/approve"
	"jejak/incident/dataset"
	"jejak/incident/directory"
	"jejak/incident/scope"
)

// Scopes is what is served of who is in a leaked file. Each method checks access first.
type Scopes interface {
	// Start begins to read; Running tells how it goes.
	Start(ctx context.Context, id exposure.IncidentID, from ScopeStart) error
	Running(ctx context.Context, id exposure.IncidentID) (ScopeRun, error)

	Revisions(ctx context.Context, id exposure.IncidentID) ([]scope.Revision, error)
	Report(ctx context.Context, id exposure.IncidentID, version int) (*scope.Report, scope.Revision, error)
	Summary(ctx context.Context, id exposure.IncidentID, version int) (exposure.Summary, error)
	Explain(ctx context.Context, id exposure.IncidentID, group scope.GroupID, text string) (scope.Revision, error)
	AskToClose(ctx context.Context, id exposure.IncidentID) (approve.Request, error)
	Close(ctx context.Context, id exposure.IncidentID, request string) (scope.Revision, error)
	AskToReject(ctx context.Context, id exposure.IncidentID, x scope.Rejection) (approve.Request, error)
	Reject(ctx context.Context, id exposure.IncidentID, x scope.Rejection, request string) (scope.Revision, error)
}

// ErrRunning: a scope of the incident is being made.
var ErrRunning = errors.New("the scope of this incident is being made; wait until it is over")

// ScopeStart is what a scope is made of.
type ScopeStart struct {
	File      string          `json:"file" maxLength:"64" doc:"The leaked file that was taken in."`
	Approval  string          `json:"approval" maxLength:"64" doc:"The request to open it that a second person has allowed."`
	Directory string          `json:"directory" maxLength:"64" doc:"The directory that it is matched against."`
	Meanings  []scope.Meaning `json:"meanings,omitempty" maxItems:"1000" doc:"What columns hold whose names do not tell."`
}

// ScopeRun is a scope that is being made, or the last one that was.
type ScopeRun struct {
	State string    `json:"state" enum:"running,done,failed"`
	Began time.Time `json:"began_at"`
	Rows  int64     `json:"rows" doc:"That were read."`
	Error string    `json:"error,omitempty" doc:"Why it failed, in words of the program."`
}

type (
	startScope struct {
		OneIncident
		Body ScopeStart
	}
	oneScope struct {
		OneIncident
		Version int `path:"version" minimum:"0" doc:"Of the scope, from 1; 0: the last."`
	}
	explainGroup struct {
		OneIncident
		Group string `path:"group" maxLength:"16" doc:"The group of rows."`
		Body  struct {
			Text string `json:"text" minLength:"1" maxLength:"1000" doc:"What the rows are."`
		}
	}
	withApproval struct {
		OneIncident
		Body struct {
			Approval string `json:"approval" maxLength:"64" doc:"The request that a second person has allowed."`
		}
	}
	rejection struct {
		OneIncident
		Body RejectFinding
	}
)

// RejectFinding is what is decided about the findings of a class in a column.
type RejectFinding struct {
	scope.Rejection
	Approval string `json:"approval,omitempty" maxLength:"64" doc:"The request that a second person has allowed."`
}

// document is an answer to the byte.
type document struct {
	ContentType string `header:"Content-Type"`
	Policy      string `header:"Content-Security-Policy"`
	Body        []byte
}

func offerScopes(api huma.API, fail Fail, s Scopes) {
	told := func(ctx context.Context, err error) error { return fail(ctx, problemOfScope(err)) }
	offerMaking(api, told, s)
	offerReports(api, told, s)
	offerDecisions(api, told, s)
}

func offerMaking(api huma.API, told Fail, s Scopes) {
	const path = "/incidents/{incident}/scope"
	start := operation("startScope", http.MethodPost, path, "Make the next version of an incident's scope")
	start.Description = "It reads the whole file; getScopeRun tells how it goes. After a restart of the server it goes on where it was when it is asked for again."
	start.DefaultStatus = http.StatusAccepted
	register(api, told, start, func(ctx context.Context, in *startScope) (*struct{}, error) {
		return nil, s.Start(ctx, exposure.IncidentID(in.Incident), in.Body)
	})
	register(api, told, operation("getScopeRun", http.MethodGet, path+"/run", "How the making of a scope goes"),
		func(ctx context.Context, in *OneIncident) (*answered[ScopeRun], error) {
			r, err := s.Running(ctx, exposure.IncidentID(in.Incident))
			return answer(r), err
		})
}

func offerReports(api huma.API, told Fail, s Scopes) {
	const path = "/incidents/{incident}/scope/versions"
	register(api, told, operation("listScopes", http.MethodGet, path, "The versions of an incident's scope"),
		func(ctx context.Context, in *OneIncident) (*answered[[]scope.Revision], error) {
			list, err := s.Revisions(ctx, exposure.IncidentID(in.Incident))
			return answer(list), err
		})
	register(api, told, operation("getScope", http.MethodGet, path+"/{version}", "What pages, notices and filings draw their numbers from"),
		func(ctx context.Context, in *oneScope) (*answered[exposure.Summary], error) {
			x, err := s.Summary(ctx, exposure.IncidentID(in.Incident), in.Version)
			return answer(x), err
		})
	for _, x := range []struct {
		id, name, kind, summary string
		text                    func(*scope.Report) ([]byte, error)
	}{
		{"getScopeReport", "report.json", "application/json", "The canonical report, to the byte", (*scope.Report).Canonical},
		{"getScopePage", "report.html", "text/html; charset=utf-8", "The report as a page in English and Indonesian", (*scope.Report).HTML},
	} {
		register(api, told, operation(x.id, http.MethodGet, path+"/{version}/"+x.name, x.summary),
			func(ctx context.Context, in *oneScope) (*document, error) {
				r, _, err := s.Report(ctx, exposure.IncidentID(in.Incident), in.Version)
				if err != nil {
					return nil, err
				}
				text, err := x.text(r)
				return &document{x.kind, "default-src 'none'; style-src 'unsafe-inline'; sandbox", text}, err
			})
	}
}

func offerDecisions(api huma.API, told Fail, s Scopes) {
	const path = "/incidents/{incident}/scope"
	register(api, told, operation("explainGroup", http.MethodPost, path+"/groups/{group}", "Say what a group of rows is"),
		func(ctx context.Context, in *explainGroup) (*answered[scope.Revision], error) {
			r, err := s.Explain(ctx, exposure.IncidentID(in.Incident), scope.GroupID(in.Group), in.Body.Text)
			return answer(r), err
		})
	register(api, told, operation("askToCloseScope", http.MethodPost, path+"/close/ask", "Ask a second person to allow that the scope is closed"),
		func(ctx context.Context, in *OneIncident) (*answered[Asked], error) {
			q, err := s.AskToClose(ctx, exposure.IncidentID(in.Incident))
			return answer(asked(q)), err
		})
	register(api, told, operation("closeScope", http.MethodPost, path+"/close", "Close the scope"),
		func(ctx context.Context, in *withApproval) (*answered[scope.Revision], error) {
			r, err := s.Close(ctx, exposure.IncidentID(in.Incident), in.Body.Approval)
			return answer(r), err
		})
	register(api, told, operation("askToRejectFinding", http.MethodPost, path+"/findings/ask", "Ask a second person to allow that findings are taken for none"),
		func(ctx context.Context, in *rejection) (*answered[Asked], error) {
			q, err := s.AskToReject(ctx, exposure.IncidentID(in.Incident), in.Body.Rejection)
			return answer(asked(q)), err
		})
	register(api, told, operation("rejectFinding", http.MethodPost, path+"/findings", "Take findings for none"),
		func(ctx context.Context, in *rejection) (*answered[scope.Revision], error) {
			r, err := s.Reject(ctx, exposure.IncidentID(in.Incident), in.Body.Rejection, in.Body.Approval)
			return answer(r), err
		})
}

// Asked is a request that a second person must allow.
type Asked struct {
	Approval string    `json:"approval"`
	Hash     string    `json:"hash" doc:"SHA-256 of what is to be done, hexadecimal."`
	Title    string    `json:"title"`
	Expires  time.Time `json:"expires"`
}

func asked(q approve.Request) Asked {
	return Asked{q.ID, hex.EncodeToString(q.Hash[:]), q.Title, q.Expires}
}

// problemOfScope gives the errors of scopes their answers.
func problemOfScope(err error) error {
	for known, status := range map[error]int{
		scope.ErrNotFound: http.StatusNotFound, scope.ErrNoGroup: http.StatusNotFound, scope.ErrNoFinding: http.StatusNotFound, directory.ErrNotFound: http.StatusNotFound,
		scope.ErrDamaged: http.StatusConflict, scope.ErrOpen: http.StatusConflict, scope.ErrMeanwhile: http.StatusConflict, ErrRunning: http.StatusConflict,
		directory.ErrDamaged: http.StatusConflict, dataset.ErrClosed: http.StatusConflict,
	} {
		if errors.Is(err, known) {
			return huma.NewError(status, known.Error())
		}
	}
	return problemOfFile(err)
}
