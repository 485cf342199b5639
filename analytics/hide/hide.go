// Package hide takes personal values out of what an event carries in free properties: secrets and the numbers that states
// and banks give to people are cut out; addresses, phones and names become tokens, which are equal for equal values and
// tell nothing else. What a token stands for lies sealed in the ledger, for the person whose event brought it.
package hide

import (
	"encoding/binary"
	"fmt"
	"iter"
	"maps"
	"slices"
	"sync"

	"jejak/event"
	"jejak/ground/detect"
)

// Vault hides values.
type Vault interface {
	// Blind is a keyed fingerprint of a value: equal for equal values of one project and field, telling nothing else.
	Blind(p event.ProjectID, field, value string) [16]byte
	// SealFor encrypts a value of the person; only the vault opens. nil: nothing of this person is kept.
	SealFor(p event.ProjectID, a event.Actor, field, plain string) ([]byte, error)
	// Settle waits until the keys that SealFor made are durable.
	Settle(p event.ProjectID) error
}

// Ledger keeps the sealed values of each project in their order.
type Ledger interface {
	// Records yields the durable records, oldest first. Bodies are valid until the next step.
	Records(p event.ProjectID) iter.Seq2[[]byte, error]
	// Note queues records. They MUST be durable no later than any event that is stored after Note returned.
	Note(p event.ProjectID, records [][]byte)
}

// Hider is the step. Many goroutines may use one at once.
type Hider struct {
	vault  Vault
	ledger Ledger
	erased func(event.ProjectID, event.Actor) bool
	clean  *clean

	mu       sync.Mutex
	projects map[event.ProjectID]*tokens
}

// New makes a Hider. erased tells of whom nothing sealed can be opened any more; nil: of nobody.
func New(v Vault, l Ledger, erased func(event.ProjectID, event.Actor) bool) *Hider {
	if erased == nil {
		erased = func(event.ProjectID, event.Actor) bool { return false }
	}
	return &Hider{vault: v, ledger: l, erased: erased, clean: newClean(), projects: map[event.ProjectID]*tokens{}}
}

// tokens are those of a project whose values are in the ledger, each sealed for somebody.
type tokens struct {
	mu    sync.Mutex
	read  bool
	known map[token]event.Actor
}

// token is the fingerprint of a value, with its class mixed in.
type token [8]byte

// Hide takes personal values out of the batch, whose events have their actors. On an error no event of it may be stored.
func (h *Hider) Hide(b *event.Batch) error {
	w := work{Hider: h, project: b.Project, groups: b.GroupKeys, batch: b}
	for n := range b.Events {
		if err := w.event(&b.Events[n]); err != nil {
			return err
		}
	}
	countsWithoutNames(b)
	if len(w.records) == 0 {
		return nil
	}
	if err := h.vault.Settle(b.Project); err != nil {
		return err
	}
	h.ledger.Note(b.Project, w.records)
	return w.remember()
}

// work is one batch being looked through.
type work struct {
	*Hider
	project event.ProjectID
	actor   event.Actor
	kept    Kept // nil: the ledger keeps what tokens stand for
	groups  []string
	batch   *event.Batch // counts what is done; nil: nobody counts
	under   string       // the property that is looked at; empty: the event's name
	found   []detect.Finding
	records [][]byte
	fresh   map[token]event.Actor // those of records
	err     error
}

func (w *work) event(e *event.Event) error {
	w.actor = e.Actor
	w.under = ""
	e.Name = w.text("", e.Name)
	for i := range e.Properties {
		p := &e.Properties[i]
		if slices.Contains(w.groups, p.Name) || w.planned(p) || w.clean.has(p.Name, p.Value) {
			continue
		}
		w.under = ""
		name := w.text("", p.Name)
		w.under = name
		v := w.value(p.Name, p.Value)
		if name == p.Name && v == p.Value {
			w.clean.add(p.Name, p.Value)
			continue
		}
		p.Name, p.Value = name, v
	}
	return w.err
}

// value hides what stands in a value under a name.
func (w *work) value(name string, v event.Value) event.Value {
	switch v.Kind {
	case event.String:
		v.Text = w.text(name, v.Text)
	case event.Number:
		if text := v.String(); isLong(text) {
			if hidden := w.text(name, text); hidden != text {
				return event.StringOf(hidden)
			}
		}
	case event.List, event.Object:
		v.Text = w.json(name, v.Text)
	}
	return v
}

// isLong tells whether a number is whole and long enough to be somebody's.
func isLong(text string) bool {
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return false
		}
	}
	return len(text) >= 9
}

// text hides what stands in a text under a name.
func (w *work) text(name, text string) string {
	w.found = detect.Value(name, text, w.found[:0])
	if len(w.found) == 0 {
		return text
	}
	out, at := "", 0
	for _, f := range w.found {
		if f.Confidence < detect.Likely {
			continue
		}
		out += text[at:f.From] + w.replace(f.Class, text[f.From:f.To])
		at = f.To
	}
	return out + text[at:]
}

// isCut are the classes of which nothing is kept.
func isCut(c detect.Class) bool { return c == detect.Secret || c == detect.Card || c.IsGovernmentID() }

// replace is what stands in the place of a value.
func (w *work) replace(c detect.Class, value string) string {
	if isCut(c) {
		w.count(event.Cut, string(c))
		return "[" + string(c) + "]"
	}
	return w.token(string(c), value)
}

// keep seals what a token stands for, once.
func (w *work) keep(c detect.Class, t token, value string) {
	if w.err != nil || w.fresh[t] != 0 || w.isKnown(t) {
		return
	}
	if w.actor.Index() == 0 {
		return // nobody's: there is no key to seal it under
	}
	sealed, err := w.vault.SealFor(w.project, w.actor, fieldOf(string(c)), value)
	if err != nil {
		w.err = fmt.Errorf("cannot seal a value: %w", err)
		return
	}
	if sealed == nil {
		return
	}
	w.records = append(w.records, record(w.actor, t, c, sealed))
	if w.fresh == nil {
		w.fresh = map[token]event.Actor{}
	}
	w.fresh[t] = w.actor
}

const recordTag = 1

// record is drawn in docs/format/ledgers.md.
func record(a event.Actor, t token, c detect.Class, sealed []byte) []byte {
	r := append(make([]byte, 0, 14+len(c)+len(sealed)), recordTag, byte(len(c)))
	r = binary.LittleEndian.AppendUint32(r, uint32(a))
	r = append(r, t[:]...)
	r = append(r, c...)
	return append(r, sealed...)
}

// isKnown tells whether the ledger has the value of a token.
func (w *work) isKnown(t token) bool {
	all, err := w.tokens(w.project)
	if err != nil {
		w.err = err
		return true
	}
	all.mu.Lock()
	defer all.mu.Unlock()
	return all.known[t] != 0
}

// remember notes that the ledger has the values. Two requests at once may write one twice, which does no harm.
func (w *work) remember() error {
	all, err := w.tokens(w.project)
	if err != nil {
		return err
	}
	all.mu.Lock()
	defer all.mu.Unlock()
	maps.Copy(all.known, w.fresh)
	return nil
}

// tokens are those of a project, read from the ledger when they are first asked for.
func (h *Hider) tokens(p event.ProjectID) (*tokens, error) {
	h.mu.Lock()
	all := h.projects[p]
	if all == nil {
		all = &tokens{}
		h.projects[p] = all
	}
	h.mu.Unlock()
	all.mu.Lock()
	defer all.mu.Unlock()
	if all.read {
		return all, nil
	}
	all.known = map[token]event.Actor{}
	for body, err := range h.ledger.Records(p) {
		if err == nil && (len(body) < 14 || body[0] != recordTag) {
			err = fmt.Errorf("a record is damaged or of a later version")
		}
		if err != nil {
			return nil, fmt.Errorf("cannot read the hidden values of project %d: %w", p, err)
		}
		if a := event.Actor(binary.LittleEndian.Uint32(body[2:])); !h.erased(p, a) {
			all.known[token(body[6:14])] = a
		}
	}
	all.read = true
	return all, nil
}

// Forget says that what was sealed for some people is lost with their keys: a value that somebody else brings later is sealed
// for them.
func (h *Hider) Forget(p event.ProjectID, actors []event.Actor) error {
	all, err := h.tokens(p)
	if err != nil {
		return err
	}
	gone := make(map[event.Actor]bool, len(actors))
	for _, a := range actors {
		gone[a] = true
	}
	all.mu.Lock()
	defer all.mu.Unlock()
	maps.DeleteFunc(all.known, func(_ token, a event.Actor) bool { return gone[a] })
	return nil
}
