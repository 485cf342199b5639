// Package serve is the HTTP API of the incident road: operations under /api/v1/incidents and /api/v1/vendors, offered beside
// those of the analytics. Each step has a file here; the services check access in their first line.
package serve

import (
	"context"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// Fail makes an error the answer that every operation gives to it.
type Fail = func(context.Context, error) error

// Options are the services that are served.
type Options struct {
	Files       Files
	Directories Directories
	Scopes      Scopes
	Pages       Pages

	Incidents Incidents
	Notices   Notices
	Checks    Checks
	Vendors   Vendors
}

// Offer puts every operation on an API.
func Offer(o Options) func(huma.API, Fail) {
	return func(api huma.API, fail Fail) {
		offerFiles(api, fail, o.Files)
		offerDirectories(api, fail, o.Directories)
		offerScopes(api, fail, o.Scopes)
		offerIncidents(api, fail, o.Incidents)
		offerNotices(api, fail, o.Notices)
		offerChecks(api, fail, o.Checks)
		offerPages(api, fail, o.Pages)
		offerVendors(api, fail, o.Vendors)
	}
}

// bySession: people only, no scripts.
var bySession = []map[string][]string{{"session": {}}}

// operation describes one. Its tag is the first word of the path.
func operation(id, method, path, summary string) huma.Operation {
	tag := strings.Split(strings.TrimPrefix(path, "/"), "/")[0]
	op := huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Security: bySession, Tags: []string{tag}}
	if method == http.MethodPost {
		op.DefaultStatus = http.StatusOK
	}
	return op
}

// register offers an operation whose errors become answers.
func register[I, O any](api huma.API, fail Fail, op huma.Operation, do func(context.Context, *I) (*O, error)) {
	huma.Register(api, op, func(ctx context.Context, in *I) (*O, error) {
		out, err := do(ctx, in)
		if err != nil {
			return nil, fail(ctx, err)
		}
		return out, nil
	})
}

// answered is an operation's answer.
type answered[T any] struct{ Body T }

func answer[T any](v T) *answered[T] { return &answered[T]{v} }

// OneIncident is the input of an operation on one. It is exported because huma reads exported fields only.
type OneIncident struct {
	Incident string `path:"incident" pattern:"^[0-9]{4}-[0-9]{2,4}$" doc:"The incident, for example 2026-01."`
}
