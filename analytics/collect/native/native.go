// Package native is Jejak's own door for events: POST /api/v1/events, described in docs/native-api.md.
package native

import (
	"encoding/base64"
	"errors"
	"mime"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"jejak/analytics/collect"
	"jejak/event"
)

// Options of the door. The zero value is what most installations want.
type Options struct {
	// TrustedProxies are the networks whose X-Forwarded-For is believed. Nil means collect.NearbyProxies.
	TrustedProxies []netip.Prefix
	// Bodies bounds the memory of all bodies in flight; share it among the doors. Nil means collect.DefaultBudget for
	// this door alone.
	Bodies *collect.Bodies
	// Now is the clock; nil means time.Now.
	Now func() time.Time
}

// largestBody is in bytes, decompressed.
const largestBody = 10 << 20

type door struct {
	Options
	road     collect.Road
	projects collect.Projects
	proxies  collect.Proxies
}

// New is the handler of POST /api/v1/events, whatever path it is put on.
func New(road collect.Road, projects collect.Projects, o Options) http.Handler {
	if o.TrustedProxies == nil {
		o.TrustedProxies = collect.NearbyProxies
	}
	if o.Bodies == nil {
		o.Bodies = collect.NewBodies(collect.DefaultBudget)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return &door{Options: o, road: road, projects: projects, proxies: o.TrustedProxies}
}

var (
	errMethod = errors.New("events are sent by POST")
	errEmpty  = errors.New("the body holds no events")
)

func (d *door) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("X-Content-Type-Options", "nosniff")
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		fail(w, errMethod)
		return
	}
	query := r.URL.Query()
	project, known := d.projects.ByToken(token(r, query))
	if !known {
		fail(w, collect.ErrCredentials)
		return
	}
	a, err := d.take(w, r, query, project)
	if err != nil {
		fail(w, err)
		return
	}
	a.write(w)
}

// token is the project's token: a Bearer token, the user of the Basic scheme, or the token parameter.
func token(r *http.Request, query url.Values) string {
	scheme, offered, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	offered = strings.TrimSpace(offered)
	switch strings.ToLower(scheme) {
	case "bearer":
		return offered
	case "basic":
		plain, _ := base64.StdEncoding.DecodeString(offered)
		user, _, _ := strings.Cut(string(plain), ":")
		return user
	}
	return query.Get("token")
}

// take reads the events and sends them down the road.
func (d *door) take(w http.ResponseWriter, r *http.Request, query url.Values, project collect.Project) (answer, error) {
	body, err := d.Bodies.Read(w, r, largestBody)
	if err != nil {
		return answer{}, err
	}
	defer body.Release()
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	payload := collect.Payload{Text: body.Bytes, Lines: strings.HasSuffix(kind, "ndjson"), Cut: body.Cut}
	records, err := payload.Split(nil, collect.EventLimits)
	if err != nil {
		d.road.Refused(project.ID, event.Refusal{At: -1, Reason: event.TooManyInBatch, Message: err.Error()})
		return answer{}, err
	}
	if len(records) == 0 {
		return answer{}, errEmpty
	}
	b := &event.Batch{
		Project:       project.ID,
		Source:        event.Native,
		OriginalMerge: project.OriginalMerge,
		Received:      event.Millis(d.Now().UnixMilli()),
		UserAgent:     r.UserAgent(),
	}
	d.fill(b, records, d.requestAddress(r, query))
	return d.send(r, b)
}

// requestAddress is where the request came from, if it asks for its place to be that of its events.
func (d *door) requestAddress(r *http.Request, query url.Values) netip.Addr {
	if query.Get("ip") != "1" {
		return netip.Addr{}
	}
	return d.proxies.Address(r)
}

// fill decodes the records into the batch.
func (d *door) fill(b *event.Batch, records []collect.Record, from netip.Addr) {
	b.Events = make([]event.Event, 0, len(records))
	decoder := collect.TakeDecoder()
	defer decoder.Give()
	for at, record := range records {
		e, aside, no := decoder.Event(record, at)
		if no != nil {
			b.Refusals = append(b.Refusals, *no)
			continue
		}
		e.Address = aside.Address
		if from.IsValid() && !aside.Address.IsValid() && !aside.NoPlace {
			e.Address = from
		}
		e.IDs.AddressStands = from.IsValid() && !aside.Identified
		b.Bytes += e.Size
		b.Events = append(b.Events, e)
	}
}

func (d *door) send(r *http.Request, b *event.Batch) (answer, error) {
	if len(b.Events) == 0 {
		d.road.Refused(b.Project, b.Refusals...)
		return answerOf(0, b.Refusals), nil
	}
	accepted, err := d.road.Take(r.Context(), b)
	if err != nil {
		return answer{}, err
	}
	return answerOf(accepted, b.Refusals), nil
}
