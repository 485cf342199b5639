// Package server runs a real jejak for tests and benchmarks: a process of its own on a data folder of its own.
package server

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// Server is one data folder with one project, and a process that may be running on it.
type Server struct {
	Program string
	Data    string // the data folder
	Base    string // http://127.0.0.1:port of the running process
	Project Project
	Client  *http.Client
	process *exec.Cmd
	said    bytes.Buffer
}

// Project is what `jejak project create` prints.
type Project struct {
	ID             int    `json:"id"`
	Token          string `json:"token"`
	APISecret      string `json:"api_secret"`
	ServiceAccount struct {
		Username string `json:"username"`
		Secret   string `json:"secret"`
	} `json:"service_account"`
}

// New makes a project in a new data folder inside folder. Nothing runs yet.
func New(program, folder string) (*Server, error) {
	s := &Server{
		Program: program, Data: filepath.Join(folder, "data"),
		Client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 16}},
	}
	out, err := s.Command("project", "create", "test", "--data", s.Data)
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(out, &s.Project); err != nil {
		return nil, fmt.Errorf("cannot read what project create printed: %w", err)
	}
	return s, nil
}

// Build builds the program into folder. It needs Go alone: the console is the placeholder unless it was built before.
func Build(folder string) (program string, err error) {
	program = filepath.Join(folder, "jejak")
	build := exec.Command("go", "build", "-o", program, "jejak/cmd/jejak")
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("cannot build: %w\n%s", err, out)
	}
	return program, nil
}

// Command runs one that ends by itself and returns what it printed.
func (s *Server) Command(args ...string) ([]byte, error) {
	var problems strings.Builder
	c := exec.Command(s.Program, args...)
	c.Stderr = &problems
	out, err := c.Output()
	if err != nil {
		return nil, fmt.Errorf("jejak %s: %w\n%s%s", strings.Join(args, " "), err, out, problems.String())
	}
	return out, nil
}

// Start runs the server, behind the words of wrapper if there are any, and returns how long it took until it was
// ready for events.
func (s *Server) Start(wrapper ...string) (time.Duration, error) {
	address, err := FreeAddress()
	if err != nil {
		return 0, err
	}
	s.Base = "http://" + address
	words := append(wrapper, s.Program, "serve", "--data", s.Data, "--listen", address)
	s.said.Reset()
	s.process = exec.Command(words[0], words[1:]...)
	s.process.Stdout, s.process.Stderr = io.Discard, &s.said
	s.process.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	began := time.Now()
	if err := s.process.Start(); err != nil {
		return 0, err
	}
	for time.Since(began) < 60*time.Second {
		if s.healthy() {
			return time.Since(began), nil
		}
		<-time.After(2 * time.Millisecond)
	}
	s.Kill()
	return 0, fmt.Errorf("the server is not healthy after a minute:\n%s", s.said.String())
}

func (s *Server) healthy() bool {
	r, err := s.Client.Get(s.Base + "/healthz")
	if err != nil {
		return false
	}
	_ = r.Body.Close()
	return r.StatusCode == http.StatusOK
}

// FreeAddress is one that nobody listens on.
func FreeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	return l.Addr().String(), nil
}

// Kill ends the process without a warning. It does nothing when none runs.
func (s *Server) Kill() {
	if s.process == nil {
		return
	}
	_ = s.process.Process.Signal(syscall.SIGKILL)
	_ = s.process.Wait()
	s.process = nil
	s.Client.CloseIdleConnections()
}

// Stop ends the process gently.
func (s *Server) Stop() error {
	if s.process == nil {
		return errors.New("cannot stop: no server runs")
	}
	if err := s.process.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	err := s.process.Wait()
	s.process = nil
	s.Client.CloseIdleConnections()
	if err != nil {
		return fmt.Errorf("the server did not stop gently: %w\n%s", err, s.said.String())
	}
	return nil
}

// Import sends a body to /import, strictly, and returns the status.
func (s *Server) Import(body io.Reader, header http.Header) (status int, answer []byte, err error) {
	r, err := http.NewRequest("POST", fmt.Sprintf("%s/import?strict=1&project_id=%d", s.Base, s.Project.ID), body)
	if err != nil {
		return 0, nil, err
	}
	r.Header = header.Clone()
	return s.send(r)
}

// Call asks the HTTP API below the project's path; into may be nil.
func (s *Server) Call(method, path string, body io.Reader, into any) error {
	r, err := http.NewRequest(method, fmt.Sprintf("%s/api/v1/projects/%d%s", s.Base, s.Project.ID, path), body)
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	status, answer, err := s.send(r)
	if err != nil {
		return err
	}
	if status != http.StatusOK {
		return fmt.Errorf("%s %s: %d %.300s", method, path, status, answer)
	}
	return json.Unmarshal(answer, into)
}

func (s *Server) send(r *http.Request) (int, []byte, error) {
	r.SetBasicAuth(s.Project.ServiceAccount.Username, s.Project.ServiceAccount.Secret)
	answer, err := s.Client.Do(r)
	if err != nil {
		return 0, nil, err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	return answer.StatusCode, text, err
}

// Totals asks for measures of any event over the last ninety days; metrics is JSON.
func (s *Server) Totals(metrics string) ([]float64, error) {
	question := `{"kind":"trend","range":{"last":90,"unit":"day","zone":"UTC"},"interval":"month","metrics":` + metrics + `}`
	var answer struct{ Series []struct{ Total float64 } }
	if err := s.Call("POST", "/ask", strings.NewReader(question), &answer); err != nil {
		return nil, err
	}
	var totals []float64
	for _, x := range answer.Series {
		totals = append(totals, x.Total)
	}
	return totals, nil
}

// Counters are the project's.
type Counters struct {
	Received, Durable, Askable, Duplicates uint64
	Refused                                map[string]uint64
}

// Counters asks for them.
func (s *Server) Counters() (c Counters, err error) {
	return c, s.Call("GET", "/counters", nil, &c)
}

// Pid is the running process's.
func (s *Server) Pid() int { return s.process.Process.Pid }
