// Package app builds the server out of its parts, starts and stops it. It is the only place that knows both roads.
package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"
	_ "time/tzdata" // zones on machines that have none installed

	"jejak/analytics"
	"jejak/analytics/enrich"
	"jejak/analytics/export"
	"jejak/analytics/forget"
	"jejak/analytics/identify"
	"jejak/analytics/lexicon"
	"jejak/analytics/people"
	"jejak/analytics/scan"
	"jejak/analytics/show"
	"jejak/analytics/store/columnar"
	"jejak/event"
	"jejak/incident/dataset"
	"jejak/incident/publish"
	"jejak/incident/register"
	"jejak/incident/vendor"
	"jejak/incident/verify"
)

// Options say where things lie. Data and Listen are required.
type Options struct {
	Data    string // folder of everything that is kept; made when missing
	Listen  string // host:port; port 0 takes a free one
	Places  string // folder of location databases; without any, places stay unknown
	Keys    Keys
	Mail    Mailing
	Version string
	Demo    bool // the console says that its data is invented
	// KeepDays is how many days of events projects keep, KeepDaysOf that of some; 0: all. MaxData bounds the events' folder, in
	// bytes; 0: no bound but the disk's.
	KeepDays   int
	KeepDaysOf map[event.ProjectID]int
	MaxData    int64
	// StopPatience is how long running requests may take to end.
	StopPatience time.Duration
	Log          *slog.Logger // nil: slog.Default()

	// NoticeDomain is the official domain that notices come from. Empty: that of Mail.Sender; without either no mail can be checked.
	NoticeDomain string

	points  points
	resolve verify.Resolver // stands in for DNS in tests
}

// App is the server. Use New, Start and Stop, each once and in this order.
type App struct {
	o        Options
	ground   ground
	store    *columnar.Store
	places   *enrich.Places
	files    *dataset.Shelf
	telling  *notices
	checks   *verify.Desk
	back     *verify.MailBack // nil: mails cannot be sent
	notices  *verify.Pages
	scopes   *scopes
	register *register.Register
	pages    *publish.Desk
	vendors  *vendors
	reports  *vendor.Reports
	identify *identify.Identifier
	export   *export.Desk
	forget   *forget.Eraser
	erasures *forget.Tasks
	groups   *identify.Groups
	scan     *scan.Desk
	people   *people.Service
	hub      *show.Hub
	lexicon  *lexicon.Lexicon
	road     *analytics.Road
	server   *http.Server
	at       net.Addr
	failed   chan error
	down     stack
}

// New opens everything that is kept. Nothing listens yet. Stop undoes it.
func New(o Options) (*App, error) {
	if o.Log == nil {
		o.Log = slog.Default()
	}
	a := &App{o: o, failed: make(chan error, 1)}
	if err := a.build(); err != nil {
		return nil, errors.Join(err, a.down.unwind(context.Background()))
	}
	return a, nil
}

// Start listens. When it returns nil, events are accepted.
func (a *App) Start(ctx context.Context) error {
	var l net.ListenConfig
	socket, err := l.Listen(ctx, "tcp", a.o.Listen)
	if err != nil {
		return explainListen(a.o.Listen, err)
	}
	a.at = socket.Addr()
	a.down.push("the listener", a.shutdown)
	background, end := context.WithCancel(context.WithoutCancel(ctx))
	a.down.pushClose("what runs in the background", func() error { end(); return nil })
	go restWhenQuiet(background)
	go a.watchPromises(background)
	go a.watchDeadlines(background)
	if err := a.startNotices(background); err != nil {
		return err
	}
	go a.watchVendors(background)
	go func() { a.failed <- a.server.Serve(socket) }()
	return nil
}

// shutdown lets running requests end while ctx allows it, and cuts off the rest.
func (a *App) shutdown(ctx context.Context) error {
	err := a.server.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		a.o.Log.Warn("some requests did not end in time")
		return a.server.Close()
	}
	return err
}

// Failed tells when serving ends by itself.
func (a *App) Failed() <-chan error { return a.failed }

// Stop lets running requests end, as long as ctx allows, and closes everything.
func (a *App) Stop(ctx context.Context) error { return a.down.unwind(ctx) }

// URL is where a browser on this machine finds the console. A loopback address becomes localhost: passkeys need a name.
func (a *App) URL() string {
	host, port, err := net.SplitHostPort(a.at.String())
	if err != nil {
		panic(fmt.Sprintf("BUG: listening on %v", a.at))
	}
	if ip := net.ParseIP(host); ip != nil && (ip.IsLoopback() || ip.IsUnspecified()) {
		host = "localhost"
	}
	return "http://" + net.JoinHostPort(host, port)
}
