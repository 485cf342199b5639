// Package people keeps what is known of people and groups: their profiles.
package people

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"jejak/event"
)

// Profile is what is known of somebody: JSON values by name, numbers as float64. A name without a value is not there.
type Profile map[string]any

// Limits of a profile. An update that would go beyond leaves it as it is.
const (
	MaxProperties = 2000
	MaxItems      = 10_000    // of one list
	MaxValue      = 256 << 10 // of one list or object, as JSON
	MaxBytes      = 1 << 20   // of all, about
)

// Update is one record of /engage or /groups (wire spec, 4.1).
type Update struct {
	DistinctID string // of a person: a personal value, memory only
	GroupKey   string // of a group
	GroupID    string // of a group: a personal value, memory only
	// Time is when the update was made; zero: now. It becomes $last_seen unless IgnoreTime.
	Time        time.Time
	IgnoreTime  bool
	IgnoreAlias bool

	values map[string]any // by verb
}

// verbs are the operations, in the order in which those of one record are applied.
var verbs = []struct {
	name   string
	groups bool // a group's profile takes it, too
	apply  func(p Profile, value any) error
}{
	{"$delete", true, nil},
	{"$unset", true, unset},
	{"$set_once", true, setOnce},
	{"$set", true, set},
	{"$add", false, add},
	{"$union", true, union},
	{"$append", false, push},
	{"$remove", true, remove},
	{"$merge", false, merge},
}

// Read reads a record. It keeps nothing of body.
func Read(body []byte, group bool) (u Update, err error) {
	var fields map[string]any
	if err := json.Unmarshal(body, &fields); err != nil {
		return u, errors.New("cannot read a profile update: it is not a JSON object")
	}
	u.values = map[string]any{}
	for _, v := range verbs {
		value, given := fields[v.name]
		if !given {
			continue
		}
		if group && !v.groups {
			return u, fmt.Errorf("cannot update a group: %s is for people's profiles only", v.name)
		}
		u.values[v.name] = value
	}
	if len(u.values) == 0 {
		return u, errors.New("cannot update a profile: the record has no operation, such as $set")
	}
	u.DistinctID, u.GroupKey, u.GroupID = text(fields["$distinct_id"]), text(fields["$group_key"]), text(fields["$group_id"])
	if group && (u.GroupKey == "" || u.GroupID == "") || !group && u.DistinctID == "" {
		return u, errors.New("cannot update a profile: the record does not say whose")
	}
	u.IgnoreTime, u.IgnoreAlias = isTrue(fields["$ignore_time"]), isTrue(fields["$ignore_alias"])
	if t, ok := fields["$time"].(float64); ok && t > 0 {
		u.Time = momentOf(t)
	}
	return u, nil
}

// text is an identifier: a string, or a number in decimal.
func text(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case float64:
		return event.NumberOf(v).String()
	}
	return ""
}

// isTrue: true, 1 and, from Go programs, "true".
func isTrue(v any) bool { return v == true || v == 1.0 || v == "true" }

// momentOf reads seconds or milliseconds since 1970.
func momentOf(t float64) time.Time {
	if t < 1e11 {
		t *= 1000
	}
	return time.UnixMilli(int64(min(t, 1e14))).UTC()
}

// Apply is the profile after an update; nil when it was deleted. p stays as it is. Of an update that cannot be applied as a
// whole nothing is.
func (u *Update) Apply(p Profile, now time.Time) (Profile, error) {
	if _, deleted := u.values["$delete"]; deleted {
		p = nil
		if len(u.values) == 1 {
			return nil, nil
		}
	}
	next := maps.Clone(p)
	if next == nil {
		next = Profile{}
	}
	for _, v := range verbs {
		value, given := u.values[v.name]
		if !given || v.apply == nil {
			continue
		}
		if err := v.apply(next, value); err != nil {
			return p, fmt.Errorf("cannot apply %s: %w", v.name, err)
		}
	}
	if p == nil && len(next) == 0 && !u.creates() {
		return nil, nil
	}
	if !u.IgnoreTime {
		next["$last_seen"] = u.seen(now)
	}
	if err := check(next); err != nil {
		return p, err
	}
	return next, nil
}

// creates tells whether the update makes a profile that is not there: taking away from nothing does not.
func (u *Update) creates() bool {
	for _, verb := range []string{"$set", "$set_once", "$add", "$union", "$append", "$merge"} {
		if _, given := u.values[verb]; given {
			return true
		}
	}
	return false
}

func (u *Update) seen(now time.Time) string {
	t := u.Time
	if t.IsZero() {
		t = now
	}
	return t.UTC().Format("2006-01-02T15:04:05")
}

// check holds a profile to the limits.
func check(p Profile) error {
	if len(p) > MaxProperties {
		return fmt.Errorf("cannot keep the profile: it would have more than %d properties", MaxProperties)
	}
	bytes := 0
	for name, v := range p {
		n, err := lengthOf(v)
		if err != nil {
			return err
		}
		bytes += len(name) + n
	}
	if bytes > MaxBytes {
		return fmt.Errorf("cannot keep the profile: it would have more than %d bytes", MaxBytes)
	}
	return nil
}

// lengthOf is about how many bytes a value takes as JSON.
func lengthOf(v any) (int, error) {
	if list, isList := v.([]any); isList && len(list) > MaxItems {
		return 0, fmt.Errorf("cannot keep the profile: a list would have more than %d items", MaxItems)
	}
	n := weigh(v)
	if _, isText := v.(string); !isText && n > MaxValue {
		return 0, fmt.Errorf("cannot keep the profile: a value would have more than %d bytes", MaxValue)
	}
	return n, nil
}

func weigh(v any) (n int) {
	switch v := v.(type) {
	case string:
		return len(v) + 3
	case []any:
		for _, item := range v {
			n += weigh(item)
		}
		return n + 2
	case map[string]any:
		for name, x := range v {
			n += len(name) + 4 + weigh(x)
		}
		return n + 2
	}
	return 8
}

var errObject = errors.New("it takes an object of properties")

func object(v any) (map[string]any, error) {
	o, ok := v.(map[string]any)
	if !ok {
		return nil, errObject
	}
	return o, nil
}

func set(p Profile, value any) error {
	o, err := object(value)
	for name, v := range o {
		if v == nil {
			delete(p, name)
		} else {
			p[name] = v
		}
	}
	return err
}

// setOnce leaves nulls out: they would keep a real value from being set later.
func setOnce(p Profile, value any) error {
	o, err := object(value)
	for name, v := range o {
		if _, there := p[name]; !there && v != nil {
			p[name] = v
		}
	}
	return err
}

func add(p Profile, value any) error {
	o, err := object(value)
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(o)) {
		n, isNumber := o[name].(float64)
		if !isNumber {
			return errors.New("it takes numbers")
		}
		switch before := p[name].(type) {
		case nil:
			p[name] = n
		case float64:
			p[name] = before + n
		default:
			return errors.New("a property is no number")
		}
	}
	return nil
}

// listOf is a value as a list: a single one is its only item, nothing is none. It is a new one.
func listOf(v any) []any {
	switch v := v.(type) {
	case nil:
		return nil
	case []any:
		return slices.Clone(v)
	default:
		return []any{v}
	}
}

// itemKey is equal for equal items: the item itself, or what it is as JSON.
func itemKey(v any) any {
	switch v.(type) {
	case []any, map[string]any:
		return nested{encode(v)}
	}
	return v
}

type nested struct{ json string }

func keysOf(list []any) map[any]bool {
	keys := make(map[any]bool, len(list))
	for _, item := range list {
		keys[itemKey(item)] = true
	}
	return keys
}

func union(p Profile, value any) error {
	o, err := object(value)
	for name, v := range o {
		list := listOf(p[name])
		there := keysOf(list)
		for _, item := range listOf(v) {
			if key := itemKey(item); !there[key] {
				there[key] = true
				list = append(list, item)
			}
		}
		if list == nil {
			list = []any{}
		}
		p[name] = list
	}
	return err
}

// push appends; a list means several items.
func push(p Profile, value any) error {
	o, err := object(value)
	for name, v := range o {
		if v != nil {
			p[name] = append(listOf(p[name]), listOf(v)...)
		}
	}
	return err
}

// remove takes all items that are equal out of a list; what is no list stays.
func remove(p Profile, value any) error {
	o, err := object(value)
	for name, v := range o {
		if list, isList := p[name].([]any); isList {
			gone := keysOf(listOf(v))
			p[name] = slices.DeleteFunc(slices.Clone(list), func(x any) bool { return gone[itemKey(x)] })
		}
	}
	return err
}

func unset(p Profile, value any) error {
	for _, name := range listOf(value) {
		s, isText := name.(string)
		if !isText {
			return errors.New("it takes a list of names")
		}
		delete(p, s)
	}
	return nil
}

// merge puts objects into objects, at every level; other values take the place of what was there.
func merge(p Profile, value any) error {
	o, err := object(value)
	for name, v := range o {
		if v == nil {
			delete(p, name)
		} else {
			p[name] = merged(p[name], v)
		}
	}
	return err
}

func merged(before, v any) any {
	a, ok := before.(map[string]any)
	b, both := v.(map[string]any)
	if !ok || !both {
		return v
	}
	out := maps.Clone(a)
	for name, x := range b {
		out[name] = merged(out[name], x)
	}
	return out
}
