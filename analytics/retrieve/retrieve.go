// Package retrieve puts what is known of one person into a bundle that people can read.
package retrieve

import (
	"archive/zip"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"time"

	"jejak/analytics/store"
	"jejak/event"
)

// MaxEvents bounds a bundle.
const MaxEvents = 200_000

const about = `What is kept about you

person.json   the identifiers you were known by, and your profile
events.jsonl  what you did, one event a line, the oldest first; times are UTC

Values such as [email:9f8a7b6c5d4e3f21] stand for personal values that are kept under seal; profile values are written out in person.json.
`

// Bundle writes the archive: the person, as JSON, and the events of a person's number in the snapshot. At most MaxEvents, the
// newest; events.jsonl then begins later.
func Bundle(w io.Writer, person any, snap store.Snapshot, number event.Actor) error {
	z := zip.NewWriter(w)
	text, err := json.MarshalIndent(person, "", " ")
	if err != nil {
		return fmt.Errorf("cannot write a person: %w", err)
	}
	for _, f := range []struct {
		name string
		do   func(io.Writer) error
	}{
		{"README.txt", func(w io.Writer) error { return write(w, []byte(about)) }},
		{"person.json", func(w io.Writer) error { return write(w, append(text, '\n')) }},
		{"events.jsonl", func(w io.Writer) error { return events(w, snap, number) }},
	} {
		file, err := z.Create(f.name)
		if err == nil {
			err = f.do(file)
		}
		if err != nil {
			return fmt.Errorf("cannot write %s: %w", f.name, err)
		}
	}
	return z.Close()
}

func write(w io.Writer, text []byte) error {
	_, err := w.Write(text)
	return err
}

// place is one row.
type place struct {
	section store.Section
	row     int
	time    event.Millis
}

func events(w io.Writer, snap store.Snapshot, number event.Actor) error {
	places := rowsOf(snap, number)
	slices.SortStableFunc(places, func(a, b place) int { return cmp.Compare(a.time, b.time) })
	places = places[max(0, len(places)-MaxEvents):]
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	names := map[string][]string{}
	for _, p := range places {
		name := p.section.Name()
		if names[name] == nil {
			names[name] = snap.PropertyNames(name)
		}
		if err := out.Encode(lineOf(p, names[name])); err != nil {
			return err
		}
	}
	return nil
}

// rowsOf finds the person's rows, without those that later ones replace.
func rowsOf(snap store.Snapshot, number event.Actor) (places []place) {
	const chunk = 4096
	var actors []uint32
	b := number.Bucket()
	for _, s := range snap.Sections(store.Selection{Bots: true, From: -1 << 62, To: 1 << 62}) {
		gone := s.Superseded(b)
		for lo, hi := s.Bucket(b); lo < hi; lo += chunk {
			actors = s.Actors(lo, min(hi, lo+chunk), actors)
			for i, a := range actors {
				if _, replaced := slices.BinarySearch(gone, lo+i); a == number.Index() && !replaced {
					places = append(places, place{s, lo + i, s.Times(lo+i, lo+i+1, nil)[0]})
				}
			}
		}
	}
	return places
}

// Event is a line of events.jsonl.
type Event struct {
	Event      string         `json:"event"`
	Time       time.Time      `json:"time"`
	Properties map[string]any `json:"properties"`
}

func lineOf(p place, properties []string) Event {
	e := Event{p.section.Name(), time.UnixMilli(int64(p.time)).UTC(), map[string]any{}}
	for _, name := range properties {
		c := p.section.Column(name)
		if c == nil {
			continue
		}
		switch code := c.Codes(p.row, p.row+1, nil)[0]; code {
		case 0:
		case store.NumberCode:
			e.Properties[name] = c.Numbers(p.row, p.row+1, nil)[0]
		default:
			e.Properties[name] = plain(c.Dictionary().Value(code))
		}
	}
	return e
}

func plain(v event.Value) any {
	switch v.Kind {
	case event.List, event.Object:
		return json.RawMessage(v.Text)
	case event.Boolean:
		return v.String() == "true"
	}
	return v.String()
}
