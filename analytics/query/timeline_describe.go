package query

import (
	"context"
	"strings"

	"jejak/analytics/store"
	"jejak/event"
	"jejak/question"
)

// describe reads all properties of the events of a page, piece by piece.
func (l *life) describe(ctx context.Context, page []moment) ([]question.PastEvent, error) {
	out := make([]question.PastEvent, len(page))
	byPiece := map[uint32][]int{}
	for i, m := range page {
		p := &l.pieces[m.piece]
		out[i] = question.PastEvent{Time: l.line.stamp(m.time), Name: strings.Clone(p.Name()), Class: classOf(p), Properties: map[string]any{}}
		byPiece[m.piece] = append(byPiece[m.piece], i)
	}
	names := map[string][]string{}
	for at, members := range byPiece {
		p := &l.pieces[at]
		if _, known := names[p.Name()]; !known {
			names[p.Name()] = clonesOf(l.snap.PropertyNames(p.Name()))
		}
		for _, name := range names[p.Name()] {
			if column := p.Column(name); column != nil {
				l.describeColumn(column, name, page, members, out)
			}
		}
		if err := l.stopped(ctx); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// clonesOf are the same texts in memory of their own: that of the store ends with the snapshot.
func clonesOf(texts []string) []string {
	out := make([]string, len(texts))
	for i, text := range texts {
		out[i] = strings.Clone(text)
	}
	return out
}

func classOf(p *piece) string {
	if p.Class() == event.Bot {
		return "bot"
	}
	return "person"
}

// describeColumn sets one property of some members of a page, which are rows of one piece.
func (l *life) describeColumn(c store.Column, name string, page []moment, members []int, out []question.PastEvent) {
	var codes [1]uint32
	for _, i := range members {
		row := int(page[i].row)
		code := c.Codes(row, row+1, codes[:])[0]
		if code == 0 {
			continue
		}
		l.read++
		v := valueAt(c, row, code)
		if !l.take(describedBytes + int64(len(v.Text))) {
			return
		}
		v.Text = strings.Clone(v.Text)
		out[i].Properties[name] = plain(v)
	}
}

// describedBytes is about what a property in an answer costs beside its text.
const describedBytes = 100

func valueAt(c store.Column, row int, code uint32) event.Value {
	if code == store.NumberCode {
		return event.NumberOf(c.Numbers(row, row+1, nil)[0])
	}
	return c.Dictionary().Value(code)
}
