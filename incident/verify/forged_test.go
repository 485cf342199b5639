package verify

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"
	"mime"
	"mime/quotedprintable"
	"slices"
	"strings"
	"testing"

	"jejak/ground/access"

	"github.com/emersion/go-msgauth/dkim"
)

// draft is a mail that a test makes: what is ours unless a test changes it.
type draft struct {
	From, To, Subject, Kind string
	Before                  string // fields put before all others
	After                   string // and behind
	Body                    string
}

// mailOf is a notice as it is sent.
func mailOf(n Notice) draft {
	return draft{
		From: "Company <notices@" + domain + ">", To: "<ani@example.com>", Subject: n.Subject,
		Kind: "text/plain; charset=utf-8", Body: n.Text,
	}
}

func (d draft) String() string {
	var out bytes.Buffer
	fmt.Fprintf(&out, "%sFrom: %s\r\nTo: %s\r\nSubject: %s\r\nDate: Wed, 25 Nov 2026 09:00:00 +0000\r\n", d.Before, d.From, d.To,
		strings.ReplaceAll(mime.QEncoding.Encode("utf-8", d.Subject), "?= =?", "?=\r\n =?"))
	fmt.Fprintf(&out, "MIME-Version: 1.0\r\nContent-Type: %s\r\nContent-Transfer-Encoding: quoted-printable\r\n%s\r\n", d.Kind, d.After)
	w := quotedprintable.NewWriter(&out)
	_, _ = w.Write([]byte(strings.ReplaceAll(d.Body, "\n", "\r\n")))
	_ = w.Close()
	return out.String()
}

// key is what a domain signs with, made from a number.
func key(n byte) ed25519.PrivateKey { return ed25519.NewKeyFromSeed(bytes.Repeat([]byte{n}, 32)) }

// sign puts a domain's signature before a mail.
func sign(t testing.TB, by string, k ed25519.PrivateKey, mail string) string {
	t.Helper()
	s, err := dkim.NewSigner(&dkim.SignOptions{
		Domain: by, Selector: "n1", Signer: k, Hash: crypto.SHA256, HeaderCanonicalization: "relaxed", BodyCanonicalization: "relaxed",
		HeaderKeys: []string{"From", "To", "Subject", "Date", "MIME-Version", "Content-Type", "Content-Transfer-Encoding"},
	})
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.Write([]byte(mail))
	if err := errors.Join(err, s.Close()); err != nil {
		t.Fatal(err)
	}
	return s.Signature() + mail
}

// publish puts our key into DNS.
func (h *house) publish() ed25519.PrivateKey {
	k := key(1)
	h.keys["n1._domainkey."+domain] = "v=DKIM1; k=ed25519; p=" + base64.StdEncoding.EncodeToString(k.Public().(ed25519.PublicKey))
	return k
}

func (h *house) check(mail string) Report {
	h.t.Helper()
	r, err := h.CheckMail(h.t.Context(), []byte(mail), from(1))
	if err != nil {
		h.t.Fatal(err)
	}
	return r
}

// TestRealMail: a notice is real however its lines end and on whatever road it came.
func TestRealMail(t *testing.T) {
	h := newHouse(t)
	k := h.publish()
	_, n := h.send("2026-01", 1, "ani@example.com")
	mail := sign(t, domain, k, mailOf(n).String())
	for what, road := range map[string]string{
		"as it was sent": mail, "kept with line feeds": strings.ReplaceAll(mail, "\r\n", "\n"), "with an empty line more": mail + "\r\n\r\n",
		"through servers":     "Return-Path: <b+x@company.example>\r\nReceived: from a by b\r\n\tfor c\r\nX-Spam: no\r\n" + mail,
		"signed by them, too": sign(t, "forwarder.example", key(9), mail), "signed twice": sign(t, domain, k, mail),
	} {
		if r := h.check(road); r.Verdict != Real || len(r.Reasons) != 0 || r.Notice == nil || r.Notice.Masked != "…i@e…e.com" {
			t.Errorf("%s: %+v", what, r)
		}
	}
}

// forgery is a mail that is not what we sent.
type forgery struct {
	name string
	mail string
	want Verdict
	why  []Reason
}

// forgeries are twelve, and some of them in several ways.
func forgeries(t *testing.T, h *house) []forgery {
	k, thief := h.publish(), key(66)
	code, n := h.send("2026-01", 1, "ani@example.com")
	other, _ := h.send("2026-01", 1, "budi@example.com")
	old, was := h.send("2025-03", 1, "ani@example.com")
	h.send("2025-03", 2, "siti@example.com")
	if _, err := h.fix("2025-03", 2); err != nil {
		t.Fatal(err)
	}
	real := mailOf(n)
	signedReal := sign(t, domain, k, real.String())
	make := func(change func(*draft)) draft {
		d := real
		change(&d)
		return d
	}
	phish := "Your data was exposed. Confirm your password at http://evil.example now.\n" + code.String() + "\n"
	return []forgery{
		{"1 look-alike domain", sign(t, "c0mpany.example", thief, make(func(d *draft) { d.From = "notices@c0mpany.example" }).String()),
			NotOurs, []Reason{LookAlike, SignedByOther}},
		{"1 our name in another domain", make(func(d *draft) { d.From = "notices@company-notices.example" }).String(), NotOurs, []Reason{LookAlike, Unsigned}},
		{"1 letters of another script", make(func(d *draft) { d.From = "notices@xn--cmpany-3ve.example" }).String(), NotOurs, []Reason{LookAlike, Unsigned}},
		{"2 copied code", make(func(d *draft) { d.From, d.Body = "help@evil.example", phish }).String(), NotOurs, []Reason{ForeignSender, Unsigned, OtherText}},
		{"3 changed body", strings.Replace(signedReal, "your city", "your card", 1), Altered, []Reason{BrokenSignature, OtherText}},
		{"3 changed subject", strings.Replace(signedReal, "was exposed", "was not exposed", 1), Altered, []Reason{BrokenSignature, OtherText}},
		{"3 a line more", signedReal + "Pay here.\r\n", Altered, []Reason{BrokenSignature, OtherText}},
		{"4 old incident, new text", make(func(d *draft) { d.Body = strings.ReplaceAll(phish, code.String(), old.String()) }).String(),
			NotOurs, []Reason{Unsigned, OtherText, Later}},
		{"4 old incident, sent again", sign(t, domain, k, mailOf(was).String()), Real, []Reason{Later}},
		{"5 reply chain", make(func(d *draft) {
			d.From, d.Subject, d.After = "help@evil.example", "Re: "+d.Subject, "In-Reply-To: <x@company.example>\r\n"
			d.Body = "Please open the attached file.\n\n> " + strings.ReplaceAll(d.Body, "\n", "\n> ")
		}).String(), NotOurs, []Reason{ForeignSender, Unsigned, OtherText, Reply}},
		{"6 unsigned", real.String(), NotOurs, []Reason{Unsigned}},
		{"6 signed with another key", sign(t, domain, thief, real.String()), Altered, []Reason{BrokenSignature}},
		{"7 signed anew by another domain", sign(t, "evil.example", thief, real.String()), NotOurs, []Reason{SignedByOther}},
		{"7 signed by a domain under ours", sign(t, "users.company.example", thief, real.String()), NotOurs, []Reason{SignedByOther}},
		{"8 l= tag", strings.Replace(signedReal, "DKIM-Signature: a=", "DKIM-Signature: l=10; a=", 1) + "Pay here.\r\n", Altered, []Reason{PartlySigned, OtherText}},
		{"9 multipart, ours is one of two", make(func(d *draft) {
			d.Kind = `multipart/alternative; boundary="b"`
			d.Body = "--b\nContent-Type: text/plain; charset=utf-8\n\n" + n.Text + "\n--b\nContent-Type: text/html\n\n<a href=http://evil.example>Sign in</a>\n--b--\n"
		}).String(), NotOurs, []Reason{Unsigned, OtherText, OtherParts}},
		{"9 a second type before ours", "Content-Type: multipart/mixed; boundary=\"b\"\r\n" + signedReal, Altered, []Reason{DoubledHeader}},
		{"9 made an attachment", "Content-Disposition: attachment; filename=a.html\r\n" + signedReal, Altered, []Reason{OtherParts}},
		{"10 From doubled", "From: Support <help@evil.example>\r\n" + signedReal, Altered, []Reason{DoubledHeader}},
		{"10 two in one From", sign(t, domain, k, make(func(d *draft) { d.From += ", help@evil.example" }).String()), Altered, []Reason{ForeignSender}},
		{"10 From that programs read differently", "From : help@evil.example\r\n" + signedReal, NotOurs, []Reason{Unreadable}},
		{"12 code of another person", strings.ReplaceAll(signedReal, code.String(), other.String()), Altered, []Reason{BrokenSignature}},
		{"12 code of nobody", strings.ReplaceAll(signedReal, code.String(), "D00Q-0000-0000-0000"), NotOurs, []Reason{BrokenSignature, UnknownCode}},
		{"12 no code", sign(t, domain, k, make(func(d *draft) { d.Body = "Confirm your password.\n" }).String()), NotOurs, []Reason{NoCode}},
	}
}

// TestForgedNotices: each of the forged ones is told from a real one, with the reason. The eleventh is TestReplayedMail.
func TestForgedNotices(t *testing.T) {
	h := newHouse(t)
	for _, f := range forgeries(t, h) {
		h.mails = access.NewLimit(mailsEvery, mailsBurst)
		r := h.check(f.mail)
		if r.Verdict != f.want || !slices.Equal(r.Reasons, f.why) {
			t.Errorf("%s: %s because of %v, want %s because of %v", f.name, r.Verdict, r.Reasons, f.want, f.why)
		}
	}
}

// TestReplayedMail: a mail of ours that is sent on to many is ours, and says that copies of it are sent around and to whom it went.
func TestReplayedMail(t *testing.T) {
	h := newHouse(t)
	_, n := h.send("2026-01", 1, "ani@example.com")
	mail := sign(t, domain, h.publish(), mailOf(n).String())
	var r Report
	var err error
	for place := range 40 {
		if r, err = h.CheckMail(t.Context(), []byte("Delivered-To: someone@example.org\r\n"+mail), from(place)); err != nil {
			t.Fatal(err)
		}
	}
	if r.Verdict != Real || !slices.Equal(r.Reasons, []Reason{Replayed}) || r.Notice.Masked != "…i@e…e.com" || len(h.alarms) != 1 {
		t.Errorf("%+v, alarms %v", r, h.alarms)
	}
}

// TestMailWithinAMail: a real notice that hangs on a mail does not make that mail real.
func TestMailWithinAMail(t *testing.T) {
	h := newHouse(t)
	_, n := h.send("2026-01", 1, "ani@example.com")
	inside := sign(t, domain, h.publish(), mailOf(n).String())
	outside := "From: help@evil.example\r\nSubject: Fwd\r\nContent-Type: multipart/mixed; boundary=\"b\"\r\n\r\n" +
		"--b\r\nContent-Type: text/plain\r\n\r\nSend us your password.\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n" + inside + "\r\n--b--\r\n"
	r := h.check(outside)
	if r.Verdict != NotOurs || r.Inside == nil || r.Inside.Verdict != Real {
		t.Errorf("%+v, inside %+v", r, r.Inside)
	}
}

// TestHostileMails: whatever is shown to us gets an answer, within bounds.
func TestHostileMails(t *testing.T) {
	h := newHouse(t)
	k := h.publish()
	_, n := h.send("2026-01", 1, "ani@example.com")
	good := sign(t, domain, k, mailOf(n).String())
	nested := "x"
	for range 50 {
		nested = "Content-Type: multipart/mixed; boundary=\"b\"\r\n\r\n--b\r\n" + nested + "\r\n--b--\r\n"
	}
	for what, mail := range map[string]string{
		"empty": "", "an empty line": "\n", "no header": "hello", "no colon": "From us\r\n\r\nx", "folded nothing": " x\r\n\r\n", "too large": "A: b\r\n\r\n" + strings.Repeat("x", MaxMail),
		"many fields": strings.Repeat("A: b\r\n", maxFields+1) + "\r\n", "nested": nested, "no boundary": "Content-Type: multipart/mixed\r\n\r\nx",
		"many parts": "Content-Type: multipart/mixed; boundary=b\r\n\r\n" + strings.Repeat("--b\r\n\r\nx\r\n", 1000) + "--b--\r\n",
		"bad base64": "Content-Transfer-Encoding: base64\r\n\r\n!!!!", "odd coding": "Content-Transfer-Encoding: uu\r\n\r\nx", "no type": "Content-Type: ;;;\r\n\r\nx",
		"signature of nothing": "DKIM-Signature: d=company.example\r\n\r\nx", "a hundred signatures": strings.Repeat("DKIM-Signature: v=1; d=company.example; s=n1\r\n", 100) + good,
		"selector elsewhere": "DKIM-Signature: v=1; a=ed25519-sha256; b=x; bh=x; h=from; d=company.example; s=n1.evil.example\r\nFrom: a@b\r\n\r\nx",
		"our domain twice":   "DKIM-Signature: v=1; a=ed25519-sha256; b=x; bh=x; h=from; d=company.example; d=evil.example; s=n1\r\nFrom: a@b\r\n\r\nx",
	} {
		h.mails = access.NewLimit(mailsEvery, mailsBurst)
		if r := h.check(mail); r.Verdict == Real {
			t.Errorf("%s: %+v", what, r)
		}
	}
}

// TestMailsAreLimited: mails cost more than codes.
func TestMailsAreLimited(t *testing.T) {
	h := newHouse(t)
	for range mailsBurst {
		h.check("A: b\r\n\r\n")
	}
	if _, err := h.CheckMail(t.Context(), []byte("A: b\r\n\r\n"), from(1)); !errors.Is(err, ErrTooMany) {
		t.Errorf("one more: %v", err)
	}
	h.o.Seal.Domain = ""
	if _, err := h.CheckMail(t.Context(), nil, from(2)); !errors.Is(err, ErrNoDomain) {
		t.Errorf("without a domain: %v", err)
	}
}

func FuzzCheckMail(f *testing.F) {
	h := newHouse(f)
	_, n := h.send("2026-01", 1, "ani@example.com")
	f.Add([]byte(sign(f, domain, h.publish(), mailOf(n).String())))
	f.Add([]byte("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nx\r\n--b--\r\n"))
	want := TextHash(n.Subject, n.Text)
	f.Fuzz(func(t *testing.T, raw []byte) {
		h.mails, h.tries = access.NewLimit(mailsEvery, mailsBurst), access.NewLimit(triesEvery, triesBurst)
		r, err := h.CheckMail(t.Context(), raw, from(1))
		if err != nil {
			t.Fatal(err)
		}
		if r.Verdict != Real {
			return
		}
		m, err := parse(raw)
		if err != nil {
			t.Fatal(err)
		}
		if parts, err := m.parts(); err != nil || TextHash(m.subject(), parts[0].text) != want {
			t.Fatalf("a changed mail is real: %q", raw)
		}
	})
}
