package mixpanel

import (
	"io"
	"net/http"
	"strings"

	"github.com/klauspost/compress/gzip"

	"jejak/analytics/export"
	"jejak/ground/access"
)

// handOut writes the rows. What breaks off ends with the line that clients look for, and the connection is broken off as well.
func (d *door) handOut(w http.ResponseWriter, r *http.Request, run *export.Run) {
	w.Header().Set("Content-Type", run.Format.MediaType())
	run.Still = func() error {
		who, err := d.caller(r)
		if err != nil {
			return err
		}
		return who.May(run.Project, access.Export)
	}
	out := &body{w: w, to: export.Patient(w)}
	if acceptsGzip(r) {
		out.zip, _ = gzip.NewWriterLevel(out.to, gzip.BestSpeed) // the level is a sound one
	}
	ctx := r.Context()
	if who, err := d.caller(r); err == nil { // otherwise Still says so
		ctx = access.With(ctx, who)
	}
	err := run.WriteTo(ctx, out)
	if closing := out.close(); err == nil {
		err = closing
	}
	if err == nil {
		return
	}
	if r.Context().Err() == nil {
		d.Failed(run.ID, err)
	}
	_ = http.NewResponseController(w).Flush() // the client may be gone
	panic(http.ErrAbortHandler)
}

func acceptsGzip(r *http.Request) bool {
	for _, one := range strings.Split(strings.Join(r.Header.Values("Accept-Encoding"), ","), ",") {
		name, quality, _ := strings.Cut(strings.TrimSpace(one), ";")
		if strings.EqualFold(name, "gzip") && strings.ReplaceAll(quality, " ", "") != "q=0" {
			return true
		}
	}
	return false
}

// shortBody is what is not worth compressing, in bytes.
const shortBody = 1400

// body is compressed when it is long enough and the client takes that.
type body struct {
	w     http.ResponseWriter
	to    io.Writer
	zip   *gzip.Writer // nil: not compressed
	short []byte       // of a body that may still turn out to be short
	long  bool
}

func (b *body) Write(p []byte) (int, error) {
	if b.zip == nil {
		return b.to.Write(p)
	}
	if !b.long && len(b.short)+len(p) <= shortBody {
		b.short = append(b.short, p...)
		return len(p), nil
	}
	if !b.long {
		b.long = true
		b.w.Header().Set("Content-Encoding", "gzip")
		if _, err := b.zip.Write(b.short); err != nil {
			return 0, err
		}
	}
	return b.zip.Write(p)
}

func (b *body) close() error {
	switch {
	case b.long:
		return b.zip.Close()
	case len(b.short) > 0:
		_, err := b.to.Write(b.short)
		return err
	}
	return nil
}
