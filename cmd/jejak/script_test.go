package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) { testscript.Main(m, map[string]func(){"jejak": main}) }

// TestScripts runs test/script: each file there is a story of the command line.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "../../test/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(e *testscript.Env) error {
			e.Values[server] = &running{}
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits, "serve": serving, "stop": stopping, "get": get, "call": call, "field": field, "check": check, "damage": damage,
		},
	})
}

// exits CODE jejak …: runs a command and checks its exit code.
func exits(ts *testscript.TestScript, neg bool, words []string) {
	want, err := strconv.Atoi(words[0])
	ts.Check(err)
	err = ts.Exec(words[1], words[2:]...)
	got := 0
	if failed, ok := errors.AsType[*exec.ExitError](err); ok {
		got = failed.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

var (
	greeting  = regexp.MustCompile(`listening on http://localhost:(\d+)`)
	setUpLink = regexp.MustCompile(`http://\S+/setup#token=\S+`)
)

// server is where a script keeps its own.
const server = "server"

// running is a server in the background.
type running struct {
	process *exec.Cmd
	said    *bufio.Reader
}

// serve DIR: runs a server on a free port until stop, sets $base to its address and $link to the set-up link it prints.
func serving(ts *testscript.TestScript, neg bool, words []string) {
	program, err := exec.LookPath("jejak")
	ts.Check(err)
	s := ts.Value(server).(*running)
	s.process = exec.Command(program, "serve", "--data", ts.MkAbs(words[0]), "--listen", "127.0.0.1:0")
	out, err := s.process.StdoutPipe()
	ts.Check(err)
	ts.Check(s.process.Start())
	ts.Defer(func() { _ = s.process.Process.Kill() })
	s.said = bufio.NewReader(out)
	s.greeted(ts)
}

// greeted reads until the server has said where it is and how to get in.
func (s *running) greeted(ts *testscript.TestScript) {
	ts.Setenv("link", "")
	for {
		line, err := s.said.ReadString('\n')
		ts.Check(err)
		if m := greeting.FindStringSubmatch(line); m != nil {
			ts.Setenv("base", "http://127.0.0.1:"+m[1])
		}
		if link := setUpLink.FindString(line); link != "" {
			ts.Setenv("link", link)
		}
		if strings.HasPrefix(line, "End it with") {
			return
		}
	}
}

// stop: ends the server gently and expects it to be content.
func stopping(ts *testscript.TestScript, neg bool, words []string) {
	s := ts.Value(server).(*running)
	ts.Check(s.process.Process.Signal(syscall.SIGTERM))
	_, _ = io.Copy(io.Discard, s.said)
	ts.Check(s.process.Wait())
}

// get PATH: prints the status and the body.
func get(ts *testscript.TestScript, neg bool, words []string) {
	r, err := http.NewRequest("GET", ts.Getenv("base")+words[0], nil)
	ts.Check(err)
	send(ts, r)
}

// call PATH BODY [USER:SECRET | TOKEN]: posts JSON and prints the status and the body.
func call(ts *testscript.TestScript, neg bool, words []string) {
	r, err := http.NewRequest("POST", ts.Getenv("base")+words[0], strings.NewReader(words[1]))
	ts.Check(err)
	r.Header.Set("Content-Type", "application/json")
	if len(words) > 2 {
		authorise(r, words[2])
	}
	send(ts, r)
}

// authorise with a service account or a project's token.
func authorise(r *http.Request, credentials string) {
	if user, secret, both := strings.Cut(credentials, ":"); both {
		r.SetBasicAuth(user, secret)
		return
	}
	r.Header.Set("Authorization", "Bearer "+credentials)
}

func send(ts *testscript.TestScript, r *http.Request) {
	a, err := http.DefaultTransport.RoundTrip(r)
	ts.Check(err)
	defer a.Body.Close()
	text, err := io.ReadAll(a.Body)
	ts.Check(err)
	fmt.Fprintf(ts.Stdout(), "%d %s\n", a.StatusCode, text)
}

// field FILE PATH NAME: puts a value of a JSON file into the environment.
func field(ts *testscript.TestScript, neg bool, words []string) {
	var v any
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(words[0])), &v))
	for _, name := range strings.Split(words[1], ".") {
		members, ok := v.(map[string]any)
		if !ok || members[name] == nil {
			ts.Fatalf("%s has no %s", words[0], words[1])
		}
		v = members[name]
	}
	ts.Setenv(words[2], fmt.Sprint(v))
}

// check LINK: asks whether a set-up link still works.
func check(ts *testscript.TestScript, neg bool, words []string) {
	_, token, _ := strings.Cut(words[0], "#token=")
	call(ts, neg, []string{"/api/v1/setup/check", `{"token":"` + token + `"}`})
}

// damage DIR: changes a byte in the middle of the largest file.
func damage(ts *testscript.TestScript, neg bool, words []string) {
	var largest string
	var size int64
	ts.Check(filepath.WalkDir(ts.MkAbs(words[0]), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err == nil && info.Size() > size {
			largest, size = path, info.Size()
		}
		return err
	}))
	text, err := os.ReadFile(largest)
	ts.Check(err)
	text[len(text)/2] ^= 0x55
	ts.Check(os.WriteFile(largest, text, 0o600))
}
