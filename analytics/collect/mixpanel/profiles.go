package mixpanel

import (
	"errors"
	"net/http"

	"jejak/event"
)

func (d *door) engage(w http.ResponseWriter, r *http.Request) { d.profiles(w, r, false) }
func (d *door) groups(w http.ResponseWriter, r *http.Request) { d.profiles(w, r, true) }

// profiles answers /engage and /groups: updates of users' or of groups' profiles, each with its project's token.
func (d *door) profiles(w http.ResponseWriter, r *http.Request, group bool) {
	p, err := d.open(w, r)
	defer p.close()
	var o outcome
	if err == nil {
		o, err = d.takeProfiles(r, p, group)
	}
	d.sayProfiles(w, r, p, o, err)
}

func (d *door) sayProfiles(w http.ResponseWriter, r *http.Request, p *payload, o outcome, err error) {
	if errors.Is(err, errEncoded) {
		o, err = d.undecodable(), nil
	}
	if err != nil {
		problemOf(err).write(w)
		return
	}
	if p.strict {
		sayStrict(w, o)
		return
	}
	v := o.verdict()
	v.Good = &o.good
	d.say(w, r, p, o, v)
}

func (d *door) takeProfiles(r *http.Request, p *payload, group bool) (outcome, error) {
	records, err := p.Split(nil, profileLimits)
	if err != nil {
		d.road.Stranger(len(records))
		return outcome{}, err
	}
	s := profileSorting{door: d}
	reader := takeProfileReader()
	defer reader.give()
	for at, record := range records {
		profile, token, no := reader.profile(record, at, group)
		if no != nil {
			s.loose = append(s.loose, *no)
			continue
		}
		s.put(profile, token)
	}
	return s.send(r)
}

// profileSorting makes one batch a project out of a request's updates, as sorting does of events.
type profileSorting struct {
	door    *door
	batches []*event.ProfileBatch
	tokens  []string
	loose   []event.Refusal
	foreign outcome
}

func (s *profileSorting) put(p event.Profile, token string) {
	b := s.batchOf(token)
	if b == nil {
		s.door.stranger(&s.foreign, p.At)
		return
	}
	p.Received = s.door.received()
	b.Bytes += len(p.Body)
	b.Profiles = append(b.Profiles, p)
}

func (s *profileSorting) batchOf(token string) *event.ProfileBatch {
	for i, t := range s.tokens {
		if t == token {
			return s.batches[i]
		}
	}
	project, known := s.door.projects.ByToken(token)
	if !known {
		return nil
	}
	b := &event.ProfileBatch{Project: project.ID}
	s.batches, s.tokens = append(s.batches, b), append(s.tokens, token)
	return b
}

func (s *profileSorting) send(r *http.Request) (outcome, error) {
	o := s.foreign
	if len(s.batches) == 0 {
		s.door.road.Stranger(len(s.loose))
		o.note(0, s.loose)
		return o, nil
	}
	s.batches[0].Refusals = s.loose
	for _, b := range s.batches {
		accepted, err := s.door.road.TakeProfiles(r.Context(), b)
		if err != nil {
			return outcome{}, err
		}
		o.note(accepted, b.Refusals)
	}
	return o, nil
}
