package query

import (
	"slices"
	"strings"

	"jejak/analytics/store"
	"jejak/event"
	"jejak/question/where"
)

// groupTable is one property of the groups of a key, by what events have for the group: its token.
type groupTable map[event.Value]term

// ofGroups reads the profiles of groups.
func (t *factTables) ofGroups(p where.GroupProperty, m *meter) (groupTable, error) {
	out := groupTable{}
	snap, err := t.profiles()
	if err != nil || snap == nil || store.IsInternal(p.Name) {
		return out, err
	}
	for _, s := range snap.Sections(everything(store.GroupProfiles(p.Key))) {
		tokens, values := s.Column(store.GroupToken), s.Column(p.Name)
		if tokens == nil || values == nil {
			continue
		}
		for bucket := range event.Buckets {
			if !out.add(s, bucket, tokens, values, m) {
				return out, nil
			}
		}
	}
	return out, nil
}

// add reads a bucket. It is false when memory is used up.
func (g groupTable) add(s store.Section, bucket int, tokens, values store.Column, m *meter) bool {
	dead := s.Superseded(bucket)
	var keys, found []uint32
	var floats []float64
	for lo, hi := s.Bucket(bucket); lo < hi; lo += batchRows {
		to := min(hi, lo+batchRows)
		keys, found, floats = tokens.Codes(lo, to, keys), values.Codes(lo, to, found), values.Numbers(lo, to, floats)
		for i, code := range found {
			if _, gone := slices.BinarySearch(dead, lo+i); gone || code == 0 || keys[i] == 0 || keys[i] == store.NumberCode {
				continue
			}
			v := event.NumberOf(floats[i])
			if code != store.NumberCode {
				v = values.Dictionary().Value(code)
			}
			token := tokens.Dictionary().Value(keys[i])
			if !m.take(2*valueBytes + int64(len(token.Text)+2*len(v.Text))) {
				return false
			}
			token.Text, v.Text = strings.Clone(token.Text), strings.Clone(v.Text)
			g[token] = termOf(v)
		}
	}
	return true
}

// ofGroup is the property of the group that which names; of a list of groups the list of the different values that theirs have.
func ofGroup(which step, g groupTable) step {
	return ofEach(which, func(r *evaluation, item term) term { return g[item.valueOf(r.zone)] })
}
