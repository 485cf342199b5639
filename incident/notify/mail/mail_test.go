package mail_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"io"
	"math/big"
	"net"
	netmail "net/mail"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-msgauth/dkim"
	"github.com/emersion/go-smtp"

	"jejak/incident/notify/mail"
	"jejak/incident/notify/mail/sink"
)

var (
	sender = mail.Sender{Name: "Contoh, \"PT\" é", Address: "incident@contoh.example", Bounces: "bounce.contoh.example"}
	letter = mail.Letter{Token: mail.Token{1, 2, 3}, To: "siti@mail.example", Subject: "[Insiden 2025-01] Data Anda terdampak – é", Body: "Ya, data Anda terdampak.\n.\n.dots\n\nKétiga.\n", Date: time.Date(2025, 11, 26, 9, 0, 0, 0, time.UTC)}
)

func keys(t *testing.T) []mail.Key {
	t.Helper()
	r, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	_, e, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	var list []mail.Key
	for selector, private := range map[string]any{"r": r, "e": e} {
		der, err := x509.MarshalPKCS8PrivateKey(private)
		if err != nil {
			t.Fatal(err)
		}
		k, err := mail.ParseKey(selector, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, k)
	}
	return list
}

func compose(t *testing.T, l mail.Letter) []byte {
	t.Helper()
	m, err := mail.Compose(sender, l)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func verify(t *testing.T, ks []mail.Key, m []byte) (good int) {
	t.Helper()
	list, err := dkim.VerifyWithOptions(bytes.NewReader(m), &dkim.VerifyOptions{LookupTXT: func(domain string) ([]string, error) {
		for _, k := range ks {
			if domain == k.Selector+"._domainkey.contoh.example" {
				record, err := k.Record()
				return []string{record}, err
			}
		}
		return nil, errors.New("no such record")
	}})
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range list {
		if v.Err == nil && v.Domain == "contoh.example" {
			good++
		}
	}
	return good
}

func TestSignedTwiceAndEachChangeShows(t *testing.T) {
	ks := keys(t)
	m, err := mail.Sign("contoh.example", ks, compose(t, letter))
	if err != nil {
		t.Fatal(err)
	}
	if n := verify(t, ks, m); n != 2 {
		t.Fatalf("%d of 2 signatures hold", n)
	}
	for _, change := range [][2]string{{"terdampak", "terdampbk"}, {"Subject: ", "Subject: Re: "}, {"To: <siti@", "To: <situ@"}, {"\r\nFrom: ", "\r\nFrom: evil@evil.example\r\nFrom: "}, {"auto-generated", "no"}} {
		if n := verify(t, ks, bytes.Replace(m, []byte(change[0]), []byte(change[1]), -1)); n != 0 {
			t.Errorf("%q: %d signatures hold", change, n)
		}
	}
}

func TestComposeIsTheSameEachTime(t *testing.T) {
	a := compose(t, letter)
	if !bytes.Equal(a, compose(t, letter)) {
		t.Error("two bytes differ")
	}
	m, err := netmail.ReadMessage(bytes.NewReader(a))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"To": "<siti@mail.example>", "Auto-Submitted": "auto-generated", "Message-Id": "<" + letter.Token.String() + "@contoh.example>", "Date": "Wed, 26 Nov 2025 09:00:00 +0000"} {
		if got := m.Header.Get(name); got != want {
			t.Errorf("%s: %q", name, got)
		}
	}
	if m.Header.Get("List-Unsubscribe") != "" {
		t.Error("a legal notice cannot be unsubscribed from")
	}
}

// TestHeaderInjection: abuse test 9.
func TestHeaderInjection(t *testing.T) {
	for _, bad := range []func(*mail.Letter, *mail.Sender){
		func(l *mail.Letter, _ *mail.Sender) { l.To = "a@b.example\r\nBcc: all@evil.example" },
		func(l *mail.Letter, _ *mail.Sender) { l.To = "a@b.example, c@d.example" },
		func(l *mail.Letter, _ *mail.Sender) { l.To = "A <a@b.example>" },
		func(l *mail.Letter, _ *mail.Sender) { l.To = "a@b.example>" },
		func(l *mail.Letter, _ *mail.Sender) { l.To = "a b@c.example" },
		func(l *mail.Letter, _ *mail.Sender) { l.Subject = "x\r\nBcc: all@evil.example" },
		func(_ *mail.Letter, s *mail.Sender) { s.Name = "x\nBcc: y" },
		func(_ *mail.Letter, s *mail.Sender) { s.Address = "x\r\n@y.example" },
	} {
		l, s := letter, sender
		bad(&l, &s)
		if m, err := mail.Compose(s, l); err == nil {
			t.Errorf("composed %s", m)
		}
	}
}

func TestWeakKeysAreRefused(t *testing.T) {
	k, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Skip("this Go makes no such keys")
	}
	if _, err := mail.ParseKey("s", pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(k)})); err == nil {
		t.Error("a key of 1024 bits was taken")
	}
	if _, err := mail.ParseKey("s", []byte("no")); err == nil {
		t.Error("no key was taken")
	}
}

func report(action, status string) string {
	return "From: MAILER-DAEMON@x.example\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n" +
		"--b\r\nContent-Type: text/plain\r\n\r\nsorry\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x.example\r\nOriginal-Envelope-Id: zzz\r\n\r\n" +
		"Final-Recipient: rfc822; siti@mail.example\r\nAction: " + action + "\r\nStatus: " + status + "\r\nDiagnostic-Code: smtp; 550 siti@mail.example unknown\r\n--b--\r\n"
}

func TestReadReport(t *testing.T) {
	for _, c := range []struct {
		text   string
		action mail.Action
		status [3]int
	}{
		{report("failed", "5.1.1"), mail.Failed, [3]int{5, 1, 1}},
		{report("delayed", "4.4.7 (x)"), mail.Delayed, [3]int{4, 4, 7}},
		{report("relayed (to mailer)", "2.0.0"), mail.Relayed, [3]int{2, 0, 0}},
		{report("exploded", "x"), mail.Unknown, [3]int{}},
		{"Subject: on holiday\r\n\r\nback soon", mail.Unknown, [3]int{}},
		{"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n", mail.Unknown, [3]int{}},
	} {
		r, err := mail.ReadReport(letter.Token, strings.NewReader(c.text))
		if err != nil || r.Action != c.action || r.Status != c.status || r.Token != letter.Token {
			t.Errorf("%.60q: %+v, %v", c.text, r, err)
		}
	}
}

func FuzzReadReport(f *testing.F) {
	f.Add(report("failed", "5.1.1"))
	f.Fuzz(func(t *testing.T, text string) {
		_, _ = mail.ReadReport(mail.Token{}, strings.NewReader(text))
	})
}

type heard struct {
	reports []mail.Report
	err     error
}

func (h *heard) Known(_ context.Context, t mail.Token) (bool, error) { return t == letter.Token, nil }
func (h *heard) Hear(_ context.Context, r mail.Report) error {
	h.reports = append(h.reports, r)
	return h.err
}

func TestIntakeTakesReportsAboutOurMails(t *testing.T) {
	h := &heard{}
	server := mail.Intake(sender, h)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	go func() { _ = server.Serve(l) }()
	send := func(to string) error {
		c, err := smtp.Dial(l.Addr().String())
		if err != nil {
			return err
		}
		defer c.Close()
		return c.SendMail("", []string{to}, strings.NewReader(report("failed", "5.1.1")))
	}
	if err := send(sender.ReturnPath(letter.Token)); err != nil || len(h.reports) != 1 || h.reports[0].Action != mail.Failed {
		t.Errorf("%v, %+v", err, h.reports)
	}
	for _, to := range []string{sender.ReturnPath(mail.Token{9}), "root@bounce.contoh.example", "b+" + letter.Token.String() + "@evil.example"} {
		if err := send(to); err == nil {
			t.Errorf("mail to %s was taken", to)
		}
	}
	h.err = errors.New("the disk is full")
	if err := send(sender.ReturnPath(letter.Token)); err == nil {
		t.Error("a report that is not kept was acknowledged")
	}
}

func TestPostfixWitness(t *testing.T) {
	held, queued, never := mail.Token{1}, mail.Token{2}, mail.Token{3}
	path := filepath.Join(t.TempDir(), "mail.log")
	line := "2026-11-25T09:00:00 host postfix/qmgr[77]: 4XyZ: from=<" + sender.ReturnPath(held) + ">, size=1, nrcpt=1 (queue active)\n" +
		"2026-11-25T09:00:00 host postfix/cleanup[78]: 4Xy0: message-id=<" + never.String() + "@contoh.example>\n"
	if err := os.WriteFile(path, []byte(line), 0o600); err != nil {
		t.Fatal(err)
	}
	p := mail.Postfix{Logs: []string{path + ".1", path}, Queue: func(context.Context) (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader(`{"queue_name": "incoming", "sender": "` + sender.ReturnPath(queued) + `", "recipients": []}` + "\n")), nil
	}}
	told, err := p.Ask(t.Context(), []mail.Token{held, queued, never})
	if err != nil || told[held] != mail.Held || told[queued] != mail.Held || told[never] != mail.Never {
		t.Errorf("%v, %v", told, err)
	}
	p.Logs = []string{path + ".gone"}
	if _, err := p.Ask(t.Context(), []mail.Token{never}); err == nil {
		t.Error("a log that cannot be read tells nothing, and said never")
	}
}

// certificate is one for localhost that signs itself.
func certificate(t *testing.T) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "relay"}, DNSNames: []string{"relay.example"}, NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, c, c, public, private)
	if err != nil {
		t.Fatal(err)
	}
	if c, err = x509.ParseCertificate(der); err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(c)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: private}, pool
}

// nobody is a session that takes no mail.
type nobody struct{ smtp.Session }

func (nobody) Reset()        {}
func (nobody) Logout() error { return nil }

func TestSTARTTLS(t *testing.T) {
	own, pool := certificate(t)
	var encrypted bool
	server := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) {
		_, encrypted = c.TLSConnectionState()
		return nobody{}, nil
	}))
	server.TLSConfig = &tls.Config{Certificates: []tls.Certificate{own}}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	go func() { _ = server.Serve(l) }()
	r := mail.Relay{Address: l.Addr().String(), TLS: &tls.Config{RootCAs: pool, ServerName: "relay.example"}}
	if s, err := r.Open(t.Context()); err == nil {
		_ = s.Close()
	}
	if !encrypted {
		t.Error("the session was not encrypted")
	}
	r.TLS = &tls.Config{RootCAs: x509.NewCertPool(), ServerName: "relay.example"}
	if _, err := r.Open(t.Context()); err == nil {
		t.Error("a stranger's certificate was trusted")
	}
	plain, err := sink.Start(sink.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer plain.Close()
	r = mail.Relay{Address: plain.Address(), TLS: &tls.Config{ServerName: "relay.example"}}
	if _, err := r.Open(t.Context()); err == nil {
		t.Error("a relay without STARTTLS was used in the clear")
	}
}
