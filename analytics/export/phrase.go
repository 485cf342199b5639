package export

import (
	"jejak/event"
)

// phrases remembers how values of dictionaries are written, so that one that repeats is looked up and written once. A value has one
// place; who comes later takes it. It serves one goroutine.
type phrases struct {
	namer  *namer
	write  func(dst []byte, v event.Value) []byte
	places []phrase
}

type phrase struct {
	words, code uint32
	text        []byte
}

const (
	phrasePlaces = 1 << 15
	// maxPhrase bounds a text that is remembered, in bytes: together they take 8 MB at most.
	maxPhrase = 256
)

func newPhrases(n *namer, write func([]byte, event.Value) []byte) *phrases {
	return &phrases{namer: n, write: write, places: make([]phrase, phrasePlaces)}
}

// append appends what a code stands for.
func (p *phrases) append(dst []byte, w words, code uint32) []byte {
	if w.id == 0 {
		return p.write(dst, p.named(w.value(code)))
	}
	at := &p.places[(code+w.id*2654435761)%phrasePlaces]
	if at.words == w.id && at.code == code {
		return append(dst, at.text...)
	}
	from := len(dst)
	dst = p.write(dst, p.named(w.value(code)))
	if len(dst)-from <= maxPhrase {
		at.words, at.code, at.text = w.id, code, append(at.text[:0], dst[from:]...)
	}
	return dst
}

// named is a value with the tokens of this export.
func (p *phrases) named(v event.Value) event.Value {
	v.Text = p.namer.text(v.Text)
	return v
}
