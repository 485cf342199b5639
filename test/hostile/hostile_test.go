// Package hostile sends a real server what attackers and broken clients send, and watches its memory.
package hostile

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"jejak/test/server"
)

// memoryLimit is what the server may take at most while all this happens, in MB.
const memoryLimit = 400

func start(t *testing.T) *server.Server {
	t.Helper()
	program, err := server.Build(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	s, err := server.New(program, t.TempDir())
	if err == nil {
		_, err = s.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Kill)
	return s
}

// TestHugeBodies: a gigabyte in one body, with its length and without, plain and as a gzip bomb, from many clients at once,
// is refused with a clear answer, in bounded memory; the server takes good events all the while.
func TestHugeBodies(t *testing.T) {
	s := start(t)
	ctx, stop := context.WithCancel(context.Background())
	peak := server.WatchMemory(ctx, s.Pid())
	bomb := bomb(1 << 30)
	var clients sync.WaitGroup
	for _, path := range []string{"/track", "/engage", "/import", "/api/v1/events"} {
		for name, body := range map[string]func() *http.Request{
			"length":  func() *http.Request { return huge(t, s, path, 1<<30) },
			"chunked": func() *http.Request { return huge(t, s, path, -1) },
			"bomb":    func() *http.Request { return packed(t, s, path, bomb) },
		} {
			for range 4 {
				clients.Go(func() { mustRefuse(t, path+" "+name, body()) })
			}
		}
	}
	for i := range 50 {
		mustTake(t, s, i)
	}
	clients.Wait()
	stop()
	if highest := peak(); highest > memoryLimit || highest == 0 {
		t.Errorf("the server took up to %.0f MB, the limit is %d MB", highest, memoryLimit)
	} else {
		t.Logf("the server took up to %.0f MB", highest)
	}
	if c, err := s.Counters(); err != nil || c.Durable != 50 {
		t.Errorf("%d good events are durable of 50, %v", c.Durable, err)
	}
}

// endless is spaces between two brackets: JSON as long as nobody looks at its size.
type endless struct{ left int64 }

func (e *endless) Read(p []byte) (int, error) {
	if e.left == 0 {
		return 0, io.EOF
	}
	n := int(min(int64(len(p)), e.left))
	for i := range p[:n] {
		p[i] = ' '
	}
	p[0] = '['
	e.left -= int64(n)
	return n, nil
}

func huge(t *testing.T, s *server.Server, path string, length int64) *http.Request {
	r := request(t, s, path, &endless{left: 1 << 30})
	r.ContentLength = length
	return r
}

func packed(t *testing.T, s *server.Server, path string, bomb []byte) *http.Request {
	r := request(t, s, path, bytes.NewReader(bomb))
	r.Header.Set("Content-Encoding", "gzip")
	return r
}

func request(t *testing.T, s *server.Server, path string, body io.Reader) *http.Request {
	r, err := http.NewRequest("POST", s.Base+path, body)
	if err != nil {
		t.Error(err)
		return nil
	}
	r.Header.Set("Content-Type", "application/json")
	switch path {
	case "/import":
		r.SetBasicAuth(s.Project.APISecret, "")
	case "/api/v1/events":
		r.Header.Set("Authorization", "Bearer "+s.Project.Token)
	}
	return r
}

// bomb is a gzip text that unpacks to so many bytes.
func bomb(size int64) []byte {
	var b bytes.Buffer
	z, _ := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if _, err := io.Copy(z, &endless{left: size}); err != nil {
		panic(fmt.Sprintf("BUG: cannot pack: %v", err))
	}
	_ = z.Close()
	return b.Bytes()
}

// mustRefuse: the server says no with a status, or closes the connection on a client that goes on sending.
func mustRefuse(t *testing.T, name string, r *http.Request) {
	if r == nil {
		return
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		var network *net.OpError
		if !errors.As(err, &network) && !strings.Contains(err.Error(), "EOF") {
			t.Errorf("%s: %v", name, err)
		}
		return
	}
	defer answer.Body.Close()
	text, _ := io.ReadAll(answer.Body)
	refused := answer.StatusCode == http.StatusRequestEntityTooLarge || answer.StatusCode == http.StatusTooManyRequests ||
		answer.StatusCode == http.StatusServiceUnavailable || answer.StatusCode == http.StatusBadRequest
	if !refused {
		t.Errorf("%s is answered with %d %.100s", name, answer.StatusCode, text)
	}
}

func mustTake(t *testing.T, s *server.Server, i int) {
	t.Helper()
	body := fmt.Sprintf(`[{"event":"Good","properties":{"token":%q,"distinct_id":"g%d","$insert_id":"good-%d"}}]`, s.Project.Token, i, i)
	for range 100 {
		answer, err := http.Post(s.Base+"/track", "application/json", strings.NewReader(body))
		if err != nil {
			t.Fatalf("good event %d: %v", i, err)
		}
		text, _ := io.ReadAll(answer.Body)
		_ = answer.Body.Close()
		if answer.StatusCode == http.StatusOK && string(text) == "1" {
			return
		}
		if answer.StatusCode != http.StatusServiceUnavailable && answer.StatusCode != http.StatusTooManyRequests {
			t.Fatalf("good event %d is answered with %d %.100s", i, answer.StatusCode, text)
		}
		<-time.After(20 * time.Millisecond) // as SDKs do: told to come again, they come again
	}
	t.Fatalf("good event %d was sent away a hundred times", i)
}

// TestSlowClients: connections that send a byte now and then do not keep others out.
func TestSlowClients(t *testing.T) {
	s := start(t)
	for range 300 {
		conn, err := net.Dial("tcp", strings.TrimPrefix(s.Base, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		if _, err := io.WriteString(conn, "POST /track HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n["); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 20 {
		mustTake(t, s, i)
	}
}
