package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// server is a running jejak with one project.
type server struct {
	dir     string
	base    string // http://127.0.0.1:port
	process *exec.Cmd
	project project
}

// project is what `jejak project create` prints.
type project struct {
	ID             int    `json:"id"`
	Token          string `json:"token"`
	APISecret      string `json:"api_secret"`
	ServiceAccount struct {
		Username string `json:"username"`
		Secret   string `json:"secret"`
	} `json:"service_account"`
}

// newServer makes a data folder with one project and starts a server on it.
func newServer(binary string) (*server, error) {
	dir, err := os.MkdirTemp("", "jejak-bench-")
	if err != nil {
		return nil, err
	}
	s := &server{dir: dir}
	out, err := exec.Command(binary, "project", "create", "bench", "--data", s.data()).Output()
	if err == nil {
		err = json.Unmarshal(out, &s.project)
	}
	if err == nil {
		_, err = s.start(binary)
	}
	if err != nil {
		s.remove()
		return nil, fmt.Errorf("cannot start a server: %w", err)
	}
	return s, nil
}

func (s *server) data() string { return filepath.Join(s.dir, "data") }

// start runs the server and returns how long it took until it was ready for events.
func (s *server) start(binary string) (time.Duration, error) {
	address, err := freeAddress()
	if err != nil {
		return 0, err
	}
	s.base = "http://" + address
	s.process = exec.Command(binary, "serve", "--data", s.data(), "--listen", address)
	s.process.Stderr = os.Stderr
	s.process.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	began := time.Now()
	if err := s.process.Start(); err != nil {
		return 0, err
	}
	for time.Since(began) < 60*time.Second {
		if r, err := http.Get(s.base + "/healthz"); err == nil {
			_ = r.Body.Close()
			if r.StatusCode == http.StatusOK {
				return time.Since(began), nil
			}
		}
		time.Sleep(2 * time.Millisecond)
	}
	return 0, errors.New("it is not healthy after a minute")
}

func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	return l.Addr().String(), nil
}

// stop ends the server gently.
func (s *server) stop() error {
	if err := s.process.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	return s.process.Wait()
}

func (s *server) remove() { _ = os.RemoveAll(s.dir) }

// counters asks for the project's counters.
func (s *server) counters() (received, durable, askable uint64, err error) {
	var c struct{ Received, Durable, Askable uint64 }
	err = s.call("GET", fmt.Sprintf("/api/v1/projects/%d/counters", s.project.ID), nil, &c)
	return c.Received, c.Durable, c.Askable, err
}

func (s *server) call(method, path string, body io.Reader, into any) error {
	r, err := http.NewRequest(method, s.base+path, body)
	if err != nil {
		return err
	}
	r.SetBasicAuth(s.project.ServiceAccount.Username, s.project.ServiceAccount.Secret)
	r.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("%s %s: %s: %.300s", method, path, answer.Status, text)
	}
	return json.Unmarshal(text, into)
}

// memory watches the resident memory of a process until it is told to stop, and returns the highest, in MB.
func memory(ctx context.Context, pid int) (highest func() float64) {
	var peak float64
	var done sync.WaitGroup
	done.Go(func() {
		for tick := time.NewTicker(50 * time.Millisecond); ; {
			peak = max(peak, residentMB(pid))
			select {
			case <-ctx.Done():
				tick.Stop()
				return
			case <-tick.C:
			}
		}
	})
	return func() float64 { done.Wait(); return peak }
}

// residentMB is the resident memory of a process, mapped files included.
func residentMB(pid int) float64 {
	kB := strings.Fields(field(fmt.Sprintf("/proc/%d/status", pid), "VmRSS"))
	if len(kB) == 0 {
		return 0
	}
	n, _ := strconv.ParseFloat(kB[0], 64)
	return n / 1024
}

// processorTime is what a process has used so far.
func processorTime(pid int) time.Duration {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0
	}
	fields := strings.Fields(string(b[strings.LastIndexByte(string(b), ')')+1:]))
	user, _ := strconv.Atoi(fields[11])
	system, _ := strconv.Atoi(fields[12])
	return time.Duration(user+system) * 10 * time.Millisecond
}
