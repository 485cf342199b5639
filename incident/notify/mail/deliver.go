package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// Relay is the mail server that takes notices. It is dialled through Dial, so that tests and proxies can stand between.
type Relay struct {
	Address  string // host:port
	Hello    string // this host's name, as it introduces itself
	Dial     func(ctx context.Context, network, address string) (net.Conn, error)
	TLS      *tls.Config // nil: never encrypted, for a relay on this machine only
	User     string      // empty: the relay asks for none
	Password string
	Patience time.Duration // for each answer; 0: five minutes
}

// Outcome is what the relay said of a mail.
type Outcome int

// The outcomes.
const (
	NotSent  Outcome = iota // it is certain that the relay does not have it; another try may follow
	Accepted                // the relay has it
	Refused                 // the mailbox will never take it
	Blocked                 // the relay refuses us, not this recipient: all must wait for a person
	Doubtful                // the last dot went out and no answer came: nobody but the relay knows
)

// Answer is an Outcome with the relay's codes. It never holds the relay's words: relays repeat the recipient in them.
type Answer struct {
	Outcome Outcome
	Code    int    // of SMTP; 0: there was none
	Status  [3]int // RFC 3463; zero: there was none
}

// Session is a connection that mails go over, one after the other.
type Session struct {
	client *smtp.Client
	conn   net.Conn
	dsn    bool
}

const patience = 5 * time.Minute

// Open connects, encrypts and signs in.
func (r Relay) Open(ctx context.Context) (s *Session, err error) {
	dial := r.Dial
	if dial == nil {
		dial = (&net.Dialer{Timeout: 30 * time.Second}).DialContext
	}
	conn, err := dial(ctx, "tcp", r.Address)
	if err != nil {
		return nil, fmt.Errorf("cannot reach the relay: %w", err)
	}
	c, err := r.greet(conn)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("cannot begin with the relay: %w", err), conn.Close())
	}
	c.CommandTimeout, c.SubmissionTimeout = patience, patience
	if r.Patience > 0 {
		c.CommandTimeout, c.SubmissionTimeout = r.Patience, r.Patience
	}
	if r.User != "" {
		if err := c.Auth(sasl.NewPlainClient("", r.User, r.Password)); err != nil {
			return nil, errors.Join(errors.New("cannot sign in at the relay: it refused user name and password"), c.Close())
		}
	}
	dsn, _ := c.Extension("DSN")
	return &Session{c, conn, dsn}, nil
}

func (r Relay) greet(conn net.Conn) (*smtp.Client, error) {
	if r.TLS != nil {
		c, err := smtp.NewClientStartTLS(conn, r.TLS)
		if err != nil {
			return nil, err
		}
		return c, c.Noop() // the certificate is looked at with the first command
	}
	if r.User != "" {
		return nil, errors.New("a password is sent over an encrypted connection only")
	}
	c := smtp.NewClient(conn)
	return c, c.Hello(r.hello())
}

func (r Relay) hello() string {
	if r.Hello == "" {
		return "localhost"
	}
	return r.Hello
}

// Send hands a mail over. atTheDot is called when everything is sent but the final dot: until it returns nil the relay cannot
// have the mail, afterwards it may. After an error the session is of no more use: Abort it.
func (s *Session) Send(from, to string, t Token, message []byte, atTheDot func() error) (Answer, error) {
	if a, err := s.begin(from, to, t); a.Code != 0 || err != nil {
		return a, err
	}
	w, err := s.client.Data()
	if err != nil {
		return answerTo(err, false, Answer{})
	}
	if _, err := w.Write(message); err != nil {
		return Answer{}, fmt.Errorf("cannot hand a mail to the relay: %w", err)
	}
	if err := atTheDot(); err != nil {
		return Answer{}, err
	}
	if _, err := w.CloseWithResponse(); err != nil {
		return answerTo(err, false, Answer{Outcome: Doubtful})
	}
	return Answer{Outcome: Accepted, Code: 250}, nil
}

// begin names sender and recipient. A code says that the relay wants neither.
func (s *Session) begin(from, to string, t Token) (Answer, error) {
	var m *smtp.MailOptions
	var r *smtp.RcptOptions
	if s.dsn { // a report of success settles a doubt, too
		m = &smtp.MailOptions{Return: smtp.DSNReturnHeaders, EnvelopeID: t.String()}
		r = &smtp.RcptOptions{Notify: []smtp.DSNNotify{smtp.DSNNotifySuccess, smtp.DSNNotifyFailure, smtp.DSNNotifyDelayed}}
	}
	if err := s.client.Mail(from, m); err != nil {
		return answerTo(err, false, Answer{})
	}
	if err := s.client.Rcpt(to, r); err != nil {
		return answerTo(err, true, Answer{})
	}
	return Answer{}, nil
}

// answerTo is what a failure means: an answer is an answer, and silence what it is at that place.
func answerTo(err error, aboutMailbox bool, silence Answer) (Answer, error) {
	var said *smtp.SMTPError
	if !errors.As(err, &said) {
		return silence, fmt.Errorf("cannot hear the relay: %w", err)
	}
	a := Answer{Outcome: NotSent, Code: said.Code, Status: said.EnhancedCode}
	if said.Code >= 500 {
		a.Outcome = Blocked
		if subject := a.Status[1]; subject == 1 || subject == 2 || a.Status == [3]int{} && aboutMailbox {
			a.Outcome = Refused
		}
	}
	if said.Code == 421 { // the relay closes
		return a, errors.New("cannot go on: the relay ends the connection")
	}
	return a, nil
}

// Reset makes the session ready after a refusal.
func (s *Session) Reset() error { return s.client.Reset() }

// Close ends the session politely, or not at all.
func (s *Session) Close() error {
	if err := s.client.Quit(); err != nil {
		return s.conn.Close()
	}
	return nil
}

// Abort cuts the connection: it MUST be used when a mail was begun and its dot must not follow.
func (s *Session) Abort() error { return s.conn.Close() }
