package guard

import (
	"fmt"
	"unicode/utf8"

	"jejak/event"
)

const maxProperties = 255 // an event has fewer

// properties holds the number of properties, and each of them, to the limits, and takes reserved ones away.
func properties(_ *Guard, _ *event.Batch, e *event.Event) *event.Refusal {
	if len(e.Properties) >= maxProperties {
		return &event.Refusal{
			Reason: event.TooManyProps, Field: "properties", Message: "'properties' is invalid: must have fewer than 255 entries",
		}
	}
	kept, renamed := e.Properties[:0], false
	for _, p := range e.Properties {
		if reserved(p.Name) || p.Value.Kind == event.None {
			continue
		}
		if no := property(&p); no != nil {
			return no
		}
		if len(p.Name) > maxText {
			p.Name, renamed = cut(p.Name), true
		}
		kept = append(kept, p)
	}
	clear(e.Properties[len(kept):])
	e.Properties = kept
	if renamed {
		unite(e)
	}
	return nil
}

// property checks one value and cuts its text.
func property(p *event.Property) *event.Refusal {
	if !utf8.ValidString(p.Name) {
		return &event.Refusal{
			Reason: event.NotUTF8, Field: "properties", Message: "properties is invalid: name should be valid utf8",
		}
	}
	v := &p.Value
	switch v.Kind {
	case event.String:
		if !utf8.ValidString(v.Text) {
			return propertyRefusal(event.NotUTF8, p.Name, "%s is invalid: string should be valid utf8")
		}
		v.Text = cut(v.Text)
	case event.List, event.Object:
		if why, message := nested(v.Text); why != "" {
			return propertyRefusal(why, p.Name, message)
		}
	}
	return nil
}

// propertyRefusal names the property, cut; message has one place for the field.
func propertyRefusal(why event.Reason, name, message string) *event.Refusal {
	field := "properties." + cut(name)
	return &event.Refusal{Reason: why, Field: field, Message: fmt.Sprintf(message, field)}
}

// unite keeps one property of each name after names were cut; the last value wins.
func unite(e *event.Event) {
	all := e.Properties
	e.Properties = make([]event.Property, 0, len(all))
	for _, p := range all {
		e.Set(p.Name, p.Value)
	}
}
