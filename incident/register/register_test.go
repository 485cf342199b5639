package register

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"jejak/exposure"
	"jejak/ground/access"
	"jejak/ground/approve"
	"jejak/incident/register/clock"
)

// TestFirstWordStartsClocks: once the vendor has phoned, the answer has every clock, with its reason (IR-2).
func TestFirstWordStartsClocks(t *testing.T) {
	r := newRoom(t)
	id := r.incident()
	if c := r.clock(id, "gdpr-33"); c.State != clock.Waiting {
		t.Errorf("before any word: %+v", c)
	}
	running := 0
	for _, c := range r.tell(id, r.word("first_word_from_vendor")).Clocks {
		if c.State == clock.Running {
			running++
			if c.Why[exposure.English] == "" || c.Entry != "2" {
				t.Errorf("%s does not say why it started: %+v", c.Rule, c)
			}
		}
	}
	if running < 10 {
		t.Errorf("%d clocks run", running)
	}
	r.now = r.now.Add(72 * time.Hour)
	if c := r.clock(id, "id-46-subjects"); c.State != clock.Overdue {
		t.Errorf("72 hours later: %+v", c)
	}
}

// TestTwoDetectionDates: both stay, each with its source; what is corrected stays readable, and the clock follows (IR-1).
func TestTwoDetectionDates(t *testing.T) {
	r := newRoom(t)
	id := r.incident()
	begin := r.now
	day := time.Date(2026, 11, 8, 0, 0, 0, 0, time.UTC)
	for n, source := range []string{"vendor's post", "our own account"} {
		d := day.AddDate(0, 0, n)
		r.tell(id, NewEntry{Type: "vendor_detected", Happened: Moment{&d, "day"}, Source: source, Confidence: "likely", Text: "the vendor noticed"})
	}
	old := r.tell(id, r.word("first_word_from_vendor")).Entry
	earlier := begin.Add(-24 * time.Hour)
	r.now = r.now.Add(time.Hour)
	e := r.word("first_word_from_vendor")
	e.Happened, e.Known, e.Supersedes = at(earlier), &earlier, old.ID
	r.tell(id, e)
	i, err := r.Incident(auditor, id)
	must(t, err)
	if len(i.Timeline) != 4 || i.Timeline[2].SupersededBy != i.Timeline[3].ID || i.Timeline[2].Text != old.Text || i.Timeline[2].SHA256 != old.SHA256 {
		t.Errorf("the timeline is %+v", i.Timeline)
	}
	if c := r.clock(id, "gdpr-33"); !c.Started.Equal(earlier) || c.Entry != i.Timeline[3].ID {
		t.Errorf("the clock follows no correction: %+v", c)
	}
	if !i.Times.Known.At.Equal(earlier) {
		t.Errorf("known since %v", i.Times.Known)
	}
	if _, err := r.Tell(lead, id, e); !isInvalid(err, "supersedes") {
		t.Errorf("superseded twice: %v", err)
	}
	var said struct{ About string }
	text, err := r.vault.Log().Entry(old.AuditEntry)
	must(t, err)
	if json.Unmarshal(text, &said) != nil || !strings.Contains(said.About, old.SHA256) {
		t.Errorf("the audit log says %s", text)
	}
}

func isInvalid(err error, field string) bool {
	v, is := errors.AsType[*access.Invalid](err)
	return is && v.Field == field
}

// TestNobodyElse: leads act, auditors read, others do neither.
func TestNobodyElse(t *testing.T) {
	r := newRoom(t)
	id := r.incident()
	for _, ctx := range []context.Context{viewer, as("05", access.Owner), as("06", access.Approver), context.Background()} {
		_, err := r.Incident(ctx, id)
		_, err2 := r.Tell(ctx, id, r.word("note"))
		_, err3 := r.List(ctx)
		_, err4 := r.Clocks(ctx, id)
		for _, e := range []error{err, err2, err3, err4} {
			if !errors.Is(e, access.ErrForbidden) && !errors.Is(e, access.ErrUnauthenticated) {
				t.Errorf("%s: %v", access.Caller(ctx), e)
			}
		}
	}
	if _, err := r.Incident(auditor, id); err != nil {
		t.Error(err)
	}
	if _, err := r.Tell(auditor, id, r.word("note")); !errors.Is(err, access.ErrForbidden) {
		t.Errorf("an auditor writes: %v", err)
	}
	if _, err := r.Incident(lead, "2026-77"); !errors.Is(err, access.ErrNotFound) {
		t.Errorf("an incident that is not there: %v", err)
	}
}

// TestChangedOutside: a line that somebody edits, swaps or cuts off in the database is noticed.
func TestChangedOutside(t *testing.T) {
	for name, statement := range map[string]string{
		"cut":     "UPDATE incident_lines SET sealed = substr(sealed, 1, length(sealed) - 1) WHERE number = 2",
		"swapped": "UPDATE incident_lines SET sealed = (SELECT sealed FROM incident_lines WHERE number = 3) WHERE number = 2",
		"taken":   "DELETE FROM incident_lines WHERE number = 2",
		"other":   "UPDATE incident_lines SET audit = audit + 1 WHERE number = 2",
	} {
		r := newRoom(t)
		id := r.incident()
		r.tell(id, r.word("note"))
		r.tell(id, r.word("note"))
		must(t, r.db.Write(lead, func(tx *sql.Tx) error { _, err := tx.Exec(statement); return err }))
		if _, err := r.Incident(lead, id); !errors.Is(err, ErrDamaged) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestNothingPersonalOnDisk: what people write into the register is sealed.
func TestNothingPersonalOnDisk(t *testing.T) {
	r := newRoom(t)
	id := r.incident()
	r.tell(id, r.word("first_word_from_vendor"))
	must(t, filepath.WalkDir(r.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		if bytes.Contains(text, []byte("Siti")) || bytes.Contains(text, []byte("Dataset exported")) {
			t.Errorf("%s holds words of the register", path)
		}
		return err
	}))
}

// TestClosedByTwo: also where nobody had to be told; what was allowed is exactly the state that was seen.
func TestClosedByTwo(t *testing.T) {
	r := newRoom(t)
	id := r.incident()
	wait := func() approve.Request {
		t.Helper()
		_, err := r.Close(lead, id, "none")
		w, is := errors.AsType[*approve.Waiting](err)
		if !is {
			t.Fatalf("closed by one: %v", err)
		}
		return w.Request
	}
	q := wait()
	_, err := r.desk.Grant(second, 0, q.ID, q.Hash)
	must(t, err)
	r.tell(id, r.word("note"))
	q = wait() // what was allowed is not what is there now
	_, err = r.desk.Grant(second, 0, q.ID, q.Hash)
	must(t, err)
	i, err := r.Close(lead, id, "none")
	must(t, err)
	if i.State != Closed || i.Closing.By != "user:01" {
		t.Errorf("closed: %+v", i)
	}
	if _, err := r.Tell(lead, id, r.word("contained")); !errors.Is(err, ErrClosed) {
		t.Errorf("told after the end: %v", err)
	}
	if _, err := r.Tell(lead, id, r.word("note")); err != nil {
		t.Errorf("a note after the end: %v", err)
	}
	list, err := r.List(auditor)
	must(t, err)
	if len(list) != 1 || list[0].State != Closed {
		t.Errorf("the list is %+v", list)
	}
}

// TestOpenClocksHoldTheEnd: an incident with a clock that nobody answered cannot be closed.
func TestOpenClocksHoldTheEnd(t *testing.T) {
	r := newRoom(t)
	id := r.incident()
	r.tell(id, r.word("first_word_from_vendor"))
	if _, err := r.Close(lead, id, "none"); !isInvalid(err, "clocks") {
		t.Errorf("closed: %v", err)
	}
}

// TestFiling: in time, late with a reason, excused with a reason.
func TestFiling(t *testing.T) {
	r := newRoom(t)
	id := r.incident()
	r.tell(id, r.word("first_word_from_vendor"))
	c, err := r.Decide(lead, id, "gdpr-33", NewDecision{Kind: clock.Filed, Receipt: "DPA-1"})
	must(t, err)
	if c.State != clock.Done || c.Decision.Receipt != "DPA-1" || c.Decision.By != "user:01" {
		t.Errorf("filed: %+v", c)
	}
	if _, err = r.Decide(lead, id, "gdpr-34", NewDecision{Kind: clock.Excused}); !isInvalid(err, "reasons") {
		t.Errorf("excused without a reason: %v", err)
	}
	r.now = r.now.Add(72 * time.Hour)
	if _, err = r.Decide(lead, id, "uk-33", NewDecision{Kind: clock.Filed}); !isInvalid(err, "late_because") {
		t.Errorf("late without a reason: %v", err)
	}
	c, err = r.Decide(lead, id, "uk-33", NewDecision{Kind: clock.Filed, Late: "the vendor sent the data after 16 days"})
	must(t, err)
	if c.State != clock.DoneLate {
		t.Errorf("filed late: %+v", c)
	}
	if _, err = r.Decide(lead, id, "no-such-rule", NewDecision{Kind: clock.Filed}); !errors.Is(err, access.ErrNotFound) {
		t.Errorf("no such rule: %v", err)
	}
}

// TestScopeDecides: what the scope found takes the place of the estimate.
func TestScopeDecides(t *testing.T) {
	r := newRoom(t)
	id := r.incident()
	r.tell(id, r.word("judged_notifiable"))
	if c := r.clock(id, "sg-pdpc"); c.Outcome.Answer != clock.Unclear {
		t.Errorf("before the scope: %+v", c.Outcome)
	}
	r.summary = &exposure.Summary{Closed: true, People: exposure.Count{Certain: 12, Likely: 12, AtMost: 12}}
	if c := r.clock(id, "sg-pdpc"); c.Outcome.Answer != clock.Unclear { // the risk of harm is still open
		t.Errorf("twelve people, risk open: %+v", c.Outcome)
	}
	r.summary.People.Certain = 500
	if c := r.clock(id, "sg-pdpc"); c.Outcome.Answer != clock.Yes {
		t.Errorf("500 people: %+v", c.Outcome)
	}
}

// TestWaitingForTheVendor: a request turns overdue after the hours of the contract, and its days are counted (IR-3).
func TestWaitingForTheVendor(t *testing.T) {
	r := newRoom(t)
	id := r.incident()
	q, err := r.Ask(lead, id, NewRequest{To: "vendor's security team", What: "the dataset", DueHours: 72})
	must(t, err)
	if q.State != "waiting" || q.Days != 0 {
		t.Errorf("asked: %+v", q)
	}
	r.now = r.now.Add(72 * time.Hour)
	q, err = r.Answer(lead, id, NewAnswer{Request: 1, Reminder: true, Text: "asked again"})
	must(t, err)
	if q.State != "overdue" || q.Days != 3 || len(q.Answers) != 1 {
		t.Errorf("reminded: %+v", q)
	}
	r.now = r.now.Add(13 * 24 * time.Hour)
	q, err = r.Answer(lead, id, NewAnswer{Request: 1, Final: true, Text: "handed over"})
	must(t, err)
	r.now = r.now.Add(time.Hour * 999)
	list, err := r.Requests(auditor, id)
	must(t, err)
	if q.State != "answered_late" || q.Days != 16 || list[0].Days != 16 {
		t.Errorf("sixteen days later: %+v, %+v", q, list)
	}
	if _, err := r.Answer(lead, id, NewAnswer{Request: 2, Text: "x"}); !errors.Is(err, access.ErrNotFound) {
		t.Errorf("no such request: %v", err)
	}
}

// TestChangeSeesChanges: of two who change the same fields one is told to read again.
func TestChangeSeesChanges(t *testing.T) {
	r := newRoom(t)
	id := r.incident()
	f := Fields{Title: "Renamed", Role: "controller", Risk: clock.RiskHigh, RiskReasons: "names and addresses"}
	i, err := r.Change(lead, id, 1, f)
	must(t, err)
	if i.Version != 2 || i.Fields.Title != "Renamed" {
		t.Errorf("changed: %+v", i)
	}
	if _, err = r.Change(second, id, 1, f); !errors.Is(err, ErrChanged) {
		t.Errorf("changed over a change: %v", err)
	}
	if c := r.clock(id, "gdpr-34"); c.Outcome.Answer != clock.Yes {
		t.Errorf("high risk: %+v", c.Outcome)
	}
}

func TestBadFields(t *testing.T) {
	r := newRoom(t)
	for field, change := range map[string]func(*Fields){
		"title":        func(f *Fields) { f.Title = " " },
		"vendor":       func(f *Fields) { f.Vendor = "evil\u202egro.ytinu" },
		"role":         func(f *Fields) { f.Role = "boss" },
		"zone":         func(f *Fields) { f.Zone = "Mars/Olympus" },
		"regimes":      func(f *Fields) { f.Regimes = []clock.Regime{"moon"} },
		"risk_reasons": func(f *Fields) { f.Risk = clock.RiskUnlikely },
		"documents":    func(f *Fields) { f.Documents = []Paper{{"a", "b"}} },
		"systems":      func(f *Fields) { f.Systems = make([]string, 101) },
		"measures":     func(f *Fields) { f.Measures = strings.Repeat("x", maxText+1) },
	} {
		f := Fields{Title: "T", Role: "controller"}
		change(&f)
		if _, err := r.Create(lead, f); !isInvalid(err, field) {
			t.Errorf("%s: %v", field, err)
		}
	}
}
