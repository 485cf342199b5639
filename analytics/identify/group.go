package identify

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"jejak/event"
)

// Groups knows the groups of all projects as an Identifier knows people: by blind indexes, with numbers of their own, the IDs
// sealed in a ledger of their own. Many goroutines may use one at once.
type Groups struct {
	inner *Identifier
	keys  func(event.ProjectID) []string
}

// NewGroups makes a Groups. keys are the group keys of a project; they are asked for with every batch.
func NewGroups(v Vault, l Ledger, keys func(event.ProjectID) []string) *Groups {
	return &Groups{New(v, l), keys}
}

// Keys are the group keys of a project.
func (g *Groups) Keys(p event.ProjectID) []string { return g.keys(p) }

// Identify puts tokens in the place of the IDs that events carry under the project's group keys, and names those properties
// in b.GroupKeys. On an error no event of b may be stored.
func (g *Groups) Identify(b *event.Batch) error {
	keys := g.keys(b.Project)
	if len(keys) == 0 {
		return nil
	}
	b.GroupKeys = keys
	var places []*event.Property
	var ids []event.GroupID
	for n := range b.Events {
		for i := range b.Events[n].Properties {
			if p := &b.Events[n].Properties[i]; slices.Contains(keys, p.Name) {
				places = append(places, p)
				ids = appendGroupIDs(ids, p.Name, p.Value)
			}
		}
	}
	if len(ids) == 0 {
		return nil
	}
	groups, err := g.Resolve(b.Project, ids)
	if err != nil {
		return err
	}
	for _, p := range places {
		p.Value, groups = withTokens(p.Value, groups)
	}
	return nil
}

// Resolve finds the groups of IDs, in their order; those never met are introduced. Nothing that uses them may be stored when it
// fails.
func (g *Groups) Resolve(p event.ProjectID, ids []event.GroupID) ([]event.Group, error) {
	all, err := g.inner.people(p)
	if err != nil {
		return nil, err
	}
	claims := make([]claim, len(ids))
	for n, id := range ids {
		claims[n].who = identity{kind: group, value: groupValue(id), hash: g.inner.vault.Blind(p, group.field(), groupValue(id))}
	}
	if !all.recall(claims) {
		if err := g.inner.introduce(p, all, claims); err != nil {
			return nil, err
		}
	}
	if err := g.inner.confirm(p, all); err != nil {
		return nil, err
	}
	out := make([]event.Group, len(ids))
	for n, id := range ids {
		out[n] = event.Group{Actor: claims[n].who.actor, Token: tokenOf(id.Key, claims[n].who.hash)}
	}
	return out, nil
}

// Find is the number of the group that a value under a group key names: a token or, as in events from before the key was one,
// an ID. 0: there is no such group.
func (g *Groups) Find(p event.ProjectID, id event.GroupID) (event.Actor, error) {
	all, err := g.inner.people(p)
	if err != nil {
		return 0, err
	}
	head, isToken := headOf(id)
	if !isToken {
		hash := g.inner.vault.Blind(p, group.field(), groupValue(id))
		head = [8]byte(hash[:8])
	}
	all.mu.RLock()
	defer all.mu.RUnlock()
	a := all.index.findHead(head)
	if all.forgotten[a] {
		a = 0
	}
	return a, nil
}

// IsKnown tells whether the number was given to a group.
func (g *Groups) IsKnown(p event.ProjectID, a event.Actor) bool { return g.inner.IsKnown(p, a) }

// groupValue is what is fingerprinted and sealed: the key and the ID, apart.
func groupValue(id event.GroupID) string { return id.Key + "\x00" + id.ID }

func tokenOf(key string, hash [16]byte) string {
	return "[" + key + ":" + hex.EncodeToString(hash[:8]) + "]"
}

// headOf reads a token.
func headOf(id event.GroupID) (head [8]byte, ok bool) {
	digits, ok := strings.CutPrefix(id.ID, "["+id.Key+":")
	if !ok || len(digits) != 17 || digits[16] != ']' {
		return head, false
	}
	_, err := hex.Decode(head[:], []byte(digits[:16]))
	return head, err == nil
}

// appendGroupIDs appends those that a value under a group key names: a text or a number is one, each item of a list, too. Yes
// and no name none, nor does an empty text.
func appendGroupIDs(ids []event.GroupID, key string, v event.Value) []event.GroupID {
	switch v.Kind {
	case event.String, event.Number, event.Object:
		if v.String() != "" {
			ids = append(ids, event.GroupID{Key: key, ID: v.String()})
		}
	case event.List:
		for _, item := range itemsOf(v) {
			ids = append(ids, event.GroupID{Key: key, ID: idText(item)})
		}
	}
	return ids
}

// withTokens is the value with tokens in the place of IDs, and the groups left for other values.
func withTokens(v event.Value, groups []event.Group) (event.Value, []event.Group) {
	switch v.Kind {
	case event.String, event.Number, event.Object:
		if v.String() != "" {
			return event.StringOf(groups[0].Token), groups[1:]
		}
	case event.List:
		tokens := make([]string, len(itemsOf(v)))
		for i := range tokens {
			tokens[i] = groups[i].Token
		}
		text, err := json.Marshal(tokens)
		if err != nil {
			panic(fmt.Sprintf("BUG: tokens cannot be encoded: %v", err))
		}
		return event.ListOf(string(text)), groups[len(tokens):]
	}
	return v, groups
}

func itemsOf(v event.Value) (items []json.RawMessage) {
	if err := json.Unmarshal([]byte(v.Text), &items); err != nil {
		panic(fmt.Sprintf("BUG: a list that is not JSON: %v", err))
	}
	return items
}

// idText is an item as an ID: a text without its quotes, anything else as it stands.
func idText(item json.RawMessage) string {
	var s string
	if json.Unmarshal(item, &s) == nil {
		return s
	}
	var f float64
	if json.Unmarshal(item, &f) == nil {
		return event.NumberOf(f).String()
	}
	return string(item)
}
