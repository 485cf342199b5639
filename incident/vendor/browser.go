package vendor

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"time"

	"jejak/ground/egress"
)

// ErrNoBrowser: there is none to open pages with.
var ErrNoBrowser = errors.New("no browser was found\nhint: install Chromium, or name one with --browser; recordings of any browser (HAR) do as well")

// candidates are the names under which Chromium is installed.
var candidates = []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"}

// FindBrowser is the path of a browser; named may be empty. ErrNoBrowser.
func FindBrowser(named string) (string, error) {
	names := candidates
	if named != "" {
		names = []string{named}
	}
	for _, n := range names {
		if path, err := exec.LookPath(n); err == nil {
			return path, nil
		}
	}
	return "", ErrNoBrowser
}

// BrowserOptions of a Browser. Path is required.
type BrowserOptions struct {
	Path  string
	Extra []string      // flags
	Quiet time.Duration // a page is done when it has asked for nothing for so long; 0: one second
	Most  time.Duration // and after so long in any case; 0: 20 seconds
}

// Browser is a Chromium that runs. It is spoken to by the DevTools protocol over a pipe, so that no port is opened. It has a profile
// of its own that is thrown away. One goroutine uses it at a time.
type Browser struct {
	o       BrowserOptions
	command *exec.Cmd
	in      io.WriteCloser
	said    chan message
	profile string
	session string
	last    int
}

// message is one of the protocol, either way.
type message struct {
	ID      int             `json:"id,omitempty"`
	Method  string          `json:"method,omitempty"`
	Session string          `json:"sessionId,omitempty"`
	Params  json.RawMessage `json:"params,omitempty"`
	Result  json.RawMessage `json:"result,omitempty"`
	Error   *struct {
		Message string `json:"message"`
	} `json:"error,omitempty"`
}

const (
	maxMessage  = 64 << 20 // bytes
	maxRequests = 5000     // of a page
)

// StartBrowser starts a browser. It ends with ctx, or with Close.
func StartBrowser(ctx context.Context, o BrowserOptions) (b *Browser, err error) {
	if o.Quiet == 0 {
		o.Quiet = time.Second
	}
	if o.Most == 0 {
		o.Most = 20 * time.Second
	}
	b = &Browser{o: o, said: make(chan message, 1000)}
	if b.profile, err = os.MkdirTemp("", "jejak-browser-"); err != nil {
		return nil, fmt.Errorf("cannot make a profile for the browser: %w", err)
	}
	if err := b.run(ctx); err != nil {
		return nil, errors.Join(err, os.RemoveAll(b.profile))
	}
	if err := b.openTab(ctx); err != nil {
		return nil, errors.Join(err, b.Close())
	}
	return b, nil
}

func (b *Browser) run(ctx context.Context) error {
	toRead, toWrite, err := os.Pipe()
	if err != nil {
		return fmt.Errorf("cannot make a pipe to the browser: %w", err)
	}
	fromRead, fromWrite, err := os.Pipe()
	if err != nil {
		return errors.Join(fmt.Errorf("cannot make a pipe from the browser: %w", err), toRead.Close(), toWrite.Close())
	}
	flags := append([]string{
		"--headless=new", "--remote-debugging-pipe", "--user-data-dir=" + b.profile, "--no-first-run", "--disable-gpu", "--disable-dev-shm-usage",
		"--disable-extensions", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--mute-audio",
	}, b.o.Extra...)
	if os.Geteuid() == 0 {
		flags = append(flags, "--no-sandbox") // Chromium has no sandbox for root: run the crawl as somebody else
	}
	b.command = exec.CommandContext(ctx, b.o.Path, append(flags, "about:blank")...)
	b.command.ExtraFiles = []*os.File{toRead, fromWrite} // descriptors 3 and 4
	err = b.command.Start()
	err = errors.Join(err, toRead.Close(), fromWrite.Close())
	if err != nil {
		return errors.Join(fmt.Errorf("cannot start the browser: %w", err), toWrite.Close(), fromRead.Close())
	}
	b.in = toWrite
	go b.listen(fromRead)
	return nil
}

// listen hands on what the browser says, until it ends. Messages end with a zero byte.
func (b *Browser) listen(from io.ReadCloser) {
	defer close(b.said)
	defer from.Close()
	lines := bufio.NewScanner(from)
	lines.Buffer(make([]byte, 64<<10), maxMessage)
	lines.Split(untilZero)
	for lines.Scan() {
		var m message
		if json.Unmarshal(lines.Bytes(), &m) == nil {
			b.said <- m
		}
	}
}

func untilZero(data []byte, _ bool) (advance int, token []byte, err error) {
	for i, c := range data {
		if c == 0 {
			return i + 1, data[:i], nil
		}
	}
	return 0, nil, nil
}

func (b *Browser) send(method string, params any) (id int, err error) {
	b.last++
	text, err := json.Marshal(params)
	if err != nil {
		return 0, fmt.Errorf("cannot write to the browser: %w", err)
	}
	if text, err = json.Marshal(message{ID: b.last, Method: method, Session: b.session, Params: text}); err != nil {
		return 0, fmt.Errorf("cannot write to the browser: %w", err)
	}
	if _, err := b.in.Write(append(text, 0)); err != nil {
		return 0, fmt.Errorf("cannot write to the browser: %w", err)
	}
	return b.last, nil
}

// call sends and waits for the answer; each is told of what the browser says meanwhile.
func (b *Browser) call(ctx context.Context, method string, params, result any, each func(message)) error {
	id, err := b.send(method, params)
	if err != nil {
		return err
	}
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case m, running := <-b.said:
			switch {
			case !running:
				return errors.New("the browser has ended")
			case m.ID == id && m.Error != nil:
				return fmt.Errorf("the browser refused %s: %s", method, m.Error.Message)
			case m.ID == id && result == nil:
				return nil
			case m.ID == id:
				return json.Unmarshal(m.Result, result)
			case each != nil:
				each(m)
			}
		}
	}
}

func (b *Browser) openTab(ctx context.Context) error {
	var tab struct {
		ID string `json:"targetId"`
	}
	if err := b.call(ctx, "Target.createTarget", map[string]any{"url": "about:blank"}, &tab, nil); err != nil {
		return err
	}
	var at struct {
		Session string `json:"sessionId"`
	}
	if err := b.call(ctx, "Target.attachToTarget", map[string]any{"targetId": tab.ID, "flatten": true}, &at, nil); err != nil {
		return err
	}
	b.session = at.Session
	for _, domain := range []string{"Network.enable", "Page.enable"} {
		if err := b.call(ctx, domain, struct{}{}, nil, nil); err != nil {
			return err
		}
	}
	return nil
}

// Visit opens a page and returns every address that it asked for, its own first, until it is quiet.
func (b *Browser) Visit(ctx context.Context, page string) (asked []string, err error) {
	ctx, cancel := context.WithTimeout(ctx, b.o.Most)
	defer cancel()
	note := func(m message) {
		if a := requestOf(m); a != "" && len(asked) < maxRequests {
			asked = append(asked, a)
		}
	}
	var at struct {
		Error string `json:"errorText"`
	}
	if err := b.call(ctx, "Page.navigate", map[string]any{"url": page}, &at, note); err != nil {
		return nil, fmt.Errorf("cannot open a page: %w", err)
	}
	if at.Error != "" {
		return nil, fmt.Errorf("cannot open a page: %s", at.Error)
	}
	for {
		select {
		case m, running := <-b.said:
			if !running {
				return nil, errors.New("cannot open a page: the browser has ended")
			}
			note(m)
		case <-time.After(b.o.Quiet):
			return asked, nil
		case <-ctx.Done():
			return asked, nil
		}
	}
}

// requestOf is the address that a message says was asked for; empty for other messages.
func requestOf(m message) string {
	var p struct {
		Request struct {
			URL string `json:"url"`
		} `json:"request"`
		URL string `json:"url"` // of a web socket
	}
	switch m.Method {
	case "Network.requestWillBeSent", "Network.webSocketCreated":
		if json.Unmarshal(m.Params, &p) == nil {
			return p.Request.URL + p.URL
		}
	}
	return ""
}

// Close ends the browser and throws its profile away.
func (b *Browser) Close() error {
	_ = b.in.Close()
	_ = b.command.Process.Kill() // it may have ended
	for range b.said {
	}
	_ = b.command.Wait() // killed
	return os.RemoveAll(b.profile)
}

// CrawlPages opens pages and tells which hosts of other parties each asked, and which could not be opened. One of a page's own domain is
// not another party.
func (b *Browser) CrawlPages(ctx context.Context, pages []string) (found []Sighting, unread []string, err error) {
	for _, p := range pages {
		asked, err := b.Visit(ctx, p)
		if ctx.Err() != nil {
			return nil, nil, ctx.Err()
		}
		if err != nil {
			unread = append(unread, PageOf(p))
			continue
		}
		found = append(found, othersOf(p, asked)...)
	}
	return found, unread, nil
}

func othersOf(page string, asked []string) (list []Sighting) {
	own := ""
	if u, err := url.Parse(page); err == nil {
		if h, err := egress.Host(u.Hostname()); err == nil {
			own = egress.Domain(h)
		}
	}
	for _, a := range asked {
		u, err := url.Parse(a)
		if err != nil {
			continue
		}
		if h, err := egress.Host(u.Hostname()); err == nil && egress.Domain(h) != own {
			list = append(list, Sighting{h, PageOf(page), 1})
		}
	}
	return list
}
