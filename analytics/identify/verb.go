package identify

import (
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"strings"

	"jejak/event"
)

// The identity verbs of the original merge (wire spec, 3.2). Their numbers are written to the ledger.
const (
	identifyVerb byte = 1 // an anonymous id becomes an identified one
	aliasVerb    byte = 2 // an alias means a distinct id
	mergeVerb    byte = 3 // two ids are one
)

// carriesIdentifier tells the properties in which identity verbs carry identifiers.
func carriesIdentifier(e *event.Event, property string) bool {
	switch property {
	case "$anon_distinct_id", "$anon_id", "$identified_id", "$distinct_ids":
		return true
	case "alias":
		return e.Name == "$create_alias"
	}
	return false
}

// noteVerbs keeps what identity verbs say in a project of the original merge, as pairs of actors: merging people is for
// the time of asking, and the identifiers are gone by then. In a project of the simplified merge the verbs mean nothing.
func (i *Identifier) noteVerbs(b *event.Batch, all *people) error {
	if !b.OriginalMerge {
		return nil
	}
	var verbs []byte
	var claims []claim // two for each verb
	for n := range b.Events {
		verb, one, other := pairOf(&b.Events[n])
		if one.kind != nobody && other.kind != nobody {
			verbs = append(verbs, verb)
			claims = append(claims, claim{who: one}, claim{who: other})
		}
	}
	if len(verbs) == 0 {
		return nil
	}
	if err := i.settle(b.Project, all, claims); err != nil {
		return err
	}
	all.mu.Lock()
	for n, verb := range verbs {
		a := act{verb: verb, one: claims[2*n].who.actor, other: claims[2*n+1].who.actor}
		all.queueLocked(verbRecord(verb, a.one, a.other)) // under the lock: in the order in which they take effect
		all.doLocked(a)
	}
	all.mu.Unlock()
	return i.confirm(b.Project, all)
}

// pairOf reads the two identifiers of a verb: the one that stays, then the one that joins it. They are nobody when e is
// no verb or lacks one of them.
func pairOf(e *event.Event) (verb byte, one, other identity) {
	own := distinct(e.IDs.Distinct)
	switch e.Name {
	case "$identify":
		if named := e.Get("$identified_id").Text; named != "" {
			own = distinct(named)
		}
		anonymous := e.Get("$anon_id").Text
		if anonymous == "" {
			anonymous = e.Get("$anon_distinct_id").Text
		}
		if !isRandomUUID(strings.TrimPrefix(anonymous, devicePrefix)) {
			return 0, identity{}, identity{} // somebody's name is never merged as an anonymous id
		}
		return identifyVerb, own, distinct(anonymous)
	case "$create_alias":
		return aliasVerb, own, distinct(e.Get("alias").Text)
	case "$merge":
		var ids []string
		if json.Unmarshal([]byte(e.Get("$distinct_ids").Text), &ids) == nil && len(ids) == 2 {
			return mergeVerb, distinct(ids[0]), distinct(ids[1])
		}
	}
	return 0, identity{}, identity{}
}

// isRandomUUID tells whether the text is a UUID of version 4 (RFC 9562).
func isRandomUUID(s string) bool {
	if len(s) != 36 || s[8] != '-' || s[13] != '-' || s[18] != '-' || s[23] != '-' || s[14] != '4' || !strings.ContainsRune("89abAB", rune(s[19])) {
		return false
	}
	_, err := hex.DecodeString(strings.ReplaceAll(s, "-", ""))
	return err == nil
}

func verbRecord(verb byte, one, other event.Actor) []byte {
	r := binary.LittleEndian.AppendUint32([]byte{verbTag, verb}, uint32(one))
	return binary.LittleEndian.AppendUint32(r, uint32(other))
}
