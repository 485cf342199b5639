// Package app builds the server out of its parts, starts and stops it. It is the only place that knows both roads.
package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	_ "time/tzdata" // zones on machines that have none installed
)

// Options say where things lie. Data and Listen are required.
type Options struct {
	Data    string // folder of everything that is kept; made when missing
	Listen  string // host:port; port 0 takes a free one
	Places  string // folder of location databases; without any, places stay unknown
	KeyFile string // root key; empty: beside Data, with .key added
	Version string
	Demo    bool // the console says that its data is invented
	Log     *slog.Logger
}

// App is the server. Use New, Start and Stop, each once and in this order.
type App struct {
	o      Options
	server *http.Server
	at     net.Addr
	failed chan error
	down   stack
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

func (a *App) build() error {
	a.server = newServer(http.NotFoundHandler(), a.o.Log)
	return nil
}

// Start listens. When it returns nil, events are accepted.
func (a *App) Start(ctx context.Context) error {
	var l net.ListenConfig
	socket, err := l.Listen(ctx, "tcp", a.o.Listen)
	if err != nil {
		return fmt.Errorf("cannot listen on %s: %w", a.o.Listen, err)
	}
	a.at = socket.Addr()
	a.down.push("the listener", a.server.Shutdown)
	go func() { a.failed <- a.server.Serve(socket) }()
	return nil
}

// Failed tells when serving ends by itself.
func (a *App) Failed() <-chan error { return a.failed }

// Stop lets running requests end, as long as ctx allows, and closes everything.
func (a *App) Stop(ctx context.Context) error { return a.down.unwind(ctx) }
