package scope

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"jejak/exposure"
	"jejak/incident/rehearse"
)

// marks is a tracer that knows one export by its times and pseudonyms.
type marks struct {
	times, names map[string]bool
	none         bool
}

func (m marks) Recognise(_ context.Context, times []int64) (out []OurExport, _ error) {
	n := 0
	for _, t := range times {
		if m.times[fmt.Sprint(t)] {
			n++
		}
	}
	if n > 20 {
		out = append(out, OurExport{ID: "731", By: "user:9", Marked: n, Matched: n, Luck: n})
	}
	return out, nil
}

func (m marks) Trace(_ context.Context, names []string) (out []OurExport, _ error) {
	if m.none {
		return nil, ErrNoTrace
	}
	for _, n := range names {
		if m.names[n] {
			out = append(out, OurExport{ID: "731", By: "user:9", People: 1, Luck: 19})
		}
	}
	return out, nil
}

// TestForeignSample: rows that somebody invented are no evidence that a file is ours, nor that anybody is in it. A public list mixed with
// one in a hundred rows of ours is told by these rows, and only their people are affected. Nobody is told of it by that alone.
func TestForeignSample(t *testing.T) {
	_, _, b := told(t, rehearse.Story{Seed: 1, People: 500, Organisations: 10, Rows: 10})
	m := marks{times: map[string]bool{}, names: map[string]bool{}}
	rows := func(ours int) text {
		file := text("email,user_id,person,time\n")
		for i := range 3_000 {
			ms := 1_762_000_000_123 + int64(i)*1_001
			if i%100 == 0 && ours > 0 {
				ours--
				m.times[fmt.Sprint(ms)], m.names[fmt.Sprintf("%032x", i)] = true, true
				file = fmt.Appendf(file, ",%s,%032x,%d\n", b.userIDs[i/100], i, ms)
				continue
			}
			file = fmt.Appendf(file, "invented%d@elsewhere.example,,,%d\n", i, ms)
		}
		return file
	}
	r := read(t, rows(0), b, nil, Options{})
	o, err := r.Trace(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	report := reported(t, r)
	if len(o.Ours) > 0 || !strings.HasPrefix(o.Wording[exposure.English], "There is no evidence that the file is ours") || report.People.Likely != 0 || report.Unmatched != 3_000 {
		t.Errorf("a foreign sample: %+v, people %+v", o, report.People)
	}
	r = read(t, rows(30), b, nil, Options{})
	if o, err = r.Trace(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	report = reported(t, r)
	if len(o.Ours) != 1 || o.Ours[0].ID != "731" || o.Ours[0].Luck < 9 || o.Ours[0].People == 0 || report.People.Certain != 30 || report.Unmatched != 2_970 {
		t.Errorf("one in a hundred: %+v, people %+v", o, report.People)
	}
	if len(report.Open) == 0 {
		t.Error("the foreign rows need no explanation")
	}
}

func TestNoClaimWithoutLooking(t *testing.T) {
	_, _, b := told(t, rehearse.Story{Seed: 1, People: 5, Organisations: 1, Rows: 10})
	r := read(t, text(fmt.Sprintf("person\n%032x\n", 7)), b, nil, Options{})
	o, err := r.Trace(t.Context(), marks{none: true})
	if err != nil || o.Names != 0 {
		t.Errorf("%+v, %v", o, err)
	}
	if _, err := r.Trace(t.Context(), failingTracer{}); err == nil {
		t.Error("a tracer that fails is taken for one that found nothing")
	}
}

type failingTracer struct{ marks }

func (failingTracer) Recognise(context.Context, []int64) ([]OurExport, error) {
	return nil, errors.New("no log")
}

// TestCertificates: a class that is there is never called absent, however it is wrapped; one that is not is, with its controls.
func TestCertificates(t *testing.T) {
	_, _, b := told(t, rehearse.Story{Seed: 1, People: 50, Organisations: 2, Rows: 10})
	file := func(hidden string) text {
		f := text("user_id,title,comment_text\n")
		for i := range 2_000 {
			note := "a quiet day"
			if i == 1_234 && hidden != "" {
				note = hidden
			}
			f = fmt.Appendf(f, "%s,page %d,\"%s\"\n", b.userIDs[i%50], i, note)
		}
		return f
	}
	of := func(f text, class exposure.Class) Certificate {
		for _, c := range reported(t, read(t, f, b, nil, Options{})).Absences {
			if c.Class == class {
				return c
			}
		}
		t.Fatalf("no certificate of %s", class)
		return Certificate{}
	}
	for _, c := range reported(t, read(t, file(""), b, nil, Options{})).Absences {
		findable := !slices.Contains([]exposure.Class{exposure.Password, exposure.Content}, c.Class)
		if c.Certified != findable {
			t.Errorf("%s: certified %t, %s", c.Class, c.Certified, c.Why)
		}
		for _, x := range c.Controls {
			if x.Planted < 200 || x.AtLeast < enough {
				t.Errorf("%s: control %+v", c.Class, x)
			}
		}
	}
	for hidden, class := range map[string]exposure.Class{
		"see AKIAABCDEFGHIJKLMNOP please":                              exposure.Credentials,
		"https://x.example/?k=AKIAABCDEFGHIJKLMNOP":                    exposure.Credentials,
		"blob QUtJQUFCQ0RFRkdISUpLTE1OT1A=":                            exposure.Credentials,
		"%41%4B%49%41%41%42%43%44%45%46%47%48%49%4A%4B%4C%4D%4E%4F%50": exposure.Credentials,
		"{\\u0022k\\u0022:\\u0022\\u0041KIAABCDEFGHIJKLMNOP\\u0022}":   exposure.Credentials,
		"see AKIAABCDEF\nGHIJKLMNOP please":                            exposure.Credentials,
		"card 4111 1111 1111 1111 declined":                            exposure.Card,
		"NPWP 01.234.567.8-901.000":                                    exposure.GovernmentID,
		"please pay to DE89370400440532013000 today":                   exposure.BankAccount,
	} {
		if c := of(file(hidden), class); c.Certified || c.Why != Present || c.Confirmed != 1 {
			t.Errorf("with %q %s is certified %t: %s, %d confirmed", hidden, class, c.Certified, c.Why, c.Confirmed)
		}
	}
}

// TestNotReadNotCertified: what was not read may hold anything; a picture is named and limits the words.
func TestNotReadNotCertified(t *testing.T) {
	_, _, b := told(t, rehearse.Story{Seed: 1, People: 50, Organisations: 2, Rows: 10})
	whole := text("user_id,title\n" + strings.Repeat(b.userIDs[1]+",page\n", 100))
	for _, x := range []struct {
		archive   text
		certified bool
	}{{zipped(t, map[string]string{"a.csv": string(whole), "logo.png": "\x89PNG\r\n\x1a\n\x00\x00"}), true}, {zipped(t, map[string]string{"a.csv": string(whole)})[:120], false}} {
		report := reported(t, read(t, x.archive, b, nil, Options{}))
		c := report.Absences[0]
		if c.Certified != x.certified || len(report.Unread) == 0 {
			t.Errorf("%s: certified %t (%s), unread %v", c.Class, c.Certified, c.Why, report.Unread)
		}
		if c.Certified && !strings.Contains(c.Wording[exposure.English], "Not covered: ") {
			t.Errorf("the words name nothing that is not covered: %s", c.Wording[exposure.English])
		}
	}
}

// TestTooManyCoats: a value that is wrapped in more ways than are taken off costs no more than its length allows, and then nothing is called
// absent.
func TestTooManyCoats(t *testing.T) {
	_, _, b := told(t, rehearse.Story{Seed: 1, People: 5, Organisations: 1, Rows: 10})
	evil := strings.Repeat("%252525 a\\\\\\\\\\\\b = + \n", 5_000)
	report := reported(t, read(t, text("note\n\""+evil+"\"\n"), b, nil, Options{}))
	c := report.Absences[0]
	if c.Certified || c.Why != NotWholeRead || c.Cut != 1 || len(report.Unread) != 1 {
		t.Errorf("certified %t, %q, %d cut, unread %v", c.Certified, c.Why, c.Cut, report.Unread)
	}
}

// TestMeanings: people say what a column holds whose name does not tell, and what one does not hold.
func TestMeanings(t *testing.T) {
	_, _, b := told(t, rehearse.Story{Seed: 1, People: 50, Organisations: 2, Rows: 10})
	b.ids["4711"] = 3
	file := text("cust_no,name\n4711,Pro plan\n")
	if r := reported(t, read(t, file, b, nil, Options{})); r.People.Certain != 0 {
		t.Errorf("a number is taken for an ID: %+v", r.People)
	}
	r := read(t, file, b, nil, Options{Meanings: []Meaning{{Column: "cust_no", Class: exposure.UserID}, {Column: "name"}}})
	for a := range r.Affected {
		if a.Member != 3 || !slices.Equal(a.Classes, []exposure.Class{exposure.UserID}) {
			t.Errorf("%+v", a)
		}
	}
	if reported(t, r).People.Certain != 1 {
		t.Error("the person is not found")
	}
}
