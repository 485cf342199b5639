package guard

import (
	"unicode/utf8"

	"jejak/event"
)

// who looks at the identifiers. A strict import must name one, and no placeholder; elsewhere a placeholder is what it
// means, no identifier: "undefined" would otherwise become one very busy person.
func who(_ *Guard, b *event.Batch, e *event.Event) *event.Refusal {
	ids := &e.IDs
	for _, id := range []*string{&ids.Distinct, &ids.Device, &ids.User} {
		if !utf8.ValidString(*id) {
			return idRefusal(event.NotUTF8, "properties.distinct_id is invalid: string should be valid utf8")
		}
		*id = cut(*id)
	}
	if b.Strict {
		return strictWho(ids)
	}
	for _, id := range []*string{&ids.Distinct, &ids.Device, &ids.User} {
		if placeholder(*id) {
			*id = ""
		}
	}
	return nil
}

func strictWho(ids *event.IDs) *event.Refusal {
	switch {
	case ids.Distinct == "" && ids.Device == "" && ids.User == "" && !ids.Nobody:
		return idRefusal(event.NoDistinctID, "'properties.distinct_id' must not be missing")
	case placeholder(ids.Distinct), placeholder(ids.Device), placeholder(ids.User):
		return idRefusal(event.BadDistinctID, "'properties.distinct_id' is invalid: the value is a forbidden placeholder")
	}
	return nil
}

func idRefusal(why event.Reason, message string) *event.Refusal {
	return &event.Refusal{Reason: why, Field: "properties.distinct_id", Message: message}
}
