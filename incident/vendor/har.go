package vendor

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"

	"jejak/ground/egress"
)

// Limits of a HAR file.
const (
	MaxHAR        = 256 << 20 // bytes
	maxHAREntries = 200_000
)

// ErrHAR: this is no HAR file.
var ErrHAR = errors.New("this is no HAR file: record one with the network panel of a browser")

// harEntry is what we read of a request; its headers and bodies are passed over.
type harEntry struct {
	Pageref string `json:"pageref"`
	Request struct {
		URL string `json:"url"`
	} `json:"request"`
}

// ReadHAR is the hosts of other parties that a browser asked while it recorded (HAR 1.2), entry by entry: bodies are not kept.
// The party of the recording is that of its first request. ErrHAR.
func ReadHAR(from io.Reader) (list []Sighting, requests int, err error) {
	d := json.NewDecoder(io.LimitReader(from, MaxHAR))
	if err := seekEntries(d); err != nil {
		return nil, 0, err
	}
	own, page := "", ""
	for d.More() {
		var e harEntry
		if requests++; requests > maxHAREntries {
			return nil, 0, fmt.Errorf("%w; or it has more than %d requests", ErrHAR, maxHAREntries)
		}
		if d.Decode(&e) != nil {
			return nil, 0, ErrHAR
		}
		u, err := url.Parse(e.Request.URL)
		if err != nil {
			continue
		}
		host, err := egress.Host(u.Hostname())
		if err != nil {
			continue // inside, or data:
		}
		if own == "" {
			own, page = egress.Domain(host), place(u)
		}
		if egress.Domain(host) != own {
			list = append(list, Sighting{Host: host, Place: page, Times: 1})
		}
	}
	if requests == 0 {
		return nil, 0, ErrHAR
	}
	return list, requests, nil
}

// seekEntries goes to the first element of log.entries.
func seekEntries(d *json.Decoder) error {
	for depth := 0; ; {
		t, err := d.Token()
		if err != nil {
			return ErrHAR
		}
		switch t {
		case json.Delim('{'), json.Delim('['):
			depth++
		case json.Delim('}'), json.Delim(']'):
			depth--
		case "entries":
			if depth == 2 {
				if t, err := d.Token(); err != nil || t != json.Delim('[') {
					return ErrHAR
				}
				return nil
			}
		}
	}
}

// AddRecording keeps which hosts stand in a HAR file. It needs Respond. ErrHAR.
func (r *Register) AddRecording(ctx context.Context, from io.Reader) (ObservedRun, error) {
	if err := mayAct(ctx); err != nil {
		return ObservedRun{}, err
	}
	list, n, err := ReadHAR(from)
	if err != nil {
		return ObservedRun{}, err
	}
	return r.Looked(ctx, HAR, n, nil, list)
}
