package scope

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"jejak/exposure"
)

// Tracer knows the exports that left this installation.
type Tracer interface {
	// Recognise tells which exports times of rows, in Unix milliseconds, are from. The surest comes first.
	Recognise(ctx context.Context, times []int64) ([]OurExport, error)
}

// OurExport is an export of ours that a file carries marks of.
type OurExport struct {
	ID      string `json:"export"`
	Asked   string `json:"asked"` // RFC 3339
	By      string `json:"by"`    // who took it out
	Marked  int    `json:"marked"`
	Matched int    `json:"matched"`
	// Luck bounds the probability that this is chance: it is below one in ten to this power.
	Luck int `json:"luck"`
}

// Origin is where a file comes from, as far as its marks tell.
type Origin struct {
	Ours    []OurExport                `json:"ours"`
	Times   int                        `json:"times"` // that were looked at; those in whole seconds carry no mark
	Wording map[exposure.Locale]string `json:"wording"`
}

// Trace asks whether the file is from an export of ours.
func (r *Reading) Trace(ctx context.Context, tracers ...Tracer) (*Origin, error) {
	times := make([]int64, 0, len(r.total.Tally.Times.Kept))
	for _, t := range r.total.Tally.Times.Kept {
		times = append(times, *t)
	}
	slices.Sort(times)
	o := &Origin{Ours: []OurExport{}, Times: len(times)}
	for _, t := range tracers {
		found, err := t.Recognise(ctx, times)
		if err != nil {
			return nil, fmt.Errorf("cannot trace the file: %w", err)
		}
		o.Ours = append(o.Ours, found...)
	}
	slices.SortFunc(o.Ours, func(a, b OurExport) int { return cmp.Or(cmp.Compare(b.Luck, a.Luck), cmp.Compare(a.ID, b.ID)) })
	o.Wording = o.words(r.total.matched())
	return o, nil
}

// matched tells whether rows are about people of the directory.
func (t *total) matched() bool { return t.Tally.Rows[0]+t.Tally.Rows[1] > 0 }

// words never say more than was seen: that a file is not ours cannot be known.
func (o *Origin) words(matched bool) map[exposure.Locale]string {
	if len(o.Ours) > 0 {
		first := o.Ours[0]
		return map[exposure.Locale]string{
			exposure.English:    fmt.Sprintf("The file, or a part of it, is from export %s: %d of %d marked times match; the probability that this is chance is below 10^-%d.", first.ID, first.Matched, first.Marked, first.Luck),
			exposure.Indonesian: fmt.Sprintf("Berkas ini, atau sebagian darinya, berasal dari ekspor %s: %d dari %d penanda waktu cocok; peluang bahwa ini kebetulan di bawah 10^-%d.", first.ID, first.Matched, first.Marked, first.Luck),
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
		exposure.English:    fmt.Sprintf("There is no evidence that the file is ours: none of %d times carries the mark of an export.", o.Times) + people[exposure.English],
		exposure.Indonesian: fmt.Sprintf("Tidak ada bukti bahwa berkas ini berasal dari kami: tidak satu pun dari %d waktu membawa penanda ekspor.", o.Times) + people[exposure.Indonesian],
	}
}
