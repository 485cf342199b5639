package verify

import (
	"context"
	"errors"
	"net/netip"
	"regexp"
	"slices"
	"strings"
)

// Verdict is what a mail is.
type Verdict string

// The verdicts.
const (
	Real    Verdict = "real"     // we sent it, to the byte
	Altered Verdict = "altered"  // it was made of a mail of ours, and is not what we sent
	NotOurs Verdict = "not_ours" // we did not send it, whatever it says
)

// Reason says why, out of a closed set. Each has words in the pages.
type Reason string

// The reasons.
const (
	Unreadable      Reason = "unreadable"
	ForeignSender   Reason = "foreign_sender"   // another domain than ours
	LookAlike       Reason = "look_alike"       // one that looks like ours
	DoubledHeader   Reason = "doubled_header"   // a field that stands once stands twice
	Unsigned        Reason = "unsigned"         // no signature at all
	SignedByOther   Reason = "signed_by_other"  // and none of ours
	BrokenSignature Reason = "broken_signature" // ours, of another text
	PartlySigned    Reason = "partly_signed"    // ours, of a part of the mail
	NoCode          Reason = "no_code"
	UnknownCode     Reason = "unknown_code"
	OtherText       Reason = "other_text"  // not what the notice with this code says
	OtherParts      Reason = "other_parts" // more than the text that we sent
	Reply           Reason = "reply"       // it answers a mail; notices never do
	Later           Reason = "later"       // a later notice of the incident went out
	Replayed        Reason = "replayed"    // copies of it are sent around
	NotSentYet      Reason = "not_sent_yet"
)

// Report is what is found out about a mail.
type Report struct {
	Verdict Verdict
	Reasons []Reason
	Notice  *Notice // with the code that stands in the mail: what we really sent; nil when none has it
	Inside  *Report // of a mail that is attached to this one; nil: none is
}

// CheckMail tells whether a mail is a notice of ours. ErrTooMany, ErrLater, ErrNoDomain.
func (d *Desk) CheckMail(ctx context.Context, raw []byte, from netip.Addr) (Report, error) {
	if d.o.Seal.Domain == "" {
		return Report{}, ErrNoDomain
	}
	if d.mails.Take(d.o.Now(), network(from)) != nil {
		return Report{}, ErrTooMany
	}
	return d.report(ctx, raw, from, 0)
}

func (d *Desk) report(ctx context.Context, raw []byte, from netip.Addr, depth int) (r Report, err error) {
	unreadable := Report{Verdict: NotOurs, Reasons: []Reason{Unreadable}}
	m, err := parse(raw)
	if err != nil {
		return unreadable, nil
	}
	parts, err := m.parts()
	if err != nil {
		return unreadable, nil
	}
	f, err := d.facts(ctx, m, parts, from)
	if err != nil {
		return r, err
	}
	r = f.report()
	i := slices.IndexFunc(parts, func(p part) bool { return p.kind == "message/rfc822" })
	if i < 0 || depth+1 == maxDepth {
		return r, nil
	}
	inside, err := d.report(ctx, []byte(parts[i].text), from, depth+1)
	r.Inside = &inside
	return r, err
}

// facts are what a verdict is made of.
type facts struct {
	signed
	fromUs   bool // one of the senders is us
	fromAll  bool // and no other is
	similar  bool // one looks like us
	doubled  bool
	unsigned bool
	hasCode  bool
	notice   *Notice
	sameText bool
	oneText  bool // it is a text and nothing else
	reply    bool
	replayed bool
}

func (d *Desk) facts(ctx context.Context, m *message, parts []part, from netip.Addr) (f facts, err error) {
	ours := d.o.Seal.Domain
	senders := m.senders()
	f.fromUs = slices.Contains(senders, ours)
	f.fromAll = f.fromUs && len(senders) == 1
	f.similar = slices.ContainsFunc(senders, func(s string) bool { return s != ours && looksLike(s, ours) })
	f.doubled = m.isDoubled()
	f.unsigned = len(m.all("dkim-signature")) == 0
	f.oneText = len(parts) == 1 && parts[0].kind == "text/plain" && m.one("content-disposition") == ""
	f.reply = len(m.all("in-reply-to"))+len(m.all("references")) > 0
	if f.signed, err = d.o.Seal.signaturesOf(ctx, m); err != nil {
		return f, err
	}
	var s Shown
	if s, f.hasCode, err = d.codeIn(ctx, m.subject(), parts, from); err != nil || s.Incident == "" {
		return f, err
	}
	f.notice = &s.Notice
	f.sameText = len(parts) > 0 && TextHash(m.subject(), parts[0].text) == TextHash(s.Subject, s.Text)
	f.replayed, err = d.sight(ctx, s, from)
	return f, err
}

// ofUs: the mail says that it comes from us, and a signature that names us is in it.
func (f facts) ofUs() bool { return f.fromUs && (f.ours || f.broken || f.partly) }

func (f facts) report() Report {
	r := Report{Verdict: NotOurs, Reasons: f.reasons(), Notice: f.notice}
	switch {
	case f.notice == nil || !f.ofUs():
	case f.ours && f.fromAll && !f.doubled && f.oneText && f.sameText && !f.reply && !f.notice.Sent.IsZero():
		r.Verdict = Real
	default:
		r.Verdict = Altered
	}
	return r
}

func (f facts) reasons() (out []Reason) {
	known := f.notice != nil
	for _, x := range []struct {
		holds bool
		why   Reason
	}{
		{f.similar, LookAlike},
		{!f.fromAll && !f.similar && !f.doubled, ForeignSender},
		{f.doubled, DoubledHeader},
		{f.unsigned, Unsigned},
		{f.other && !f.ours && !f.broken && !f.partly, SignedByOther},
		{f.broken && !f.ours, BrokenSignature},
		{f.partly && !f.ours, PartlySigned},
		{!f.hasCode, NoCode},
		{f.hasCode && !known, UnknownCode},
		{known && !f.sameText, OtherText},
		{known && !f.oneText, OtherParts},
		{f.reply, Reply},
		{known && f.notice.Later, Later},
		{known && f.notice.Sent.IsZero(), NotSentYet},
		{f.replayed, Replayed},
	} {
		if x.holds {
			out = append(out, x.why)
		}
	}
	return out
}

var written = regexp.MustCompile(`\b[0-9A-Za-z]{4}(?:-[0-9A-Za-z]{4}){3}\b`)

// maxCodes bounds how many codes of a mail are looked up.
const maxCodes = 3

// codeIn finds the notice of a code that stands in a mail. Each code that no notice has counts as an attempt. ErrTooMany.
func (d *Desk) codeIn(ctx context.Context, subject string, parts []part, from netip.Addr) (s Shown, has bool, err error) {
	var found []string
	for _, p := range append([]part{{text: subject}}, parts...) {
		found = append(found, written.FindAllString(p.text, maxCodes)...)
	}
	for _, typed := range found[:min(len(found), maxCodes)] {
		if d.tries.Take(d.o.Now(), network(from)) != nil {
			return s, true, ErrTooMany
		}
		n, c, err := d.find(ctx, typed)
		if err == nil {
			d.tries.GiveBack(network(from))
			return Shown{Notice: n, Code: c}, true, nil
		}
		if !errors.Is(err, ErrUnknown) {
			return s, true, err
		}
	}
	return s, len(found) > 0, nil
}

// looksLike tells whether a domain could be taken for ours: ours stands in it, or it is ours after two changes of letters.
func looksLike(other, ours string) bool {
	name, _, _ := strings.Cut(ours, ".")
	if other == "" || strings.Contains(other, "xn--") {
		return true
	}
	return len(name) >= 4 && strings.Contains(other, name) || distance(other, ours, 2) <= 2
}

// distance is how many letters must be put in, taken out or changed to make b of a; above most it is at least that.
func distance(a, b string, most int) int {
	x, y := []rune(a), []rune(b)
	if len(x) > 255 || max(len(x), len(y))-min(len(x), len(y)) > most {
		return most + 1
	}
	row := make([]int, len(y)+1)
	for j := range row {
		row[j] = j
	}
	for i, r := range x {
		diagonal := row[0]
		row[0] = i + 1
		for j, s := range y {
			cost := diagonal
			if r != s {
				cost = 1 + min(diagonal, row[j], row[j+1])
			}
			diagonal, row[j+1] = row[j+1], cost
		}
	}
	return row[len(y)]
}
