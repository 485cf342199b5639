package querytest

import (
	"context"
	"embed"
	"encoding/json"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"jejak/analytics/query"
	"jejak/analytics/store"
	"jejak/event"
	"jejak/question"
)

// A script is a file of blocks. A block is a word at the start of a line with the indented lines below it:
//
//	now 2026-11-05T09:00:00Z     what the clock shows; once, at the top
//	load                         a batch of events, in order of arrival
//	  2026-11-01T10:00:00Z view ana #a1 bot {"price": 3}
//	profiles                     what is known of people and groups
//	  ana {"plan": "pro"}
//	  company=acme {"plan": "team"}
//	ask                          a question
//	  {"kind": "trend", …}
//	answer                       what must come out; -rewrite fills it in
//	values view color            the picker of values: event (* is any), property, and a text they contain
//
// An event is a time, a name, who sent it (- is nobody), and, when it has them, its insert id, its class and properties.
// Lines that start with # are comments.

//go:embed testdata/*.test
var scripts embed.FS

var rewrite = flag.Bool("rewrite", false, "write the answers of the reference evaluator into the scripts")

// block is a word, the rest of its line, and the lines below it.
type block struct {
	word, rest string
	line       int // in the file, from 1
	body       []string
}

// parseScript divides a script; comments and empty lines are kept with the block before them.
func parseScript(text string) (head []string, blocks []block) {
	for i, line := range strings.Split(strings.TrimRight(text, "\n"), "\n") {
		isStart := line != "" && line[0] != '#' && line[0] != ' '
		switch {
		case isStart:
			word, rest, _ := strings.Cut(line, " ")
			blocks = append(blocks, block{word: word, rest: rest, line: i + 1})
		case len(blocks) == 0:
			head = append(head, line)
		default:
			last := &blocks[len(blocks)-1]
			last.body = append(last.body, line)
		}
	}
	return head, blocks
}

// content is the indented lines of a block.
func (b block) content() (out []string) {
	for _, line := range b.body {
		if strings.HasPrefix(line, "  ") {
			out = append(out, line[2:])
		}
	}
	return out
}

func runScripts(t *testing.T, s store.Store) {
	defer closeStore(t, s)
	files, err := fs.Glob(scripts, "testdata/*.test")
	if err != nil || len(files) < 25 {
		t.Fatalf("found %d scripts, error %v", len(files), err)
	}
	for i, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".test"), func(t *testing.T) {
			text, err := scripts.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			runScript(t, s, event.ProjectID(i+1), file, string(text))
		})
	}
}

func closeStore(t *testing.T, s store.Store) {
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

// scriptRun is one script on its way.
type scriptRun struct {
	*testing.T
	store    store.Store
	project  event.ProjectID
	now      time.Time
	people   map[string]event.Actor
	events   []event.Event // in order of arrival
	profiles profiles
	cohorts  question.Cohorts
	lookups  lookups
}

func (r *scriptRun) present() present { return present{r.now, &r.profiles, r.cohorts, r.lookups} }

func runScript(t *testing.T, s store.Store, p event.ProjectID, file, text string) {
	r := &scriptRun{T: t, store: s, project: p, people: map[string]event.Actor{}}
	head, blocks := parseScript(text)
	var want []string
	for i := range blocks {
		b := &blocks[i]
		switch b.word {
		case "now":
			r.now = r.time(b.rest)
		case "load":
			r.load(*b)
		case "profiles":
			r.save(*b)
		case "lookup":
			r.addLookup(*b)
		case "cohort":
			r.define(*b)
		case "ask", "values":
			if i+1 == len(blocks) || blocks[i+1].word != "answer" {
				t.Fatalf("%s:%d: an answer must follow", file, b.line)
			}
			want = r.answers(file, *b)
		case "answer":
			if *rewrite {
				b.set(want)
			} else if got := b.content(); !slices.Equal(got, want) {
				t.Errorf("%s:%d: got\n%s\nwant\n%s", file, b.line, strings.Join(want, "\n"), strings.Join(got, "\n"))
			}
		default:
			t.Fatalf("%s:%d: there is no block %q", file, b.line, b.word)
		}
	}
	if *rewrite && !t.Failed() {
		writeScript(t, file, head, blocks)
	}
}

// set replaces the indented lines.
func (b *block) set(content []string) {
	rest := slices.DeleteFunc(b.body, func(line string) bool { return strings.HasPrefix(line, "  ") })
	b.body = nil
	for _, line := range content {
		b.body = append(b.body, "  "+line)
	}
	b.body = append(b.body, rest...)
}

func writeScript(t *testing.T, file string, head []string, blocks []block) {
	lines := head
	for _, b := range blocks {
		lines = append(lines, strings.TrimSpace(b.word+" "+b.rest))
		lines = append(lines, b.body...)
	}
	if err := os.WriteFile(file, []byte(strings.Join(lines, "\n")+"\n"), 0o644); err != nil {
		t.Error(err)
	}
}

func (r *scriptRun) time(text string) time.Time {
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		r.Fatal(err)
	}
	return t
}

func (r *scriptRun) load(b block) {
	var events []event.Event
	for _, line := range b.content() {
		events = append(events, r.event(line))
	}
	r.events = append(r.events, cloneEvents(events)...)
	if err := r.store.Append(context.Background(), store.Batch{Project: r.project, Events: events}); err != nil {
		r.Fatal(err)
	}
}

func (r *scriptRun) event(line string) event.Event {
	words, properties, _ := strings.Cut(line, "{")
	fields := strings.Fields(words)
	e := event.Event{Name: fields[1], Time: event.Millis(r.time(fields[0]).UnixMilli()), Actor: r.person(fields[2])}
	for _, word := range fields[3:] {
		if id, isID := strings.CutPrefix(word, "#"); isID {
			e.InsertID = id
		} else if word == "bot" {
			e.Class = event.Bot
		} else {
			r.Fatalf("an event has %q", word)
		}
	}
	e.Properties = r.properties(properties)
	return e
}

// properties reads an object behind its first bracket; nothing is an empty one.
func (r *scriptRun) properties(text string) []event.Property {
	if text == "" {
		return nil
	}
	var values map[string]any
	if err := json.Unmarshal([]byte("{"+text), &values); err != nil {
		r.Fatal(err)
	}
	var e event.Event
	for name, v := range values {
		if v := valueOf(v); v.Kind != event.None {
			e.Set(name, v)
		}
	}
	return e.Properties
}

// define keeps a cohort under a number.
func (r *scriptRun) define(b block) {
	id, err := strconv.ParseInt(b.rest, 10, 64)
	if err != nil {
		r.Fatal(err)
	}
	c := new(question.Cohort)
	if err := json.Unmarshal([]byte(strings.Join(b.content(), "\n")), c); err != nil {
		r.Fatal(err)
	}
	if faults := c.Validate(); faults != nil {
		r.Fatalf("cohort %d: %v", id, faults)
	}
	if r.cohorts == nil {
		r.cohorts = question.Cohorts{}
	}
	r.cohorts[question.CustomID(id)] = c
}

// save keeps profiles.
func (r *scriptRun) save(b block) {
	var rows []profile
	for _, line := range b.content() {
		rows = append(rows, r.saved(line))
	}
	if err := r.profiles.save(r.store, r.project, rows...); err != nil {
		r.Fatal(err)
	}
}

// person numbers people as they come, spread over the buckets.
func (r *scriptRun) person(name string) event.Actor {
	if name == "-" {
		return event.MakeActor(5, 0)
	}
	if _, known := r.people[name]; !known {
		n := len(r.people)
		r.people[name] = event.MakeActor(n*11%event.Buckets, uint32(1+n/2))
	}
	return r.people[name]
}

// answers asks the engine and, where it has something to say, the reference evaluator, and wants them to agree.
func (r *scriptRun) answers(file string, b block) []string {
	if b.word == "values" {
		return r.values(b)
	}
	text := strings.Join(b.content(), "\n")
	got, err := ask(r.store, r.project, text, r.present())
	if err != nil {
		return printError(err)
	}
	q, err := question.Parse([]byte(text))
	if err != nil {
		r.Fatal(err)
	}
	k := kindOf(q.KindOf())
	want := k.print(k.reference(withComputed(r.events, q, r.present()), q, r.present()))
	if got := k.print(got); !slices.Equal(got, want) {
		r.Errorf("%s:%d: the engine says\n%s\nand the reference\n%s", file, b.line, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	return want
}

// ask asks the engine.
func ask(s store.Store, p event.ProjectID, text string, now present) (question.Answer, error) {
	q, err := question.Parse([]byte(text))
	if err != nil {
		return nil, err
	}
	snap, err := s.Snapshot(p)
	if err != nil {
		return nil, err
	}
	defer snap.Release()
	patience := query.Budget{Time: time.Hour} // on a busy machine, too
	return query.Ask(context.Background(), snap, q, query.Options{
		Now: func() time.Time { return now.Time }, Budget: patience,
		Cohorts: now.cohorts, Lookups: now.lookups.open,
		Profiles: func() (store.Snapshot, error) { return s.Snapshot(store.ProfilesOf(p)) },
	})
}

func (r *scriptRun) values(b block) (out []string) {
	words := append(strings.Fields(b.rest), "")
	name := strings.TrimPrefix(words[0], "*")
	snap, err := r.store.Snapshot(r.project)
	if err != nil {
		r.Fatal(err)
	}
	defer snap.Release()
	list, err := query.Values(context.Background(), snap, name, words[1], words[2], 5, query.Options{})
	if err != nil {
		r.Fatal(err)
	}
	for _, v := range list {
		out = append(out, fmt.Sprintf("%s  %d", encode(v.Value), v.Rows))
	}
	return out
}

func cloneEvents(events []event.Event) []event.Event {
	out := slices.Clone(events)
	for i := range out {
		out[i].Properties = slices.Clone(out[i].Properties)
	}
	return out
}
