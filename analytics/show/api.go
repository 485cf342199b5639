package show

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"jejak/question"
)

// base is where the API lives.
const base = "/api/v1"

func isAPI(path string) bool { return path == base || strings.HasPrefix(path, base+"/") }

// offer puts every operation on the mux, and their description.
func (s *server) offer(mux *http.ServeMux) {
	api := humago.NewWithPrefix(mux, base, config())
	s.offerMe(api)
	s.offerSetup(api)
	s.offerSession(api)
	s.offerProjects(api)
	s.offerAccounts(api)
	s.offerMembers(api)
	s.offerApprovals(api)
	s.offerLog(api)
	s.offerErasures(api)
	s.offerRetrievals(api)
	s.offerMerges(api)
	s.offerPeople(api)
	s.offerGroups(api)
	s.offerCounters(api)
	s.offerPickers(api)
	s.offerCatalogue(api)
	s.offerScans(api)
	s.offerCustoms(api)
	s.offerCohorts(api)
	s.offerLookups(api)
	s.offerAsk(api)
	s.offerExports(api)
	s.offerLive(api)
	for _, more := range s.More {
		more(api, func(ctx context.Context, err error) error { return s.problemOf(ctx, err) })
	}
	mux.HandleFunc("GET "+base+"/openapi.json", describe(api.OpenAPI()))
}

// describe serves the description, made once.
func describe(d *huma.OpenAPI) http.HandlerFunc {
	text, err := json.Marshal(d)
	if err != nil {
		panic(fmt.Sprintf("BUG: the API cannot be described: %v", err))
	}
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/openapi+json")
		_, _ = w.Write(text) // the client may be gone
	}
}

// Who may call an operation.
var (
	byAnybody = []map[string][]string{}
	bySession = []map[string][]string{{"session": {}}}
	byBoth    = []map[string][]string{{"session": {}}, {"service_account": {}}}
)

func config() huma.Config {
	c := huma.DefaultConfig("Jejak", "1")
	c.Info.Description = "Ask questions, watch events and keep projects. Events come in at the doors described in docs/collect."
	c.OpenAPIPath, c.DocsPath, c.SchemasPath = "", "", ""
	c.CreateHooks = nil
	c.Components.Schemas = huma.NewMapRegistry("#/components/schemas/", schemaName)
	c.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"session":         {Type: "apiKey", In: "cookie", Name: cookieName, Description: "Changes also need the header " + marker + "."},
		"service_account": {Type: "http", Scheme: "basic", Description: "A service account of the project."},
	}
	return c
}

// schemaName is the name of a type in the description. Programs are generated from it: it stays.
func schemaName(t reflect.Type, hint string) string {
	name := huma.DefaultSchemaNamer(t, hint)
	if is := reflect.TypeFor[question.Question](); t.Implements(is) || reflect.PointerTo(t).Implements(is) {
		return name + "Question"
	}
	return name
}

// operation describes one. Its tag is the first word of the path, inside a project if there is one.
func operation(id, method, path, summary string, who []map[string][]string) huma.Operation {
	about := strings.Split(strings.TrimPrefix(path, "/projects/{id}/"), "/")
	tag := about[0]
	if tag == "" {
		tag = about[1]
	}
	return huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Security: who, Tags: []string{tag}}
}

// register offers an operation whose errors become problems.
func register[I, O any](s *server, api huma.API, op huma.Operation, do func(context.Context, *I) (*O, error)) {
	huma.Register(api, op, func(ctx context.Context, in *I) (*O, error) {
		out, err := do(ctx, in)
		if err != nil {
			return nil, s.problemOf(ctx, err)
		}
		return out, nil
	})
}

// none is the input or the output of an operation without one.
type none struct{}

// answered is an operation's answer.
type answered[T any] struct{ Body T }

func answer[T any](v T) *answered[T] { return &answered[T]{v} }

// InProject is the input of an operation on a project. It is exported because huma reads exported fields only.
type InProject struct {
	ID uint32 `path:"id" minimum:"1" doc:"The project's number."`
}
