package app

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"jejak/ground/access"
)

// TestDeathBetweenWrites brings somebody new, their device and a hidden value, and looks at the disk at each point between
// the writes of vault, metadata and store, as if the process had been killed there: fsck is clean, and after a restart
// the client, who had no answer, sends again: it is one event of one person.
func TestDeathBetweenWrites(t *testing.T) {
	h := newHouse(t)
	h.stop()
	var seen []string
	copies := t.TempDir()
	h.points = func(point string) {
		folder := filepath.Join(copies, fmt.Sprint(len(seen)))
		seen = append(seen, point)
		if err := errors.Join(os.CopyFS(folder, os.DirFS(h.folder)), os.Chmod(filepath.Join(folder, "data.key"), 0o600)); err != nil {
			t.Error(err)
		}
	}
	h.open()
	if _, err := h.ground.access.SetGroupKeys(access.AtConsole(t.Context()), 1, []access.GroupKey{{Key: "company", Name: "Company"}}); err != nil {
		t.Fatal(err)
	}
	at := time.Now().UnixMilli()
	send := func(h *house) {
		h.track("view", `,"$insert_id":"once","time":`+fmt.Sprint(at)+`,"$user_id":"ann","$device_id":"phone","note":"mail ann@example.org","company":"Nusa"`)
	}
	send(h)
	h.stop()
	for _, point := range []string{"project key kept", "key written", "keys not durable", "keys durable", "record queued"} {
		if !slices.Contains(seen, point) {
			t.Errorf("%q was never reached: %q", point, seen)
		}
	}
	for n, point := range seen {
		dead := &house{t: t, folder: filepath.Join(copies, fmt.Sprint(n)), project: h.project, said: h.said}
		if r, err := Check(dead.data(), ""); err != nil || r.Events > 0 {
			t.Fatalf("killed at %q (%d): %+v, %v", point, n, r, err)
		}
		dead.open()
		send(dead)
		send(dead)
		if people, events := dead.total("view", "unique"), dead.total("view", "total"); people != 1 || events != 1 {
			t.Errorf("killed at %q (%d): %v events of %v people", point, n, events, people)
		}
		dead.stop()
		r, err := Check(dead.data(), "")
		if err != nil || r.Keys != 3 { // ann, her phone, Nusa
			t.Errorf("killed at %q (%d), sent again: %+v, %v", point, n, r, err)
		}
	}
}
