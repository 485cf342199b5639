package app

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"sync"
	"time"

	"jejak/incident/notify"
	"jejak/incident/notify/mail"
)

// Mailing says how notices leave. Without a relay none does.
type Mailing struct {
	Relay   mail.Relay
	Sender  mail.Sender
	Keys    []mail.Key
	Witness notify.Witness // nil: doubts wait for reports or people
	Pace    notify.Pace
	Bounces string // host:port at which mail to return paths comes in; empty: it does not
}

func (m Mailing) isSet() bool { return m.Relay.Address != "" }

// mailingFile is a Mailing as a file says it.
type mailingFile struct {
	Relay        string         `json:"relay"`
	Hello        string         `json:"hello"`
	NoTLS        bool           `json:"no_tls"` // for a relay on this machine
	User         string         `json:"user"`
	PasswordFile string         `json:"password_file"`
	Name         string         `json:"from_name"`
	From         string         `json:"from"`
	Domain       string         `json:"bounce_domain"`
	Listen       string         `json:"bounce_listen"`
	Keys         []keyFile      `json:"keys"`
	Logs         []string       `json:"postfix_logs"` // of a postfix on this machine, the oldest first
	PerHour      map[string]int `json:"per_hour"`
	Growth       float64        `json:"growth_per_day"`
	Since        time.Time      `json:"since"`
}

type keyFile struct {
	Selector string `json:"selector"`
	File     string `json:"file"`
}

// ReadMailing reads how notices leave from a JSON file. It holds no secret: password and keys lie in files of their own.
func ReadMailing(path string) (m Mailing, err error) {
	f, err := os.Open(path)
	if err != nil {
		return m, fmt.Errorf("cannot read how notices are mailed: %w", err)
	}
	defer f.Close()
	var c mailingFile
	in := json.NewDecoder(f)
	in.DisallowUnknownFields()
	if err := in.Decode(&c); err != nil {
		return m, fmt.Errorf("cannot read how notices are mailed: %w\nhint: docs/notices.md shows such a file", err)
	}
	host, _, err := net.SplitHostPort(c.Relay)
	if err != nil || c.From == "" || c.Domain == "" {
		return m, errors.New("cannot use how notices are mailed: relay (HOST:PORT), from and bounce_domain are required\nhint: docs/notices.md shows such a file")
	}
	m = Mailing{
		Relay:  mail.Relay{Address: c.Relay, Hello: c.Hello, User: c.User},
		Sender: mail.Sender{Name: c.Name, Address: c.From, Bounces: c.Domain},
		Pace:   notify.Pace{PerHour: c.PerHour, Growth: c.Growth, Since: c.Since}, Bounces: c.Listen,
	}
	if !c.NoTLS {
		m.Relay.TLS = &tls.Config{ServerName: host, MinVersion: tls.VersionTLS12}
	}
	if len(c.Logs) > 0 {
		m.Witness = mail.Postfix{Logs: c.Logs}
	}
	return m, m.readSecrets(c)
}

func (m *Mailing) readSecrets(c mailingFile) error {
	if c.PasswordFile != "" {
		text, err := os.ReadFile(c.PasswordFile)
		if err != nil {
			return fmt.Errorf("cannot read the relay's password: %w", err)
		}
		m.Relay.Password = strings.TrimSpace(string(text))
	}
	for _, k := range c.Keys {
		text, err := os.ReadFile(k.File)
		if err != nil {
			return fmt.Errorf("cannot read a signing key: %w", err)
		}
		key, err := mail.ParseKey(k.Selector, text)
		if err != nil {
			return err
		}
		m.Keys = append(m.Keys, key)
	}
	return nil
}

// startNotices sends what is released, and takes what comes back, until the server stops.
func (a *App) startNotices(ctx context.Context) error {
	if !a.o.Mail.isSet() {
		return nil
	}
	if a.o.Mail.Bounces != "" {
		var l net.ListenConfig
		socket, err := l.Listen(ctx, "tcp", a.o.Mail.Bounces)
		if err != nil {
			return fmt.Errorf("cannot listen for bounced notices: %w", err)
		}
		intake := mail.Intake(a.o.Mail.Sender, a.telling)
		a.down.pushClose("the intake of bounces", intake.Close)
		go func() { _ = intake.Serve(socket) }() // ends with Close
	}
	ctx, end := context.WithCancel(ctx)
	var sending sync.WaitGroup
	sending.Go(func() { a.telling.Run(ctx) })
	sending.Go(func() { a.answerByMail(ctx) })
	a.down.pushClose("the notices", func() error { end(); sending.Wait(); return nil })
	return nil
}
