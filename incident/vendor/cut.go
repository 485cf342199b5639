package vendor

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"jejak/exposure"
	"jejak/ground/access"
	"jejak/ground/audit"
	"jejak/ground/egress"
)

// What two people allow.
const (
	cutAct     audit.Act = "vendor.cut_off"
	restoreAct audit.Act = "vendor.restored"
)

// CutPlan is what cutting a vendor off will do; the second person allows exactly this.
type CutPlan struct {
	Vendor  ID           `json:"vendor"`
	Version int          `json:"version"` // of the vendor
	Name    string       `json:"name"`
	Domains []string     `json:"domains"`      // registrable domains to which nothing will be sent
	Also    []string     `json:"also_reached"` // other vendors with a host of one of the domains: they are cut off, too
	Steps   []VendorStep `json:"steps"`        // what people do by hand
}

// VendorCut is a vendor that was cut off.
type VendorCut struct {
	ID       int64               `json:"id"`
	Version  int                 `json:"version"`
	Vendor   ID                  `json:"vendor"`
	Name     string              `json:"name"`
	Incident exposure.IncidentID `json:"incident,omitempty"`
	Domains  []string            `json:"domains"`
	At       time.Time           `json:"at"`
	By       string              `json:"by"`
	Steps    []VendorStep        `json:"steps"`
	Before   Sent                `json:"before"` // what had gone there on the day of the cut until then
	Exit     int64               `json:"exit"`   // the deletion that was asked for
	Restored time.Time           `json:"restored_at,omitzero"`
}

// VendorStep is something to do by hand once a vendor is cut off.
type VendorStep struct {
	Key  string                     `json:"key"` // stable
	What map[exposure.Locale]string `json:"what"`
	Done time.Time                  `json:"done_at,omitzero"`
	By   string                     `json:"by,omitempty"`
}

// ErrCutAlready: the vendor is cut off; ErrNotCut: it is not.
var (
	ErrCutAlready = errors.New("this vendor is cut off already")
	ErrNotCut     = errors.New("this vendor is not cut off")
)

// Plan is what CutOff will do. It needs Respond. access.ErrNotFound.
func (r *Register) Plan(ctx context.Context, id ID) (CutPlan, error) {
	if err := mayAct(ctx); err != nil {
		return CutPlan{}, err
	}
	vendors, err := r.List(ctx)
	if err != nil {
		return CutPlan{}, err
	}
	i := slices.IndexFunc(vendors, func(v Vendor) bool { return v.ID == id })
	if i < 0 {
		return CutPlan{}, access.ErrNotFound
	}
	v := vendors[i]
	p := CutPlan{Vendor: id, Version: v.Version, Name: v.Name, Also: []string{}, Steps: stepsOf(&v)}
	for _, h := range v.hosts() {
		d := domainOf(h)
		if slices.Contains(r.o.Own, d) {
			return CutPlan{}, invalid("services", "own_domain", "%s is a domain of this installation: take it out of the vendor's hosts first", d)
		}
		p.Domains = append(p.Domains, d)
	}
	slices.Sort(p.Domains)
	if p.Domains = slices.Compact(p.Domains); len(p.Domains) == 0 {
		return CutPlan{}, invalid("services", "no_hosts", "no flow of this vendor names a host: there is nothing to cut off")
	}
	for _, other := range vendors {
		if other.ID != id && slices.ContainsFunc(other.hosts(), func(h string) bool { return slices.Contains(p.Domains, domainOf(h)) }) {
			p.Also = append(p.Also, other.Name)
		}
	}
	return p, nil
}

func (p CutPlan) hash() [sha256.Size]byte {
	text, err := json.Marshal(p)
	if err != nil {
		panic("BUG: a plan cannot be written")
	}
	return sha256.Sum256(text)
}

// title is what the second person reads. Who else is reached stands first: it is what must not be overlooked.
func (p CutPlan) title() string {
	text := fmt.Sprintf("Cut off vendor %d, %s", p.Vendor, p.Name)
	if len(p.Also) > 0 {
		text += fmt.Sprintf("; THIS CUTS OFF %d OTHERS, TOO: %s", len(p.Also), strings.Join(p.Also, ", "))
	}
	return clean(text+"; nothing more is sent to "+strings.Join(p.Domains, ", "), 490)
}

// CutOff stops everything that the product sends to a vendor, durably and in every process. It needs Respond and a second person:
// *approve.Waiting until that has allowed exactly this plan; then the same call does it. access.ErrNotFound, ErrCutAlready.
func (r *Register) CutOff(ctx context.Context, id ID, incident exposure.IncidentID) (VendorCut, error) {
	p, err := r.Plan(ctx, id)
	if err != nil {
		return VendorCut{}, err
	}
	if _, err := r.Standing(ctx, id); err == nil {
		return VendorCut{}, ErrCutAlready
	}
	if err := r.o.Desk.Require(ctx, installation, cutAct, p.hash(), p.title()); err != nil {
		return VendorCut{}, err
	}
	if err := r.record(ctx, cutAct, fmt.Sprintf("vendor %d v%d: %s", id, p.Version, strings.Join(p.Domains, " "))); err != nil {
		return VendorCut{}, err
	}
	c := VendorCut{
		Vendor: id, Name: p.Name, Incident: incident, Domains: p.Domains, At: r.now(), By: access.Caller(ctx).String(), Steps: p.Steps,
	}
	if err := r.keepCut(ctx, &c); err != nil {
		return VendorCut{}, err
	}
	if r.o.Forwarders == nil {
		return c, nil
	}
	return c, r.o.Forwarders.Stop(ctx, c.Domains) // the door is closed to them already
}

// keepCut closes the door first, and alone: nothing that fails afterwards opens it.
func (r *Register) keepCut(ctx context.Context, c *VendorCut) error {
	if err := r.o.Meta.Write(ctx, func(tx *sql.Tx) error { return c.closeDoor(ctx, tx) }); err != nil {
		return err
	}
	e := VendorExit{Vendor: c.Vendor, Name: c.Name, Asked: c.At, Due: c.At.AddDate(0, 0, chaseDays)}
	exit, err := r.prepareExit(ctx, &e)
	if err != nil {
		return err
	}
	c.Exit = e.ID
	cut, err := r.prepareCut(ctx, c)
	if err != nil {
		return err
	}
	return r.keep(ctx, exit, cut)
}

func (c *VendorCut) closeDoor(ctx context.Context, tx *sql.Tx) (err error) {
	if c.Before, err = sent(ctx, tx, c.Domains, day(c.At)); err != nil {
		return err
	}
	for _, d := range c.Domains {
		_, err := tx.ExecContext(ctx, "INSERT OR IGNORE INTO vendor_denied (domain, vendor, since) VALUES ($1, $2, $3)", d, c.Vendor, c.At.Unix())
		if err != nil {
			return fmt.Errorf("cannot close the door to a vendor: %w", err)
		}
	}
	return nil
}

func (r *Register) prepareCut(ctx context.Context, c *VendorCut) (row, error) {
	return r.prepare(ctx, kindCut, c.ID, c.Version, func(id int64, version int) any {
		c.ID, c.Version = id, version
		return c
	})
}

// Cuts are all, also those that were taken back, by number. It needs Follow.
func (r *Register) Cuts(ctx context.Context) ([]VendorCut, error) {
	if err := mayRead(ctx); err != nil {
		return nil, err
	}
	return all[VendorCut](ctx, r, kindCut)
}

// Standing is the cut under which a vendor is now. It needs Follow. ErrNotCut.
func (r *Register) Standing(ctx context.Context, id ID) (VendorCut, error) {
	if err := mayRead(ctx); err != nil {
		return VendorCut{}, err
	}
	list, err := r.Cuts(ctx)
	if err != nil {
		return VendorCut{}, err
	}
	for _, c := range list {
		if c.Vendor == id && c.Restored.IsZero() {
			return c, nil
		}
	}
	return VendorCut{}, ErrNotCut
}

// Restore opens the door to a vendor again. It needs Respond and a second person, as CutOff does. ErrNotCut.
func (r *Register) Restore(ctx context.Context, id ID) (VendorCut, error) {
	if err := mayAct(ctx); err != nil {
		return VendorCut{}, err
	}
	c, err := r.Standing(ctx, id)
	if err != nil {
		return VendorCut{}, err
	}
	title := clean(fmt.Sprintf("Send to vendor %d, %s, again: %s", id, c.Name, strings.Join(c.Domains, ", ")), 490)
	hash := sha256.Sum256(fmt.Appendf(nil, "%s\ncut %d of vendor %d: %s", restoreAct, c.ID, id, strings.Join(c.Domains, " ")))
	if err := r.o.Desk.Require(ctx, installation, restoreAct, hash, title); err != nil {
		return VendorCut{}, err
	}
	if err := r.record(ctx, restoreAct, fmt.Sprintf("vendor %d, cut %d", id, c.ID)); err != nil {
		return VendorCut{}, err
	}
	c.Restored = r.now()
	row, err := r.prepareCut(ctx, &c)
	if err != nil {
		return VendorCut{}, err
	}
	return c, r.o.Meta.Write(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, "DELETE FROM vendor_denied WHERE vendor = $1", id); err != nil {
			return fmt.Errorf("cannot open the door to a vendor: %w", err)
		}
		return r.insert(ctx, tx, row)
	})
}

// Tick says that a step of a cut was done. It needs Respond. ErrNotCut, access.ErrNotFound.
func (r *Register) Tick(ctx context.Context, id ID, key string) (VendorCut, error) {
	if err := mayAct(ctx); err != nil {
		return VendorCut{}, err
	}
	c, err := r.Standing(ctx, id)
	if err != nil {
		return VendorCut{}, err
	}
	i := slices.IndexFunc(c.Steps, func(s VendorStep) bool { return s.Key == key })
	if i < 0 {
		return VendorCut{}, access.ErrNotFound
	}
	if err := r.record(ctx, "vendor.step_done", fmt.Sprintf("cut %d, step %s", c.ID, c.Steps[i].Key)); err != nil {
		return VendorCut{}, err
	}
	c.Steps[i].Done, c.Steps[i].By = r.now(), access.Caller(ctx).String()
	row, err := r.prepareCut(ctx, &c)
	if err != nil {
		return VendorCut{}, err
	}
	return c, r.keep(ctx, row)
}

// denied are the domains to which nothing is sent, and whose they are.
func (r *Register) denied(ctx context.Context) (map[string]ID, error) {
	out := map[string]ID{}
	err := r.o.Meta.Read(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, "SELECT domain, vendor FROM vendor_denied ORDER BY domain, vendor DESC")
		if err != nil {
			return fmt.Errorf("cannot read who was cut off: %w", err)
		}
		defer rows.Close()
		for rows.Next() {
			var d string
			var v ID
			if err := rows.Scan(&d, &v); err != nil {
				return fmt.Errorf("cannot read who was cut off: %w", err)
			}
			out[d] = v
		}
		return rows.Err()
	})
	return out, err
}

// isOf tells whether a host is of one of the domains.
func isOf(host string, domains []string) bool { return slices.Contains(domains, egress.Domain(host)) }
