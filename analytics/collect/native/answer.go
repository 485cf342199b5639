package native

import (
	"cmp"
	"errors"
	"net/http"
	"slices"

	"jejak/analytics/collect"
	"jejak/event"
)

// answer says how many events are durable and why the others are not.
type answer struct {
	Accepted int       `json:"accepted"`
	Refused  []refused `json:"refused"`
}

// refused is one event that was not taken. Index is its zero-based place in the request.
type refused struct {
	Index   int          `json:"index"`
	Reason  event.Reason `json:"reason"`
	Field   string       `json:"field,omitempty"`
	Message string       `json:"message"`
}

func answerOf(accepted int, refusals []event.Refusal) answer {
	a := answer{Accepted: accepted, Refused: make([]refused, 0, len(refusals))}
	for _, r := range refusals {
		a.Refused = append(a.Refused, refused{r.At, r.Reason, r.Field, r.Message})
	}
	slices.SortStableFunc(a.Refused, func(x, y refused) int { return cmp.Compare(x.Index, y.Index) })
	return a
}

// write answers 400 when not one event was taken, so that nobody overlooks it.
func (a answer) write(w http.ResponseWriter) {
	code := http.StatusOK
	if a.Accepted == 0 && len(a.Refused) > 0 {
		code = http.StatusBadRequest
	}
	collect.WriteJSON(w, code, a)
}

// fail answers an error about the request as a whole. Nothing of it was taken.
func fail(w http.ResponseWriter, err error) {
	code, message := http.StatusServiceUnavailable, collect.ErrUnavailable.Error()
	switch {
	case errors.Is(err, errMethod):
		code, message = http.StatusMethodNotAllowed, err.Error()
	case errors.Is(err, errEmpty), errors.Is(err, collect.ErrAborted):
		code, message = http.StatusBadRequest, err.Error()
	case errors.Is(err, collect.ErrCredentials):
		code, message = http.StatusUnauthorized, "the token is of no project"
		w.Header().Set("WWW-Authenticate", "Bearer")
	case errors.Is(err, collect.ErrTooLarge), errors.Is(err, collect.ErrTooMany):
		code, message = http.StatusRequestEntityTooLarge, err.Error()
		w.Header().Set("Connection", "close")
	case errors.Is(err, collect.ErrRateLimited):
		code, message = http.StatusTooManyRequests, collect.ErrRateLimited.Error()
	}
	if code == http.StatusTooManyRequests || code == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "2") // seconds
	}
	collect.WriteJSON(w, code, map[string]string{"error": message})
}
