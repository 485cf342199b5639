package question

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
)

// Parse reads a question from JSON and validates it. The error is always of type Faults. Fields it does not know are
// faults: a misspelt filter must not widen an answer silently.
func Parse(text []byte) (Question, error) {
	if fault := checkShape(text); fault != nil {
		return nil, fault
	}
	q, faults := read(text)
	if faults == nil {
		faults = q.Validate()
	}
	if faults != nil {
		return nil, faults
	}
	return q, nil
}

// read makes a question of JSON and does not validate it.
func read(text []byte) (Question, Faults) {
	var head struct {
		Kind string `json:"kind"`
	}
	if err := json.Unmarshal(text, &head); err != nil {
		return nil, faultOf(err)
	}
	i := slices.IndexFunc(kinds, func(k kind) bool { return k.name == head.Kind })
	if i < 0 {
		return nil, Faults{{"kind", UnknownKind, "the kind of a question is " + strings.Join(Kinds(), ", ")}}
	}
	q := kinds[i].empty()
	if err := decodeStrictly(text, q); err != nil {
		return nil, faultOf(err)
	}
	return q, nil
}

// checkShape bounds size and nesting before anything is built.
func checkShape(text []byte) error {
	if len(text) > MaxBytes {
		return Faults{{"", TooLong, "a question has at most 1 MB"}}
	}
	depth, inString := 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case inString && c == '\\':
			i++
		case c == '"':
			inString = !inString
		case inString:
		case c == '{' || c == '[':
			if depth++; depth > MaxDepth {
				return Faults{{"", TooDeep, "a question nests at most 64 levels"}}
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return nil
}

func decodeStrictly(text []byte, to any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(to); err != nil {
		return err
	}
	if _, err := d.Token(); err != io.EOF {
		return errors.New("text after the question")
	}
	return nil
}

// faultOf turns an error of encoding/json into a fault with a location where there is one.
func faultOf(err error) Faults {
	var faults Faults
	if errors.As(err, &faults) {
		return faults // of a question inside
	}
	var wrong *json.UnmarshalTypeError
	if errors.As(err, &wrong) {
		return Faults{{wrong.Field, WrongType, "a JSON " + wrong.Value + " cannot stand here"}}
	}
	if _, field, found := strings.Cut(err.Error(), "json: unknown field "); found {
		field = strings.Trim(field, `"`)
		return Faults{{field, UnknownField, "there is no field of this name"}}
	}
	return Faults{{"", NotJSON, "the question is not valid JSON"}}
}
