package forget

import (
	"testing"

	"jejak/event"
	"jejak/ground/access"
	"jejak/ground/meta"
)

// TestTasksGoOn: what a stop left pending or half done is carried out at the next start; what was taken back is not.
func TestTasksGoOn(t *testing.T) {
	ctx, dir, w := access.AtConsole(t.Context()), t.TempDir(), newWorld()
	db, err := meta.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	e, err := w.open(t, dir, openLog(t, dir), 1)
	if err != nil {
		t.Fatal(err)
	}
	stopped := NewTasks(db, e, func(string, error) {})
	if err := stopped.Close(); err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, state := range []TaskState{Pending, Started, Pending} {
		x := Task{ID: string(rune('a' + len(ids))), Project: 1, Compliance: "GDPR", State: state, numbers: []event.Actor{event.MakeActor(1, uint32(len(ids)+1))}}
		if err := stopped.keep(ctx, x); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, x.ID)
	}
	if ok, err := stopped.Revoke(ctx, 1, ids[2]); !ok || err != nil {
		t.Fatalf("revoked %v, %v", ok, err)
	}
	for stopped.next(ctx) { // as the next start does
	}
	for i, want := range []TaskState{Done, Done, Revoked} {
		if x, err := stopped.Task(ctx, 1, ids[i]); err != nil || x.State != want {
			t.Errorf("task %d is %s (%v), want %s", i, x.State, err, want)
		}
		if gone := w.keys[event.MakeActor(1, uint32(i+1))]; gone != (want == Done) {
			t.Errorf("task %d is %s, and whether the key is destroyed is %v", i, want, gone)
		}
	}
	if ok, err := stopped.Revoke(ctx, 1, ids[0]); ok || err != nil {
		t.Errorf("what is done was revoked: %v, %v", ok, err)
	}
}
