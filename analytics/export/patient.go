package export

import (
	"fmt"
	"io"
	"net/http"
	"time"
)

// patience is how long one write to a client may take.
const patience = 30 * time.Second

// patient writes to a client that may take long for all of it, and not for any part.
type patient struct {
	w       http.ResponseWriter
	control *http.ResponseController
}

// Patient is a response to which much is written.
func Patient(w http.ResponseWriter) io.Writer {
	control := http.NewResponseController(w)
	_ = control.SetReadDeadline(time.Time{}) // the request is read; a connection without deadlines has none to lift
	return &patient{w, control}
}

// maxWrite bounds what is written at once, so that a slow client gets through it in time, in bytes.
const maxWrite = 256 << 10

func (p *patient) Write(b []byte) (n int, err error) {
	for n < len(b) && err == nil {
		if err := p.control.SetWriteDeadline(time.Now().Add(patience)); err != nil {
			return n, fmt.Errorf("cannot bound a write: %w", err)
		}
		var wrote int
		wrote, err = p.w.Write(b[n:min(len(b), n+maxWrite)])
		n += wrote
	}
	return n, err
}
