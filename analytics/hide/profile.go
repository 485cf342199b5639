package hide

import (
	"encoding/hex"
	"strings"

	"jejak/event"
	"jejak/ground/detect"
)

// Kept is told what a token that was put in the place of a value stands for: a personal value, memory only. Field is what
// it is to be sealed with.
type Kept = func(token, field, plain string)

// fieldOf is what the value of a token of the class is sealed with.
func fieldOf(class string) string { return "hidden " + class }

// personal are the properties of profiles that are somebody's by their name (wire spec, 4.2), and what they are.
var personal = map[string]string{
	"$email": "email", "$name": "name", "$first_name": "name", "$last_name": "name", "$phone": "phone", "$username": "username",
	"$avatar": "avatar", "$ios_devices": "device", "$android_devices": "device", "$distinct_id": "id", "$device_id": "id", "$user_id": "id",
	"email": "email", "name": "name", "first_name": "name", "last_name": "name", "full_name": "name", "phone": "phone",
	"username": "username", "nickname": "name", "avatar": "avatar", "address": "address", "distinct_id": "id", "user_id": "id", "device_id": "id",
}

// Name hides what stands in the name of a profile's property.
func (h *Hider) Name(p event.ProjectID, name string, kept Kept) string {
	w := work{Hider: h, project: p, kept: kept}
	return w.text("", name)
}

// Value hides what stands in a value of a profile under a name: JSON with numbers as float64. What is personal by its name is
// hidden whole.
func (h *Hider) Value(p event.ProjectID, name string, v any, kept Kept) any {
	w := work{Hider: h, project: p, kept: kept}
	if class := personal[strings.ToLower(name)]; class != "" {
		return w.wholly(class, name, v)
	}
	hidden, _ := w.walk(name, v)
	return hidden
}

// Whole hides a text whole, as of a class.
func (h *Hider) Whole(p event.ProjectID, class, text string, kept Kept) string {
	w := work{Hider: h, project: p, kept: kept}
	return w.token(class, text)
}

// wholly hides each text and number of a value.
func (w *work) wholly(class, name string, v any) any {
	switch v := v.(type) {
	case string:
		return w.whole(class, name, v)
	case float64:
		return w.whole(class, name, event.NumberOf(v).String())
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = w.wholly(class, name, v[i])
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for key, x := range v {
			out[w.text("", key)] = w.wholly(class, name, x)
		}
		return out
	}
	return v
}

// whole hides a text. Where a detector knows it as a whole, the token is the one that events have; of what is cut out nothing
// is kept.
func (w *work) whole(class, name, text string) string {
	if strings.TrimSpace(text) == "" {
		return text
	}
	w.found = detect.Value(name, text, w.found[:0])
	out, at := "", 0
	for _, f := range w.found {
		switch {
		case f.Confidence < detect.Likely:
		case f.From == 0 && f.To == len(text):
			return w.replace(f.Class, text)
		case isCut(f.Class):
			out += text[at:f.From] + "[" + string(f.Class) + "]"
			at = f.To
		}
	}
	return w.token(class, out+text[at:])
}

// token is what stands for a value that is kept sealed.
func (w *work) token(class, value string) string {
	w.count(event.Sealed, class)
	blind := w.vault.Blind(w.project, fieldOf(class), value)
	t := token(blind[:8])
	text := "[" + class + ":" + hex.EncodeToString(t[:]) + "]"
	if w.kept != nil {
		w.kept(text, fieldOf(class), value)
	} else {
		w.keep(detect.Class(class), t, value)
	}
	return text
}
