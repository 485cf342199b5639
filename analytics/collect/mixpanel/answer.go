package mixpanel

import (
	"errors"
	"net/http"
	"regexp"
	"strings"

	"jejak/analytics/collect"
	"jejak/event"
)

// outcome is what became of a request's records.
type outcome struct {
	good     int // accepted, or of an unknown token, which the wire does not tell
	refusals []event.Refusal
}

// note adds what became of one batch. A record that asked to be ignored is a good one to its
// sender, and one that the project does not want: sending it again would help nobody.
func (o *outcome) note(accepted int, refusals []event.Refusal) {
	o.good += accepted
	for _, r := range refusals {
		if r.Reason == event.Ignored || r.Reason.IsOfPlan() {
			o.good++
			continue
		}
		o.refusals = append(o.refusals, r)
	}
}

// why is the message of a request that brought nothing good.
func (o outcome) why() string {
	if len(o.refusals) == 0 || o.refusals[0].Message == "" {
		return collect.Empty
	}
	return o.refusals[0].Message
}

// verdict is the verbose answer: Error is nil where Status is 1.
type verdict struct {
	Error    *string `json:"error"`
	Status   int     `json:"status"`
	Good     *int    `json:"num_good_events,omitempty"`
	Code     int     `json:"code,omitempty"`
	Imported *int    `json:"num_records_imported,omitempty"`
}

func (o outcome) verdict() verdict {
	if o.good > 0 {
		return verdict{Status: 1}
	}
	why := o.why()
	return verdict{Error: &why}
}

// say answers in the form the client asked for: section 1.4 of the wire. It answers JSON only to verbose=1: clients
// compare the whole body with "1".
func (d *door) say(w http.ResponseWriter, r *http.Request, p *payload, o outcome, v verdict) {
	w.Header().Set("Cache-Control", "no-store")
	switch {
	case p.image:
		w.Header().Set("Content-Type", "image/gif")
		w.Write(pixel)
	case d.Redirects && isWebAddress(p.redirect):
		http.Redirect(w, r, p.redirect, http.StatusFound)
	case isCallback(p.callback):
		w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
		w.Write([]byte(p.callback + "(" + string(text(p.verbose, o, v)) + ");"))
	case p.verbose:
		w.Header().Set("Content-Type", "application/json")
		w.Write(text(true, o, v))
	default:
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Write(text(false, o, v))
	}
}

func text(verbose bool, o outcome, v verdict) []byte {
	switch {
	case verbose:
		return collect.MustJSON(v)
	case o.good > 0:
		return []byte("1")
	}
	return []byte("0")
}

// pixel is a transparent GIF of one by one.
var pixel = []byte("GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\x00\x00\x00!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;")

// A callback is a name, or the function that script tags without one pass. Anything else would be somebody's script.
var callbackName = regexp.MustCompile(`^[\w$.\[\]]{1,200}$`)

func isCallback(s string) bool { return s == "(function(){})" || callbackName.MatchString(s) }

func isWebAddress(s string) bool {
	return strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "https://")
}

// problem is an answer about the request as a whole, in the form of section 1.5.
type problem struct {
	code    int
	message string
}

func (p problem) write(w http.ResponseWriter) {
	switch p.code {
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		w.Header().Set("Retry-After", "2") // where the wire's documented back-off begins, in seconds
	case http.StatusRequestEntityTooLarge:
		w.Header().Set("Connection", "close") // the rest of the body is not worth reading
	}
	collect.WriteJSON(w, p.code, struct {
		Code   int    `json:"code"`
		Error  string `json:"error"`
		Status string `json:"status"`
	}{p.code, p.message, http.StatusText(p.code)})
}

// problemOf is the answer to an error that is not about single records. Everything unknown means that nothing was kept.
func problemOf(err error) problem {
	switch {
	case errors.Is(err, collect.ErrTooLarge):
		return problem{http.StatusRequestEntityTooLarge, "request exceeds max limit of 10485760 bytes"}
	case errors.Is(err, collect.ErrTooMany):
		return problem{http.StatusRequestEntityTooLarge, "request exceeds max limit of 2000 records"}
	case errors.Is(err, collect.ErrAborted):
		return problem{http.StatusBadRequest, "the request ended before its body did"}
	case errors.Is(err, collect.ErrCredentials):
		return problem{http.StatusUnauthorized, "Invalid credentials"}
	case errors.Is(err, collect.ErrRateLimited):
		return problem{http.StatusTooManyRequests, "Project exceeded rate limits. Please retry the request with exponential backoff."}
	}
	return problem{http.StatusServiceUnavailable, "Events cannot be kept right now. Please retry the request with exponential backoff."}
}
