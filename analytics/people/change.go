package people

import (
	"errors"
	"maps"
	"slices"
	"unicode/utf8"

	"jejak/event"
)

// change is one update on its way.
type change struct {
	at      int
	update  Update
	now     event.Millis
	section string
	actors  []event.Actor // whose rows it concerns: the person first
	token   string        // of a group
	plain   []hidden      // what its tokens stand for
}

// hidden is a value that a token took the place of: memory only.
type hidden struct{ token, field, plain string }

// work is one batch on its way.
type work struct {
	*Service
	project *project
	keys    []string // group keys, as of its beginning
	changes []change
	states  map[subject]*state
}

// maxGroupKeys is how many group keys a project may have profiles of, whether it lists them or not.
const maxGroupKeys = 100

// read reads the updates; those that are none are refused.
func (w *work) read(b *event.ProfileBatch) {
	for _, p := range b.Profiles {
		u, err := Read(p.Body, p.Group)
		if err == nil && p.Group && !w.project.admits(u.GroupKey) {
			err = errors.New("cannot update a group: the project has profiles of too many group keys")
		}
		if err != nil {
			b.Refusals = append(b.Refusals, event.Refusal{At: p.At, Reason: event.NotAnEvent, Message: err.Error()})
			continue
		}
		w.changes = append(w.changes, change{at: p.At, update: u, now: p.Received, section: Section(u.GroupKey)})
	}
}

// maxMembers is how many identifiers of a person are looked at; the original merge allows no more (wire spec, 3.2).
const maxMembers = 500

// resolve finds out whose profiles are updated, and which groups the profiles name.
func (w *work) resolve() error {
	var ids []string
	var groups []event.GroupID
	for i := range w.changes {
		c := &w.changes[i]
		groups = append(groups, w.groupsNamed(&c.update)...)
		if c.section == Users {
			ids = append(ids, c.update.DistinctID)
		} else {
			groups = append(groups, event.GroupID{Key: c.update.GroupKey, ID: c.update.GroupID})
		}
	}
	actors, err := w.o.People.Actors(w.project.id, ids)
	if err != nil {
		return err
	}
	found, err := w.o.Groups.Resolve(w.project.id, groups)
	if err != nil {
		return err
	}
	known := make(map[event.GroupID]event.Group, len(groups))
	for i, id := range groups {
		known[id] = found[i]
	}
	for i := range w.changes {
		c := &w.changes[i]
		c.update.replaceGroups(w.keys, known)
		if c.section != Users {
			g := known[event.GroupID{Key: c.update.GroupKey, ID: c.update.GroupID}]
			c.actors, c.token = []event.Actor{g.Actor}, g.Token
			continue
		}
		if err := w.resolvePerson(c, actors[0]); err != nil {
			return err
		}
		actors = actors[1:]
	}
	return nil
}

// resolvePerson finds the rows of a person: an alias means who it is an alias of, unless the update says otherwise.
func (w *work) resolvePerson(c *change, a event.Actor) (err error) {
	c.actors = []event.Actor{a}
	if !c.update.IgnoreAlias {
		c.actors, err = w.o.People.Members(w.project.id, a, maxMembers)
	}
	return err
}

func (w *work) groupsNamed(u *Update) (ids []event.GroupID) {
	u.eachValue(func(name string, v any) {
		if !slices.Contains(w.keys, name) {
			return
		}
		for _, item := range listOf(v) {
			if id := groupText(item); id != "" {
				ids = append(ids, event.GroupID{Key: name, ID: id})
			}
		}
	})
	return ids
}

// groupText is a value as the ID of a group; empty when it names none.
func groupText(v any) string {
	switch v := v.(type) {
	case nil, bool:
		return ""
	case []any, map[string]any:
		return encode(v)
	default:
		return text(v)
	}
}

// hide puts tokens in the place of personal values in all updates.
func (w *work) hide() {
	for i := range w.changes {
		w.hideOne(&w.changes[i])
	}
}

func (w *work) hideOne(c *change) {
	kept := func(token, field, plain string) { c.plain = append(c.plain, hidden{token, field, plain}) }
	own := c.update.DistinctID
	if c.section != Users {
		own = c.update.GroupID
	}
	name := func(name string) string { return cut(w.o.Hide.Name(w.project.id, name, kept)) }
	c.update.rewrite(name, func(name string, v any) any {
		if s, isText := v.(string); isText && s == own {
			return w.o.Hide.Whole(w.project.id, "id", s, kept)
		}
		v = w.o.Hide.Value(w.project.id, name, v, kept)
		if s, isText := v.(string); isText {
			return cut(s)
		}
		return v
	})
}

// maxText is the length of names and texts, in characters (wire spec, 1.6).
const maxText = 255

func cut(s string) string {
	if len(s) <= maxText || utf8.RuneCountInString(s) <= maxText {
		return s
	}
	return string([]rune(s)[:maxText])
}

// eachValue calls f with each property that an update gives a value.
func (u *Update) eachValue(f func(name string, v any)) {
	for verb, value := range u.values {
		if o, isObject := value.(map[string]any); isObject && verb != "$delete" {
			for name, v := range o {
				f(name, v)
			}
		}
	}
}

// done marks values that are tokens already.
type done struct{ any }

// replaceGroups puts tokens in the place of the IDs of groups.
func (u *Update) replaceGroups(keys []string, known map[event.GroupID]event.Group) {
	for verb, value := range u.values {
		o, isObject := value.(map[string]any)
		if !isObject || verb == "$delete" {
			continue
		}
		for _, key := range keys {
			if v, given := o[key]; given {
				o[key] = done{tokensOf(key, v, known)}
			}
		}
	}
}

func tokensOf(key string, v any, known map[event.GroupID]event.Group) any {
	list, isList := v.([]any)
	if !isList {
		return tokenOf(key, v, known)
	}
	out := make([]any, len(list))
	for i, item := range list {
		out[i] = tokenOf(key, item, known)
	}
	return out
}

func tokenOf(key string, v any, known map[event.GroupID]event.Group) any {
	if g, given := known[event.GroupID{Key: key, ID: groupText(v)}]; given {
		return g.Token
	}
	return v
}

// rewrite gives all names and values of an update another form. Names that a client cannot set are taken out, and so is what
// $delete says beside itself.
func (u *Update) rewrite(name func(string) string, value func(name string, v any) any) {
	for verb, x := range u.values {
		switch x := x.(type) {
		case map[string]any:
			u.values[verb] = rewriteObject(x, name, value)
		case []any:
			for i := range x {
				if s, isText := x[i].(string); isText && verb == "$unset" {
					x[i] = name(s)
				}
			}
		case string:
			u.values[verb] = name(x)
		}
	}
	if _, deletes := u.values["$delete"]; deletes {
		u.values["$delete"] = nil
	}
}

func rewriteObject(o map[string]any, name func(string) string, value func(string, any) any) map[string]any {
	out := make(map[string]any, len(o))
	for _, old := range slices.Sorted(maps.Keys(o)) {
		v := o[old]
		switch d, isDone := v.(done); {
		case old == "" || isForbidden(old):
		case isDone:
			out[old] = d.any
		default:
			out[name(old)] = value(old, v)
		}
	}
	return out
}

// isForbidden tells names that no client gives to a property of a profile: those of the row itself, and addresses.
func isForbidden(name string) bool {
	return IsInternal(name) || name == Token || name == "token" || name == "$ip" || name == "ip"
}
