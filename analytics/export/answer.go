package export

import (
	"errors"
	"io"

	"jejak/analytics/store"
)

// maxAnswerRows is how many rows an answer has at most.
const maxAnswerRows = 2_000_000

func (r *Run) writeAnswer(store.Snapshot, io.Writer) (writer, error) {
	return nil, errors.New("cannot export an answer yet")
}
