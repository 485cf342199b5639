package people

import (
	"context"
	"encoding/base64"
	"errors"
	"maps"
	"reflect"
	"slices"
	"strings"

	"jejak/analytics/store"
	"jejak/event"
	"jejak/ground/vault"
)

// state is a row on its way: what it was, and what it becomes.
type state struct {
	subject
	token   string            // of a group
	profile Profile           // nil: none
	sealed  map[string]string // by token
	plain   []hidden          // to be sealed
	row     []event.Property  // what it becomes; nil: deleted
	changed bool
}

// subjects are those whose rows the changes concern.
func (w *work) subjects() (all []subject) {
	for i := range w.changes {
		for _, a := range w.changes[i].actors {
			s := subject{w.project.id, w.changes[i].section, a}
			if w.states[s] == nil {
				w.states[s] = &state{subject: s, token: w.changes[i].token}
				all = append(all, s)
			}
		}
	}
	return all
}

// load fetches the rows.
func (w *work) load() error {
	for _, s := range w.states {
		if !w.project.hasRow(s.section, s.actor) {
			continue
		}
		properties, err := w.cache.get(s.subject)
		if err != nil {
			return err
		}
		if properties == nil {
			continue
		}
		s.profile, s.sealed = ProfileOf(properties), sealedOf(properties)
	}
	return w.loadGroups()
}

// loadGroups puts tokens in the place of IDs that profiles were given before the project listed the key.
func (w *work) loadGroups() error {
	var old []event.GroupID
	for _, s := range w.states {
		for _, key := range w.keys {
			old = append(old, oldIDs(key, s.profile[key])...)
		}
	}
	if len(old) == 0 {
		return nil
	}
	groups, err := w.o.Groups.Resolve(w.project.id, old)
	if err != nil {
		return err
	}
	known := make(map[event.GroupID]event.Group, len(old))
	for i, id := range old {
		known[id] = groups[i]
	}
	for _, s := range w.states {
		for _, key := range w.keys {
			if len(oldIDs(key, s.profile[key])) > 0 {
				s.profile[key] = tokensOf(key, s.profile[key], known)
			}
		}
	}
	return nil
}

// oldIDs are the IDs among the values of a key; what looks like a token of it is none.
func oldIDs(key string, v any) (ids []event.GroupID) {
	for _, item := range listOf(v) {
		if id := groupText(item); id != "" && !isToken(key, id) {
			ids = append(ids, event.GroupID{Key: key, ID: id})
		}
	}
	return ids
}

func isToken(key, text string) bool {
	digits, ok := strings.CutPrefix(text, "["+key+":")
	return ok && len(digits) == 17 && digits[16] == ']' && strings.Trim(digits[:16], "0123456789abcdef") == ""
}

// sealedOf is what the row keeps sealed, by token.
func sealedOf(properties []event.Property) map[string]string {
	for _, p := range properties {
		if p.Name != Sealed {
			continue
		}
		out := map[string]string{}
		o, _ := plainOf(p.Value).(map[string]any)
		for token, v := range o {
			out[token], _ = v.(string)
		}
		return out
	}
	return nil
}

// apply lets the changes take effect in their order; those that cannot are refused.
func (w *work) apply(b *event.ProfileBatch) (accepted int) {
	for i := range w.changes {
		c := &w.changes[i]
		if err := w.applyOne(c); err != nil {
			b.Refusals = append(b.Refusals, event.Refusal{At: c.at, Reason: event.NotAnEvent, Message: err.Error()})
			continue
		}
		accepted++
	}
	return accepted
}

// applyOne updates a person as one: what is looked at is all that is known of them; what changes is written to the row of the
// person, what goes away leaves all rows.
func (w *work) applyOne(c *change) error {
	rows := make([]*state, len(c.actors))
	for i, a := range c.actors {
		rows[i] = w.states[subject{w.project.id, c.section, a}]
	}
	before := together(rows)
	after, err := c.update.Apply(before, timeOf(c.now))
	if err != nil {
		return err
	}
	first := rows[0]
	if len(rows) == 1 {
		first.set(after)
	} else {
		first.take(before, after)
		for _, r := range rows[1:] {
			r.lose(after)
		}
	}
	first.plain = append(first.plain, c.plain...)
	return nil
}

// together is what is known of a person: of each property the value of the first row that has it.
func together(rows []*state) Profile {
	if len(rows) == 1 {
		return rows[0].profile
	}
	var all Profile
	for _, r := range slices.Backward(rows) {
		if r.profile != nil && all == nil {
			all = Profile{}
		}
		maps.Copy(all, r.profile)
	}
	return all
}

func (s *state) set(p Profile) {
	s.changed = s.changed || s.profile != nil || p != nil
	s.profile = p
}

// take makes the row have what an update changed.
func (s *state) take(before, after Profile) {
	next := maps.Clone(s.profile)
	for name, v := range after {
		if old, there := before[name]; !there || !reflect.DeepEqual(old, v) {
			if next == nil {
				next = Profile{}
			}
			next[name] = v
		}
	}
	if next == nil && after != nil && before == nil {
		next = Profile{}
	}
	s.profile = next
	s.changed = true
	s.lose(after)
}

// lose takes out of the row what is no longer there.
func (s *state) lose(after Profile) {
	if s.profile == nil {
		return
	}
	if after == nil {
		s.set(nil)
		return
	}
	for name := range s.profile {
		if _, there := after[name]; !there {
			s.profile = maps.Clone(s.profile)
			maps.DeleteFunc(s.profile, func(name string, _ any) bool { _, there := after[name]; return !there })
			s.changed = true
			return
		}
	}
}

// maxAppend bounds what is written at once, in bytes: the store takes no larger batch. Rows that are more are written in pieces, and
// when one of them fails those before it are in effect.
const maxAppend = 16 << 20

// keep makes the changed rows durable, and a mark with the last of them.
func (w *work) keep(ctx context.Context, mark []store.Record) error {
	var piece []*state
	bytes := 0
	for _, s := range w.states {
		if !s.changed {
			continue
		}
		if err := w.finish(s); err != nil {
			return err
		}
		size := sizeOf(s.row)
		if bytes += size; bytes > maxAppend && len(piece) > 0 {
			if err := w.write(ctx, piece, nil); err != nil {
				return err
			}
			piece, bytes = nil, size
		}
		piece = append(piece, s)
	}
	if len(piece) == 0 && len(mark) == 0 {
		return nil
	}
	return w.write(ctx, piece, mark)
}

// write makes some rows durable, and remembers them.
func (w *work) write(ctx context.Context, piece []*state, mark []store.Record) error {
	if err := w.o.Vault.Settle(w.project.id); err != nil {
		return err
	}
	rows := make([]event.Event, len(piece))
	for i, s := range piece {
		rows[i] = Row(s.section, s.actor, slices.Clone(s.row)) // the store owns what it is given
	}
	err := w.o.Store.Append(ctx, store.Batch{
		Project: Shadow(w.project.id), Events: rows, Records: mark, Tally: event.TallyOf(len(rows), nil),
	})
	if err != nil {
		return err
	}
	for _, s := range piece {
		w.cache.put(s.subject, s.row)
		w.project.noteRow(s.section, s.actor)
	}
	return nil
}

// finish makes the row that a state becomes; none when there is no profile, or nothing of the subject may be kept.
func (w *work) finish(s *state) error {
	if s.profile == nil {
		return nil
	}
	about := Subject(w.project.id, s.section, s.actor)
	if erased, err := w.o.Vault.IsErased(about); err != nil || erased {
		return err
	}
	s.row = s.profile.properties()
	if err := s.seal(w.o.Vault, about, s.row); err != nil {
		return err
	}
	if len(s.sealed) > 0 {
		s.row = append(s.row, event.Property{Name: Sealed, Value: event.ObjectOf(encode(s.sealed))})
	}
	if s.token != "" {
		s.row = append(s.row, event.Property{Name: Token, Value: event.StringOf(s.token)})
	}
	if len(s.row) == 0 {
		s.row = []event.Property{{Name: Empty, Value: event.BooleanOf(true)}}
	}
	return nil
}

// seal makes the row keep what its tokens stand for, and nothing that no token of it stands for any more.
func (s *state) seal(v Vault, about vault.Subject, properties []event.Property) error {
	if len(s.plain) == 0 && len(s.sealed) == 0 {
		return nil
	}
	used := func(token string) bool {
		return slices.ContainsFunc(properties, func(p event.Property) bool {
			return strings.Contains(p.Name, token) || strings.Contains(p.Value.Text, token)
		})
	}
	next := map[string]string{}
	for token, sealed := range s.sealed {
		if used(token) {
			next[token] = sealed
		}
	}
	for _, h := range s.plain {
		if next[h.token] != "" || !used(h.token) {
			continue
		}
		sealed, err := v.SealFor(about, h.field, []byte(h.plain))
		if errors.Is(err, vault.ErrErased) {
			continue
		}
		if err != nil {
			return err
		}
		next[h.token] = base64.StdEncoding.EncodeToString(sealed)
	}
	s.sealed = next
	return nil
}
