package mixpanel

import (
	"errors"
	"net/http"
	"net/netip"

	"jejak/analytics/collect"
	"jejak/event"
)

// track answers /track: live events, each with the token of its project.
func (d *door) track(w http.ResponseWriter, r *http.Request) {
	p, err := d.open(w, r)
	defer p.close()
	var o outcome
	if err == nil {
		o, err = d.takeTracked(r, p)
	}
	d.sayTracked(w, r, p, o, err)
}

func (d *door) sayTracked(w http.ResponseWriter, r *http.Request, p *payload, o outcome, err error) {
	if errors.Is(err, errEncoded) {
		o, err = d.undecodable(), nil
	}
	if err != nil {
		problemOf(err).write(w)
		return
	}
	d.say(w, r, p, o, o.verdict())
}

// undecodable counts a payload that tells no project.
func (d *door) undecodable() (o outcome) {
	d.road.Stranger(1)
	o.note(0, []event.Refusal{{At: -1, Reason: event.NotJSON, Message: errEncoded.Error()}})
	return o
}

func (d *door) takeTracked(r *http.Request, p *payload) (outcome, error) {
	records, err := p.Split(nil, collect.EventLimits)
	if err != nil {
		d.refuseWhole(p, records)
		return outcome{}, err
	}
	s := sorting{door: d, request: r, ip: p.ip, room: len(records)}
	decoder := collect.TakeDecoder()
	defer decoder.Give()
	for at, record := range records {
		e, aside, no := decoder.Event(record, at)
		if no != nil {
			s.loose = append(s.loose, *no)
			continue
		}
		s.put(e, aside)
	}
	return s.send()
}

// refuseWhole counts a request with too many records for the project of its first.
func (d *door) refuseWhole(p *payload, records []collect.Record) {
	decoder := collect.TakeDecoder()
	defer decoder.Give()
	_, aside, _ := decoder.Event(records[0], 0)
	project, known := d.projects.ByToken(aside.Token)
	if !known {
		d.road.Stranger(len(records))
		return
	}
	d.road.Refused(project.ID, tooMany)
}

var tooMany = event.Refusal{At: -1, Reason: event.TooManyInBatch, Message: "request exceeds max limit of 2000 records"}

// sorting makes one batch a project out of a request's events.
type sorting struct {
	door    *door
	request *http.Request
	ip      string
	room    int // events to expect
	batches []*event.Batch
	tokens  []string        // of batches
	loose   []event.Refusal // of records whose project cannot be told
	foreign outcome
}

func (s *sorting) put(e event.Event, aside collect.Aside) {
	if aside.Token == "" {
		s.loose = append(s.loose, event.Refusal{At: e.At, Reason: event.NotAnEvent, Field: "properties.token",
			Message: "'properties.token' must not be missing or blank", Name: e.Name, InsertID: e.InsertID})
		return
	}
	b := s.batchOf(aside.Token)
	if b == nil {
		s.door.stranger(&s.foreign, e.At)
		return
	}
	e.Address = s.address(aside)
	e.IDs.AddressStands = s.ip == "1" && !aside.Identified
	b.Bytes += e.Size
	b.Events = append(b.Events, e)
}

// stranger counts a record of no project. The wire calls it good, as tokens are looked up after the answer there.
func (d *door) stranger(o *outcome, at int) {
	d.road.Stranger(1)
	if !d.StrictTokens {
		o.good++
		return
	}
	o.refusals = append(o.refusals, event.Refusal{At: at, Reason: event.BadCredentials, Field: "token", Message: "the token is of no project"})
}

// address is where to look up a place: only where the client asked for it.
func (s *sorting) address(aside collect.Aside) netip.Addr {
	if s.ip == "1" {
		return s.door.proxies.Address(s.request)
	}
	return aside.Address
}

// batchOf is the batch of the token's project; nil when there is none.
func (s *sorting) batchOf(token string) *event.Batch {
	for i, t := range s.tokens {
		if t == token {
			return s.batches[i]
		}
	}
	project, known := s.door.projects.ByToken(token)
	if !known {
		return nil
	}
	b := s.door.batch(project, event.Track, s.request)
	if len(s.batches) == 0 {
		b.Events = make([]event.Event, 0, s.room)
	}
	s.batches, s.tokens = append(s.batches, b), append(s.tokens, token)
	return b
}

// send sends the batches down the road. What could not be decoded is counted for the request's first project. When one
// batch cannot be taken the client comes again with all of them: those that were taken count once by their insert ids.
func (s *sorting) send() (outcome, error) {
	o := s.foreign
	if len(s.batches) == 0 {
		s.door.road.Stranger(len(s.loose))
		o.note(0, s.loose)
		return o, nil
	}
	s.batches[0].Refusals = s.loose
	for _, b := range s.batches {
		accepted, err := s.door.road.Take(s.request.Context(), b)
		if err != nil {
			return outcome{}, err
		}
		o.note(accepted, b.Refusals)
	}
	return o, nil
}

func (d *door) batch(p collect.Project, from event.Source, r *http.Request) *event.Batch {
	return &event.Batch{
		Project:       p.ID,
		Source:        from,
		OriginalMerge: p.OriginalMerge,
		Received:      d.received(),
		UserAgent:     r.UserAgent(),
	}
}
