package app

import (
	"context"
	"errors"

	"jejak/exposure"
	"jejak/ground/access"
	"jejak/ground/vault"
	"jejak/incident/directory"
	"jejak/incident/notify"
	"jejak/incident/notify/text"
	"jejak/incident/scope"
	"jejak/incident/serve"
)

// notices puts scope and directory behind the notices.
type notices struct {
	*notify.Service
	cabinet     *scope.Cabinet
	directories *directory.Library
}

// openNotices opens the ledger. It sends once the server runs and a relay is set.
func (a *App) openNotices() {
	o := a.ground.noticeOptions()
	o.Out, o.Relay, o.Sender, o.Keys, o.Witness, o.Pace = a.o.Log, a.o.Mail.Relay, a.o.Mail.Sender, a.o.Mail.Keys, a.o.Mail.Witness, a.o.Mail.Pace
	a.telling = &notices{notify.New(o), a.ground.cabinet(a.o.Data), a.ground.directories(a.o.Data)}
}

// PlanNotices implements serve.Notices. What was not involved comes from the scope's certificates, and from nowhere else.
func (n *notices) PlanNotices(ctx context.Context, i exposure.IncidentID, p serve.NoticePlan) (plan notify.Plan, err error) {
	if err := access.May(ctx, 0, access.Respond); err != nil {
		return plan, err
	}
	known, err := n.cabinet.Summary(ctx, i, p.Scope)
	if err != nil {
		return plan, err
	}
	snap, err := n.directories.Open(ctx, directory.ID(p.Directory))
	if err != nil {
		return plan, err
	}
	defer func() { err = errors.Join(err, snap.Close()) }()
	people, err := n.directories.People(ctx, snap, vault.Notice)
	if err != nil {
		return plan, err
	}
	defer func() { err = errors.Join(err, people.Close()) }()
	f := text.Facts{
		Incident: i, Version: p.Version, Company: p.Company, Domain: p.Domain, Contact: p.Contact, Page: p.Page, Source: p.Source,
		Happened: p.Happened, Did: p.Did, Rights: p.Rights, Changed: p.Changed, Next: p.Next, Absences: known.Absences,
	}
	return n.Plan(ctx, f, affected{n.cabinet, people, i, known.Version})
}

// affected is who a scope says is to be told.
type affected struct {
	cabinet  *scope.Cabinet
	people   *directory.People
	incident exposure.IncidentID
	version  int
}

// Recipients implements notify.Source: organisations by their admins, then people of the tiers that are told without review.
func (a affected) Recipients(ctx context.Context, yield func(notify.Recipient) error) error {
	err := a.cabinet.Organisations(ctx, a.incident, a.version, func(o exposure.AffectedOrganisation) error {
		return a.organisation(o, yield)
	})
	if err != nil {
		return err
	}
	return a.cabinet.People(ctx, a.incident, a.version, func(p scope.PersonLine) error {
		if !p.Tier.MayBeTold(false) {
			return nil
		}
		who, err := a.people.Person(p.Member)
		if err != nil {
			return err
		}
		return yield(notify.Recipient{Audience: exposure.Person, Mailboxes: who.Mailboxes, Locale: who.Locale, Country: who.Country, Classes: p.Classes})
	})
}

// organisation tells the admins; an organisation without one is counted as unreachable.
func (a affected) organisation(o exposure.AffectedOrganisation, yield func(notify.Recipient) error) error {
	is, err := a.people.Organisation(o.Organisation)
	if err != nil {
		return err
	}
	r := notify.Recipient{Country: is.Country, Classes: o.Classes, Organisation: is.Name, Members: len(o.Members)}
	if len(o.Admins) == 0 {
		r.Audience = exposure.Organisation
		return yield(r)
	}
	for _, m := range o.Admins {
		who, err := a.people.Person(m)
		if err != nil {
			return err
		}
		r.Audience, r.Mailboxes, r.Locale = exposure.Admin, who.Mailboxes, who.Locale
		if err := yield(r); err != nil {
			return err
		}
	}
	return nil
}
