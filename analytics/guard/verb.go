package guard

import "jejak/event"

// A project with the simplified merge decides from $device_id and $user_id alone who is who. Its imports refuse the
// identity verbs of the original merge; a strict import that contains one is refused as a whole (wire spec, 1.5).

func isVerb(name string) bool {
	return name == "$identify" || name == "$create_alias" || name == "$merge"
}

func verbsRefused(b *event.Batch) bool { return b.Source == event.Import && !b.OriginalMerge }

func strictVerbs(b *event.Batch) bool {
	if !b.Strict || !verbsRefused(b) {
		return false
	}
	for i := range b.Events {
		if isVerb(b.Events[i].Name) {
			return true
		}
	}
	return false
}

// refuseAll refuses every event of a batch that contains an identity verb.
func refuseAll(b *event.Batch) {
	b.RefuseIf(func(*event.Event) (event.Refusal, bool) { return *verbRefusal(), true })
}

func verbRefusal() *event.Refusal {
	return &event.Refusal{
		Reason: event.IdentityVerb, Field: "event",
		Message: "identity events are not allowed when project is using simplified identity management",
	}
}
