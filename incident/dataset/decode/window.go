package decode

import "io"

// window is a stream of which some bytes are in memory: those from keep on stay when more are read.
type window struct {
	r       io.Reader
	buf     []byte
	at, end int   // buf[at:end] is read and not used
	keep    int   // at most at
	base    int64 // offset of buf[0] in the stream
	err     error // why there is no more
}

// newWindow holds up to size bytes.
func newWindow(r io.Reader, size int) *window { return &window{r: r, buf: make([]byte, size)} }

// more reads more. false: the stream is over (err says how), or the kept bytes fill the window.
func (w *window) more() bool {
	if w.err != nil || w.isFull() {
		return false
	}
	if w.keep > 0 && w.end == len(w.buf) {
		copy(w.buf, w.buf[w.keep:w.end])
		w.base += int64(w.keep)
		w.at, w.end, w.keep = w.at-w.keep, w.end-w.keep, 0
	}
	n, err := 0, error(nil)
	for tries := 0; n == 0 && err == nil && tries < 100; tries++ {
		n, err = w.r.Read(w.buf[w.end:])
	}
	if n == 0 && err == nil {
		err = io.ErrNoProgress
	}
	w.end += n
	w.err = err
	return n > 0
}

func (w *window) isFull() bool { return w.keep == 0 && w.end == len(w.buf) }

// peek is the next byte; false at the end.
func (w *window) peek() (byte, bool) {
	if w.at == w.end {
		w.keep = min(w.keep, w.at)
		if !w.more() {
			return 0, false
		}
	}
	return w.buf[w.at], true
}

// drop forgets what is behind at.
func (w *window) drop() { w.keep = w.at }

// offset is the place of at in the stream.
func (w *window) offset() int64 { return w.base + int64(w.at) }

// fill reads until n bytes are at hand or there are no more, and returns what is.
func (w *window) fill(n int) []byte {
	w.drop()
	for w.end-w.at < n && w.more() {
	}
	return w.buf[w.at:min(w.end, w.at+n)]
}

// skipPast moves behind the next c, forgetting what is between; false when there is none.
func (w *window) skipPast(c byte) bool {
	for {
		if i := indexByte(w.buf[w.at:w.end], c); i >= 0 {
			w.at += i + 1
			w.drop()
			return true
		}
		w.at = w.end
		w.drop()
		if !w.more() {
			return false
		}
	}
}

// failure is why the stream ended; nil when it was over.
func (w *window) failure() error {
	if w.err == io.EOF {
		return nil
	}
	return w.err
}
