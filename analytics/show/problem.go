package show

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"jejak/analytics/export"
	"jejak/analytics/query"
	"jejak/analytics/scan"
	"jejak/ground/access"
	"jejak/ground/approve"
	"jejak/ground/audit"
	"jejak/ground/vault"
	"jejak/question"
)

// Problem is the answer to everything but success, as RFC 9457 draws it. It holds nothing of the inside.
type Problem struct {
	Title  string           `json:"title" doc:"The kind of problem in a few words."`
	Status int              `json:"status"`
	Detail string           `json:"detail,omitempty" doc:"What is wrong this time, in a sentence."`
	Hint   string           `json:"hint,omitempty" doc:"What to do about it."`
	Errors []question.Fault `json:"errors,omitempty" nullable:"false" doc:"Each single fault of what was sent."`

	wait time.Duration
}

// Error, GetStatus, GetHeaders and ContentType make it an answer of huma.
func (p *Problem) Error() string { return p.Detail }

func (p *Problem) GetStatus() int { return p.Status }

func (p *Problem) ContentType(string) string { return "application/problem+json" }

func (p *Problem) GetHeaders() http.Header {
	h := http.Header{}
	if p.wait > 0 {
		h.Set("Retry-After", strconv.Itoa(int(math.Ceil(p.wait.Seconds()))))
	}
	return h
}

// statusGone is what is written to a client that went away: nobody reads it.
const statusGone = 499

func init() {
	huma.NewError = func(status int, detail string, errs ...error) huma.StatusError {
		return newProblem(status, detail, faultsOf(errs))
	}
	huma.DefaultArrayNullable = false // our lists are never null
}

func newProblem(status int, detail string, faults []question.Fault) *Problem {
	return &Problem{Title: http.StatusText(status), Status: status, Detail: detail, Errors: faults}
}

// faultsOf takes over what huma's validation found. The values it repeats are left out.
func faultsOf(errs []error) []question.Fault {
	var faults []question.Fault
	for _, err := range errs {
		var d huma.ErrorDetailer
		if !errors.As(err, &d) || len(faults) == question.MaxFaults {
			continue
		}
		detail := d.ErrorDetail()
		faults = append(faults, question.Fault{Location: detail.Location, Code: "invalid", Message: detail.Message})
	}
	return faults
}

// problemOf is the one place where errors become answers. What it does not know is logged and told as a 500.
func (s *server) problemOf(ctx context.Context, err error) *Problem {
	if p, ok := errors.AsType[*Problem](err); ok {
		return p
	}
	if faults, ok := errors.AsType[question.Faults](err); ok {
		return newProblem(http.StatusUnprocessableEntity, "this question cannot be asked", faults)
	}
	if big, ok := errors.AsType[*query.TooLarge](err); ok {
		p := newProblem(http.StatusUnprocessableEntity, big.Error(), []question.Fault{{Code: big.Code, Message: big.Reason}})
		p.Hint = big.Hint
		return p
	}
	if w, ok := errors.AsType[*approve.Waiting](err); ok {
		p := newProblem(http.StatusConflict, "a second person must allow this first", nil)
		p.Hint = "request " + w.Request.ID + " waits for somebody else; once it is allowed, do the same again"
		return p
	}
	if p := problemOfAccess(err); p != nil {
		return p
	}
	if ctx.Err() != nil {
		return newProblem(statusGone, "the client went away", nil)
	}
	s.Log.Error("cannot answer a request", "error", err)
	return newProblem(http.StatusInternalServerError, "something failed here; the server's log says more", nil)
}

// statusOf are the answers to the errors of the ground.
var statusOf = map[error]int{
	approve.ErrOwnRequest: http.StatusForbidden,
	approve.ErrChanged:    http.StatusConflict,
	approve.ErrOver:       http.StatusConflict,
	approve.ErrNotGranted: http.StatusConflict,
	approve.ErrNotFound:   http.StatusNotFound,
	audit.ErrUnwritable:   http.StatusServiceUnavailable,
	vault.ErrPurpose:      http.StatusUnprocessableEntity,
	export.ErrOver:        http.StatusConflict,
	export.ErrQuota:       http.StatusForbidden,
	export.ErrBusy:        http.StatusServiceUnavailable,
	scan.ErrRunning:       http.StatusConflict,

	access.ErrUnauthenticated: http.StatusUnauthorized,
	access.ErrCredentials:     http.StatusUnauthorized,
	access.ErrForbidden:       http.StatusForbidden,
	access.ErrNotFound:        http.StatusNotFound,
	access.ErrLink:            http.StatusGone,
	access.ErrCeremony:        http.StatusGone,
	access.ErrNoPasskeyHere:   http.StatusUnprocessableEntity,
}

func problemOfAccess(err error) *Problem {
	if limited, ok := errors.AsType[*access.Limited](err); ok {
		p := newProblem(http.StatusTooManyRequests, "too many attempts; wait before the next one", nil)
		p.wait = max(limited.Wait, time.Second)
		return p
	}
	if bad, ok := errors.AsType[*access.Invalid](err); ok {
		return newProblem(http.StatusUnprocessableEntity, bad.Message,
			[]question.Fault{{Location: bad.Field, Code: bad.Code, Message: bad.Message}})
	}
	for known, status := range statusOf {
		if errors.Is(err, known) {
			return newProblem(status, known.Error(), nil)
		}
	}
	return nil
}

// busy asks the client to come again.
func busy(detail string, wait time.Duration) *Problem {
	p := newProblem(http.StatusServiceUnavailable, detail, nil)
	p.wait = wait
	return p
}

// writeProblem answers outside of huma.
func writeProblem(w http.ResponseWriter, p *Problem) {
	if p.Title == "" {
		p.Title = http.StatusText(p.Status)
	}
	h := w.Header()
	for name, values := range p.GetHeaders() {
		h[name] = values
	}
	h.Set("Content-Type", p.ContentType(""))
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p) // the client may be gone
}
