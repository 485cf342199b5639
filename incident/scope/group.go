package scope

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"math"
	"slices"
	"time"

	"jejak/exposure"
)

// maxGroups is how many groups are told apart; the rows of others are one group that has to be explained too.
const maxGroups = 4_096

// group is what is known of rows that belong to nobody and are alike.
type group struct {
	Table    int // number of the table, in the order in which tables came
	Event    string
	Source   string
	Referrer string // host
	Carries  classes
	Rows     int64
	First    int64 // Unix milliseconds of the earliest and the latest time in them
	Last     int64
	Domains  lowest[int64] // of the addresses in them
	People   distinct      // identifiers in them
	Weak     int64         // rows with a name that is in the directory, and no more
}

func (g *group) merge(o *group) {
	if g.Rows == 0 {
		g.Table, g.Event, g.Source, g.Referrer, g.Carries = o.Table, o.Event, o.Source, o.Referrer, o.Carries
		g.First, g.Last, g.Domains.Most = math.MaxInt64, math.MinInt64, o.Domains.Most
	}
	g.Rows += o.Rows
	g.Weak += o.Weak
	g.First, g.Last = min(g.First, o.First), max(g.Last, o.Last)
	g.Domains.merge(&o.Domains, hash, addUp)
	g.People.merge(o.People)
}

// rankOfGroup cannot be steered: nobody hides a group behind invented ones.
func rankOfGroup(key []byte) uint64 {
	sum := sha256.Sum256(key)
	return binary.BigEndian.Uint64(sum[:])
}

// GroupID names a group of rows: 16 hexadecimal digits that follow from what the rows have in common.
type GroupID string

// Rest is all groups together that are small, and the rows that are too diverse to be told apart.
const Rest GroupID = "rest"

func groupIDOf(key string) GroupID {
	sum := sha256.Sum256([]byte(key))
	return GroupID(hex.EncodeToString(sum[:8]))
}

// appendGroupKey appends what rows of one group have in common.
func appendGroupKey(to []byte, table int, event, source, referrer []byte, carries classes) []byte {
	to = binary.AppendUvarint(to, uint64(table))
	to = binary.AppendUvarint(to, uint64(carries))
	for _, text := range [][]byte{event, source, referrer} {
		to = binary.AppendUvarint(to, uint64(len(text)))
		to = append(to, text...)
	}
	return to
}

// hostOf is the host of a URL, in small letters; of a bare host itself.
func hostOf(url []byte) []byte {
	for i := 0; i+2 < len(url); i++ {
		if url[i] == ':' && url[i+1] == '/' && url[i+2] == '/' {
			url = url[i+3:]
			break
		}
	}
	for i, c := range url {
		if c == '/' || c == '?' || c == '#' || c == ':' {
			url = url[:i]
			break
		}
		if c == '@' {
			return nil
		}
	}
	if len(url) > 100 {
		url = url[:100]
	}
	low := make([]byte, len(url))
	for i, c := range url {
		if low[i] = c; c >= 'A' && c <= 'Z' {
			low[i] = c + 32
		}
	}
	return low
}

// timeOf reads a time in the forms that exports have: RFC 3339 and the like, seconds or milliseconds since 1970.
func timeOf(text []byte) (ms int64, is bool) {
	n, digits := int64(0), 0
	for ; digits < len(text) && digits < 14 && text[digits] >= '0' && text[digits] <= '9'; digits++ {
		n = n*10 + int64(text[digits]-'0')
	}
	switch {
	case digits == len(text) && (digits == 10 || digits == 13):
		if digits == 10 {
			n *= 1000
		}
		return n, true
	case digits != 4 || len(text) < 10 || len(text) > 40:
		return 0, false
	}
	for _, form := range []string{time.RFC3339Nano, "2006-01-02 15:04:05.999999999Z07:00", "2006-01-02 15:04:05.999999999", "2006-01-02T15:04:05.999999999", time.DateOnly} {
		if t, err := time.Parse(form, asString(text)); err == nil {
			return t.UnixMilli(), true
		}
	}
	return 0, false
}

// weigh finds the groups that must be explained: each that is large, and the small ones together.
func (r *Report) weigh() {
	r.Groups = slices.DeleteFunc(r.Groups, func(g Group) bool { return g.ID == Rest && g.Explanation == nil })
	rest := Group{ID: Rest, Classes: []exposure.Class{}, Domains: []Counted{}, Rows: r.Unmatched}
	r.Open = []GroupID{}
	for _, g := range r.Groups {
		large := g.Rows*maxOpen > r.Rows
		switch {
		case g.ID == Rest:
			rest.Explanation = g.Explanation
		case g.Explanation != nil:
			rest.Rows -= g.Rows
		case large:
			rest.Rows -= g.Rows
			r.Open = append(r.Open, g.ID)
		}
	}
	r.Groups = slices.DeleteFunc(r.Groups, func(g Group) bool { return g.ID == Rest })
	if rest.Rows == 0 {
		return
	}
	r.Groups = append(r.Groups, rest)
	if rest.Explanation == nil && rest.Rows*maxOpen > r.Rows {
		r.Open = append(r.Open, Rest)
	}
}

// ErrNoGroup: the report has no such group.
var ErrNoGroup = errors.New("the report has no such group of rows")

// Explain says what a group is. ErrNoGroup.
func (r *Report) Explain(id GroupID, e Explanation) error {
	at := slices.IndexFunc(r.Groups, func(g Group) bool { return g.ID == id })
	if at < 0 {
		return ErrNoGroup
	}
	r.Groups[at].Explanation = &e
	r.weigh()
	return nil
}
