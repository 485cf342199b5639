package guard

import (
	"strings"
	"unicode/utf8"

	"jejak/event"
)

// name refuses events without one, cuts a long name, and refuses identity verbs where they do not belong.
func name(_ *Guard, b *event.Batch, e *event.Event) *event.Refusal {
	if !utf8.ValidString(e.Name) {
		e.Name = strings.ToValidUTF8(e.Name, "\uFFFD")
		return &event.Refusal{Reason: event.NotUTF8, Field: "event", Message: "event is invalid: string should be valid utf8"}
	}
	if strings.TrimSpace(e.Name) == "" {
		return &event.Refusal{Reason: event.NoName, Field: "event", Message: "'event' must not be missing or blank"}
	}
	e.Name = cut(e.Name)
	if verbsRefused(b) && isVerb(e.Name) {
		return verbRefusal()
	}
	return nil
}
