package collect

import (
	"encoding/json"
	"net/http"
)

// WriteJSON answers with a status and a value.
func WriteJSON(w http.ResponseWriter, code int, v any) {
	text := MustJSON(v)
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	_, _ = w.Write(text) // a client that went away hears nothing
}

// MustJSON is an answer's text. Answers are made of our own types, which always have one.
func MustJSON(v any) []byte {
	text, err := json.Marshal(v)
	if err != nil {
		panic("BUG: an answer is not JSON: " + err.Error())
	}
	return text
}
