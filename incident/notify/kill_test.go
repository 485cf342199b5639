package notify

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"jejak/event"
	"jejak/ground/approve"
	"jejak/ground/audit"
	"jejak/incident/notify/mail"
	"jejak/incident/notify/mail/sink"
)

var (
	killNotices = flag.Int("notices", 3_000, "how many notices the killed sender sends")
	kills       = flag.Int("kills", 12, "how often it is killed")
	killSeed    = flag.Uint64("seed", 1, "of where it is killed and which answers are lost")
)

// TestMain lets the test binary be the sender that is killed.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "send" {
		if err := sendUntilDone(os.Args[2], os.Args[3], os.Args[4]); err != nil {
			fmt.Fprintln(os.Stderr, "error:", err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// killed is the service of the killed sender and of who looks at its ledger.
func killed(dir, relay, log string) (*Service, func() error, error) {
	db, v, err := open(dir)
	if err != nil {
		return nil, nil, err
	}
	seed := sha256.Sum256([]byte("a key of tests"))
	empty := func(context.Context) (io.ReadCloser, error) { return io.NopCloser(strings.NewReader("")), nil }
	s := New(Options{
		DB: db, Vault: v, Log: v.Log(), Sender: sender0, Relay: mail.Relay{Address: relay}, Workers: 16, Grace: time.Nanosecond,
		Witness: mail.Postfix{Queue: empty, Logs: []string{log}}, Keys: []mail.Key{{Selector: "e", Private: ed25519.NewKeyFromSeed(seed[:])}},
		Desk: alone{},
	})
	return s, func() error { return errors.Join(v.Close(), db.Close()) }, nil
}

func sendUntilDone(dir, relay, log string) error {
	s, end, err := killed(dir, relay, log)
	if err != nil {
		return err
	}
	for {
		if err := errors.Join(s.Settle(context.Background(), incident, 1), s.Send(context.Background(), incident, 1)); err != nil {
			return err
		}
		p, err := s.progress(context.Background(), incident, 1)
		if err != nil {
			return err
		}
		if p.Open == 0 {
			return end()
		}
	}
}

// alone lets one person do all: the console.
type alone struct{}

func (alone) Require(context.Context, event.ProjectID, audit.Act, approve.Hash, string) error {
	return nil
}

// TestKilledSender: the sending process is killed again and again, at random points, and the relay loses one last answer in twenty;
// nobody is told twice, nobody is forgotten, and the ledger reconciles after each kill.
func TestKilledSender(t *testing.T) {
	t.Logf("%d notices, %d kills, seed %d", *killNotices, *kills, *killSeed)
	dir := t.TempDir()
	logPath := filepath.Join(t.TempDir(), "mail.log")
	log, err := os.Create(logPath)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	took := make(chan struct{}, 1<<20)
	relay := startSink(t, sink.Options{Log: log, Lost: 0.05, Seed: *killSeed, Took: func(sink.Mail) { took <- struct{}{} }})
	s, end, err := killed(dir, relay.Address(), logPath)
	if err != nil {
		t.Fatal(err)
	}
	defer end()
	if _, err := s.Plan(console, facts(1), people(0, *killNotices)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Release(console, incident, 1); err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(*killSeed, 2))
	atKills := 0
	for k := range *kills {
		after := 0 // one in ten dies while it starts
		if random.IntN(10) > 0 {
			after = 1 + random.IntN(max(1, 2**killNotices/(*kills+1)))
		}
		runAndKill(t, dir, relay, logPath, took, after)
		p, err := s.progress(context.Background(), incident, 1)
		if err != nil || !p.Reconciled || p.Notices != *killNotices {
			t.Fatalf("after kill %d: %v, %+v", k, err, p)
		}
		atKills += handingRows(t, s)
	}
	began := time.Now()
	if out, err := exec.Command(self(t), "send", dir, relay.Address(), logPath).CombinedOutput(); err != nil {
		t.Fatalf("the last sender: %v: %s", err, out)
	}
	p, err := s.progress(context.Background(), incident, 1)
	if err != nil || p.Accepted != *killNotices || p.InDoubt != 0 || p.Open != 0 {
		t.Errorf("%v, %+v", err, p)
	}
	counts, lost := relay.Taken()
	double := 0
	for _, n := range counts {
		if n != 1 {
			double++
		}
	}
	if double != 0 || len(counts) != *killNotices {
		t.Errorf("%d told twice, %d never", double, *killNotices-len(counts))
	}
	t.Logf("%d answers lost, %d notices handing when killed; all were settled by the relay's log; told twice: %d, never: %d, in doubt at the end: %d; the last sender took %v",
		lost, atKills, double, *killNotices-len(counts), p.InDoubt, time.Since(began).Round(time.Millisecond))
}

// runAndKill starts a sender and kills it after the relay has taken so many more mails.
func runAndKill(t *testing.T, dir string, relay *sink.Sink, log string, took chan struct{}, after int) {
	t.Helper()
	for len(took) > 0 {
		<-took
	}
	c := exec.Command(self(t), "send", dir, relay.Address(), log)
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- c.Wait() }()
	for range after {
		select {
		case <-took:
		case <-ended: // it was done before
			return
		}
	}
	_ = c.Process.Kill() // it may have ended
	<-ended
	relay.Quiet() // what it sent is read to its end: a real relay's patience with it is over
}

func handingRows(t *testing.T, s *Service) (n int) {
	t.Helper()
	err := s.o.DB.Read(context.Background(), func(tx *sql.Tx) error {
		return tx.QueryRow("SELECT COUNT(*) FROM notices WHERE state = 'handing'").Scan(&n)
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func self(t *testing.T) string {
	t.Helper()
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return path
}
