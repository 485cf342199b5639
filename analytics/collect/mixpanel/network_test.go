package mixpanel

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// TestGigabyteOverTheNetwork: a client that asks first hears no before it has sent a byte.
func TestGigabyteOverTheNetwork(t *testing.T) {
	server := httptest.NewServer(newRig(Options{}))
	defer server.Close()
	r, err := http.NewRequest("POST", server.URL+"/import?strict=1&api_key=key", unreadable{t})
	if err != nil {
		t.Fatal(err)
	}
	r.ContentLength = 1 << 30
	r.Header.Set("Expect", "100-continue")
	client := server.Client()
	client.Transport.(*http.Transport).ExpectContinueTimeout = time.Hour
	answer, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(answer.Body)
	answer.Body.Close()
	if err != nil || answer.StatusCode != 413 || string(body) != tooLarge {
		t.Errorf("%d %s, %v", answer.StatusCode, body, err)
	}
}

// TestRawFragmentOverTheNetwork: a client that fails to strip the fragment still reaches its path.
func TestRawFragmentOverTheNetwork(t *testing.T) {
	rig := newRig(Options{})
	server := httptest.NewServer(rig)
	defer server.Close()
	r, err := http.NewRequest("POST", server.URL, strings.NewReader(userUpdate))
	if err != nil {
		t.Fatal(err)
	}
	r.URL.Opaque = "/engage#profile-set"
	answer, err := server.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	body, _ := io.ReadAll(answer.Body)
	answer.Body.Close()
	if answer.StatusCode != 200 || string(body) != "1" || len(rig.road.profiles) != 1 {
		t.Errorf("%d %s", answer.StatusCode, body)
	}
}
