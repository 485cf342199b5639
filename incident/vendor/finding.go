package vendor

import (
	"cmp"
	"context"
	"slices"
	"time"

	"jejak/ground/egress"
)

// VendorFinding is a difference between what is declared and what was observed.
type VendorFinding struct {
	Kind   FindingKind `json:"kind"`
	Vendor ID          `json:"vendor,omitempty"` // 0: nobody's
	Name   string      `json:"name,omitempty"`   // the vendor's
	Host   string      `json:"host"`
	Source Source      `json:"source,omitempty"`
	Times  int64       `json:"times,omitempty"`
	Last   string      `json:"last,omitempty"`   // the day, UTC
	Places []string    `json:"places,omitempty"` // files with lines, or pages
}

// FindingKind is what a finding says, the gravest first.
type FindingKind string

// The kinds.
const (
	CutOffButSeen FindingKind = "cut_off_but_seen" // data may still go to a vendor that was cut off
	UnknownHost   FindingKind = "unknown_host"     // nobody has declared it: unknown, not safe
	Undeclared    FindingKind = "undeclared_host"  // of a known vendor, but no flow names it
	Ended         FindingKind = "contract_ended"   // declared, but the contract is over
	NotSeen       FindingKind = "declared_not_seen"
)

var gravity = []FindingKind{CutOffButSeen, UnknownHost, Undeclared, Ended, NotSeen}

// Findings compares what is declared with what was observed from a day on, the gravest first. It needs Follow.
func (r *Register) Findings(ctx context.Context, since time.Time) ([]VendorFinding, error) {
	if err := mayRead(ctx); err != nil {
		return nil, err
	}
	vendors, err := r.List(ctx)
	if err != nil {
		return nil, err
	}
	seen, err := r.Observed(ctx, since)
	if err != nil {
		return nil, err
	}
	denied, err := r.denied(ctx)
	if err != nil {
		return nil, err
	}
	return compare(vendors, denied, seen, r.now()), nil
}

// FindingsOf is Findings for the last days. It needs Follow.
func (r *Register) FindingsOf(ctx context.Context, days int) ([]VendorFinding, error) {
	return r.Findings(ctx, r.now().AddDate(0, 0, -days))
}

func compare(vendors []Vendor, denied map[string]ID, seen []Seen, now time.Time) []VendorFinding {
	type key struct {
		host   string
		source Source
	}
	found, hosts := map[key]*VendorFinding{}, map[string]bool{}
	for _, s := range seen {
		hosts[s.Host] = true
		k := key{s.Host, s.Source}
		if found[k] == nil {
			f := judge(vendors, denied, s.Host, now)
			f.Source = s.Source
			found[k] = &f
		}
		f := found[k]
		sum := Seen{Times: f.Times, Places: f.Places}
		sum.add(s.Times, s.Places...)
		f.Times, f.Places, f.Last = sum.Times, sum.Places, max(f.Last, s.Day)
	}
	list := notSeen(vendors, denied, hosts)
	for _, f := range found {
		if f.Kind != "" {
			list = append(list, *f)
		}
	}
	slices.SortFunc(list, func(a, b VendorFinding) int {
		return cmp.Or(slices.Index(gravity, a.Kind)-slices.Index(gravity, b.Kind), cmp.Compare(a.Host, b.Host), cmp.Compare(a.Source, b.Source))
	})
	return list
}

// judge is the finding about a host; without a kind when all is well.
func judge(vendors []Vendor, denied map[string]ID, host string, now time.Time) VendorFinding {
	f := VendorFinding{Host: host}
	owner, declared := ownerOf(vendors, host)
	if owner != nil {
		f.Vendor, f.Name = owner.ID, owner.Name
	}
	by, isDenied := denied[egress.Domain(host)]
	switch {
	case isDenied:
		f.Kind = CutOffButSeen
		if owner == nil {
			f.Vendor = by
		}
	case owner == nil:
		f.Kind = UnknownHost
	case !declared:
		f.Kind = Undeclared
	case !owner.Contract.Until.IsZero() && owner.Contract.Until.Before(now):
		f.Kind = Ended
	}
	return f
}

// ownerOf finds whose host it is: the vendor who declares it, or else one who declares another of the same domain.
func ownerOf(vendors []Vendor, host string) (owner *Vendor, declared bool) {
	for i := range vendors {
		for _, p := range vendors[i].hosts() {
			if matches(p, host) {
				return &vendors[i], true
			}
			if owner == nil && domainOf(p) == egress.Domain(host) {
				owner = &vendors[i]
			}
		}
	}
	return owner, false
}

// notSeen are declared hosts that nobody observed: the register may be out of date, or nobody looked.
func notSeen(vendors []Vendor, denied map[string]ID, hosts map[string]bool) []VendorFinding {
	list := []VendorFinding{}
	for _, v := range vendors {
		for _, p := range v.hosts() {
			if _, off := denied[domainOf(p)]; off || isAnySeen(p, hosts) {
				continue
			}
			list = append(list, VendorFinding{Kind: NotSeen, Vendor: v.ID, Name: v.Name, Host: p})
		}
	}
	return list
}

func isAnySeen(pattern string, hosts map[string]bool) bool {
	for h := range hosts {
		if matches(pattern, h) {
			return true
		}
	}
	return false
}
