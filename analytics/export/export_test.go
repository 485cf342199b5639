package export

import (
	"bytes"
	"cmp"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"jejak/event"
	"jejak/ground/access"
	"jejak/ground/approve"
	"jejak/ground/audit"
	"jejak/question"
)

// line is a row of a file: its columns, as text.
type line map[string]string

func (l line) String() string {
	var out []string
	for _, k := range slices.Sorted(maps.Keys(l)) {
		out = append(out, fmt.Sprintf("%q: %q", k, l[k]))
	}
	return strings.Join(out, ", ")
}

// reference are the rows that an export should have, worked out slowly from the events.
func (o *office) reference(r *Run, wanted func(event.Event) bool) (out []line) {
	n := newNamer(r.key, r.Mark)
	for _, e := range o.events {
		if !wanted(e) {
			continue
		}
		l := line{
			"event": n.text(e.Name), "class": className(e.Class), "person": string(n.appendPerson(nil, e.Actor)),
			"time": time.UnixMilli(int64(n.time(e.Time))).UTC().Format("2006-01-02T15:04:05.000Z"),
		}
		for _, p := range e.Properties {
			l["properties."+n.text(p.Name)] = n.text(p.Value.String())
		}
		out = append(out, l)
	}
	return out
}

// withoutCanaries takes the rows of invented people out, and counts them.
func withoutCanaries(r *Run, lines []line) (rest []line, canaries int64) {
	n := newNamer(r.key, r.Mark)
	invented := map[string]bool{}
	for i := range maxCanaries {
		invented[string(n.appendCanary(nil, i))] = true
	}
	for _, l := range lines {
		if invented[l["person"]] {
			canaries++
		} else {
			rest = append(rest, l)
		}
	}
	return rest, canaries
}

func readCSV(t *testing.T, file []byte) (out []line) {
	t.Helper()
	rows, err := csv.NewReader(bytes.NewReader(file)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows[1:] {
		l := line{}
		for i, cell := range row {
			if isFormula(cell) && !strings.HasPrefix(cell, "'") && !isNumber(cell) {
				t.Errorf("the cell %q is a formula", cell)
			}
			if cell != "" || slices.Contains([]string{"event", "time", "class", "person"}, rows[0][i]) {
				l[rows[0][i]] = plain(cell)
			}
		}
		out = append(out, l)
	}
	return out
}

func isNumber(s string) bool {
	_, err := strconv.ParseFloat(s, 64)
	return err == nil
}

func readLines(t *testing.T, file []byte) (out []line) {
	t.Helper()
	for text := range strings.Lines(string(file)) {
		var x struct {
			Event, Time, Class, Person string
			Properties                 map[string]json.RawMessage
		}
		if err := json.Unmarshal([]byte(text), &x); err != nil {
			t.Fatalf("%v in %s", err, text)
		}
		l := line{"event": x.Event, "time": x.Time, "class": x.Class, "person": x.Person}
		for name, v := range x.Properties {
			l["properties."+name] = plainJSON(t, v)
		}
		out = append(out, l)
	}
	return out
}

// plainJSON is a value as event.Value.String writes it.
func plainJSON(t *testing.T, v json.RawMessage) string {
	t.Helper()
	switch v[0] {
	case '"':
		var s string
		if err := json.Unmarshal(v, &s); err != nil {
			t.Fatal(err)
		}
		return s
	case '[', '{', 't', 'f':
		return string(v)
	}
	f, err := strconv.ParseFloat(string(v), 64)
	if err != nil {
		t.Fatal(err)
	}
	return event.NumberOf(f).String()
}

// same compares rows whatever their order. CSV cannot tell an empty text from one that is not set, once
// read; numbers among texts are written in their shortest form.
func same(t *testing.T, got, want []line, f Format) {
	t.Helper()
	texts := func(lines []line) (out []string) {
		for _, l := range lines {
			if f != Lines {
				l = maps.Clone(l)
				maps.DeleteFunc(l, func(k, v string) bool { return f == CSV && strings.HasPrefix(k, "properties.") && v == "" })
				for k, v := range l {
					if x, err := strconv.ParseFloat(v, 64); err == nil && strings.HasPrefix(k, "properties.") {
						v = event.NumberOf(x).String()
					}
					l[k] = v
				}
			}
			out = append(out, l.String())
		}
		slices.Sort(out)
		return out
	}
	a, b := texts(got), texts(want)
	if len(a) != len(b) {
		t.Errorf("%d rows, want %d", len(a), len(b))
	}
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			t.Fatalf("got  %s\nwant %s", a[i], b[i])
		}
	}
}

func readBack(t *testing.T, f Format, file []byte) []line {
	switch f {
	case CSV:
		return readCSV(t, file)
	case Parquet:
		return readParquet(t, file)
	}
	return readLines(t, file)
}

var formats = []Format{CSV, Lines, Parquet}

// TestFilesHoldTheRows: every format, read by its reader, is the rows of the reference.
func TestFilesHoldTheRows(t *testing.T) {
	o := newOffice(t)
	o.fill(seedOf(t), 20_000, 300)
	for _, f := range formats {
		run, file := o.handedOut(exporter, all(f))
		got, canaries := withoutCanaries(run, readBack(t, f, file))
		same(t, got, o.reference(run, func(event.Event) bool { return true }), f)
		if canaries < 1 || canaries > maxCanaries || canaries != run.Canaries || run.Rows != int64(len(got))+canaries {
			t.Errorf("%s: %d canaries of %d, %d rows", f, canaries, run.Canaries, run.Rows)
		}
	}
}

// TestOnlyWhatIsWantedLeaves: range, names, filter, properties and class.
func TestOnlyWhatIsWantedLeaves(t *testing.T) {
	o := newOffice(t)
	o.fill(seedOf(t), 900, 50)
	s := all(Lines)
	s.IncludeBots, s.Properties = false, []string{"price", "plan"}
	s.Range = question.Range{From: "2026-11-24", To: "2026-11-24", Zone: "Asia/Jakarta"}
	s.Events = &question.Selector{Event: "pay", Filter: &question.Filter{Property: "price", Operator: question.IsSet}}
	run, file := o.handedOut(exporter, s)
	from := event.Millis(time.Date(2026, 11, 23, 17, 0, 0, 0, time.UTC).UnixMilli())
	want := o.reference(run, func(e event.Event) bool {
		return e.Name == "pay" && e.Class == event.Person && e.Time >= from && e.Time < from+86_400_000 && e.Get("price").Kind != event.None
	})
	for _, l := range want {
		maps.DeleteFunc(l, func(k, _ string) bool {
			return strings.HasPrefix(k, "properties.") && k != "properties.price" && k != "properties.plan"
		})
	}
	if len(want) == 0 {
		t.Fatal("nothing is wanted: this test proves nothing")
	}
	same(t, readLines(t, file), want, Lines)
	s.Properties = []string{}
	if _, file = o.handedOut(exporter, s); bytes.Contains(file, []byte("price")) {
		t.Error("a property leaves that nobody wanted")
	}
}

// TestTwoExportsCannotBeJoined: no pseudonym and no token of one export is in another of the same people, and none is a number that the
// store has.
func TestTwoExportsCannotBeJoined(t *testing.T) {
	o := newOffice(t)
	o.fill(seedOf(t), 500, 40)
	names := func(file []byte) map[string]bool {
		out := map[string]bool{}
		for _, l := range readLines(t, file) {
			if l["person"] != "" {
				out[l["person"]] = true
				out[l["person"][markDigits:]] = true
			}
			for _, v := range l {
				for at := strings.IndexByte(v, ':'); at >= 0 && at+1+tokenDigits < len(v) && v[at+1+tokenDigits] == ']'; at = -1 {
					out[v[at+1:at+1+tokenDigits]] = true
				}
			}
		}
		return out
	}
	_, one := o.handedOut(exporter, all(Lines))
	_, two := o.handedOut(exporter, all(Lines))
	first, second := names(one), names(two)
	if len(first) < 80 {
		t.Fatalf("%d names: this test is looking at the wrong place", len(first))
	}
	for name := range first {
		if second[name] {
			t.Errorf("both exports have %s", name)
		}
	}
	for _, file := range [][]byte{one, two} {
		for _, token := range []string{"0123456789abcdef]", "fedcba9876543210]"} {
			if bytes.Contains(file, []byte(token)) {
				t.Errorf("a token of the store left as it is: %s", token)
			}
		}
	}
}

// TestWithinAnExportNamesAreEqual: a person has one pseudonym and a token one form, else nothing could be counted.
func TestWithinAnExportNamesAreEqual(t *testing.T) {
	n, m := newNamer(Key{1}, 7), newNamer(Key{1}, 7)
	a := event.MakeActor(3, 9)
	if x, y := string(n.appendPerson(nil, a)), string(m.appendPerson(nil, a)); x != y || len(x) != 2*pseudonymBytes || !strings.HasPrefix(x, "00000007") {
		t.Errorf("pseudonyms %s and %s", x, y)
	}
	if x := n.text("[email:0123456789abcdef] [email:0123456789abcdef]"); x[:24] != x[25:] || strings.Contains(x, "0123456789abcdef") {
		t.Errorf("tokens became %s", x)
	}
	for _, stays := range []string{"", "]", "[]", ":0123456789abcdef]", "[email:0123456789ABCDEF]", "[email:0123456789abcdef", "x"} {
		if got := n.text(stays); got != stays {
			t.Errorf("%q became %q", stays, got)
		}
	}
	if n.appendPerson(nil, event.MakeActor(5, 0)) != nil {
		t.Error("nobody has a pseudonym")
	}
}

// TestRecordedFirst: the log has who, why and how much before the first byte, and how much left after the last.
func TestRecordedFirst(t *testing.T) {
	o := newOffice(t)
	o.fill(seedOf(t), 100, 10)
	run := o.asked(exporter, all(CSV))
	begun := o.logged()
	if e := begun[len(begun)-1]; e.Act != "export.begun" || e.Who != "user:01" || e.Purpose != "analysis" || !strings.Contains(e.About, string(run.ID)) || !strings.Contains(e.About, "at most") {
		t.Errorf("before the first row the log has %+v", e)
	}
	var out bytes.Buffer
	o.must(run.WriteTo(exporter, &out))
	ended := o.logged()
	if e := ended[len(ended)-1]; e.Act != "export.ended" || !strings.Contains(e.About, fmt.Sprintf("complete, %d rows, %d bytes, SHA-256 %x", run.Rows, out.Len(), run.SHA256)) {
		t.Errorf("after the last row the log has %+v", e)
	}
	list, err := o.List(exporter, 1)
	o.must(err)
	if len(list) != 1 || list[0].State != Complete || list[0].Rows != run.Rows || list[0].Bytes != int64(out.Len()) {
		t.Errorf("the list has %+v", list)
	}
	if _, err := o.Open(exporter, 1, run.ID); !errors.Is(err, ErrOver) {
		t.Errorf("a second time: %v", err)
	}
}

// TestASecondPerson: many rows need one; the rows of a day count together, so that many small exports are one large one.
func TestASecondPerson(t *testing.T) {
	o := newOffice(t)
	o.fill(seedOf(t), 500, 10)
	o.FreeRows, o.ScriptRows = 1200, 1200
	first, err := o.Ask(exporter, 1, all(CSV))
	o.must(err)
	second, err := o.Ask(exporter, 1, all(CSV))
	o.must(err)
	third, err := o.Ask(exporter, 1, all(CSV))
	o.must(err)
	if first.Approval != "" || second.Approval != "" || third.Approval == "" {
		t.Fatalf("approvals %q, %q, %q", first.Approval, second.Approval, third.Approval)
	}
	if _, err := o.Open(exporter, 1, third.ID); !errors.Is(err, approve.ErrNotGranted) {
		t.Errorf("without a second person: %v", err)
	}
	o.allow(third)
	if _, err := o.Open(as("09", access.Exporter), 1, third.ID); !errors.Is(err, access.ErrNotFound) {
		t.Errorf("by somebody else: %v", err)
	}
	run, err := o.Open(exporter, 1, third.ID)
	o.must(err)
	o.must(run.WriteTo(exporter, &bytes.Buffer{}))
	for range 2 {
		_, err = o.Ask(script, 1, all(CSV))
		o.must(err)
	}
	if _, err := o.Ask(script, 1, all(CSV)); !errors.Is(err, ErrQuota) {
		t.Errorf("a script: %v", err)
	}
	o.now = o.now.Add(25 * time.Hour)
	if again, err := o.Ask(exporter, 1, all(CSV)); err != nil || again.Approval != "" {
		t.Errorf("a day later: %+v, %v", again, err)
	}
}

// TestNeverMoreThanAllowed: rows that came since do not leave, and the file says that it is cut.
func TestNeverMoreThanAllowed(t *testing.T) {
	o := newOffice(t)
	o.fill(seedOf(t), 100, 10)
	run := o.asked(exporter, all(Lines))
	o.fill(seedOf(t), 200, 10)
	var out bytes.Buffer
	if err := run.WriteTo(exporter, &out); !errors.Is(err, ErrLimit) {
		t.Errorf("more rows: %v", err)
	}
	if run.Rows > run.MaxRows || run.State != Broken || !strings.Contains(out.String(), "export_incomplete") {
		t.Errorf("%d rows of %d, %s: %s", run.Rows, run.MaxRows, run.State, out.String())
	}
}

// TestCancel: it ends where it is, and says so.
func TestCancel(t *testing.T) {
	o := newOffice(t)
	o.fill(seedOf(t), 40_000, 10)
	o.FreeRows = 1 << 40
	run := o.asked(exporter, all(CSV))
	cut := &stopping{stop: func() { o.must(o.Cancel(exporter, 1, run.ID)) }}
	if err := run.WriteTo(exporter, cut); !errors.Is(err, ErrCancelled) {
		t.Errorf("cancelled: %v", err)
	}
	if run.State != Cancelled || !bytes.HasSuffix(cut.Bytes(), []byte("export incomplete: the export was cancelled\r\n")) {
		t.Errorf("%s, and the file ends with %q", run.State, cut.Bytes()[max(0, cut.Len()-80):])
	}
	waiting, err := o.Ask(exporter, 1, all(CSV))
	o.must(err)
	o.must(o.Cancel(exporter, 1, waiting.ID))
	if _, err := o.Open(exporter, 1, waiting.ID); !errors.Is(err, ErrOver) {
		t.Errorf("opened after its end: %v", err)
	}
	gone := o.asked(exporter, all(CSV))
	gone.Still = func() error { return access.ErrForbidden }
	if err := gone.WriteTo(exporter, &bytes.Buffer{}); !errors.Is(err, access.ErrForbidden) {
		t.Errorf("without the right: %v", err)
	}
}

// stopping calls stop with the first rows.
type stopping struct {
	bytes.Buffer
	stop func()
}

func (s *stopping) Write(b []byte) (int, error) {
	if s.Len() > 0 && s.stop != nil {
		s.stop()
		s.stop = nil
	}
	return s.Buffer.Write(b)
}

// TestTrace: pseudonyms, also without their mark, say their export and their people.
func TestTrace(t *testing.T) {
	o := newOffice(t)
	o.fill(seedOf(t), 2000, 100)
	_, _ = o.handedOut(exporter, all(Lines))
	run, file := o.handedOut(exporter, all(Lines))
	n := newNamer(run.key, run.Mark)
	actors := map[string]event.Actor{}
	for _, e := range o.events {
		actors[string(n.appendPerson(nil, e.Actor))] = e.Actor
	}
	var leaked []string
	for i, l := range readLines(t, file) {
		if p := l["person"]; p != "" {
			leaked = append(leaked, p[markDigits*(i%2):])
		}
	}
	if _, _, err := o.Trace(exporter, 1, leaked); !errors.Is(err, access.ErrForbidden) {
		t.Errorf("by an exporter: %v", err)
	}
	found, unknown, err := o.Trace(lead, 1, append(leaked, "no pseudonym", strings.Repeat("0", 32)))
	o.must(err)
	if len(found) != 1 || found[0].ID != run.ID || len(unknown) != 2 || int64(len(found[0].Canaries)) != run.Canaries {
		t.Fatalf("found %d exports, %d canaries of %d, unknown %q", len(found), len(found[0].Canaries), run.Canaries, unknown)
	}
	for _, who := range found[0].People {
		if actors[who.Pseudonym] != who.Actor {
			t.Errorf("%s is %d, want %d", who.Pseudonym, who.Actor, actors[who.Pseudonym])
		}
	}
	delete(actors, "")
	if len(found[0].People) != len(actors) {
		t.Errorf("%d people, want %d", len(found[0].People), len(actors))
	}
	if e := o.logged(); e[len(e)-1].Act != "export.traced" {
		t.Errorf("the log has %+v", e[len(e)-1])
	}
}

// TestTimesStayClose: a watermark moves a time by less than a step and never out of its second, and tells exports apart.
func TestTimesStayClose(t *testing.T) {
	r := seedOf(t)
	n, other := newNamer(Key{1}, 1), newNamer(Key{2}, 2)
	moved, differ := 0, 0
	for range 10_000 {
		at := event.Millis(r.Int64N(1 << 42))
		got := n.time(at)
		if d := got - at; d <= -Step || d >= Step || got/1000 != at/1000 {
			t.Fatalf("%d became %d", at, got)
		}
		if again := n.time(at); again != got {
			t.Fatal("a time has two readings")
		}
		moved += min(1, int(cmp.Compare(got, at)*cmp.Compare(got, at)))
		if got != other.time(at) {
			differ++
		}
	}
	if moved < 300 || moved > 900 || differ < 300 {
		t.Errorf("%d of 10000 moved, %d differ", moved, differ)
	}
}

// TestRecover: what ran when the server died counts as gone.
func TestRecover(t *testing.T) {
	o := newOffice(t)
	o.fill(seedOf(t), 100, 10)
	run := o.asked(exporter, all(CSV))
	o.must(o.Recover(exporter))
	list, err := o.List(exporter, 1)
	o.must(err)
	if list[0].State != Broken || list[0].Rows != run.MaxRows {
		t.Errorf("%+v", list[0])
	}
}

// TestWhatCannotBeAsked names every fault.
func TestWhatCannotBeAsked(t *testing.T) {
	o := newOffice(t)
	for want, s := range map[string]Spec{
		"content": {Format: CSV, Purpose: Analysis},
		"format":  {Content: Events, Purpose: Analysis, Range: all(CSV).Range},
		"purpose": {Content: Events, Format: CSV, Purpose: "for Siti", Range: all(CSV).Range},
		"range":   {Content: Events, Format: CSV, Purpose: Analysis},
		"events.filter.where": {Content: Events, Format: CSV, Purpose: Analysis, Range: all(CSV).Range,
			Events: &question.Selector{AnyEvent: true, Filter: &question.Filter{Where: "1 +"}}},
	} {
		_, err := o.Ask(exporter, 1, s)
		faults, _ := err.(question.Faults)
		if len(faults) == 0 || !strings.HasPrefix(faults[0].Location, want) {
			t.Errorf("%s: %v", want, err)
		}
	}
	if _, err := o.Ask(approver, 1, all(CSV)); !errors.Is(err, access.ErrForbidden) {
		t.Errorf("without the right: %v", err)
	}
}

// TestWithoutTheLogNothingLeaves: when the log cannot be written, an export does not begin.
func TestWithoutTheLogNothingLeaves(t *testing.T) {
	o := newOffice(t)
	o.fill(seedOf(t), 50, 5)
	r, err := o.Ask(exporter, 1, all(CSV))
	o.must(err)
	o.must(o.Log.Close())
	if run, err := o.Open(exporter, 1, r.ID); !errors.Is(err, audit.ErrUnwritable) {
		t.Errorf("opened %v, %v", run, err)
	}
	list, err := o.List(exporter, 1)
	o.must(err)
	if list[0].State != Broken || list[0].Rows != 0 {
		t.Errorf("%+v", list[0])
	}
}

// TestExampleOfTheFormat is the one that docs/format/exports.md works out.
func TestExampleOfTheFormat(t *testing.T) {
	var k Key
	for i := range k {
		k[i] = byte(i)
	}
	n := newNamer(k, 0x9f3a1b2c)
	for got, want := range map[string]string{
		string(n.appendPerson(nil, 133)):   "9f3a1b2cc99870bddfd63135f6a0b2a5",
		string(n.appendCanary(nil, 0)):     "9f3a1b2c620e5dd7975bfb654cdefb7f",
		n.text("[email:9f8a7b6c5d4e3f21]"): "[email:b71ef288dfb96db7]",
		fmt.Sprint(n.time(1795435145591)):  "1795435145586",
		fmt.Sprint(n.time(1795435145463)):  "1795435145463",
	} {
		if got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// TestClose: exports that run end, and nothing runs afterwards.
func TestClose(t *testing.T) {
	o := newOffice(t)
	o.fill(seedOf(t), 40_000, 10)
	o.FreeRows = 1 << 40
	run := o.asked(exporter, all(CSV))
	later, err := o.Ask(exporter, 1, all(CSV))
	o.must(err)
	closed := make(chan error)
	cut := &stopping{stop: func() { go func() { closed <- o.Close(context.Background()) }(); <-run.ctx.Done() }}
	if err := run.WriteTo(exporter, cut); !errors.Is(err, errStopping) || run.State != Broken {
		t.Errorf("stopped: %v, %s", err, run.State)
	}
	o.must(<-closed)
	o.Patience = time.Nanosecond
	if _, err := o.Open(exporter, 1, later.ID); !errors.Is(err, ErrBusy) {
		t.Errorf("opened afterwards: %v", err)
	}
}

// plain is the text that a cell of our CSV stands for, as a reader of CSV gives it.
func plain(cell string) string {
	if rest, ok := strings.CutPrefix(cell, "'"); ok && isFormula(rest) {
		return rest
	}
	return cell
}
