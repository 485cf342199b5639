package people

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"

	"jejak/event"
	"jejak/ground/access"
	"jejak/ground/audit"
	"jejak/ground/vault"
)

// Known is what is known of a person or a group. Personal values stand as tokens.
type Known struct {
	Number     event.Actor // the person's, whichever of their numbers was asked for
	Others     []event.Actor
	Properties Profile // nil: there is no profile
}

// Opened is a Known with its personal values. Whoever asked gets it, nobody else.
type Opened struct {
	Known
	IDs []string // of a person the distinct ids (a device's with $device: in front), of a group its ID
}

// Profile is what is known of a person, or of a group when section is not Users. It needs Read. access.ErrNotFound when the
// project never met them.
func (s *Service) Profile(ctx context.Context, p event.ProjectID, section string, a event.Actor) (Known, error) {
	if err := access.May(ctx, p, access.Read); err != nil {
		return Known{}, err
	}
	rows, err := s.rows(ctx, p, section, a)
	if err != nil {
		return Known{}, err
	}
	return knownOf(rows), nil
}

func knownOf(rows []*state) Known {
	k := Known{Number: rows[0].actor, Properties: together(rows)}
	for _, r := range rows[1:] {
		k.Others = append(k.Others, r.actor)
	}
	return k
}

// rows are those of a person, hers first; of a group one.
func (s *Service) rows(ctx context.Context, id event.ProjectID, section string, a event.Actor) ([]*state, error) {
	p, err := s.project(ctx, id)
	if err != nil {
		return nil, err
	}
	known := s.o.People.IsKnown
	if section != Users {
		known = s.o.Groups.IsKnown
	}
	if !known(id, a) {
		return nil, access.ErrNotFound
	}
	c := change{section: section, actors: []event.Actor{a}}
	if section == Users {
		if c.actors, err = s.o.People.Members(id, a, maxMembers); err != nil {
			return nil, err
		}
	}
	w := &work{Service: s, project: p, keys: s.o.Groups.Keys(id), states: map[subject]*state{}, changes: []change{c}}
	defer s.lock(w.subjects())()
	if err := s.o.Guard(w.load); err != nil {
		return nil, fmt.Errorf("cannot read a profile: %w", err)
	}
	rows := make([]*state, len(c.actors))
	for i, a := range c.actors {
		rows[i] = w.states[subject{id, section, a}]
	}
	return rows, nil
}

// Reveal is Profile with personal values and identifiers, for a purpose. It needs Reveal, and is in the audit log before a value
// is opened. Errors: those of vault.OpenFor; access.ErrNotFound.
func (s *Service) Reveal(ctx context.Context, p event.ProjectID, section string, a event.Actor, why vault.Purpose) (Opened, error) {
	if err := access.May(ctx, p, access.Reveal); err != nil {
		return Opened{}, err
	}
	rows, err := s.rows(ctx, p, section, a)
	if err != nil {
		return Opened{}, err
	}
	ids, err := s.sealedIDs(p, section, rows)
	if err != nil {
		return Opened{}, fmt.Errorf("cannot read identifiers: %w", err)
	}
	o := Opened{Known: knownOf(rows)}
	plain := map[string]string{}
	for _, r := range rows {
		if err := s.openRow(ctx, r, why, ids[r.actor], plain, &o); err != nil {
			return Opened{}, err
		}
	}
	o.Properties = filledIn(o.Properties, plain)
	return o, nil
}

func (s *Service) sealedIDs(p event.ProjectID, section string, rows []*state) (map[event.Actor][]SealedID, error) {
	actors := make([]event.Actor, len(rows))
	for i, r := range rows {
		actors[i] = r.actor
	}
	read := s.o.IDs
	if section != Users {
		read = s.o.GroupIDs
	}
	list, err := read(p, actors)
	of := map[event.Actor][]SealedID{}
	for _, id := range list {
		of[id.Actor] = append(of[id.Actor], id)
	}
	return of, err
}

// SealedID is an identifier as it is kept.
type SealedID struct {
	Actor event.Actor
	Field string
	Text  []byte
}

// openRow opens what one row keeps, and the identifiers of its subject. An erased one has neither.
func (s *Service) openRow(ctx context.Context, r *state, why vault.Purpose, ids []SealedID, plain map[string]string, o *Opened) error {
	var sealed []vault.Sealed
	var tokens []string
	for token, text := range r.sealed {
		b, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			return fmt.Errorf("cannot read a sealed value of subject %d: %w", r.actor, err)
		}
		tokens = append(tokens, token)
		sealed = append(sealed, vault.Sealed{Field: FieldOf(token), Text: b})
	}
	for _, id := range ids {
		sealed = append(sealed, vault.Sealed{Field: id.Field, Text: id.Text})
	}
	values, err := s.o.Vault.OpenFor(ctx, Subject(r.project, r.section, r.actor), why, sealed)
	if errors.Is(err, vault.ErrErased) || errors.Is(err, vault.ErrNoKey) {
		return nil
	}
	if err != nil {
		return err
	}
	for i, token := range tokens {
		plain[token] = string(values[i])
	}
	for i, id := range ids {
		if text, fits := idOf(r.section, id.Field, string(values[len(tokens)+i])); fits {
			o.IDs = append(o.IDs, text)
		}
	}
	return nil
}

// idOf is an identifier as its client sends it; false when it is a group's of another key.
func idOf(section, field, value string) (id string, fits bool) {
	switch field {
	case "device":
		return "$device:" + value, true
	case "group":
		key, id, _ := strings.Cut(value, "\x00")
		return id, Section(key) == section
	}
	return value, true
}

// FieldOf is what the value of a token is sealed with.
func FieldOf(token string) string {
	class, _, _ := strings.Cut(strings.TrimPrefix(token, "["), ":")
	return "hidden " + class
}

// filledIn is the profile with values in the place of tokens.
func filledIn(p Profile, plain map[string]string) Profile {
	if p == nil || len(plain) == 0 {
		return p
	}
	var pairs []string
	for token, v := range plain {
		pairs = append(pairs, token, v)
	}
	r := strings.NewReplacer(pairs...)
	out := make(Profile, len(p))
	for name, v := range p {
		out[r.Replace(name)] = filled(v, r)
	}
	return out
}

func filled(v any, r *strings.Replacer) any {
	switch v := v.(type) {
	case string:
		return r.Replace(v)
	case []any:
		out := slices.Clone(v)
		for i := range out {
			out[i] = filled(out[i], r)
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for name, x := range v {
			out[r.Replace(name)] = filled(x, r)
		}
		return out
	}
	return v
}

// FindPerson is the number of the person with a distinct id, for a purpose. Who may ask can tell from the answer whose events
// are whose: it needs Reveal, and is in the audit log before it is answered. access.ErrNotFound.
func (s *Service) FindPerson(ctx context.Context, p event.ProjectID, distinctID string, why vault.Purpose) (event.Actor, error) {
	if err := s.recordSearch(ctx, p, "people", why); err != nil {
		return 0, err
	}
	a, err := s.o.People.Find(p, distinctID)
	if err != nil || a == 0 {
		return 0, orNotFound(err)
	}
	all, err := s.o.People.Members(p, a, 1)
	if err != nil {
		return 0, err
	}
	return all[0], nil
}

// FindPeople is FindPerson for many at once, recorded once: the numbers of those who are known, ascending, each once, and how many identifiers
// nobody has.
func (s *Service) FindPeople(ctx context.Context, p event.ProjectID, distinctIDs []string, why vault.Purpose) (people []event.Actor, unknown int, err error) {
	if err := s.recordSearch(ctx, p, "people", why); err != nil {
		return nil, 0, err
	}
	for _, id := range distinctIDs {
		a, err := s.o.People.Find(p, id)
		if err != nil {
			return nil, 0, err
		}
		if a == 0 {
			unknown++
			continue
		}
		all, err := s.o.People.Members(p, a, 1)
		if err != nil {
			return nil, 0, err
		}
		people = append(people, all[0])
	}
	slices.Sort(people)
	return slices.Compact(people), unknown, nil
}

// FindGroup is the number of a group with an ID, as FindPerson is of people.
func (s *Service) FindGroup(ctx context.Context, p event.ProjectID, id event.GroupID, why vault.Purpose) (event.Actor, error) {
	if err := s.recordSearch(ctx, p, "groups", why); err != nil {
		return 0, err
	}
	a, err := s.o.Groups.Find(p, id)
	if err != nil || a == 0 {
		return 0, orNotFound(err)
	}
	return a, nil
}

func orNotFound(err error) error {
	if err == nil {
		return access.ErrNotFound
	}
	return err
}

// recordSearch asks for the right and records the act. What was looked for is a personal value: it is not recorded.
func (s *Service) recordSearch(ctx context.Context, p event.ProjectID, among string, why vault.Purpose) error {
	if err := access.May(ctx, p, access.Reveal); err != nil {
		return err
	}
	if !why.Known() {
		return vault.ErrPurpose
	}
	_, err := s.o.Log.Record(ctx, audit.Entry{
		Who: access.Caller(ctx).String(), Act: "person.searched", Project: p, About: among, Purpose: string(why),
	})
	return err
}

// Forget deletes the profiles of subjects, durably. It is the caller's to ask who may and to record it.
func (s *Service) Forget(ctx context.Context, id event.ProjectID, section string, actors []event.Actor) error {
	p, err := s.project(ctx, id)
	if err != nil {
		return err
	}
	w := &work{Service: s, project: p, states: map[subject]*state{}, changes: []change{{section: section, actors: actors}}}
	defer s.lock(w.subjects())()
	for _, x := range w.states {
		x.changed = p.hasRow(section, x.actor)
	}
	return w.keep(ctx, nil)
}
