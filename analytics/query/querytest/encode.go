package querytest

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// encode writes what encoding/json decoded as canonical JSON: no white space, sorted keys, nothing escaped that need not be.
func encode(x any) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(x); err != nil {
		panic(fmt.Sprintf("BUG: what was JSON cannot be encoded: %v", err))
	}
	return string(bytes.TrimSpace(b.Bytes()))
}
