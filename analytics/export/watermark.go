package export

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"jejak/event"
	"jejak/ground/access"
	"jejak/ground/audit"
)

// Recognised is an export whose watermark the times of a file carry.
type Recognised struct {
	Record
	Marked  int     // times that the export would have marked
	Matched int     // of these: those that read as it would have written them
	P       float64 // an upper bound of the probability that this, for any export of the project, is luck
}

// doubt is above which probability nothing is recognised.
const doubt = 1e-9

// Recognise tells which exports of the project the times of leaked rows are from, by the watermark in their milliseconds: it needs no
// other column, and a sample is enough. The surest comes first. Times written in seconds have none. It needs Trace, and is in the audit
// log first.
func (d *Desk) Recognise(ctx context.Context, p event.ProjectID, times []event.Millis) (found []Recognised, err error) {
	if err := access.May(ctx, p, access.Trace); err != nil {
		return nil, err
	}
	entry := audit.Entry{Who: access.Caller(ctx).String(), Act: "export.recognised", Project: p, About: fmt.Sprintf("%d times", len(times)), Purpose: string(Incident)}
	if _, err := d.Log.Record(ctx, entry); err != nil {
		return nil, err
	}
	exports, err := d.list(ctx, "WHERE project = $1 AND content = 'events' ORDER BY asked DESC, id", p)
	if err != nil {
		return nil, err
	}
	times = slices.Compact(slices.Sorted(slices.Values(times))) // equal times say the same once
	for _, x := range exports {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		key, err := d.keyOf(x)
		if err != nil {
			return nil, err
		}
		r := Recognised{Record: x.Record}
		r.Marked, r.Matched = newNamer(key, x.Mark).match(times)
		if r.P = luck(r.Marked, r.Matched, len(exports)); r.P < doubt {
			found = append(found, r)
		}
	}
	slices.SortStableFunc(found, func(a, b Recognised) int { return cmp.Compare(a.P, b.P) })
	return found, nil
}

// match counts the times that the export would have marked, and those that carry its mark.
func (n *namer) match(times []event.Millis) (marked, matched int) {
	for _, t := range times {
		if reading, is := n.reading(t); is {
			marked++
			if reading == t {
				matched++
			}
		}
	}
	return marked, matched
}

// luck bounds the probability that of so many marked times at least so many match without being from the export, for any of so many
// exports: Hoeffding's bound in its form with the relative entropy, where each of them matches in one of Step cases.
func luck(marked, matched, exports int) float64 {
	const each = 1.0 / Step
	share := float64(matched) / float64(max(1, marked))
	if share <= each {
		return 1
	}
	entropy := share * math.Log(share/each)
	if share < 1 {
		entropy += (1 - share) * math.Log((1-share)/(1-each))
	}
	return min(1, float64(exports)*math.Exp(-float64(marked)*entropy))
}
