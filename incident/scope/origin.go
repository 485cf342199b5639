package scope

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"jejak/exposure"
)

// Tracer knows the exports that left this installation.
type Tracer interface {
	// Trace tells which exports made these pseudonyms. ErrNoTrace: it cannot, here.
	Trace(ctx context.Context, pseudonyms []string) ([]OurExport, error)
	// Recognise tells which exports times of rows, in Unix milliseconds, are from. The surest comes first.
	Recognise(ctx context.Context, times []int64) ([]OurExport, error)
}

// ErrNoTrace: whose pseudonyms they are cannot be told, because the events are not at hand.
var ErrNoTrace = errors.New("pseudonyms cannot be traced without the events")

// OurExport is an export of ours that a file carries marks of.
type OurExport struct {
	ID    string `json:"export"`
	Asked string `json:"asked"` // RFC 3339
	By    string `json:"by"`    // who took it out
	// Marked are times that the export would have marked, and Matched those of them that it did.
	Marked  int `json:"marked"`
	Matched int `json:"matched"`
	// People are pseudonyms of its people, Canaries of people who were invented for it, among those that were looked at.
	People   int `json:"people"`
	Canaries int `json:"canaries"`
	// Luck bounds the probability that this is chance: it is below one in ten to this power.
	Luck int `json:"luck"`
}

// Origin is where a file comes from, as far as its marks tell.
type Origin struct {
	Ours    []OurExport                `json:"ours"`
	Times   int                        `json:"times"` // that were looked at; those in whole seconds carry no mark
	Names   int                        `json:"names"` // values in the form of a pseudonym that were looked at
	Wording map[exposure.Locale]string `json:"wording"`
}

// Trace asks whether the file is from an export of ours.
func (r *Reading) Trace(ctx context.Context, tracers ...Tracer) (*Origin, error) {
	times := make([]int64, 0, len(r.total.Tally.Times.Kept))
	for _, t := range r.total.Tally.Times.Kept {
		times = append(times, *t)
	}
	slices.Sort(times)
	names := slices.Sorted(maps.Keys(r.total.Tally.Names.Kept))
	o := &Origin{Ours: []OurExport{}, Times: len(times), Names: len(names)}
	for _, t := range tracers {
		byTime, err := t.Recognise(ctx, times)
		if err != nil {
			return nil, fmt.Errorf("cannot trace the file: %w", err)
		}
		byName, err := t.Trace(ctx, names)
		if errors.Is(err, ErrNoTrace) {
			o.Names, err = 0, nil
		}
		if err != nil {
			return nil, fmt.Errorf("cannot trace the file: %w", err)
		}
		o.add(byTime)
		o.add(byName)
	}
	slices.SortFunc(o.Ours, func(a, b OurExport) int { return cmp.Or(cmp.Compare(b.Luck, a.Luck), cmp.Compare(a.ID, b.ID)) })
	o.Wording = o.words(r.total.matched())
	return o, nil
}

// add joins what is known of exports by their times and by their pseudonyms.
func (o *Origin) add(found []OurExport) {
	for _, x := range found {
		at := slices.IndexFunc(o.Ours, func(y OurExport) bool { return y.ID == x.ID })
		if at < 0 {
			o.Ours = append(o.Ours, x)
			continue
		}
		y := &o.Ours[at]
		y.Marked, y.Matched = max(y.Marked, x.Marked), max(y.Matched, x.Matched)
		y.People, y.Canaries, y.Luck = max(y.People, x.People), max(y.Canaries, x.Canaries), max(y.Luck, x.Luck)
	}
}

// matched tells whether rows are about people of the directory.
func (t *total) matched() bool { return t.Tally.Rows[0]+t.Tally.Rows[1] > 0 }

// words never say more than was seen: that a file is not ours cannot be known.
func (o *Origin) words(matched bool) map[exposure.Locale]string {
	if len(o.Ours) > 0 {
		x := o.Ours[0]
		return map[exposure.Locale]string{
			exposure.English: fmt.Sprintf("The file, or a part of it, is from export %s, which %s asked for on %s: %d of %d marked times match, %d of %d pseudonyms are of its people and %d of people invented for it; the probability that this is chance is below 10^-%d.",
				x.ID, x.By, x.Asked, x.Matched, x.Marked, x.People, o.Names, x.Canaries, x.Luck),
			exposure.Indonesian: fmt.Sprintf("Berkas ini, atau sebagian darinya, berasal dari ekspor %s, yang diminta oleh %s pada %s: %d dari %d penanda waktu cocok, %d dari %d ID samaran milik orang di dalamnya dan %d milik orang rekaan; peluang bahwa ini kebetulan di bawah 10^-%d.",
				x.ID, x.By, x.Asked, x.Matched, x.Marked, x.People, o.Names, x.Canaries, x.Luck),
		}
	}
	people := map[exposure.Locale]string{
		exposure.English: " No row names anybody of the directory.", exposure.Indonesian: " Tidak ada baris yang menyebut orang dalam direktori.",
	}
	if matched {
		people = map[exposure.Locale]string{
			exposure.English:    " Rows name people of the directory; that shows who is in it, not where it is from.",
			exposure.Indonesian: " Ada baris yang menyebut orang dalam direktori; itu menunjukkan siapa di dalamnya, bukan asalnya.",
		}
	}
	return map[exposure.Locale]string{
		exposure.English:    fmt.Sprintf("There is no evidence that the file is ours: none of %d times and %d pseudonyms carries the mark of an export.", o.Times, o.Names) + people[exposure.English],
		exposure.Indonesian: fmt.Sprintf("Tidak ada bukti bahwa berkas ini berasal dari kami: tidak satu pun dari %d waktu dan %d ID samaran membawa penanda ekspor.", o.Times, o.Names) + people[exposure.Indonesian],
	}
}
