package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"text/tabwriter"
	"time"

	"jejak/app"
)

// registerCommands work on the register of incidents.
type registerCommands struct {
	Open   incidentOpen   `cmd:"" help:"Open an incident in the register."`
	List   incidentList   `cmd:"" help:"List the incidents."`
	Show   incidentShow   `cmd:"" help:"Print what the register has of an incident."`
	Tell   incidentTell   `cmd:"" help:"Add an entry to the timeline; some start legal clocks."`
	Clocks incidentClocks `cmd:"" help:"List the legal clocks of an incident."`
	Decide incidentDecide `cmd:"" help:"Say what was done about a clock."`
	Ask    incidentAsk    `cmd:"" help:"Note a request to a vendor."`
	Answer incidentAnswer `cmd:"" help:"Note a vendor's answer, or a reminder."`
	Lint   incidentLint   `cmd:"" help:"Look through a public statement for what it must say."`
	Rules  incidentRules  `cmd:"" help:"List the legal rules; sign and adopt your own."`
	Filing incidentFiling `cmd:"" help:"Make a document for an authority or for people, to be reviewed."`
}

type incidentOpen struct {
	kept
	Title    string   `required:"" placeholder:"TEXT" help:"What happened, in a line."`
	Role     string   `enum:"controller,processor,joint" default:"controller" help:"Of your organisation: controller, processor or joint."`
	Severity string   `enum:"low,medium,high,critical," default:"" help:"low, medium, high or critical."`
	Vendor   string   `placeholder:"NAME" help:"At whom it happened."`
	Zone     string   `placeholder:"ZONE" help:"The time zone of days, such as Asia/Jakarta."`
	Regimes  []string `placeholder:"LAW" help:"Bodies of law that may apply: gdpr, uk, id, sg, us-ca, us-sec, us-hipaa; without this flag all."`
	Fields   string   `type:"existingfile" placeholder:"FILE" help:"JSON with more fields of the register, as the API takes them; the flags win."`
}

// Help implements kong's help.
func (o *incidentOpen) Help() string {
	return `It prints the incident as one JSON object. Its id, such as 2026-01, names it from then on. It works while a server runs.

Example:
  jejak incident open --title "Dataset exported at the analytics vendor" --vendor "Example Analytics" --data /var/lib/jejak`
}

// Run implements the command.
func (o *incidentOpen) Run(out io.Writer) error {
	fields := map[string]any{}
	if o.Fields != "" {
		text, err := os.ReadFile(o.Fields)
		if err != nil {
			return fmt.Errorf("cannot read the fields: %w", err)
		}
		if err := json.Unmarshal(text, &fields); err != nil {
			return fmt.Errorf("cannot read the fields: %w", err)
		}
	}
	fields["title"], fields["role"] = o.Title, o.Role
	for name, text := range map[string]string{"severity": o.Severity, "vendor": o.Vendor, "zone": o.Zone} {
		if text != "" {
			fields[name] = text
		}
	}
	if len(o.Regimes) > 0 {
		fields["regimes"] = o.Regimes
	}
	text, err := json.Marshal(fields)
	if err != nil {
		return err
	}
	i, err := app.OpenIncident(context.Background(), o.Data, o.keys(), text)
	if err != nil {
		return err
	}
	return printJSON(out, i)
}

type incidentList struct{ kept }

// Help implements kong's help.
func (l *incidentList) Help() string {
	return `It prints a JSON array, the newest incident first.

Example:
  jejak incident list --data /var/lib/jejak`
}

// Run implements the command.
func (l *incidentList) Run(out io.Writer) error {
	list, err := app.ListIncidents(context.Background(), l.Data, l.keys())
	if err != nil {
		return err
	}
	return printJSON(out, list)
}

// ofIncident are the flags of commands about one.
type ofIncident struct {
	kept
	Incident string `arg:"" placeholder:"ID" help:"The incident, such as 2026-01."`
}

type incidentShow struct{ ofIncident }

// Help implements kong's help.
func (s *incidentShow) Help() string {
	return `It prints fields, timeline, requests and alarms as one JSON object.

Example:
  jejak incident show 2026-01 --data /var/lib/jejak`
}

// Run implements the command.
func (s *incidentShow) Run(out io.Writer) error {
	i, err := app.ShowIncident(context.Background(), s.Data, s.keys(), s.Incident)
	if err != nil {
		return err
	}
	return printJSON(out, i)
}

type incidentTell struct {
	ofIncident
	Type       string    `required:"" placeholder:"TYPE" help:"first_word_from_vendor, breach_found, breach_confirmed, breach_began, breach_ended, vendor_detected, dataset_received, scope_closed, contained, judged_notifiable, materiality_determined, people_told, authority_told, published, vendor_cut_off or note."`
	Text       string    `required:"" placeholder:"TEXT" help:"What happened."`
	Source     string    `required:"" placeholder:"SOURCE" help:"Where it is known from."`
	Actor      string    `placeholder:"WHO" help:"Who did it, or said it."`
	Happened   time.Time `placeholder:"TIME" help:"When it happened (RFC 3339); without this flag it is not known."`
	Day        bool      `help:"Only the day of --happened is known."`
	Known      time.Time `placeholder:"TIME" help:"When you learned of it; without this flag now."`
	Confidence string    `enum:"certain,likely,doubtful" default:"certain" help:"certain, likely or doubtful."`
	Supersedes string    `placeholder:"ENTRY" help:"The entry that this one takes the place of."`
}

// Help implements kong's help.
func (t *incidentTell) Help() string {
	return `It adds an entry to the timeline. Entries are never edited: a later one supersedes. The vendor's first word starts the legal clocks at once, also when it is only a suspicion. It prints the entry and the clocks as one JSON object.

Example:
  jejak incident tell 2026-01 --type first_word_from_vendor --text "They suspect an export" --source "phone call" --happened 2026-11-09T15:00:00+07:00 --data /var/lib/jejak`
}

// Run implements the command.
func (t *incidentTell) Run(out io.Writer) error {
	e := app.Entry{
		Type: app.EventType(t.Type), Text: t.Text, Source: t.Source, Actor: t.Actor, Confidence: t.Confidence, Supersedes: t.Supersedes,
		Happened: app.Moment{Precision: "unknown"},
	}
	if !t.Happened.IsZero() {
		e.Happened = app.Moment{At: &t.Happened, Precision: "minute"}
		if t.Day {
			e.Happened.Precision = "day"
		}
	}
	if !t.Known.IsZero() {
		e.Known = &t.Known
	}
	told, err := app.TellIncident(context.Background(), t.Data, t.keys(), t.Incident, e)
	if err != nil {
		return err
	}
	return printJSON(out, told)
}

type incidentClocks struct {
	ofIncident
	JSON bool `name:"json" help:"Print a JSON array."`
}

// Help implements kong's help.
func (c *incidentClocks) Help() string {
	return `It lists the legal clocks, the earliest deadline first: what must be done before when, and whether it is required.

Example:
  jejak incident clocks 2026-01 --data /var/lib/jejak`
}

// Run implements the command.
func (c *incidentClocks) Run(out io.Writer) error {
	clocks, err := app.IncidentClocks(context.Background(), c.Data, c.keys(), c.Incident)
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(out, clocks)
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "RULE\tSTATE\tBEFORE\tREQUIRED\tWHAT")
	for _, x := range clocks {
		before := "-"
		switch {
		case x.Deadline != nil:
			before = x.Deadline.Format(time.RFC3339)
		case x.Started != nil:
			before = "without undue delay"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", x.Rule, x.State, before, x.Outcome.Answer, x.Title["en"])
	}
	return w.Flush()
}

type incidentDecide struct {
	ofIncident
	Rule    string    `arg:"" help:"The rule whose clock it is, such as gdpr-33."`
	Kind    string    `enum:"filed,not_required,required,delayed" default:"filed" help:"filed, not_required, required or delayed."`
	At      time.Time `placeholder:"TIME" help:"When it was filed; without this flag now."`
	Receipt string    `placeholder:"NUMBER" help:"The authority's."`
	Late    string    `placeholder:"TEXT" help:"Why it was filed after the deadline."`
	Reasons string    `placeholder:"TEXT" help:"Why it is not required, or delayed."`
}

// Help implements kong's help.
func (d *incidentDecide) Help() string {
	return `It says what was done about a clock, and prints the clock as one JSON object.

Example:
  jejak incident decide 2026-01 gdpr-33 --receipt DPA-2026-4711 --data /var/lib/jejak`
}

// Run implements the command.
func (d *incidentDecide) Run(out io.Writer) error {
	made := app.Decision{Kind: app.DecisionKind(d.Kind), Receipt: d.Receipt, Late: d.Late, Reasons: d.Reasons}
	if !d.At.IsZero() {
		made.At = &d.At
	}
	c, err := app.DecideClock(context.Background(), d.Data, d.keys(), d.Incident, d.Rule, made)
	if err != nil {
		return err
	}
	return printJSON(out, c)
}

type incidentAsk struct {
	ofIncident
	To   string `required:"" placeholder:"WHOM" help:"Whom you asked."`
	What string `required:"" placeholder:"TEXT" help:"What for."`
	Due  int    `default:"72" placeholder:"HOURS" help:"Within how many hours the contract wants an answer."`
}

// Help implements kong's help.
func (a *incidentAsk) Help() string {
	return `It notes a request to a vendor, and prints it with its number as one JSON object. It sends nothing.

Example:
  jejak incident ask 2026-01 --to "Vendor's security team" --what "the exported dataset" --due 72 --data /var/lib/jejak`
}

// Run implements the command.
func (a *incidentAsk) Run(out io.Writer) error {
	q, err := app.AskVendor(context.Background(), a.Data, a.keys(), a.Incident, app.VendorRequest{To: a.To, What: a.What, DueHours: a.Due})
	if err != nil {
		return err
	}
	return printJSON(out, q)
}

type incidentAnswer struct {
	ofIncident
	Request  int    `arg:"" help:"The number of the request."`
	Text     string `required:"" placeholder:"TEXT" help:"What they said, or what you reminded them of."`
	Final    bool   `help:"It answers all that was asked."`
	Reminder bool   `help:"You asked again."`
}

// Help implements kong's help.
func (a *incidentAnswer) Help() string {
	return `It notes a vendor's answer, or a reminder, and prints the request with its waiting days as one JSON object.

Example:
  jejak incident answer 2026-01 1 --final --text "dataset handed over" --data /var/lib/jejak`
}

// Run implements the command.
func (a *incidentAnswer) Run(out io.Writer) error {
	q, err := app.AnswerRequest(context.Background(), a.Data, a.keys(), a.Incident, app.VendorAnswer{Request: a.Request, Text: a.Text, Final: a.Final, Reminder: a.Reminder})
	if err != nil {
		return err
	}
	return printJSON(out, q)
}

type incidentFiling struct {
	ofIncident
	Form string `arg:"" enum:"edpb,ico,komdigi,pdpc,california,8k,hhs" help:"edpb, ico, komdigi, pdpc, california, 8k or hhs."`
	As   string `enum:"text,html,json" default:"text" help:"text, html or json."`
}

// Help implements kong's help.
func (f *incidentFiling) Help() string {
	return `It prints a draft out of all that is known now: what is not known is said to be not known. A person reviews and sends it, then says so with jejak incident decide. Its SHA-256 goes into the audit log.

Example:
  jejak incident filing 2026-01 komdigi --as html --data /var/lib/jejak > letter.html`
}

// Run implements the command.
func (f *incidentFiling) Run(out io.Writer) error {
	text, err := app.Filing(context.Background(), f.Data, f.keys(), f.Incident, f.Form, f.As)
	if err != nil {
		return err
	}
	_, err = out.Write(text)
	return err
}

type incidentLint struct {
	File string `arg:"" type:"existingfile" help:"The statement, as plain text in English or Indonesian."`
	JSON bool   `name:"json" help:"Print one JSON object."`
}

// Help implements kong's help.
func (l *incidentLint) Help() string {
	return `It looks for the dates of detection and containment, what, how many, the cause, what is not affected, actions and a contact, and for "no evidence of misuse" without what was searched and until when. Exit code 1 when something is missing. It looks for words: a person decides.

Example:
  jejak incident lint statement.txt`
}

// Run implements the command.
func (l *incidentLint) Run(out io.Writer) error {
	text, err := os.ReadFile(l.File)
	if err != nil {
		return fmt.Errorf("cannot read the statement: %w", err)
	}
	r, err := app.CheckStatement(text)
	if err != nil {
		return err
	}
	if l.JSON {
		if err := printJSON(out, r); err != nil {
			return err
		}
	} else {
		for _, f := range r.Items {
			if f.Said {
				fmt.Fprintf(out, "%-13s said     %s\n", f.Item, f.Sentence)
			} else {
				fmt.Fprintf(out, "%-13s missing  %s\n", f.Item, f.Missing)
			}
		}
		for _, c := range r.Claims {
			fmt.Fprintf(out, "unsupported            %s\n", c)
		}
	}
	if !r.Complete || len(r.Claims) > 0 {
		return errors.New("the statement is not complete\nhint: ask for what is missing; say what was searched and until when")
	}
	return nil
}
