package app

import (
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"jejak/analytics/collect"
	"jejak/analytics/collect/mixpanel"
	"jejak/analytics/collect/native"
	"jejak/analytics/export"
	rawexport "jejak/analytics/export/mixpanel"
	wireforget "jejak/analytics/forget/mixpanel"
	"jejak/analytics/query"
	"jejak/analytics/show"
	"jejak/analytics/store/columnar"
	"jejak/event"
	"jejak/incident/publish"
	"jejak/incident/serve"
	"jejak/incident/vendor"
	"jejak/incident/verify"
)

// bodiesBudget bounds all request bodies in flight, in bytes.
const bodiesBudget = 64 << 20

// questionMemory bounds the tables of one question, in bytes. Two are worked on at once.
const questionMemory = 128 << 20

// routes sends each request to its door: those of events, or the way back.
func (a *App) routes() http.Handler {
	road := &outspoken{Road: a.road, log: a.o.Log}
	known := projects{a.ground.access}
	bodies := collect.NewBodies(bodiesBudget)
	wire := mixpanel.New(road, known, mixpanel.Options{Bodies: bodies})
	own := native.New(road, known, native.Options{Bodies: bodies})
	raw := rawexport.New(rawexport.Options{
		Desk: a.export, Authenticate: a.ground.access.AuthenticateReader,
		Failed: func(id export.ID, err error) { a.o.Log.Error("an export broke off", "export", id, "error", err) },
	})
	erase := wireforget.New(wireforget.Options{
		Tasks: a.erasures, Authenticate: a.ground.access.AuthenticateReader,
		ByToken: func(token string) (event.ProjectID, bool) {
			p, ok := a.ground.access.ByToken(token)
			return p.ID, ok
		},
		Failed: func(err error) { a.o.Log.Error("cannot answer about an erasure", "error", err) },
	})
	pages := a.pages.Handler()
	back := a.wayBack()
	subprocessors := a.vendors.Pages()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/healthz":
			a.health(w, r)
		case r.URL.Path == "/api/v1/events":
			own.ServeHTTP(w, r)
		case r.URL.Path == vendor.ReportsPath:
			a.reports.ServeHTTP(w, r)
		case isPublicOfVendors(r.URL.Path):
			subprocessors.ServeHTTP(w, r)
		case rawexport.Speaks(r.URL.Path):
			raw.ServeHTTP(w, r)
		case wireforget.Speaks(r.URL.Path):
			erase.ServeHTTP(w, r)
		case verify.Speaks(r.URL.Path):
			a.notices.ServeHTTP(w, r)
		case mixpanel.Speaks(r.URL.Path):
			wire.ServeHTTP(w, r)
		case publish.Speaks(r.URL.Path):
			pages.ServeHTTP(w, r)
		default:
			back.ServeHTTP(w, r)
		}
	})
}

// health says that events can be accepted: nothing listens before that.
func (a *App) health(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write([]byte("ok\n")) // the client may be gone
}

func (a *App) wayBack() http.Handler {
	return show.New(show.Options{
		Access:   a.ground.access,
		Merges:   merges{a.identify, a.store},
		Approve:  a.ground.approve,
		Audit:    a.ground.vault.Log(),
		Lexicon:  a.lexicon,
		Scan:     a.scan,
		Lookups:  a.lookups,
		Export:   a.export,
		Forget:   a.forget,
		People:   a.people,
		Store:    persons{a.store, a.identify, a.lexicon, a.people, a.groups},
		Counters: a.counters,
		Hub:      a.hub,
		Guard:    columnar.Guard,
		Budget:   query.Budget{Memory: questionMemory},
		Places:   show.PlaceData{Installed: a.places.Installed(), Name: a.places.Name(), Link: a.places.Link()},
		Demo:     a.o.Demo,
		Version:  a.o.Version,
		Log:      a.o.Log,
		More: []func(huma.API, show.Fail){serve.Offer(serve.Options{
			Files: a.files, Directories: a.ground.directories(a.o.Data), Scopes: a.scopes, Incidents: a.register, Checks: a.checks,
			Pages: a.pages, Notices: a.telling, Vendors: a.vendors,
		})},
	})
}

// counters are the road's, as the way back tells them.
func (a *App) counters(p event.ProjectID) show.Counters {
	c := a.road.Counters(p)
	told := show.Counters{
		Received: c.Received, Refused: c.Refused, Durable: c.Durable, Askable: c.Askable, Duplicates: c.Duplicates,
		Expired: c.Expired, Erased: c.Erased, Changed: show.ChangedOf(c.Changed), Strangers: a.road.Strangers(),
	}
	for _, r := range c.Recent {
		told.Recent = append(told.Recent, show.Refusal{
			Time: time.UnixMilli(int64(r.Time)).UTC(), Reason: r.Reason, Field: r.Field, Event: r.Name,
		})
	}
	return told
}
