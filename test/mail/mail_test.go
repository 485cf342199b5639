// Package mail sends notices through a real mail server, and has their signatures verified by another implementation than the one
// that made them. It needs Debian's postfix and python3-dkim, which test/all.sh installs; without -real it runs nothing.
package mail

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"jejak/incident/notify/mail"
	"jejak/incident/notify/mail/sink"
)

var real = flag.Bool("real", false, "send through Debian's postfix; needs root")

// TestArrivesThroughPostfix: mails go over a postfix of our own to a sink behind it; each arrives once, with two signatures that
// hold; postfix's queue and log tell which mails it took.
func TestArrivesThroughPostfix(t *testing.T) {
	if !*real {
		t.Skip("make test runs this with -real")
	}
	const mails = 20
	arrived := make(chan sink.Mail, 1000)
	last, err := sink.Start(sink.Options{Took: func(m sink.Mail) { arrived <- m }})
	if err != nil {
		t.Fatal(err)
	}
	defer last.Close()
	p := startPostfix(t, last.Address())
	ks, records := keys(t)
	sender := mail.Sender{Name: "Contoh", Address: "incident@contoh.example", Bounces: "bounce.contoh.example"}
	session, err := mail.Relay{Address: p.address}.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	tokens := []mail.Token{}
	for n := range mails {
		token := mail.Token{byte(n + 1)}
		tokens = append(tokens, token)
		to := fmt.Sprintf("p%d@mail.example", n)
		m, err := mail.Compose(sender, mail.Letter{Token: token, To: to, Subject: "[Insiden 2025-01] Data Anda terdampak – é", Body: "Ya, data Anda terdampak.\n.\nKétiga.\n", Date: time.Now()})
		if err != nil {
			t.Fatal(err)
		}
		if m, err = mail.Sign("contoh.example", ks, m); err != nil {
			t.Fatal(err)
		}
		if a, err := session.Send(sender.ReturnPath(token), to, token, m, func() error { return nil }); err != nil || a.Outcome != mail.Accepted {
			t.Fatalf("%+v, %v", a, err)
		}
	}
	got := map[string]int{}
	for range mails {
		select {
		case m := <-arrived:
			got[m.From]++
			if n := holding(t, m.Text, records); n != "2" {
				t.Errorf("%s of 2 signatures hold", n)
			}
		case <-time.After(time.Minute):
			t.Fatalf("%d of %d arrived\n%s", len(got), mails, p.log())
		}
	}
	if len(got) != mails {
		t.Errorf("%d of %d arrived", len(got), mails)
	}
	witness := mail.Postfix{Logs: []string{p.logPath}, Queue: p.queue}
	told, err := witness.Ask(t.Context(), append(tokens, mail.Token{99}))
	if err != nil {
		t.Fatal(err)
	}
	for _, token := range tokens {
		if told[token] != mail.Held {
			t.Errorf("postfix took %v, and the witness does not know: %v", token, told[token])
		}
	}
	if told[mail.Token{99}] != mail.Never {
		t.Error("the witness knows of a mail that was never sent")
	}
}

func keys(t *testing.T) (ks []mail.Key, records []string) {
	t.Helper()
	r, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	_, e, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	ks = []mail.Key{{Selector: "r", Private: r}, {Selector: "e", Private: e}}
	for _, k := range ks {
		record, err := k.Record()
		if err != nil {
			t.Fatal(err)
		}
		records = append(records, k.Selector+"._domainkey.contoh.example="+record)
	}
	return ks, records
}

// holding asks dkimpy how many signatures hold.
func holding(t *testing.T, message []byte, records []string) string {
	t.Helper()
	c := exec.Command("/usr/bin/python3", append([]string{"check.py"}, records...)...)
	c.Stdin = bytes.NewReader(message)
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return strings.TrimSpace(string(out))
}

// postfix is one of our own, with its folders in a temporary one.
type postfix struct{ config, address, logPath string }

func startPostfix(t *testing.T, next string) *postfix {
	t.Helper()
	dir, err := os.MkdirTemp("", "postfix") // postfix's own users must reach it
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	p := &postfix{config: filepath.Join(dir, "etc"), address: freeAddress(t), logPath: filepath.Join(dir, "log", "mail.log")}
	for _, d := range []string{p.config, filepath.Join(dir, "queue"), filepath.Join(dir, "data"), filepath.Join(dir, "log")} {
		if err := os.MkdirAll(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	run(t, "chmod", "755", dir)
	run(t, "chown", "postfix", filepath.Join(dir, "data"))
	host, port, _ := net.SplitHostPort(next)
	main := fmt.Sprintf(`compatibility_level = 3.6
queue_directory = %[1]s/queue
data_directory = %[1]s/data
maillog_file = %[1]s/log/mail.log
maillog_file_prefixes = %[1]s
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mydestination =
local_recipient_maps =
mynetworks = 127.0.0.0/8
relayhost = [%[2]s]:%[3]s
myhostname = relay.example
smtp_tls_security_level = none
alias_maps =
`, dir, host, port)
	_, listen, _ := net.SplitHostPort(p.address)
	master, err := os.ReadFile("/usr/share/postfix/master.cf.dist")
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Replace(string(master), "smtp      inet  n       -       y       -       -       smtpd", "127.0.0.1:"+listen+" inet n - n - - smtpd", 1)
	text = strings.ReplaceAll(text, "       y       -", "       n       -") // no chroot
	for name, text := range map[string]string{"main.cf": main, "master.cf": text} {
		if err := os.WriteFile(filepath.Join(p.config, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() { _ = exec.Command("postfix", "-c", p.config, "stop").Run() })
	run(t, "postfix", "-c", p.config, "start")
	return p
}

// queue lists this postfix's queue.
func (p *postfix) queue(ctx context.Context) (io.ReadCloser, error) {
	out, err := exec.CommandContext(ctx, "postqueue", "-c", p.config, "-j").Output()
	return io.NopCloser(bytes.NewReader(out)), err
}

func (p *postfix) log() string {
	b, _ := os.ReadFile(p.logPath)
	return string(b)
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func run(t *testing.T, name string, args ...string) {
	t.Helper()
	if out, err := exec.CommandContext(context.Background(), name, args...).CombinedOutput(); err != nil {
		t.Fatalf("%s %v: %v\n%s", name, args, err, out)
	}
}
