package notify

import (
	"context"
	"slices"
	"strings"

	"jejak/exposure"
	"jejak/incident/notify/mail"
	"jejak/incident/notify/text"
)

// Recipient is somebody who is to be told. One mailbox may be that of several: what concerns it is said in one notice.
type Recipient struct {
	Audience     exposure.Audience
	Mailboxes    []string         // the best first; the others are tried when it does not take mail. None: unreachable
	Locale       exposure.Locale  // empty: not known, then both languages
	Country      string           // ISO 3166-1 alpha-2; empty: not known
	Classes      []exposure.Class // of the person, or of the organisation; none: not affected, a note of courtesy
	Organisation string           // its name, of the audiences Organisation and Admin
	Members      int              // affected members, of the same
}

// Source gives everybody who is to be told of a version. It MUST be the same each time.
type Source interface {
	Recipients(ctx context.Context, yield func(Recipient) error) error
}

// recipient is what the ledger keeps of one, sealed.
type recipient struct {
	To       string            `json:"to"`
	Others   []string          `json:"others,omitempty"`
	Audience exposure.Audience `json:"audience"`
	Kind     text.Kind         `json:"kind"`
	Locales  []exposure.Locale `json:"locales"`
	Country  string            `json:"country,omitempty"`
	Classes  []exposure.Class  `json:"classes,omitempty"` // of the organisation, or of the person who is neither admin nor contact
	Own      []exposure.Class  `json:"own,omitempty"`     // of an admin, as a person
	Names    []string          `json:"names,omitempty"`   // of organisations
	Members  int               `json:"members,omitempty"`
	ToldAll  []exposure.Class  `json:"told,omitempty"` // of a supplement: everything that was told, with this
}

// canonical is a mailbox as the ledger knows it: two forms of one mailbox are one.
func canonical(mailbox string) string { return strings.ToLower(strings.TrimSpace(mailbox)) }

// usable are the mailboxes that can be mailed to, in canonical form, each once.
func usable(mailboxes []string) (out []string) {
	for _, m := range mailboxes {
		if m = canonical(m); mail.IsMailbox(m) && !slices.Contains(out, m) {
			out = append(out, m)
		}
	}
	return out
}

// take adds what another recipient with the same mailbox is told. The audience that is told first has the word.
func (r *recipient) take(o Recipient) {
	if rankOf(o.Audience) < rankOf(r.Audience) {
		if r.Audience == exposure.Person {
			r.Own, r.Classes = r.Classes, nil
		}
		r.Audience = o.Audience
	}
	switch {
	case o.Audience == exposure.Person && r.Audience != exposure.Person:
		r.Own = exposure.Sorted(append(r.Own, o.Classes...))
	default:
		r.Classes = exposure.Sorted(append(r.Classes, o.Classes...))
	}
	if o.Audience != exposure.Person && !slices.Contains(r.Names, o.Organisation) {
		r.Names = append(r.Names, o.Organisation)
		r.Members += o.Members
	}
	if o.Locale != "" && !slices.Contains(r.Locales, o.Locale) {
		r.Locales = append(r.Locales, o.Locale)
	}
	for _, m := range usable(o.Mailboxes) {
		if m != r.To && !slices.Contains(r.Others, m) {
			r.Others = append(r.Others, m)
		}
	}
	if r.Country == "" || o.Country == strictest {
		r.Country = o.Country
	}
}

// strictest is the country whose law gives the least time to tell people: three times 24 hours, whatever the risk.
const strictest = "ID"

func rankOf(a exposure.Audience) int {
	return slices.Index([]exposure.Audience{exposure.Organisation, exposure.Admin, exposure.Person}, a)
}

// lost is everything that the recipient lost.
func (r recipient) lost() []exposure.Class {
	return exposure.Sorted(slices.Concat(r.Classes, r.Own))
}

// urgency orders the sending: who must act at once, then who is protected by the strictest law, organisations before their people.
func (r recipient) urgency() int {
	u := rankOf(r.Audience)
	if r.Country != strictest {
		u += 10
	}
	if !slices.ContainsFunc(r.lost(), exposure.Class.NeedsRotation) {
		u += 100
	}
	return u
}

// notice is what the text of the recipient depends on.
func (r recipient) notice(code string) text.Notice {
	return text.Notice{
		Kind: r.Kind, Audience: r.Audience, Locales: r.Locales, Classes: r.Classes, Own: r.Own,
		Organisation: strings.Join(r.Names, ", "), Members: r.Members, Code: code,
	}
}

// providers are the large ones, by the domains of their mailboxes. All others are one group.
var providers = map[string]string{
	"gmail.com": "google", "googlemail.com": "google",
	"outlook.com": "microsoft", "hotmail.com": "microsoft", "live.com": "microsoft", "msn.com": "microsoft", "outlook.co.id": "microsoft",
	"yahoo.com": "yahoo", "yahoo.co.id": "yahoo", "ymail.com": "yahoo", "aol.com": "yahoo",
	"icloud.com": "apple", "me.com": "apple", "mac.com": "apple",
	"proton.me": "proton", "protonmail.com": "proton",
}

const otherProvider = "other"

func providerOf(mailbox string) string {
	if p := providers[mailbox[strings.LastIndexByte(mailbox, '@')+1:]]; p != "" {
		return p
	}
	return otherProvider
}
