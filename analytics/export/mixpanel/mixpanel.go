// Package mixpanel hands out events the way Mixpanel's raw export does, so that scripts which fetch them go on working. What they get has
// pseudonyms for distinct ids (wire spec, 5.3).
package mixpanel

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"jejak/analytics/export"
	"jejak/analytics/query"
	"jejak/event"
	"jejak/ground/access"
	"jejak/question"
)

// Path is where scripts ask; a slash may follow.
const Path = "/api/2.0/export"

// Speaks says whether a request path is the one of raw exports.
func Speaks(path string) bool { return strings.TrimSuffix(path, "/") == Path }

// Options are what a Door stands on. Desk and Authenticate are required.
type Options struct {
	Desk *export.Desk
	// Authenticate knows a script by a service account or by the API secret. access.ErrUnauthenticated.
	Authenticate func(ctx context.Context, user, secret string, p event.ProjectID) (access.Identity, error)
	Now          func() time.Time                // nil: time.Now
	Failed       func(id export.ID, cause error) // is told of exports that broke off on our side; nil: nobody
}

// door answers scripts.
type door struct {
	Options
	limit *limit
}

// New is the handler of Path.
func New(o Options) http.Handler {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Failed == nil {
		o.Failed = func(export.ID, error) {}
	}
	return &door{o, newLimit()}
}

// problem is an answer to what cannot be done.
type problem struct {
	status  int
	message string
}

func (p *problem) Error() string { return p.message }

func refuse(status int, format string, args ...any) error {
	return &problem{status, fmt.Sprintf(format, args...)}
}

// maxForm bounds the form of a request, in bytes.
const maxForm = 1 << 20

func (d *door) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Cache-Control", "no-store")
	run, err := d.open(w, r)
	if err != nil {
		d.answer(w, r, err)
		return
	}
	d.handOut(w, r, run)
}

// open does everything before the first row.
func (d *door) open(w http.ResponseWriter, r *http.Request) (*export.Run, error) {
	if r.Method != http.MethodGet && r.Method != http.MethodPost {
		w.Header().Set("Allow", "GET, POST")
		return nil, refuse(http.StatusMethodNotAllowed, "method not allowed")
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		return nil, refuse(http.StatusBadRequest, "the parameters cannot be read")
	}
	who, err := d.caller(r)
	if err != nil {
		return nil, err
	}
	s, err := d.specOf(r.Form)
	if err != nil {
		return nil, err
	}
	if !d.limit.admit(who.Project, d.Now()) {
		return nil, refuse(http.StatusTooManyRequests, "Query rate limit exceeded for project_id: %d. %d queries running in the last hour. Try again later.", who.Project, perHour)
	}
	ctx := access.With(r.Context(), who)
	asked, err := d.Desk.Ask(ctx, who.Project, s)
	if err != nil {
		return nil, err
	}
	run, err := d.Desk.Open(ctx, who.Project, asked.ID)
	if err != nil {
		return nil, errors.Join(err, d.Desk.Cancel(context.WithoutCancel(ctx), who.Project, asked.ID))
	}
	return run, nil
}

// caller is the script. It offers a service account, or the API secret as user.
func (d *door) caller(r *http.Request) (access.Identity, error) {
	user, secret, basic := r.BasicAuth()
	p, err := strconv.ParseUint(cmp.Or(r.Form.Get("project_id"), "0"), 10, 32)
	if err != nil {
		return access.Identity{}, refuse(http.StatusBadRequest, "project_id is no number")
	}
	if !basic || user == "" {
		return access.Identity{}, access.ErrUnauthenticated
	}
	return d.Authenticate(r.Context(), user, secret, event.ProjectID(p))
}

// MaxLimit is the highest limit a script may ask for.
const MaxLimit = 100_000

// specOf reads the parameters. Dates are days in UTC, both included.
func (d *door) specOf(form url.Values) (export.Spec, error) {
	s := export.Spec{Content: export.Events, Format: export.Wire, Purpose: export.Warehouse}
	from, to := form.Get("from_date"), form.Get("to_date")
	for name, date := range map[string]string{"from_date": from, "to_date": to} {
		if _, err := time.Parse(time.DateOnly, date); err != nil {
			return s, refuse(http.StatusBadRequest, "%s is required, as YYYY-MM-DD", name)
		}
	}
	if from > to {
		return s, refuse(http.StatusBadRequest, "to_date cannot be before from_date")
	}
	if latest := d.Now().UTC().Add(14 * time.Hour).Format(time.DateOnly); to > latest {
		return s, refuse(http.StatusBadRequest, "to_date cannot be later than today")
	}
	s.Range = question.Range{From: from, To: to, Zone: "UTC"}
	var err error
	if s.Events, err = selectorOf(form); err != nil {
		return s, err
	}
	if text := form.Get("limit"); text != "" {
		if s.Limit, err = strconv.ParseInt(text, 10, 64); err != nil || s.Limit < 1 || s.Limit > MaxLimit {
			return s, refuse(http.StatusBadRequest, "limit is a number from 1 to %d", MaxLimit)
		}
	}
	s.InMillis = isOn(form.Get("time_in_ms"))
	return s, nil
}

func isOn(value string) bool {
	return value != "" && value != "0" && !strings.EqualFold(value, "false")
}

// selectorOf are the events of some names, or all, that pass an expression.
func selectorOf(form url.Values) (*question.Selector, error) {
	s := &question.Selector{AnyEvent: true}
	if text := form.Get("event"); text != "" {
		var names []string
		if err := json.Unmarshal([]byte(text), &names); err != nil {
			return nil, refuse(http.StatusBadRequest, "Invalid JSON Format: event")
		}
		if len(names) > 0 {
			s = &question.Selector{}
			for some := range slices.Chunk(names, question.MaxAlternatives) {
				s.AnyOf = append(s.AnyOf, anyOf(some))
			}
		}
	}
	if expression := form.Get("where"); expression != "" {
		s.Filter = &question.Filter{Where: expression}
	}
	return s, nil
}

func anyOf(names []string) (s question.Selector) {
	for _, name := range names {
		s.AnyOf = append(s.AnyOf, question.Selector{Event: name})
	}
	return s
}

// answer tells what is wrong in the words of the wire.
func (d *door) answer(w http.ResponseWriter, r *http.Request, err error) {
	status, message := http.StatusInternalServerError, "something failed on the server"
	var wrong *problem
	var faults question.Faults
	switch {
	case errors.As(err, &wrong):
		status, message = wrong.status, wrong.message
	case errors.As(err, &faults):
		status, message = http.StatusBadRequest, faults.Error()
	case errors.Is(err, access.ErrUnauthenticated):
		status, message = http.StatusUnauthorized, "Invalid credentials: a service account, or the API secret, of this project"
	case errors.Is(err, access.ErrForbidden):
		status, message = http.StatusForbidden, access.ErrForbidden.Error()
	case errors.Is(err, export.ErrQuota):
		status, message = http.StatusForbidden, export.ErrQuota.Error()
	case errors.Is(err, export.ErrBusy):
		status, message = http.StatusTooManyRequests, export.ErrBusy.Error()
	case errors.Is(err, query.ErrTooLarge):
		status, message = http.StatusBadRequest, err.Error()
	default:
		d.Failed("", err)
	}
	w.Header().Set("Content-Type", "application/json")
	if status == http.StatusTooManyRequests {
		w.Header().Set("Retry-After", "60")
	}
	w.WriteHeader(status)
	body := map[string]string{"request": r.URL.RequestURI(), "error": message, "status": "error"}
	_ = json.NewEncoder(w).Encode(body) // the client may be gone
}
