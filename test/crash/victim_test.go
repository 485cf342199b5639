package crash

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"jejak/analytics/store"
	"jejak/analytics/store/columnar"
	"jejak/event"
)

// victim is a server that is started and killed over and over on one data folder.
type victim struct {
	program string
	data    string
	base    string
	process *exec.Cmd
	client  *http.Client
	project created
}

// created is what project create prints, as far as it is needed here.
type created struct {
	ID             int `json:"id"`
	ServiceAccount struct {
		Username string `json:"username"`
		Secret   string `json:"secret"`
	} `json:"service_account"`
}

func newVictim(t *testing.T, program string) *victim {
	t.Helper()
	v := &victim{program: program, data: filepath.Join(t.TempDir(), "data"), client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 16}}}
	out := v.run(t, "project", "create", "crash", "--data", v.data)
	if err := json.Unmarshal(out, &v.project); err != nil {
		t.Fatalf("cannot read what project create printed: %v\n%s", err, out)
	}
	t.Cleanup(func() {
		if v.process != nil {
			_ = v.process.Process.Kill()
			_ = v.process.Wait()
		}
	})
	return v
}

// run runs the program with a command that ends by itself.
func (v *victim) run(t *testing.T, args ...string) []byte {
	t.Helper()
	var problems strings.Builder
	c := exec.Command(v.program, args...)
	c.Stderr = &problems
	out, err := c.Output()
	if err != nil {
		t.Fatalf("jejak %s: %v\n%s%s", strings.Join(args, " "), err, out, problems.String())
	}
	return out
}

// start starts the server and waits until it takes events.
func (v *victim) start(t *testing.T) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	_ = l.Close()
	var said strings.Builder
	v.base = "http://" + address
	v.process = exec.Command(v.program, "serve", "--data", v.data, "--listen", address)
	v.process.Stdout, v.process.Stderr = io.Discard, &said
	if err := v.process.Start(); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); {
		if r, err := v.client.Get(v.base + "/healthz"); err == nil {
			_ = r.Body.Close()
			if r.StatusCode == http.StatusOK {
				return
			}
		}
		<-time.After(2 * time.Millisecond)
	}
	v.kill(t)
	t.Fatalf("the server is not healthy after 30 s:\n%s", said.String())
}

// kill ends the server without a warning.
func (v *victim) kill(t *testing.T) {
	t.Helper()
	if err := v.process.Process.Signal(syscall.SIGKILL); err != nil {
		t.Fatalf("cannot kill: %v", err)
	}
	_ = v.process.Wait()
	v.process = nil
	v.client.CloseIdleConnections()
}

func (v *victim) fsck(t *testing.T) {
	t.Helper()
	v.run(t, "fsck", "--data", v.data)
}

// stored reads the store itself: how often each event number is there for questions.
func (v *victim) stored(t *testing.T) map[int]int {
	t.Helper()
	s, err := columnar.Open(filepath.Join(v.data, "store"), columnar.Options{})
	if err != nil {
		t.Fatalf("cannot open the store: %v", err)
	}
	defer s.Close()
	snap, err := s.Snapshot(event.ProjectID(v.project.ID))
	if err != nil {
		t.Fatalf("cannot take a snapshot: %v", err)
	}
	defer snap.Release()
	all := map[int]int{}
	for _, section := range snap.Sections(store.Selection{Bots: true, From: 0, To: 1 << 60}) {
		countNumbers(section, all)
	}
	return all
}

func countNumbers(s store.Section, all map[int]int) {
	numbers := s.Column("n").Numbers(0, s.Rows(), nil)
	gone := map[int]bool{}
	for bucket := range event.Buckets {
		for _, row := range s.Superseded(bucket) {
			gone[row] = true
		}
	}
	for row, n := range numbers {
		if !gone[row] {
			all[int(n)]++
		}
	}
}

// agrees asks the restarted server the same thing the way a script would.
func (v *victim) agrees(t *testing.T, b *book) {
	t.Helper()
	stored := len(v.stored(t))
	v.start(t)
	defer v.kill(t)
	question := `{"kind":"trend","range":{"last":60,"unit":"day","zone":"UTC"},"interval":"month",
		"metrics":[{"name":"A","any_event":true,"measure":"total"},{"name":"B","any_event":true,"measure":"distinct","property":"n"}]}`
	r, err := http.NewRequest("POST", fmt.Sprintf("%s/api/v1/projects/%d/ask", v.base, v.project.ID), strings.NewReader(question))
	if err != nil {
		t.Fatal(err)
	}
	r.SetBasicAuth(v.project.ServiceAccount.Username, v.project.ServiceAccount.Secret)
	r.Header.Set("Content-Type", "application/json")
	answer, err := v.client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("cannot ask: %s %v\n%s", answer.Status, err, text)
	}
	var said struct {
		Series []struct{ Total float64 }
	}
	if err := json.Unmarshal(text, &said); err != nil || len(said.Series) != 2 {
		t.Fatalf("cannot read the answer: %v\n%s", err, text)
	}
	acknowledged, _ := b.size()
	if total, distinct := said.Series[0].Total, said.Series[1].Total; int(total) != stored || int(distinct) != stored || stored < acknowledged {
		t.Errorf("the server counts %v events with %v numbers; %d are stored, %d were acknowledged", total, distinct, stored, acknowledged)
	}
}
