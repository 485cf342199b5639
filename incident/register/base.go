package register

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"jejak/exposure"
	"jejak/ground/access"
	"jejak/ground/audit"
	"jejak/ground/vault"
	"jejak/incident/register/clock"
	"jejak/incident/register/filing"
)

// Filing makes a document out of all that is known now; its hash is in the audit log first. It needs Follow. access.ErrNotFound.
func (r *Register) Filing(ctx context.Context, id exposure.IncidentID, form filing.Form) (filing.Document, error) {
	if err := mayRead(ctx); err != nil {
		return filing.Document{}, err
	}
	b, err := r.base(ctx, id)
	if err != nil {
		return filing.Document{}, err
	}
	d, is := b.Make(form)
	if !is {
		return d, access.ErrNotFound
	}
	text, err := d.JSON()
	if err != nil {
		return d, err
	}
	sum := sha256.Sum256(text)
	_, err = r.o.Log.Record(ctx, audit.Entry{
		Who: access.Caller(ctx).String(), Act: "incident.filing_made", Purpose: string(vault.Incident),
		About: fmt.Sprintf("incident %s, form %s, sha256 %s", id, form, hex.EncodeToString(sum[:])),
	})
	return d, err
}

// base is what all documents are made of.
func (r *Register) base(ctx context.Context, id exposure.IncidentID) (*filing.Base, error) {
	i, err := r.read(ctx, id)
	if err != nil {
		return nil, err
	}
	s, err := r.summary(ctx, id)
	if err != nil {
		return nil, err
	}
	clocks, err := r.clocks(ctx, &i)
	if err != nil {
		return nil, err
	}
	b := &filing.Base{
		Incident: id, At: r.now(), Filed: map[string]int{}, NextReport: i.Fields.NextReport,
		Facts: map[filing.Fact]map[exposure.Locale]string{}, Late: map[filing.Form]string{},
	}
	for _, d := range i.decided {
		if d.Kind == clock.Filed {
			b.Filed[string(d.Rule)]++
		}
	}
	f := facts{b, &i}
	f.fields()
	f.times(clocks)
	f.numbers(s)
	f.clocks(clocks)
	return b, nil
}

// facts puts an incident into words.
type facts struct {
	*filing.Base
	i *Incident
}

// say keeps a fact in both languages; nothing is not known.
func (f facts) say(name filing.Fact, english, indonesian string) {
	if english != "" {
		f.Facts[name] = map[exposure.Locale]string{exposure.English: english, exposure.Indonesian: indonesian}
	}
}

// same is for what people wrote: it is not translated.
func (f facts) same(name filing.Fact, text string) { f.say(name, text, text) }

// codes are the closed words of the register in both languages.
var codes = map[string][2]string{
	"controller": {"controller", "pengendali data pribadi"}, "processor": {"processor", "prosesor data pribadi"}, "joint": {"joint controller", "pengendali bersama"},
	"confidentiality": {"confidentiality", "kerahasiaan"}, "integrity": {"integrity", "integritas"}, "availability": {"availability", "ketersediaan"},
	"phishing": {"phishing", "pengelabuan (phishing)"}, "stolen_credentials": {"stolen credentials", "kredensial yang dicuri"}, "malware": {"malware", "perangkat lunak jahat"},
	"insider": {"somebody inside", "orang dalam"}, "misconfiguration": {"misconfiguration", "kesalahan konfigurasi"}, "vulnerability": {"vulnerability", "kerentanan"},
	"mistake": {"mistake", "kekeliruan"}, "loss": {"loss or theft of a device", "kehilangan atau pencurian perangkat"}, "other": {"other", "lainnya"},
	"unlikely": {"a risk is unlikely", "risiko kecil kemungkinannya"}, "risk": {"a risk is likely", "ada risiko"}, "high": {"a high risk is likely", "ada risiko tinggi"},
}

func (f facts) coded(name filing.Fact, list []string, after string) {
	var english, indonesian []string
	for _, x := range list {
		if w, is := codes[x]; is {
			english, indonesian = append(english, w[0]), append(indonesian, w[1])
		}
	}
	if len(english) > 0 {
		f.say(name, strings.Join(english, ", ")+after, strings.Join(indonesian, ", ")+after)
	}
}

func (f facts) fields() {
	x := f.i.Fields
	f.same("incident", string(f.i.ID))
	f.coded("role", []string{x.Role}, "")
	f.coded("breach_types", x.BreachTypes, "")
	f.coded("cause", []string{x.Cause}, "")
	if x.RiskReasons != "" {
		f.coded("risk", []string{string(x.Risk)}, ": "+x.RiskReasons)
	}
	for name, text := range map[filing.Fact]string{
		"title": x.Title, "organisation": x.Organisation, "contact": x.Contact, "vendor": x.Vendor, "systems": strings.Join(x.Systems, ", "),
		"vulnerable": x.Vulnerable, "protected": x.Protected, "consequences": x.Consequences, "measures": x.Measures, "planned": x.Planned,
		"countries": strings.Join(x.Countries, ", "), "found": strings.TrimLeft(strings.Join([]string{x.FoundBy, x.FoundHow}, ": "), ": "),
	} {
		f.same(name, strings.TrimSuffix(text, ": "))
	}
	if x.NextReport != nil {
		f.same("next_report", filing.In(*x.NextReport))
	}
}

func (f facts) times(clocks []clock.Clock) {
	for name, m := range map[filing.Fact]*Moment{
		"happened_from": f.i.Times.HappenedFrom, "happened_to": f.i.Times.HappenedTo, "known": f.i.Times.Known, "contained": f.i.Times.Contained,
	} {
		if m != nil {
			f.same(name, f.i.when(*m))
		}
	}
	var lines []string
	for _, e := range f.i.current() {
		if e.Type == "people_told" {
			f.same("people_told", f.i.when(e.Happened))
		}
		lines = append(lines, fmt.Sprintf("%s: %s, %s", f.i.when(e.Happened), e.Type, e.Source))
	}
	f.same("timeline", strings.Join(lines, "\n"))
	var filed []string
	for _, c := range clocks {
		if c.Filed != nil {
			filed = append(filed, strings.TrimSpace(fmt.Sprintf("%s %s %s", c.Rule, filing.In(*c.Filed), c.Decision.Receipt)))
		}
	}
	f.same("authorities", strings.Join(filed, "\n"))
	var asked []string
	for _, q := range f.i.Requests {
		asked = append(asked, fmt.Sprintf("%d: %s, %d d", q.Number, filing.In(*q.Asked), q.Days))
	}
	f.same("vendor_days", strings.Join(asked, "\n"))
}

// when is a moment as exactly as it is known, in the incident's zone when it is a day.
func (i *Incident) when(m Moment) string {
	switch {
	case m.At == nil:
		return "?"
	case m.Precision == "day":
		zone, err := time.LoadLocation(i.Fields.Zone)
		if err != nil {
			zone = time.UTC // checked when it came in
		}
		return m.At.In(zone).Format(time.DateOnly)
	}
	return filing.In(*m.At)
}

// numbers are those of the scope; before there is one those of the estimate, called that.
func (f facts) numbers(s *exposure.Summary) {
	if s == nil {
		f.estimate()
		return
	}
	f.Scope = s.Version
	n := filing.Numbers{
		PeopleCertain: s.People.Certain, PeopleLikely: s.People.Likely, PeopleAtMost: s.People.AtMost, Mailboxes: s.Mailboxes,
		Organisations: s.Organisations, Rows: s.Rows, UnmatchedRows: s.UnmatchedRows,
	}
	f.Numbers = &n
	f.say("people",
		fmt.Sprintf("%d certain; %d with likely ones; at most %d; %d mailboxes", n.PeopleCertain, n.PeopleLikely, n.PeopleAtMost, n.Mailboxes),
		fmt.Sprintf("%d pasti; %d termasuk yang mungkin; paling banyak %d; %d kotak surat", n.PeopleCertain, n.PeopleLikely, n.PeopleAtMost, n.Mailboxes))
	f.say("records", fmt.Sprintf("%d rows, of which %d match nobody known", n.Rows, n.UnmatchedRows), fmt.Sprintf("%d baris, %d di antaranya tidak cocok dengan siapa pun yang dikenal", n.Rows, n.UnmatchedRows))
	f.same("organisations", strconv.FormatInt(n.Organisations, 10))
	for _, l := range exposure.Locales {
		f.put("classes", l, classesIn(s.Classes, l))
		f.put("absences", l, absencesIn(s.Absences, l))
	}
	f.same("unread", strings.Join(s.Unread, "\n"))
}

func (f facts) put(name filing.Fact, l exposure.Locale, text string) {
	if text == "" {
		return
	}
	if f.Facts[name] == nil {
		f.Facts[name] = map[exposure.Locale]string{}
	}
	f.Facts[name][l] = text
}

func classesIn(list []exposure.Exposed, l exposure.Locale) string {
	unit := map[exposure.Locale]string{exposure.English: "people", exposure.Indonesian: "orang"}[l]
	var out []string
	for _, c := range list {
		out = append(out, fmt.Sprintf("%s: %d %s", c.Class.In(l), c.People, unit))
	}
	return strings.Join(out, "\n")
}

// absencesIn are the certified ones: of another class nothing may be said.
func absencesIn(list []exposure.Absence, l exposure.Locale) string {
	var out []string
	for _, a := range list {
		if a.Certified {
			out = append(out, fmt.Sprintf("%s (SHA-256 %s)", a.Wording[l], a.Hash))
		}
	}
	return strings.Join(out, "\n")
}

func (f facts) estimate() {
	x := f.i.Fields
	if x.People != nil {
		f.say("people", fmt.Sprintf("about %d (estimate: %s)", *x.People, x.CountedHow), fmt.Sprintf("sekitar %d (perkiraan: %s)", *x.People, x.CountedHow))
	}
	for _, l := range exposure.Locales {
		var out []string
		for _, c := range x.Classes {
			out = append(out, c.In(l))
		}
		f.put("classes", l, strings.Join(out, ", "))
	}
}

// clocks tell why a form comes late: the newest reason of a clock that the form answers.
func (f facts) clocks(all []clock.Clock) {
	for _, c := range all {
		late := c.State == clock.Overdue || c.State == clock.DoneLate
		if c.Form == "" || !late {
			continue
		}
		why := ""
		for _, d := range slices.Backward(f.i.decided) {
			if d.Rule == c.Rule && (d.Late != "" || d.Kind == clock.Delayed) {
				why = strings.TrimSpace(d.Late + " " + d.Reasons)
				break
			}
		}
		if why == "" {
			why = "[!]" // the deadline has passed, and nobody has said why
		}
		f.Late[filing.Form(c.Form)] = why
	}
}
