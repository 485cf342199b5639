package app

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"jejak/exposure"
	"jejak/ground/access"
	"jejak/incident/notify"
	"jejak/incident/notify/mail"
	"jejak/incident/notify/mail/sink"
	"jejak/incident/notify/text"
)

// TestNoticePageIsPublic: anybody checks a notice, without a session and without leaving one; no code is known and none is kept.
func TestNoticePageIsPublic(t *testing.T) {
	h := newHouse(t)
	if a := h.ask("GET", "/notice", ""); a.status != http.StatusOK || !strings.Contains(a.body, "Is this notice from us?") {
		t.Fatalf("%d %s", a.status, a.body)
	}
	a := h.form("/notice", "lang", "id", "code", "D00G-3HKX-YF9D-V0Y0")
	if a.status != http.StatusNotFound || !strings.Contains(a.body, "Tidak ada pemberitahuan kami") {
		t.Errorf("%d %s", a.status, a.body)
	}
	h.nowhere("203.0.113", "3HKX-YF9D")
}

// form fills a form in, from elsewhere.
func (h *house) form(path string, fields ...string) answered {
	v := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		v.Set(fields[i], fields[i+1])
	}
	return h.ask("POST", path, v.Encode(), "Content-Type", "application/x-www-form-urlencoded", "X-Forwarded-For", "203.0.113.77")
}

// keyInDNS answers with the one key of the notices.
type keyInDNS struct{ name, record string }

func (k keyInDNS) LookupTXT(_ context.Context, name string) ([]string, error) {
	if name != k.name {
		return nil, nil
	}
	return []string{k.record}, nil
}

const noticeDomain = "contoh.example"

// notices sends those of two people to a mail server, as the product does, and gives what arrived.
func (h *house) notices() (arrived []sink.Mail) {
	h.t.Helper()
	var mu sync.Mutex
	server, err := sink.Start(sink.Options{Took: func(m sink.Mail) {
		mu.Lock()
		defer mu.Unlock()
		arrived = append(arrived, m)
	}})
	if err != nil {
		h.t.Fatal(err)
	}
	defer server.Close()
	s := notify.New(h.sending(server.Address()))
	ctx := access.AtConsole(h.t.Context())
	facts := text.Facts{
		Incident: "2026-01", Version: 1, Company: "Contoh Ltd", Domain: noticeDomain, Contact: "incident@" + noticeDomain,
		Page: "https://" + noticeDomain + "/incident/2026-01", Source: "Mixpanel",
		Happened: text.Words{"en": "A thief copied a file from our vendor on 9 November 2025.", "id": "Pencuri menyalin berkas dari penyedia kami pada 9 November 2025."},
		Did:      text.Words{"en": "We cut the vendor off.", "id": "Kami memutus hubungan dengan penyedia itu."},
		Rights:   text.Words{"en": "You can ask us what we hold of you.", "id": "Anda berhak bertanya data apa yang kami simpan."},
		Next:     time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC),
	}
	if _, err := s.Plan(ctx, facts, told{}); err != nil {
		h.t.Fatal(err)
	}
	if _, err := s.Release(ctx, "2026-01", 1); err != nil {
		h.t.Fatal(err)
	}
	if err := s.Send(h.t.Context(), "2026-01", 1); err != nil {
		h.t.Fatal(err)
	}
	return arrived
}

// sending are the options of notices that go out to a mail server, signed.
func (h *house) sending(relay string) notify.Options {
	key := mail.Key{Selector: "n1", Private: ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, 32))}
	record, err := key.Record()
	if err != nil {
		h.t.Fatal(err)
	}
	h.resolve.record = record
	o := h.ground.noticeOptions()
	o.Relay, o.Keys = mail.Relay{Address: relay}, []mail.Key{key}
	o.Sender = mail.Sender{Name: "Contoh Ltd", Address: "incident@" + noticeDomain, Bounces: "bounce." + noticeDomain}
	return o
}

// told are two people who are affected.
type told struct{}

func (told) Recipients(_ context.Context, yield func(notify.Recipient) error) error {
	for mailbox, l := range map[string]exposure.Locale{"ani@mail.example": exposure.English, "budi@mail.example": exposure.Indonesian} {
		r := notify.Recipient{Audience: exposure.Person, Mailboxes: []string{mailbox}, Locale: l, Classes: []exposure.Class{exposure.Name, exposure.Email}}
		if err := yield(r); err != nil {
			return err
		}
	}
	return nil
}

// TestNoticeCanBeChecked: a notice that went out is shown by its code, its proof holds on another machine, and the mail as it arrived
// is real, and altered after one letter was changed.
func TestNoticeCanBeChecked(t *testing.T) {
	h := newHouse(t)
	arrived := h.notices()
	if len(arrived) != 2 {
		t.Fatalf("%d mails arrived", len(arrived))
	}
	key, err := AuditKey(h.data())
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range arrived {
		code := regexp.MustCompile(`D00[0-9A-Z](-[0-9A-Z]{4}){3}`).FindString(string(m.Text))
		page := h.form("/notice", "code", strings.ToLower(code))
		if page.status != http.StatusOK || !strings.Contains(page.body, "@m…l.example") || !strings.Contains(page.body, code) || strings.Contains(page.body, m.To) {
			t.Errorf("the page of %s: %d %s", code, page.status, page.body)
		}
		p, err := CheckNotice([]byte(h.form("/notice/proof", "code", code).body), key)
		if err != nil || p.Size != 2 || !strings.Contains(p.Text, code) {
			t.Errorf("the proof: %+v, %v", p, err)
		}
		if a := h.show(m.Text); !strings.Contains(a.body, "This mail is from us, and nothing in it was changed") {
			t.Errorf("the mail as it arrived: %d %s", a.status, a.body)
		}
		if a := h.show(bytes.Replace(m.Text, []byte("Mixpanel"), []byte("Mixpane1"), 1)); !strings.Contains(a.body, "This mail was changed") {
			t.Errorf("a changed mail: %d %s", a.status, a.body)
		}
	}
	h.nowhere("ani@mail.example", "budi@mail.example")
}

// show gives a mail to the page.
func (h *house) show(mail []byte) answered {
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	f, err := m.CreateFormFile("mail", "notice.eml")
	if err != nil {
		h.t.Fatal(err)
	}
	_, _ = f.Write(mail)
	_ = m.Close()
	return h.ask("POST", "/notice/mail", body.String(), "Content-Type", m.FormDataContentType())
}

// TestAnswerByMail: who asks whether they were affected is told by mail, signed, and with the code of their notice; who is not is told
// that. The page says the same to both.
func TestAnswerByMail(t *testing.T) {
	h := newHouse(t)
	sent := h.notices()
	var arrived []sink.Mail
	server, err := sink.Start(sink.Options{Took: func(m sink.Mail) { arrived = append(arrived, m) }})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	h.form("/affected", "address", "Ani@mail.example").want(t, http.StatusNotFound) // no relay is set: nobody can be answered
	o := h.sending(server.Address())
	h.stop()
	h.mail = Mailing{Relay: o.Relay, Sender: o.Sender, Keys: o.Keys}
	h.open()
	for _, address := range []string{"Ani@mail.example", "nobody@mail.example", "no address"} {
		if a := h.form("/affected", "address", address); a.status != http.StatusAccepted || !strings.Contains(a.body, "The answer goes to the mailbox") {
			t.Errorf("%s: %d %s", address, a.status, a.body)
		}
	}
	h.nowhere("Ani@mail.example", "nobody@mail.example")
	if err := h.back.Answer(t.Context()); err != nil {
		t.Fatal(err)
	}
	if len(arrived) != 2 || arrived[0].To != "Ani@mail.example" || arrived[1].To != "nobody@mail.example" {
		t.Fatalf("%d mails arrived", len(arrived))
	}
	code := regexp.MustCompile(`D00[0-9A-Z](-[0-9A-Z]{4}){3}`)
	var ani string
	for _, m := range sent {
		if m.To == "ani@mail.example" {
			ani = code.FindString(string(m.Text))
		}
	}
	yes, no := string(arrived[0].Text), string(arrived[1].Text)
	if code.FindString(yes) != ani || !strings.Contains(yes, "name, e-mail address") || !strings.Contains(yes, "DKIM-Signature:") {
		t.Errorf("the code of the notice is %s, the answer\n%s", ani, yes)
	}
	if !strings.Contains(no, "did not find this address") || code.MatchString(no) {
		t.Errorf("the answer is\n%s", no)
	}
	h.nowhere("Ani@mail.example", "nobody@mail.example")
}
