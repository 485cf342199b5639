package vendor

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"jejak/ground/egress"
)

// ReportsPath is where browsers send reports on a Content-Security-SitePolicy.
const ReportsPath = "/csp-report"

// Limits of reports. They come from anybody.
const (
	maxReportBody  = 64 << 10
	maxReports     = 20 // in a body
	reportsASecond = 20
	reportsAtOnce  = 200
)

// Reports takes reports of browsers, in the forms of report-uri and of the Reporting API. Anybody may send them, so every answer is
// the same, and what they say is held apart as what it is.
type Reports struct {
	r     *Register
	limit *rate.Limiter
	mu    sync.Mutex
	queue []Sighting
}

// Reports makes the endpoint. What came in is kept by Flush.
func (r *Register) Reports() *Reports {
	return &Reports{r: r, limit: rate.NewLimiter(reportsASecond, reportsAtOnce)}
}

// ServeHTTP implements http.Handler.
func (h *Reports) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	w.Header().Set("Access-Control-Allow-Origin", "*") // reports are sent from other origins, without credentials
	w.Header().Set("Access-Control-Allow-Headers", "Content-Type")
	w.Header().Set("Cache-Control", "no-store")
	if q.Method == http.MethodPost && h.limit.AllowN(h.r.o.Now(), 1) {
		if text, err := io.ReadAll(http.MaxBytesReader(w, q.Body, maxReportBody)); err == nil {
			h.take(text)
		}
	}
	w.WriteHeader(http.StatusNoContent)
}

// maxQueue bounds what waits for Flush.
const maxQueue = 5000

func (h *Reports) take(text []byte) {
	list := sightings(text)
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.queue)+len(list) <= maxQueue {
		h.queue = append(h.queue, list...)
	}
}

// Flush keeps what has come in since the last one.
func (h *Reports) Flush(ctx context.Context) error {
	h.mu.Lock()
	list := h.queue
	h.queue = nil
	h.mu.Unlock()
	if len(list) == 0 {
		return nil
	}
	return h.r.observe(ctx, CSP, list)
}

// report has the fields that both forms have in common.
type report struct {
	Document, Blocked string
}

func sightings(text []byte) (out []Sighting) {
	for _, r := range parseReports(text) {
		blocked, err := url.Parse(r.Blocked)
		if err != nil || blocked.Hostname() == "" {
			continue // inline, eval, data
		}
		page, err := url.Parse(r.Document)
		if err != nil {
			continue
		}
		host, err := egress.Host(blocked.Hostname())
		own, _ := egress.Host(page.Hostname())
		if err != nil || egress.Domain(host) == egress.Domain(own) {
			continue
		}
		out = append(out, Sighting{Host: host, Place: place(page), Times: 1})
	}
	return out
}

// place is a page without its query and its fragment: those name people.
func place(u *url.URL) string { return u.Hostname() + u.EscapedPath() }

// parseReports reads application/csp-report and application/reports+json.
func parseReports(text []byte) (out []report) {
	var old struct {
		Report struct {
			Document string `json:"document-uri"`
			Blocked  string `json:"blocked-uri"`
		} `json:"csp-report"`
	}
	if json.Unmarshal(text, &old) == nil && old.Report.Blocked != "" {
		return []report{{old.Report.Document, old.Report.Blocked}}
	}
	var list []struct {
		Type string `json:"type"`
		Body struct {
			Document string `json:"documentURL"`
			Blocked  string `json:"blockedURL"`
		} `json:"body"`
	}
	if json.Unmarshal(text, &list) != nil {
		return nil
	}
	for _, r := range list[:min(len(list), maxReports)] {
		if r.Type == "csp-violation" {
			out = append(out, report{r.Body.Document, r.Body.Blocked})
		}
	}
	return out
}

// Keep flushes and notes that the door was open, at every tick until ctx ends. failed is told of errors; what failed is tried again.
func (h *Reports) Keep(ctx context.Context, tick <-chan time.Time, failed func(error)) {
	for {
		if err := h.r.Watch(ctx); err != nil && ctx.Err() == nil {
			failed(err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick:
		}
		if err := h.Flush(ctx); err != nil && ctx.Err() == nil {
			failed(err)
		}
	}
}
