package enrich

import "net/netip"

// Place is a coarse location. Empty fields are not known.
type Place struct {
	City    string
	Region  string
	Country string // ISO 3166, two letters
}

// Locator finds the place of an address; false when it knows none. Many goroutines may call at once.
type Locator interface {
	Locate(netip.Addr) (Place, bool)
}

// Places finds places in the database files of a folder.
type Places struct{}

// OpenPlaces opens the databases in dir. A folder without any, or no folder at all, is no error: Places then knows none.
func OpenPlaces(dir string) (*Places, error) { return &Places{}, nil }

// Locate implements Locator.
func (p *Places) Locate(a netip.Addr) (Place, bool) { return Place{}, false }

// Installed tells whether any database was found.
func (p *Places) Installed() bool { return false }

// Name is what the database calls itself, for the page that shows its places; empty when none is installed.
func (p *Places) Name() string { return "" }

// Link is the address that the database's licence wants on pages that show its places; empty when it wants none.
func (p *Places) Link() string { return "" }

// Close lets go of the files. No Locate may follow.
func (p *Places) Close() error { return nil }
