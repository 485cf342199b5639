package export

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"jejak/analytics/store"
	"jejak/event"
	"jejak/ground/access"
	"jejak/ground/audit"
)

// Traced is an export some of whose pseudonyms were found elsewhere.
type Traced struct {
	Record
	People   []Person // in the order of their numbers
	Canaries []string // pseudonyms of people who were invented for this export
}

// Person is whose pseudonym it is.
type Person struct {
	Pseudonym string
	Actor     event.Actor
}

// Trace tells which exports of the project pseudonyms are from, and whose they are. unknown are those of no export. A pseudonym without
// its mark, the first 8 digits, is found as well; that takes longer. It needs Trace, and is in the audit log before anybody is named.
func (d *Desk) Trace(ctx context.Context, p event.ProjectID, pseudonyms []string) (found []Traced, unknown []string, err error) {
	if err := access.May(ctx, p, access.Trace); err != nil {
		return nil, nil, err
	}
	entry := audit.Entry{Who: access.Caller(ctx).String(), Act: "export.traced", Project: p, About: fmt.Sprintf("%d pseudonyms", len(pseudonyms)), Purpose: string(Incident)}
	if _, err := d.Log.Record(ctx, entry); err != nil {
		return nil, nil, err
	}
	exports, err := d.list(ctx, "WHERE project = $1 ORDER BY asked DESC, id", p)
	if err != nil {
		return nil, nil, err
	}
	var actors [event.Buckets]uint32
	err = d.look(p, func(snap store.Snapshot) error {
		for b := range actors {
			actors[b] = snap.Actors(b)
		}
		return nil
	})
	left := tailsOf(pseudonyms)
	for _, x := range exports {
		if err != nil || len(left) == 0 {
			break
		}
		var t Traced
		if t, err = d.traceIn(ctx, x, actors, left); len(t.People)+len(t.Canaries) > 0 {
			found = append(found, t)
		}
	}
	for _, given := range left {
		unknown = append(unknown, given.all...)
	}
	slices.Sort(unknown)
	return found, unknown, err
}

// tail is a pseudonym behind its mark.
type tail struct {
	marks map[string]bool // with which it was given; empty: without one
	all   []string        // as it was given
}

const (
	markDigits = 8
	tailDigits = 2*pseudonymBytes - markDigits
)

// tailsOf are the pseudonyms by their tails. What is none has a tail that no pseudonym has.
func tailsOf(pseudonyms []string) map[string]*tail {
	tails := map[string]*tail{}
	for _, given := range pseudonyms {
		plain := strings.ToLower(strings.TrimSpace(given))
		mark := ""
		if len(plain) == markDigits+tailDigits {
			mark, plain = plain[:markDigits], plain[markDigits:]
		}
		t := tails[plain]
		if t == nil {
			t = &tail{marks: map[string]bool{}}
			tails[plain] = t
		}
		t.marks[mark] = true
		t.all = append(t.all, given)
	}
	return tails
}

// traceIn looks for pseudonyms of one export among those that are left, and takes them out.
func (d *Desk) traceIn(ctx context.Context, x row, actors [event.Buckets]uint32, left map[string]*tail) (t Traced, err error) {
	t.Record = x.Record
	mark := x.Mark.String()
	worth := false
	for _, l := range left {
		worth = worth || l.marks[mark] || l.marks[""]
	}
	if !worth {
		return t, nil
	}
	key, err := d.keyOf(x)
	if err != nil {
		return t, err
	}
	n := newNamer(key, x.Mark)
	take := func(pseudonym []byte) (string, bool) {
		l := left[string(pseudonym[markDigits:])]
		if l == nil || !l.marks[mark] && !l.marks[""] {
			return "", false
		}
		delete(left, string(pseudonym[markDigits:]))
		return string(pseudonym), true
	}
	var text []byte
	for i := range maxCanaries {
		if pseudonym, is := take(n.appendCanary(text[:0], i)); is {
			t.Canaries = append(t.Canaries, pseudonym)
		}
	}
	for b, end := range actors {
		if ctx.Err() != nil {
			return t, context.Cause(ctx)
		}
		for i := uint32(1); i < end; i++ {
			a := event.MakeActor(b, i)
			text = n.appendPerson(text[:0], a)
			if pseudonym, is := take(text); is {
				t.People = append(t.People, Person{pseudonym, a})
			}
		}
	}
	slices.SortFunc(t.People, func(a, b Person) int { return int(int64(a.Actor) - int64(b.Actor)) })
	return t, nil
}
