package publish

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"jejak/exposure"
)

// Page is a version of the page: all that its files are made of. As canonical JSON it is one of them.
type Page struct {
	Format    string              `json:"format"`
	Incident  exposure.IncidentID `json:"incident"`
	Version   int                 `json:"version"` // from 1
	AsOf      time.Time           `json:"as_of"`   // of the facts
	Draft     Draft               `json:"page"`    // with its numbers filled in
	Summary   *exposure.Summary   `json:"summary"` // null: the scope is not known yet
	Timeline  []Moment            `json:"timeline"`
	Documents []Download          `json:"documents"`
	Updates   []Update            `json:"updates"` // the oldest first

	bodies map[string][]byte
}

// format is what page.json says it is.
const format = "jejak incident page 1"

// Download is a Document as the page lists it.
type Download struct {
	Name   string `json:"name"`
	Title  Text   `json:"title"`
	SHA256 string `json:"sha256"`
	Size   int64  `json:"size"`
}

// Update is one of the numbered updates, with what it changed on the page.
type Update struct {
	Version int       `json:"version"`
	At      time.Time `json:"at"`
	Text    Text      `json:"text"`
	Changes []Change  `json:"changes"`
}

// newPage joins draft and facts to the version after before; nil: the first.
func newPage(id exposure.IncidentID, d Draft, k Known, before *Page, now time.Time) *Page {
	p := &Page{
		Format: format, Incident: id, Version: 1, AsOf: now.UTC().Truncate(time.Minute), Draft: d.filled(k.Summary), Summary: k.Summary,
		Timeline: moments(d.Timeline, k.Timeline), Documents: []Download{}, bodies: map[string][]byte{},
	}
	for _, doc := range k.Documents {
		sum := sha256.Sum256(doc.Bytes)
		p.Documents = append(p.Documents, Download{doc.Name, doc.Title, hex.EncodeToString(sum[:]), int64(len(doc.Bytes))})
		p.bodies[doc.Name] = doc.Bytes
	}
	slices.SortFunc(p.Documents, func(a, b Download) int { return cmp.Compare(a.Name, b.Name) })
	u := Update{Text: p.Draft.Update, At: p.AsOf, Changes: []Change{}}
	if before != nil {
		p.Version = before.Version + 1
		p.Updates = slices.Clone(before.Updates)
		u.Changes = changes(before, p)
	}
	u.Version = p.Version
	p.Updates = append(p.Updates, u)
	return p
}

// moments joins the words with the times of the register. An entry that it does not know has no time: lints name it.
func moments(told []Entry, known []Happening) []Moment {
	out := make([]Moment, len(told))
	for i, e := range told {
		out[i] = Moment{Entry: e.Entry, Precision: NotKnown, What: e.What, Source: e.Source}
		for _, h := range known {
			if h.Entry == e.Entry {
				out[i].Happened, out[i].Precision, out[i].Superseded = h.At.UTC(), h.Precision, h.Superseded
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Moment) int { return a.Happened.Compare(b.Happened) })
	return out
}

// certificate is the download with a certificate's hash; nil: there is none.
func (p *Page) certificate(a exposure.Absence) *Download {
	for i, d := range p.Documents {
		if a.Hash != "" && d.SHA256 == a.Hash {
			return &p.Documents[i]
		}
	}
	return nil
}

// canonical is a value as JSON with sorted keys, and nothing in it escaped that need not be.
func canonical(v any) []byte {
	text, err := json.Marshal(v)
	if err != nil {
		panic("BUG: a page is no JSON: " + err.Error())
	}
	var tree any
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	if err := d.Decode(&tree); err != nil {
		panic("BUG: a page's JSON cannot be read: " + err.Error())
	}
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	if err := e.Encode(tree); err != nil {
		panic("BUG: a page is no JSON: " + err.Error())
	}
	return out.Bytes()
}

// readPage reads what canonical made of a page.
func readPage(text []byte) (*Page, error) {
	var p Page
	if err := json.Unmarshal(text, &p); err != nil || p.Format != format {
		return nil, fmt.Errorf("cannot read the incident page: it is not of the format %q", format)
	}
	return &p, nil
}
