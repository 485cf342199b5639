package export

import (
	"io"
	"strconv"
)

// wireLines writes events as Mixpanel's raw export does: name, and properties among which are time, distinct_id and an insert id. That is
// made for this export: it names the row and says nothing else.
type wireLines struct {
	*lines
	millis bool
}

// TerminatedEarly is the line that clients look for.
const TerminatedEarly = "export terminated early"

func (l *wireLines) cut(w io.Writer, _ string) { _, _ = io.WriteString(w, TerminatedEarly+"\n") } // the client may be gone

func (l *wireLines) encoder(n *namer) encoder {
	mark := append([]byte(nil), n.mark[:]...)
	row := func(dst []byte, b *block, row int, p *phrases) []byte {
		dst = appendQuoted(append(dst, `{"event":`...), b.event)
		dst = append(dst, `,"properties":{"time":`...)
		at := int64(b.times[row])
		if !l.millis {
			at /= 1000
		}
		dst = strconv.AppendInt(dst, at, 10)
		dst = append(append(dst, `,"distinct_id":"`...), b.persons[row]...)
		dst = append(append(dst, `","$insert_id":"`...), mark...)
		dst = strconv.AppendInt(append(dst, '-'), int64(b.reader), 10)
		dst = strconv.AppendUint(append(dst, '-'), b.first+uint64(row), 10)
		dst = append(dst, '"')
		dst = l.appendCells(dst, b, row, p, true)
		return append(dst, "}}\n"...)
	}
	return &textEncoder{append: row, phrases: newPhrases(n, appendJSON)}
}
