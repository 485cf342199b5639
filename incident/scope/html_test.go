package scope

import (
	"bytes"
	"strings"
	"testing"

	"jejak/exposure"
	"jejak/incident/rehearse"
)

func TestEveryWordInEachLocale(t *testing.T) {
	for key, w := range words {
		for _, l := range exposure.Locales {
			if w[l] == "" {
				t.Errorf("%s is not said in %s", key, l)
			}
		}
	}
}

// TestHostileTextIsInert: markup, directions and formulas that an attacker wrote as names of events, columns and files do nothing.
func TestHostileTextIsInert(t *testing.T) {
	const evil = "<script>alert(1)</script>"
	_, _, b := told(t, rehearse.Story{Seed: 1, People: 10, Organisations: 2, Rows: 10})
	file := text("event,$email,$referrer,\"<img src=x onerror=alert(1)>\",\"a\u202eb\"\n")
	for range 20 {
		file = append(file, evil+"\u202e,x@<b>.example,https://<script>/,"+evil+",=cmd()\n"...)
	}
	report := reported(t, read(t, file, b, nil, Options{}))
	html, err := report.HTML()
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"<script", "<img", "\u202e", "javascript:", "onerror=alert(1)>"} {
		if strings.Contains(string(html), bad) {
			t.Errorf("%q stands in the page", bad)
		}
	}
	if !strings.Contains(string(html), "&lt;script&gt;") {
		t.Error("the name of the event is not shown at all")
	}
	canonical, err := report.Canonical()
	if err != nil || bytes.Contains(canonical, []byte("<")) || bytes.Contains(canonical, []byte("\u202e")) {
		t.Errorf("the report has markup or directions in it: %v", err)
	}
}

// TestNoValueInAReport: no address, name or ID of anybody stands in the report or its page.
func TestNoValueInAReport(t *testing.T) {
	story := rehearse.Story{Seed: 2, People: 300, Organisations: 10, Rows: 2_000}
	file, _, b := told(t, story)
	report := reported(t, read(t, file, b, nil, Options{}))
	html, err := report.HTML()
	if err != nil {
		t.Fatal(err)
	}
	canonical, err := report.Canonical()
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range b.userIDs {
		if bytes.Contains(canonical, []byte(id)) || bytes.Contains(html, []byte(id)) {
			t.Errorf("the ID %s stands in it", id)
		}
	}
	for mail := range b.mails {
		if bytes.Contains(canonical, []byte(mail)) || bytes.Contains(html, []byte(mail)) {
			t.Errorf("the address %s stands in it", mail)
		}
	}
}
