package main

import (
	"context"
	"os/signal"
	"syscall"

	"jejak/app"
)

type serve struct {
	Data   string `required:"" placeholder:"DIR" help:"Folder of everything that is kept."`
	Listen string `default:"127.0.0.1:7080" placeholder:"HOST:PORT" help:"Where to listen."`
}

// Run implements the command.
func (s *serve) Run() error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	a, err := app.New(app.Options{Data: s.Data, Listen: s.Listen, Version: version})
	if err != nil {
		return err
	}
	if err := a.Start(ctx); err != nil {
		return err
	}
	<-ctx.Done()
	return a.Stop(context.Background())
}
