package show

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"jejak/analytics/scan"
	"jejak/event"
)

// Scan is one look through everything that is stored: what must not be kept by the rules of today is taken out.
type Scan struct {
	ID      int64      `json:"id"`
	Asked   string     `json:"asked_by"`
	Began   time.Time  `json:"began"`
	Ended   *time.Time `json:"ended,omitempty"`
	State   scan.State `json:"state" enum:"running,done,stopped,failed"`
	Rows    uint64     `json:"rows,omitempty" doc:"That were looked at, while it runs."`
	All     uint64     `json:"all_rows,omitempty"`
	Changed []Changed  `json:"changed" nullable:"false" doc:"Values in rows of the store, duplicates included. After a scan no byte of them is left where events are kept."`
}

type oneScan struct {
	InProject
	Scan int64 `path:"scan" minimum:"1" doc:"Its number."`
}

func (s *server) offerScans(api huma.API) {
	const scans = "/projects/{id}/scans"
	register(s, api, operation("listScans", http.MethodGet, scans, "Scans of what is stored, the newest first", byBoth), s.listScans)
	start := operation("startScan", http.MethodPost, scans, "Let the rules of today hold for what is stored: detectors, data plan, group keys", bySession)
	start.DefaultStatus = http.StatusCreated
	register(s, api, start, s.startScan)
	register(s, api, operation("stopScan", http.MethodDelete, scans+"/{scan}", "Stop a scan; what it has cleaned stays clean", bySession), s.stopScan)
}

func scanOf(x scan.Scan) Scan {
	out := Scan{ID: x.ID, Asked: x.Asked, Began: x.Began, State: x.State, Rows: x.Rows, All: x.All, Changed: ChangedOf(x.Changed)}
	if !x.Ended.IsZero() {
		out.Ended = &x.Ended
	}
	return out
}

func (s *server) listScans(ctx context.Context, in *InProject) (*answered[[]Scan], error) {
	scans, err := s.Scan.List(ctx, event.ProjectID(in.ID))
	list := make([]Scan, len(scans))
	for i, x := range scans {
		list[i] = scanOf(x)
	}
	return answer(list), err
}

func (s *server) startScan(ctx context.Context, in *InProject) (*answered[Scan], error) {
	x, err := s.Scan.Start(ctx, event.ProjectID(in.ID))
	return answer(scanOf(x)), err
}

func (s *server) stopScan(ctx context.Context, in *oneScan) (*none, error) {
	return &none{}, s.Scan.Stop(ctx, event.ProjectID(in.ID), in.Scan)
}
