package vendor

import (
	"context"
	"fmt"
	"time"
)

// ObservedRun is one look at files or pages.
type ObservedRun struct {
	ID      int64     `json:"id"`
	Version int       `json:"version"`
	Source  Source    `json:"source"`
	At      time.Time `json:"at"`
	Looked  int       `json:"looked_at"` // files or pages
	Unread  []string  `json:"unread"`    // what could not be, the first maxUnread
	Failed  int       `json:"failed"`    // how many those are in all
	Note    string    `json:"note,omitempty"`
}

// maxUnread bounds what is listed.
const maxUnread = 200

// Looked keeps a look at files or pages with what it found. It needs Respond.
func (r *Register) Looked(ctx context.Context, source Source, looked int, unread []string, found []Sighting) (ObservedRun, error) {
	if err := mayAct(ctx); err != nil {
		return ObservedRun{}, err
	}
	n := ObservedRun{Source: source, At: r.now(), Looked: looked, Unread: []string{}, Failed: len(unread)}
	for _, u := range unread[:min(len(unread), maxUnread)] {
		n.Unread = append(n.Unread, clean(u, maxPlace))
	}
	if err := r.record(ctx, "vendor.looked", fmt.Sprintf("%s of %d, %d not read", source, looked, len(unread))); err != nil {
		return ObservedRun{}, err
	}
	if err := r.Observe(ctx, source, found); err != nil {
		return ObservedRun{}, err
	}
	row, err := r.prepare(ctx, kindRun, 0, 0, func(id int64, version int) any {
		n.ID, n.Version = id, version
		return n
	})
	if err != nil {
		return ObservedRun{}, err
	}
	return n, r.keep(ctx, row)
}

// addRuns adds the looks at files and pages; that there was none is a gap, and what one could not read is.
func (r *Register) addRuns(ctx context.Context, s *Statement) error {
	runs, err := all[ObservedRun](ctx, r, kindRun)
	if err != nil {
		return err
	}
	looked := map[Source]bool{}
	for _, n := range runs {
		if n.At.Before(s.From) {
			continue
		}
		s.Runs = append(s.Runs, n)
		looked[n.Source] = true
		if n.Failed > 0 {
			s.gap("the %s of %s could not read %d of %d", n.Source, n.At.Format(time.RFC3339), n.Failed, n.Looked+n.Failed)
		}
	}
	if !looked[Scan] {
		s.gap("no files were scanned in this time")
	}
	if !looked[Crawl] && !looked[HAR] {
		s.gap("no page was opened in a browser in this time")
	}
	return nil
}
