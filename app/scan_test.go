package app

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"jejak/analytics/scan"
	"jejak/analytics/show"
	"jejak/event"
	"jejak/question"
)

// TestScan lets personal values in, takes back what let them in, and scans: they are in no byte of the data folder, in none of the
// forms they could have; answers have tokens in their place, and the scan says what it changed.
func TestScan(t *testing.T) {
	h := newHouse(t)
	h.signIn()
	at := fmt.Sprintf("/api/v1/projects/%d", h.project.ID)
	planted := []string{"ann@example.org", "+62 812-3456-7890", "3171015503900001", "Nickname Of Somebody", "acme-corporation-7"}
	for _, name := range []string{"contact", "phone", "nik", "tags"} {
		h.browse("PUT", at+"/catalogue", fmt.Sprintf(`{"kind":"property","name":%q,"rule":{"do":"allow"}}`, name)).want(t, 200)
	}
	for i := range 3 {
		h.track("view", fmt.Sprintf(`,"distinct_id":"u%d","contact":%q,"phone":%q,"nik":"3171015503900001","tags":["x",["%s"]],"nick":%q,"company":%q,"age":%d,"plan":"team"`,
			i, planted[0], planted[1], planted[0], planted[3], planted[4], 30+i))
		if i == 1 {
			h.stop()
			h.open()
		}
	}
	if found := h.heldPlain(planted); len(found) != len(planted) {
		t.Fatalf("only %v are planted", found)
	}
	for _, name := range []string{"contact", "phone", "nik", "tags"} {
		h.browse("DELETE", at+"/catalogue?kind=property&name="+name, "").want(t, 204)
	}
	h.browse("PUT", at+"/catalogue", `{"kind":"property","name":"nick","rule":{"do":"seal"}}`).want(t, 200)
	h.browse("PUT", at+"/catalogue", `{"kind":"property","name":"age","rule":{"do":"bucket","range":"10"}}`).want(t, 200)
	h.browse("PUT", at+"/group-keys", `[{"key":"company"}]`).want(t, 200)

	started := h.browse("POST", at+"/scans", "")
	started.want(t, 201)
	done := h.scanned()
	if done.State != scan.Done {
		t.Fatalf("the scan is %+v; %s", done, h.said)
	}
	for _, want := range []show.Changed{
		{Did: event.Sealed, Class: "email", Property: "contact", Values: 3}, {Did: event.Sealed, Class: "phone", Property: "phone", Values: 3},
		{Did: event.Cut, Class: "nik", Property: "nik", Values: 3}, {Did: event.Sealed, Class: "email", Property: "tags", Values: 3},
		{Did: event.Sealed, Class: "sealed", Property: "nick", Values: 3}, {Did: event.Sealed, Class: "group", Property: "company", Values: 3},
		{Did: event.Bucketed, Property: "age", Values: 2}, // 30 is the start of its range already
	} {
		if !slices.Contains(done.Changed, want) {
			t.Errorf("%+v is not among %+v", want, done.Changed)
		}
	}
	if found := h.heldPlain(planted); len(found) > 0 {
		t.Errorf("the data folder still holds %v", found)
	}
	h.track("view", `,"distinct_id":"u9","contact":"ann@example.org","nick":"Nickname Of Somebody","company":"acme-corporation-7","age":33,"nik":"3171015503900001"`)
	for _, property := range []string{"contact", "nick", "company", "age", "nik"} { // what comes now has the same tokens
		var values []question.ValueCount
		a := h.script("GET", "/values?property="+property, "")
		if a.into(t, &values); len(values) != 1 || values[0].Rows != 4 {
			t.Errorf("%s has the values %s", property, a.body)
		}
	}
	h.browse("POST", at+"/scans", "").want(t, 201)
	if again := h.scanned(); again.State != scan.Done || len(again.Changed) != 0 {
		t.Errorf("a second scan changed %+v", again)
	}
}

// scanned is the newest scan, when it has ended.
func (h *house) scanned() show.Scan {
	h.t.Helper()
	h.scan.Wait()
	var scans []show.Scan
	h.script("GET", "/scans", "").into(h.t, &scans)
	if len(scans) == 0 {
		h.t.Fatal("there is no scan")
	}
	return scans[0]
}

// heldPlain are the texts that a file of the data folder holds, plainly or in a form that is as good.
func (h *house) heldPlain(texts []string) (held []string) {
	h.t.Helper()
	found := map[string]bool{}
	err := filepath.WalkDir(h.folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		for _, text := range texts {
			for _, form := range formsOf([]byte(text)) {
				found[text] = found[text] || bytes.Contains(b, form)
			}
		}
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	for _, text := range texts {
		if found[text] {
			held = append(held, text)
		}
	}
	return held
}
