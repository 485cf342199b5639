// Package sink is a mail server that takes everything and delivers nothing, for rehearsals and tests. It counts what it took, keeps
// a log as Postfix does, and can lose its last answers.
package sink

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"sync"

	"github.com/emersion/go-smtp"
)

// Options of a Sink.
type Options struct {
	Log io.Writer // of what was taken, one line each as Postfix's queue manager writes it; nil: none
	// Lost is the share of mails after whose final dot the connection breaks; half of those were taken.
	Lost float64
	Seed uint64
	// Answer says what a recipient is told instead of being taken; nil: nothing.
	Answer func(recipient string) *smtp.SMTPError
	// Took is called with each mail; nil: it is forgotten.
	Took func(m Mail)
}

// Mail is one that was taken.
type Mail struct {
	From, To string
	Envelope string // ENVID
	Text     []byte
}

// Sink is a running mail server.
type Sink struct {
	o      Options
	server *smtp.Server
	listen net.Listener

	mu     sync.Mutex
	random *rand.Rand
	taken  map[string]int // by envelope sender
	lost   int
	open   int
	idle   *sync.Cond
}

// Start listens on a free port of this machine.
func Start(o Options) (*Sink, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("cannot start the mail sink: %w", err)
	}
	s := &Sink{o: o, listen: l, random: rand.New(rand.NewPCG(o.Seed, 1)), taken: map[string]int{}}
	s.idle = sync.NewCond(&s.mu)
	s.server = smtp.NewServer(smtp.BackendFunc(s.session))
	s.server.Domain, s.server.EnableDSN, s.server.AllowInsecureAuth = "sink.example", true, true
	s.server.MaxMessageBytes, s.server.MaxRecipients = 1<<20, 1
	s.server.ErrorLog = silent{}
	go func() { _ = s.server.Serve(l) }() // ends with Close
	return s, nil
}

// silent drops what the server says of broken connections: they are what a sink is for.
type silent struct{}

func (silent) Printf(string, ...any) {}
func (silent) Println(...any)        {}

// Address is where it listens.
func (s *Sink) Address() string { return s.listen.Addr().String() }

// Close ends it.
func (s *Sink) Close() error { return s.server.Close() }

// Taken is how many mails came from each envelope sender, and Lost how many last answers were lost.
func (s *Sink) Taken() (bySender map[string]int, lost int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	bySender = make(map[string]int, len(s.taken))
	for k, v := range s.taken {
		bySender[k] = v
	}
	return bySender, s.lost
}

// Quiet waits until no connection is open: what a dead client has sent is read to its end then.
func (s *Sink) Quiet() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.open > 0 {
		s.idle.Wait()
	}
}

func (s *Sink) session(c *smtp.Conn) (smtp.Session, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open++
	return &session{sink: s, conn: c}, nil
}

type session struct {
	sink     *Sink
	conn     *smtp.Conn
	from, to string
	envelope string
}

func (s *session) Reset() { s.from, s.to, s.envelope = "", "", "" }

func (s *session) Logout() error {
	s.sink.mu.Lock()
	defer s.sink.mu.Unlock()
	s.sink.open--
	s.sink.idle.Broadcast()
	return nil
}

func (s *session) Mail(from string, o *smtp.MailOptions) error {
	s.from = from
	if o != nil {
		s.envelope = o.EnvelopeID
	}
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.to = to
	if s.sink.o.Answer != nil {
		if e := s.sink.o.Answer(to); e != nil {
			return e
		}
	}
	return nil
}

func (s *session) Data(from io.Reader) error {
	text, err := io.ReadAll(from)
	if err != nil {
		return err // the dot never came
	}
	loses, takes := s.sink.draw()
	if takes {
		if err := s.sink.take(Mail{s.from, s.to, s.envelope, text}); err != nil {
			return err
		}
	}
	if loses {
		return errors.Join(errors.New("the answer is lost"), s.conn.Conn().Close())
	}
	return nil
}

func (s *Sink) draw() (loses, takes bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.random.Float64() >= s.o.Lost {
		return false, true
	}
	s.lost++
	return true, s.random.IntN(2) == 0
}

func (s *Sink) take(m Mail) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.taken[m.From]++
	if s.o.Log != nil {
		if _, err := fmt.Fprintf(s.o.Log, "Nov 25 09:00:00 sink postfix/qmgr[1]: %X: from=<%s>, size=%d, nrcpt=1 (queue active)\n", len(s.taken), m.From, len(m.Text)); err != nil {
			return err
		}
	}
	if s.o.Took != nil {
		s.o.Took(m)
	}
	return nil
}
