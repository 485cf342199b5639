// Package mixpanel takes orders to erase people the way Mixpanel's GDPR API does, so that scripts which send them go on working
// (wire spec, 5). The bearer token is a service account that may erase: its name, a colon and its secret. Retrievals show
// personal values and are no script's: the API and the console have them.
package mixpanel

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"jejak/analytics/forget"
	"jejak/event"
	"jejak/ground/access"
)

const (
	deletions  = "/api/app/data-deletions/v3.0"
	retrievals = "/api/app/data-retrievals/v3.0"
)

// Speaks says whether a request path is one of this API.
func Speaks(path string) bool {
	for _, base := range []string{deletions, retrievals} {
		if path == base || strings.HasPrefix(path, base+"/") {
			return true
		}
	}
	return false
}

// Options are what the door stands on. All are required.
type Options struct {
	Tasks *forget.Tasks
	// Authenticate knows a script by a service account. access.ErrUnauthenticated.
	Authenticate func(ctx context.Context, user, secret string, p event.ProjectID) (access.Identity, error)
	// ByToken is the project of a public token.
	ByToken func(token string) (event.ProjectID, bool)
	Failed  func(error) // is told of what failed on our side
}

type door struct{ Options }

// New is the handler of the paths that Speaks names.
func New(o Options) http.Handler { return &door{o} }

// Limits of a request: identifiers, and bytes of its body.
const (
	maxIDs  = 2000
	maxBody = 4 << 20
)

// problem is an answer to what cannot be done.
type problem struct {
	status  int
	message string
}

func (p *problem) Error() string { return p.message }

func refuse(status int, format string, args ...any) error {
	return &problem{status, fmt.Sprintf(format, args...)}
}

func (d *door) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	status, results, err := d.answer(w, r)
	if err != nil {
		d.fail(w, err)
		return
	}
	if status == http.StatusNoContent {
		w.WriteHeader(status)
		return
	}
	write(w, status, map[string]any{"status": "ok", "results": results})
}

func write(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // the client may be gone
}

func (d *door) fail(w http.ResponseWriter, err error) {
	p, known := errors.AsType[*problem](err)
	switch {
	case known:
	case errors.Is(err, access.ErrUnauthenticated):
		p = &problem{http.StatusUnauthorized, "send a service account of the project that may erase as bearer token: its name, a colon and its secret"}
	case errors.Is(err, access.ErrForbidden):
		p = &problem{http.StatusForbidden, "this service account may not erase; an owner makes one that may"}
	case errors.Is(err, access.ErrNotFound):
		p = &problem{http.StatusNotFound, "there is no such task in this project"}
	default:
		d.Failed(err)
		p = &problem{http.StatusInternalServerError, "something failed here; the server's log says more"}
	}
	write(w, p.status, map[string]any{"status": "error", "error": p.message})
}

func (d *door) answer(w http.ResponseWriter, r *http.Request) (status int, results any, err error) {
	p, who, err := d.caller(r)
	if err != nil {
		return 0, nil, err
	}
	if !strings.HasPrefix(r.URL.Path, deletions) {
		return 0, nil, refuse(http.StatusNotImplemented, "a script cannot retrieve what is known of a person: somebody with that right does, by POST /api/v1/projects/%d/people/{number}/retrieve", p)
	}
	ctx := access.With(r.Context(), who)
	id := strings.Trim(strings.TrimPrefix(r.URL.Path, deletions), "/")
	switch {
	case id == "" && r.Method == http.MethodPost:
		return d.ask(ctx, w, r, p)
	case id != "" && r.Method == http.MethodGet:
		x, err := d.Tasks.Task(ctx, p, id)
		return http.StatusOK, tell(x), err
	case id != "" && r.Method == http.MethodDelete:
		revoked, err := d.Tasks.Revoke(ctx, p, id)
		if err == nil && !revoked {
			err = refuse(http.StatusMethodNotAllowed, "it has started and is carried out")
		}
		return http.StatusNoContent, nil, err
	}
	return 0, nil, refuse(http.StatusMethodNotAllowed, "method not allowed")
}

// caller is the project of the public token in the path, and the script of the bearer token, which must be of that project.
func (d *door) caller(r *http.Request) (event.ProjectID, access.Identity, error) {
	bearer, isBearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	user, secret, ok := strings.Cut(bearer, ":")
	p, known := d.ByToken(r.URL.Query().Get("token"))
	if !isBearer || !ok || secret == "" || !known {
		return 0, access.Identity{}, access.ErrUnauthenticated
	}
	who, err := d.Authenticate(r.Context(), user, secret, p)
	if err == nil {
		err = who.May(p, access.Erase)
	}
	return p, who, err
}

type order struct {
	DistinctIDs    []string `json:"distinct_ids"`
	ComplianceType string   `json:"compliance_type"`
}

func (d *door) ask(ctx context.Context, w http.ResponseWriter, r *http.Request, p event.ProjectID) (int, any, error) {
	o := order{ComplianceType: "GDPR"}
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody)).Decode(&o); err != nil {
		return 0, nil, refuse(http.StatusBadRequest, "the body is no JSON object with distinct_ids")
	}
	o.ComplianceType = strings.ToUpper(o.ComplianceType)
	switch {
	case !slices.Contains([]string{"GDPR", "CCPA"}, o.ComplianceType):
		return 0, nil, refuse(http.StatusBadRequest, "compliance_type is GDPR or CCPA")
	case len(o.DistinctIDs) == 0 || len(o.DistinctIDs) > maxIDs:
		return 0, nil, refuse(http.StatusBadRequest, "distinct_ids are 1 to %d texts", maxIDs)
	case slices.ContainsFunc(o.DistinctIDs, func(id string) bool { return id == "" || len(id) > 1000 }):
		return 0, nil, refuse(http.StatusBadRequest, "a distinct id has 1 to 1,000 bytes")
	}
	x, err := d.Tasks.Ask(ctx, p, o.ComplianceType, o.DistinctIDs)
	return http.StatusCreated, map[string]string{"task_id": x.ID}, err
}

// words are the states in the words of the wire.
var words = map[forget.TaskState]string{
	forget.Pending: "PENDING", forget.Started: "STARTED", forget.Done: "SUCCESS", forget.Revoked: "REVOKED", forget.Failed: "FAILURE",
}

// told is a task as the wire has it. Identifiers are not kept, so none is told.
type told struct {
	Status         string    `json:"status"`
	TrackingID     string    `json:"tracking_id"`
	RequestingUser string    `json:"requesting_user"`
	ComplianceType string    `json:"compliance_type"`
	ProjectID      uint32    `json:"project_id"`
	DateRequested  time.Time `json:"date_requested"`
	DistinctIDs    []string  `json:"distinct_ids"`
	People         int       `json:"people"`
	Unknown        int       `json:"unknown"`
}

func tell(x forget.Task) told {
	return told{words[x.State], x.ID, x.AskedBy, x.Compliance, uint32(x.Project), x.Asked, []string{}, x.People, x.Unknown}
}
