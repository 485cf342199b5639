package scan

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"jejak/analytics/hide"
	"jejak/analytics/plan"
	"jejak/analytics/store"
	"jejak/event"
)

// Steps are those of the road that decide what is kept, as they decide now.
type Steps struct {
	Plan func(event.ProjectID) *plan.Plan
	// Groups puts tokens in the place of the IDs of groups; GroupKeys are the properties that hold them.
	Groups    func(*event.Batch) error
	GroupKeys func(event.ProjectID) []string
	Hide      *hide.Hider
	Store     store.Store
}

// cleaner treats what is stored as the road would treat it now.
type cleaner struct {
	Steps
	project event.ProjectID
	plan    *plan.Plan
	keys    []string
	rules   event.Batch // what the plan tells hide
}

var _ store.Cleaner = (*cleaner)(nil)

func (s Steps) cleaner(p event.ProjectID) *cleaner {
	c := &cleaner{Steps: s, project: p, plan: s.Plan(p), keys: s.GroupKeys(p)}
	c.rules.Project = p
	c.plan.Check(&c.rules)
	return c
}

// Name implements store.Cleaner. What stands in names is nobody's.
func (c *cleaner) Name(name string) string {
	return c.Hide.Name(c.project, name, func(_, _, _ string) {})
}

// Touches implements store.Cleaner.
func (c *cleaner) Touches(property string, v event.Value) bool {
	kept, stays := c.plan.Past(property, v)
	if !stays || kept != v {
		return true
	}
	if slices.Contains(c.keys, property) {
		return !areTokens(property, v)
	}
	return c.Hide.Finds(&c.rules, property, v)
}

// areTokens tells whether a value, or each item of a list, is what stands for the ID of a group.
func areTokens(key string, v event.Value) bool {
	items := []any{v.Text}
	switch v.Kind {
	case event.List:
		if json.Unmarshal([]byte(v.Text), &items) != nil {
			return false
		}
	case event.String:
		if v.Text == "" {
			return true
		}
	case event.Boolean:
		return true // yes and no name none
	default:
		return false
	}
	for _, item := range items {
		text, _ := item.(string)
		digits, isToken := strings.CutPrefix(text, "["+key+":")
		if !isToken || len(digits) != 17 || digits[16] != ']' {
			return false
		}
	}
	return true
}

// Clean implements store.Cleaner.
func (c *cleaner) Clean(property string, v event.Value, whose event.Actor) (event.Value, []event.Change, error) {
	kept, stays := c.plan.Past(property, v)
	if !stays {
		return event.Value{}, []event.Change{{Did: event.Dropped, Property: property}}, nil
	}
	b := c.rules
	b.Changed = nil
	if kept != v {
		b.Changed.Add(event.Change{Did: event.Bucketed, Property: property}, 1)
	}
	b.Events = []event.Event{{Actor: whose, Properties: []event.Property{{Name: property, Value: kept}}}}
	if err := c.Groups(&b); err != nil {
		return v, nil, err
	}
	if of := b.Events[0].Properties[0].Value; of != kept {
		b.Changed.Add(event.Change{Did: event.Sealed, Class: "group", Property: property}, 1)
	}
	err := c.Hide.Hide(&b)
	return b.Events[0].Properties[0].Value, listed(b.Changed), err
}

// listed names each change as often as it was made.
func listed(all event.Changes) (list []event.Change) {
	for change, n := range all {
		for range n {
			list = append(list, change)
		}
	}
	return list
}

// Settle implements store.Cleaner: what was noted is durable no later than what is appended.
func (c *cleaner) Settle(ctx context.Context) error {
	return c.Store.Append(ctx, store.Batch{Project: c.project})
}
