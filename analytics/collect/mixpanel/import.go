package mixpanel

import (
	"errors"
	"net/http"
	"net/netip"

	"jejak/analytics/collect"
	"jejak/event"
)

// importEvents answers /import: history, for the project that the credentials name (section 1.5 of the wire).
func (d *door) importEvents(w http.ResponseWriter, r *http.Request) {
	p, project, err := d.openImport(w, r)
	defer p.close()
	var o outcome
	switch {
	case errors.Is(err, errEncoded):
		no := event.Refusal{At: -1, Reason: event.NotJSON, Message: err.Error()}
		d.road.Refused(project.ID, no)
		o.note(0, []event.Refusal{no})
	case err != nil:
		problemOf(err).write(w)
		return
	default:
		if o, err = d.takeImport(r, p, project); err != nil {
			problemOf(err).write(w)
			return
		}
	}
	d.sayImport(w, r, p, o)
}

// openImport finds the project before it reads the body, unless the credentials are in the body. Of the errors only
// errEncoded comes with a project. The caller must close the payload, an error or not.
func (d *door) openImport(w http.ResponseWriter, r *http.Request) (*payload, collect.Project, error) {
	p := &payload{}
	p.read([]byte(r.URL.RawQuery))
	c, offered := credentials(r, &p.parameters)
	var project collect.Project
	var err error
	if offered {
		if project, err = d.authenticate(r, c); err != nil {
			return p, project, err
		}
	}
	p, opened := d.open(w, r)
	if opened != nil && !errors.Is(opened, errEncoded) {
		return p, project, opened
	}
	if !offered {
		c, _ = credentials(r, &p.parameters)
		if project, err = d.authenticate(r, c); err != nil {
			return p, project, err
		}
	}
	return p, project, opened
}

func (d *door) takeImport(r *http.Request, p *payload, project collect.Project) (outcome, error) {
	records, err := p.Split(nil, collect.EventLimits)
	if err != nil {
		d.road.Refused(project.ID, tooMany)
		return outcome{}, err
	}
	b := d.batch(project, event.Import, r)
	b.Strict = p.strict
	b.Events = make([]event.Event, 0, len(records))
	decoder := collect.TakeDecoder()
	defer decoder.Give()
	for at, record := range records {
		e, aside, no := decoder.Event(record, at)
		if no != nil {
			b.Refusals = append(b.Refusals, *no)
			continue
		}
		e.Address = d.importAddress(r, p.ip, aside)
		e.IDs.AddressStands = !aside.Identified
		b.Bytes += e.Size
		b.Events = append(b.Events, e)
	}
	return d.send(r, b)
}

// send sends one batch down the road, or only counts its refusals when nothing else is in it.
func (d *door) send(r *http.Request, b *event.Batch) (o outcome, err error) {
	if len(b.Events) == 0 {
		d.road.Refused(b.Project, b.Refusals...)
		o.note(0, b.Refusals)
		return o, nil
	}
	accepted, err := d.road.Take(r.Context(), b)
	if err != nil {
		return o, err
	}
	o.note(accepted, b.Refusals)
	return o, nil
}

// importAddress: the event's own, else the request's unless the client wants none (section 2.4).
func (d *door) importAddress(r *http.Request, ip string, aside collect.Aside) netip.Addr {
	if aside.Address.IsValid() || aside.NoPlace || ip == "0" {
		return aside.Address
	}
	return d.proxies.Address(r)
}

func (d *door) sayImport(w http.ResponseWriter, r *http.Request, p *payload, o outcome) {
	if p.strict {
		sayStrict(w, o)
		return
	}
	v := o.verdict()
	if o.good > 0 {
		v.Code, v.Imported = http.StatusOK, &o.good
	}
	d.say(w, r, p, o, v)
}
