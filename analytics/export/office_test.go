package export

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"jejak/analytics/query"
	"jejak/analytics/store"
	"jejak/analytics/store/columnar"
	"jejak/event"
	"jejak/ground/access"
	"jejak/ground/approve"
	"jejak/ground/audit"
	"jejak/ground/meta"
	"jejak/ground/vault"
	"jejak/question"
)

// office is a desk with a store that has events, and people around it.
type office struct {
	*Desk
	t      testing.TB
	store  *columnar.Store
	now    time.Time
	events []event.Event // that are in the store
}

func newOffice(t testing.TB) *office {
	t.Helper()
	o := &office{t: t, now: time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)}
	dir := t.TempDir()
	db, err := meta.Open(dir)
	o.must(err)
	t.Cleanup(func() { db.Close() })
	v, err := vault.Open(vault.Options{DB: db, KeyFile: dir + ".key", Dir: filepath.Join(dir, "identity"), Audit: filepath.Join(dir, "audit")})
	o.must(err)
	t.Cleanup(func() { v.Close() })
	o.store, err = columnar.Open(filepath.Join(dir, "events"), columnar.Options{})
	o.must(err)
	t.Cleanup(func() { o.store.Close() })
	clock := func() time.Time { return o.now }
	o.Desk = New(Options{
		DB: db, Vault: v, Log: v.Log(), Approve: approve.New(db, v.Log(), clock), Store: o.store, Now: clock,
		Customs: func(context.Context, event.ProjectID) (*question.Customs, error) { return &question.Customs{}, nil },
		Query:   query.Options{Guard: columnar.Guard, Now: clock},
	})
	return o
}

func (o *office) must(err error) {
	o.t.Helper()
	if err != nil {
		o.t.Fatal(err)
	}
}

func as(id, role string) context.Context {
	return access.With(context.Background(), access.Identity{Kind: access.User, ID: id, Role: role})
}

var (
	exporter = as("01", access.Exporter)
	approver = as("02", access.Approver)
	lead     = as("03", access.IncidentLead)
	script   = access.With(context.Background(), access.Identity{Kind: access.Script, Login: "s", Project: 1})
)

// seedOf prints and returns a seed.
func seedOf(t testing.TB) *rand.Rand {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	return rand.New(rand.NewPCG(seed, 1))
}

// hostile are names and texts that mean something to somebody.
var hostile = []string{
	"=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "'=1", "''=1", "'quiet'", " =1", "a,b", `say "no"`, "two\nlines", "semi;colon", "", "ünï", "\u2028", "{}", `\`,
	"[email:0123456789abcdef]", "mail [email:0123456789abcdef] and [phone:fedcba9876543210]!", "[email:0123456789abcde]", "]", "[x:]", "null", "true", "12", "</script>",
}

// fill puts n random events of a few people into the store.
func (o *office) fill(r *rand.Rand, n, people int) {
	o.t.Helper()
	first := o.now.Add(-48 * time.Hour).UnixMilli()
	for i := range n {
		e := event.Event{
			Name: []string{"open", "pay", "=cmd", "visit [email:0123456789abcdef]"}[r.IntN(4)], Time: event.Millis(first + r.Int64N(47*3_600_000)),
			InsertID: fmt.Sprint(i), Class: event.Class(r.IntN(8) / 7),
		}
		if who := r.IntN(people + 1); who > 0 {
			e.Actor = event.MakeActor(who%event.Buckets, uint32(who/event.Buckets+1))
		}
		for range r.IntN(6) {
			e.Set([]string{"plan", "price", "=formula", "tags", "sure", "mixed", "of [phone:fedcba9876543210]", "event", "time"}[r.IntN(9)], randomValue(r))
		}
		o.events = append(o.events, e)
	}
	o.must(o.store.Append(context.Background(), store.Batch{Project: 1, Events: append([]event.Event{}, o.events...)}))
}

func randomValue(r *rand.Rand) event.Value {
	text := hostile[r.IntN(len(hostile))]
	switch r.IntN(6) {
	case 0:
		return event.NumberOf([]float64{0, -1, 1.5, 1e300, -2.5e-9, 123456789012, 1e21, 0.1}[r.IntN(8)])
	case 1:
		return event.BooleanOf(r.IntN(2) == 0)
	case 2:
		list, _ := json.Marshal([]any{text, 1, nil})
		return event.ListOf(string(list))
	case 3:
		object, _ := json.Marshal(map[string]any{"k": text})
		return event.ObjectOf(string(object))
	default:
		return event.StringOf(text)
	}
}

// all is everything there is.
func all(f Format) Spec {
	return Spec{Content: Events, Format: f, Purpose: Analysis, Range: question.Range{Last: 5, Unit: "day", Zone: "UTC"}, IncludeBots: true}
}

// asked files an export, lets a second person allow it where that is needed, and opens it.
func (o *office) asked(ctx context.Context, s Spec) *Run {
	o.t.Helper()
	r, err := o.Ask(ctx, 1, s)
	o.must(err)
	if r.Approval != "" {
		o.allow(r)
	}
	run, err := o.Open(ctx, 1, r.ID)
	o.must(err)
	return run
}

// allow lets a second person allow it.
func (o *office) allow(r Record) {
	o.t.Helper()
	list, err := o.Approve.List(approver, 1)
	o.must(err)
	for _, a := range list {
		if a.ID == r.Approval {
			_, err = o.Approve.Grant(approver, 1, a.ID, a.Hash)
			o.must(err)
		}
	}
}

// handedOut is an export as it comes to the client.
func (o *office) handedOut(ctx context.Context, s Spec) (*Run, []byte) {
	o.t.Helper()
	run := o.asked(ctx, s)
	var out bytes.Buffer
	o.must(run.WriteTo(ctx, &out))
	return run, out.Bytes()
}

// logged are the entries of the audit log, oldest first.
func (o *office) logged() (out []audit.Entry) {
	o.t.Helper()
	for i := range o.Log.Size() {
		text, err := o.Log.Entry(i)
		o.must(err)
		var e audit.Entry
		o.must(json.Unmarshal(text, &e))
		out = append(out, e)
	}
	return out
}
