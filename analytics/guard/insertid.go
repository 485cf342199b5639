package guard

import (
	"crypto/sha256"
	"encoding/hex"

	"jejak/event"
)

const (
	maxInsertID = 36 // bytes
	fingerprint = 16 // bytes, twice as many as hexadecimal
)

// insertID wants a strict import's $insert_id to have its shape. Elsewhere one of another shape is replaced by a
// fingerprint of it: sending twice stays harmless, and no text that may name a person reaches the disk. A placeholder
// would make different events equal; it counts as none.
func insertID(_ *Guard, b *event.Batch, e *event.Event) *event.Refusal {
	id := e.InsertID
	switch {
	case b.Strict && id == "":
		return insertIDRefusal(event.NoInsertID, "'properties.$insert_id' must not be missing or blank")
	case b.Strict && !insertIDShape(id):
		return insertIDRefusal(event.BadInsertID,
			"'properties.$insert_id' is invalid: must be at most 36 characters out of a-z, A-Z, 0-9 and -")
	case b.Strict && placeholder(id):
		return insertIDRefusal(event.BadInsertID, "'properties.$insert_id' is invalid: the value is a forbidden placeholder")
	case placeholder(id):
		e.InsertID = ""
	case id != "" && !insertIDShape(id):
		sum := sha256.Sum256([]byte(id))
		e.InsertID = hex.EncodeToString(sum[:fingerprint])
	}
	return nil
}

func insertIDRefusal(why event.Reason, message string) *event.Refusal {
	return &event.Refusal{Reason: why, Field: "properties.$insert_id", Message: message}
}

func insertIDShape(id string) bool {
	if len(id) > maxInsertID {
		return false
	}
	for i := range len(id) {
		c := id[i]
		letter := 'a' <= c|0x20 && c|0x20 <= 'z'
		if !letter && (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return true
}
