package app

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"jejak/ground/access"
)

// house is a server on a folder of its own, with one project and a browser that is signed in.
type house struct {
	*App
	t       *testing.T
	folder  string
	project NewProject
	cookie  string
	said    *bytes.Buffer // the log
	points  points
	resolve keyInDNS
	mail    Mailing
}

func newHouse(t *testing.T) *house {
	t.Helper()
	h := &house{t: t, folder: t.TempDir(), said: &bytes.Buffer{}, resolve: keyInDNS{name: "n1._domainkey." + noticeDomain}}
	made, err := createProject(t.Context(), h.data(), Keys{}, "Test", "Asia/Jakarta")
	if err != nil {
		t.Fatal(err)
	}
	h.project = made
	h.open()
	t.Cleanup(h.stop)
	return h
}

func (h *house) data() string { return filepath.Join(h.folder, "data") }

// open starts the server.
func (h *house) open() {
	h.t.Helper()
	a, err := New(Options{
		Data: h.data(), Listen: "127.0.0.1:0", Version: "test", points: h.points,
		NoticeDomain: noticeDomain, resolve: &h.resolve, Mail: h.mail,
		Log: slog.New(slog.NewTextHandler(h.said, &slog.HandlerOptions{Level: slog.LevelDebug})),
	})
	if err != nil {
		h.t.Fatal(err)
	}
	if err := a.Start(h.t.Context()); err != nil {
		h.t.Fatal(err)
	}
	h.App = a
}

func (h *house) stop() {
	if h.App == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := h.Stop(ctx); err != nil {
		h.t.Errorf("cannot stop: %v", err)
	}
	h.App = nil
}

// signIn gives the browser a session.
func (h *house) signIn() {
	h.t.Helper()
	token, err := h.ground.access.IssueLoginLink(access.AtConsole(h.t.Context()), "dewi")
	if err != nil {
		h.t.Fatal(err)
	}
	a := h.browse("POST", "/api/v1/session/link", fmt.Sprintf(`{"token":%q}`, token))
	a.want(h.t, http.StatusNoContent)
	h.keepCookie(a)
}

func (h *house) keepCookie(a answered) {
	h.t.Helper()
	for _, c := range (&http.Response{Header: a.header}).Cookies() {
		if c.Name != "__Host-jejak" || !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" {
			h.t.Errorf("the cookie is %v", c)
		}
		h.cookie = c.Value
	}
}

// answered is what came back.
type answered struct {
	status int
	header http.Header
	body   string
}

func (a answered) want(t *testing.T, status int) {
	t.Helper()
	if a.status != status {
		t.Fatalf("answered %d %s, want %d", a.status, a.body, status)
	}
}

// into decodes the body, which must have no more than to has.
func (a answered) into(t *testing.T, to any) {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(a.body))
	d.DisallowUnknownFields()
	if err := d.Decode(to); err != nil {
		t.Fatalf("%v in %s", err, a.body)
	}
}

// ask sends a request with pairs of header names and values.
func (h *house) ask(method, path, body string, header ...string) answered {
	h.t.Helper()
	return h.askAt(h.at(), method, path, body, header...)
}

func (h *house) askAt(base, method, path, body string, header ...string) answered {
	h.t.Helper()
	r, err := http.NewRequestWithContext(h.t.Context(), method, base+path, strings.NewReader(body))
	if err != nil {
		h.t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	a, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		h.t.Fatal(err)
	}
	defer a.Body.Close()
	text, err := io.ReadAll(a.Body)
	if err != nil {
		h.t.Fatal(err)
	}
	return answered{a.StatusCode, a.Header, string(text)}
}

func (h *house) at() string { return "http://" + h.App.at.String() }

// browse is ask as the console does it.
func (h *house) browse(method, path, body string) answered {
	h.t.Helper()
	header := []string{"X-Jejak", "1", "Content-Type", "application/json", "Sec-Fetch-Site", "same-origin", "Origin", h.URL()}
	if h.cookie != "" {
		header = append(header, "Cookie", "__Host-jejak="+h.cookie)
	}
	return h.ask(method, path, body, header...)
}

// script is ask with the project's service account, below the project's path.
func (h *house) script(method, path, body string) answered {
	h.t.Helper()
	r := http.Request{Header: http.Header{}}
	r.SetBasicAuth(h.project.ServiceAccount.Username, h.project.ServiceAccount.Secret)
	return h.ask(method, fmt.Sprintf("/api/v1/projects/%d%s", h.project.ID, path), body, "Authorization", r.Header.Get("Authorization"))
}

// track sends one event as an SDK does, with more properties as JSON members.
func (h *house) track(name, properties string, header ...string) {
	h.t.Helper()
	body := fmt.Sprintf(`[{"event":%q,"properties":{"token":%q%s}}]`, name, h.project.Token, properties)
	h.ask("POST", "/track", body, append(header, "Content-Type", "application/json")...).want(h.t, http.StatusOK)
}

// total asks for one number.
func (h *house) total(event, measure string) float64 {
	h.t.Helper()
	q := fmt.Sprintf(`{"kind":"trend","range":{"last":7,"unit":"day","zone":"UTC"},"interval":"day",`+
		`"metrics":[{"name":"A","event":%q,"measure":%q}]}`, event, measure)
	a := h.script("POST", "/ask", q)
	a.want(h.t, http.StatusOK)
	var got struct {
		Series []struct{ Total *float64 }
	}
	if err := json.Unmarshal([]byte(a.body), &got); err != nil || len(got.Series) != 1 || got.Series[0].Total == nil {
		h.t.Fatalf("no total in %s (%v)", a.body, err)
	}
	return *got.Series[0].Total
}
