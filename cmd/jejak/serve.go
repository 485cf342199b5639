package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"jejak/app"
	"jejak/event"
)

// stopPatience is how long running requests may take to end.
const stopPatience = 20 * time.Second

type serve struct {
	kept
	listening
	limited

	Mail string `type:"existingfile" env:"JEJAK_MAIL" placeholder:"FILE" help:"How notices of an incident are mailed (JSON, see docs/notices.md). Without this flag none is."`
}

// limited are the flags of how much is kept.
type limited struct {
	KeepDays   uint16                     `env:"JEJAK_KEEP_DAYS" placeholder:"N" help:"Delete events older than N days, counted in UTC. Without this flag all are kept."`
	KeepDaysOf map[event.ProjectID]uint16 `env:"JEJAK_KEEP_DAYS_OF" placeholder:"ID=N;…" help:"The same for single projects; 0 keeps all."`
	MaxData    size                       `env:"JEJAK_MAX_DATA" placeholder:"SIZE" help:"How much the events may take on disk, such as 500GB; above it they are refused until there is room. Without this flag 256 MB of the disk are left free."`
}

// limit sets what the flags say.
func (l *limited) limit(o *app.Options) {
	o.KeepDays, o.MaxData = int(l.KeepDays), int64(l.MaxData)
	o.KeepDaysOf = make(map[event.ProjectID]int, len(l.KeepDaysOf))
	for project, days := range l.KeepDaysOf {
		o.KeepDaysOf[project] = int(days)
	}
}

// listening are the flags of what listens.
type listening struct {
	Listen       string `default:"127.0.0.1:7080" env:"JEJAK_LISTEN" placeholder:"HOST:PORT" help:"Where to listen; port 0 takes a free one. Default ${default}."`
	NoticeDomain string `env:"JEJAK_NOTICE_DOMAIN" placeholder:"DOMAIN" help:"The official domain that notices of incidents come from, such as example.com: people can then show a mail and learn whether it is from you."`
	PlaceData    string `type:"existingdir" env:"JEJAK_PLACE_DATA" placeholder:"DIR" help:"Folder of location databases (*.mmdb); without this flag place-data beside the program."`
}

// Help implements kong's help.
func (s *serve) Help() string {
	return `At the first start it prints a one-time link that makes the owner's account. There is no default password.

Example:
  jejak serve --data /var/lib/jejak --listen 0.0.0.0:7080`
}

// Validate implements kong's check.
func (l *listening) Validate() error {
	if _, _, err := net.SplitHostPort(l.Listen); err != nil {
		return errors.New("--listen: expected HOST:PORT, such as 127.0.0.1:7080")
	}
	return nil
}

// Run implements the command.
func (s *serve) Run(out io.Writer) error {
	o := s.options()
	o.Data, o.Keys = s.Data, s.keys()
	if s.Mail != "" {
		var err error
		if o.Mail, err = app.ReadMailing(s.Mail); err != nil {
			return err
		}
	}
	s.limit(&o)
	return untilStopped(func(ctx context.Context) error {
		return app.Serve(ctx, o, out)
	})
}

func (l *listening) options() app.Options {
	places := l.PlaceData
	if places == "" {
		places = placesBesideProgram()
	}
	return app.Options{Listen: l.Listen, NoticeDomain: strings.ToLower(l.NoticeDomain), Places: places, Version: version, StopPatience: stopPatience, Log: slog.Default()}
}

// placesBesideProgram is where `make build` puts the databases.
func placesBesideProgram() string {
	program, err := os.Executable()
	if err != nil {
		return ""
	}
	return filepath.Join(filepath.Dir(program), "place-data")
}

// untilStopped runs something until it ends or the terminal or the system asks for the end. A second request ends the
// program at once.
func untilStopped(do func(context.Context) error) error {
	app.LimitMemory()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop)
	if err := do(ctx); err != nil {
		return fmt.Errorf("cannot serve: %w", err)
	}
	return nil
}
