package verify

import (
	"bytes"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"jejak/exposure"
	"jejak/ground/access"
)

// site is the pages over a post.
type site struct {
	*post
	*Pages
	from netip.Addr
}

func newSite(t testing.TB) *site {
	s := &site{post: newPost(t), from: from(1)}
	s.Pages = NewPages(PagesOptions{
		Desk: s.Desk, MailBack: s.MailBack, Client: func(*http.Request) netip.Addr { return s.from },
		Failed: func(err error) { t.Error(err) },
	})
	return s
}

// postForm fills a form in.
func (s *site) postForm(path string, fields ...string) *httptest.ResponseRecorder {
	v := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		v.Set(fields[i], fields[i+1])
	}
	r := httptest.NewRequest("POST", path, strings.NewReader(v.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return s.serve(r)
}

func (s *site) serve(r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

func (s *site) theCode() (Code, Notice) {
	for c, n := range s.notices {
		return c, n
	}
	panic("BUG: nothing was sent")
}

func TestPageShowsWhatWasSent(t *testing.T) {
	s := newSite(t)
	code, n := s.theCode()
	for _, l := range exposure.Locales {
		w := s.postForm("/notice", "code", strings.ToLower(code.String()), "lang", string(l))
		for _, want := range []string{"…i@e…e.com", "2026-01", "25 Nov", n.Subject, "Your e-mail address and your city were in it. Nilai: é.", words["proof.none"][l], `lang="` + string(l) + `"`} {
			if !strings.Contains(w.Body.String(), want) {
				t.Errorf("%s: %q is not on the page", l, want)
			}
		}
		if w.Code != http.StatusOK || strings.Contains(w.Body.String(), "ani@example.com") {
			t.Errorf("%s: %d, %s", l, w.Code, w.Body)
		}
	}
}

func TestProofIsAFile(t *testing.T) {
	s := newSite(t)
	if _, err := s.fix("2026-01", 1); err != nil {
		t.Fatal(err)
	}
	code, _ := s.theCode()
	if w := s.postForm("/notice", "code", code.String()); !strings.Contains(w.Body.String(), "/notice/proof") {
		t.Error("the page has no proof")
	}
	w := s.postForm("/notice/proof", "code", code.String())
	var p Proof
	if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || p.Check(s.vkey) != nil {
		t.Errorf("%s: %v", w.Body, err)
	}
	if w := s.postForm("/notice/proof", "code", "0000-0000-0000-0000"); w.Code != http.StatusNotFound {
		t.Errorf("%d", w.Code)
	}
}

// TestUnknownCodesAnswerAlike: what is no code, and what is one that no notice has, get the same bytes.
func TestUnknownCodesAnswerAlike(t *testing.T) {
	s := newSite(t)
	first := s.postForm("/notice", "code", "D00G-0000-0000-0000")
	forged := NewCodes(blinder("other")).Of("2026-01", 1, Mailbox{1})
	s.notices[forged] = Notice{Incident: "2026-01", Version: 1, Mailbox: Mailbox{1}}
	for _, typed := range []string{"", "hello", "<b>", strings.Repeat("A", 90), forged.String()} {
		if w := s.postForm("/notice", "code", typed); w.Code != first.Code || w.Code != http.StatusNotFound || !bytes.Equal(w.Body.Bytes(), first.Body.Bytes()) {
			t.Errorf("%q: %d, %s", typed, w.Code, w.Body)
		}
	}
}

// TestPagesLoadNothing: no script, no style but their own, no address of anybody else.
func TestPagesLoadNothing(t *testing.T) {
	s := newSite(t)
	code, _ := s.theCode()
	mail := s.upload("A: b\r\n\r\n")
	pages := map[string]*httptest.ResponseRecorder{
		"notice": s.serve(httptest.NewRequest("GET", "/notice", nil)), "affected": s.serve(httptest.NewRequest("GET", "/affected?lang=id", nil)),
		"shown": s.postForm("/notice", "code", code.String()), "asked": s.postForm("/affected", "address", "a@example.com"), "mail": mail,
	}
	inside := regexp.MustCompile(`(?s)<style>(.*)</style>`)
	for name, w := range pages {
		page := w.Body.String()
		for _, never := range []string{"<script", "http:", "https:", "<img", "<link", "<iframe", "style=", "onload", "ZgotmplZ"} {
			if strings.Contains(page, never) {
				t.Errorf("%s has %q in it", name, never)
			}
		}
		sum := sha256.Sum256([]byte(inside.FindStringSubmatch(page)[1]))
		csp := w.Header().Get("Content-Security-Policy")
		if !strings.Contains(csp, "default-src 'none'") || !strings.Contains(csp, base64.StdEncoding.EncodeToString(sum[:])) {
			t.Errorf("%s: its style is not let in by %s", name, csp)
		}
		if w.Header().Get("Cache-Control") != "no-store" || w.Header().Get("Set-Cookie") != "" || w.Header().Get("Referrer-Policy") != "no-referrer" {
			t.Errorf("%s: %v", name, w.Header())
		}
	}
}

// upload shows a mail.
func (s *site) upload(mail string) *httptest.ResponseRecorder {
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	_ = m.WriteField("lang", "id")
	f, err := m.CreateFormFile("mail", "../<b>.eml")
	if err != nil {
		panic(err)
	}
	_, _ = f.Write([]byte(mail))
	_ = m.Close()
	r := httptest.NewRequest("POST", "/notice/mail", &body)
	r.Header.Set("Content-Type", m.FormDataContentType())
	return s.serve(r)
}

func TestPageJudgesMails(t *testing.T) {
	s := newSite(t)
	_, n := s.theCode()
	mail := sign(t, domain, s.publish(), mailOf(n).String())
	for _, x := range []struct{ mail, want string }{
		{mail, "verdict.real"}, {mail, "verdict.fine"}, {strings.Replace(mail, "your city", "your card", 1), "verdict.altered"},
		{mailOf(n).String(), "reason.unsigned"}, {"From: x\r\n\r\n<script>alert(1)</script>", "verdict.not_ours"},
	} {
		w := s.upload(x.mail)
		if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), words[x.want]["id"]) || strings.Contains(w.Body.String(), "<script") {
			t.Errorf("%s: %d %s", x.want, w.Code, w.Body)
		}
	}
	if w := s.upload(strings.Repeat("x", MaxMail+1)); w.Code != http.StatusBadRequest {
		t.Errorf("a mail too large: %d", w.Code)
	}
	if w := s.postForm("/notice/mail", "mail", "x"); w.Code != http.StatusBadRequest {
		t.Errorf("no file: %d", w.Code)
	}
}

// TestMarkupInNoticesIsInert: what an attacker wrote into a name shows as it is.
func TestMarkupInNoticesIsInert(t *testing.T) {
	s := newSite(t)
	code, n := s.theCode()
	n.Subject, n.Text, n.Masked = `<script>alert(1)</script>`, "</pre><img src=x onerror=alert(1)>\u202e", `"><b>`
	s.notices[code] = n
	page := s.postForm("/notice", "code", code.String()).Body.String()
	for _, never := range []string{"<script", "<img", "<b>"} {
		if strings.Contains(page, never) {
			t.Errorf("%s is markup", never)
		}
	}
}

// TestWordsInEachLocale also holds that each verdict and reason has words.
func TestWordsInEachLocale(t *testing.T) {
	for key, w := range words {
		for _, l := range exposure.Locales {
			if w[l] == "" {
				t.Errorf("%s has no words in %s", key, l)
			}
		}
	}
	for _, r := range []Reason{
		Unreadable, ForeignSender, LookAlike, DoubledHeader, Unsigned, SignedByOther, BrokenSignature, PartlySigned, NoCode, UnknownCode,
		OtherText, OtherParts, Reply, Later, Replayed, NotSentYet,
	} {
		if _, ok := words["reason."+string(r)]; !ok {
			t.Errorf("%s has no words", r)
		}
	}
	for _, v := range []Verdict{Real, Altered, NotOurs} {
		if _, ok := words["verdict."+string(v)]; !ok {
			t.Errorf("%s has no words", v)
		}
	}
}

// TestAffectedAnswersAlike: the bytes and what is kept are the same for everybody, and nobody is looked up before the answer.
func TestAffectedAnswersAlike(t *testing.T) {
	s := newSite(t)
	first := s.probe(s.request("ani@example.com"))
	s.people.asking = true
	for i, typed := range []string{"budi@example.com", "", "no address", strings.Repeat("x", 1000), "a@b.c\r\nBcc: d@e.f", fmt.Sprintf("person%d@example.com", 7)} {
		if w := s.probe(s.request(typed)); w.Code != first.Code || !bytes.Equal(w.Body.Bytes(), first.Body.Bytes()) || fmt.Sprint(w.Header()) != fmt.Sprint(first.Header()) {
			t.Errorf("%d: %d %s", i, w.Code, w.Body)
		}
	}
	var sizes, rows int
	err := s.db.Read(t.Context(), func(tx *sql.Tx) error {
		return tx.QueryRow("SELECT COUNT(DISTINCT length(sealed)), COUNT(*) FROM mail_back").Scan(&sizes, &rows)
	})
	if err != nil || sizes != 1 || rows != 7 {
		t.Errorf("%d rows of %d sizes, %v", rows, sizes, err)
	}
}

// request asks about an address.
func (s *site) request(address string) *http.Request {
	r := httptest.NewRequest("POST", "/affected", strings.NewReader(url.Values{"address": {address}}.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return r
}

// probe asks without a limit.
func (s *site) probe(r *http.Request) *httptest.ResponseRecorder {
	s.asks = access.NewLimit(asksEvery, asksBurst)
	return s.serve(r)
}
