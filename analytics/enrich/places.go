package enrich

import (
	"errors"
	"fmt"
	"io/fs"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/oschwald/maxminddb-golang/v2"
)

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

// Places finds places in the database files of a folder: those of DB-IP and geo-whois-asn-country as the set-up installs
// them, or any in MaxMind's shape.
type Places struct {
	databases []database  // cities before countries
	dirty     atomic.Bool // pages were read since the last drop
	closing   sync.Mutex  // pages are never dropped of files that are closed
}

// database is one file. One that covers a single version of IP answers addresses of the other with an error.
type database struct {
	file   string
	reader *maxminddb.Reader
	bytes  []byte // the mapped file
}

// OpenPlaces opens the databases (*.mmdb) in dir. A folder without any, or no folder at all, is no error: Places then
// knows none. The files MUST NOT be rewritten in place while they are open.
func OpenPlaces(dir string) (*Places, error) {
	files, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("cannot list the place data: %w", err)
	}
	p := &Places{}
	for _, f := range files {
		if filepath.Ext(f.Name()) != ".mmdb" {
			continue
		}
		d, err := openDatabase(filepath.Join(dir, f.Name()))
		if err != nil {
			return nil, errors.Join(fmt.Errorf("cannot open the place data %s: %w", f.Name(), err), p.Close())
		}
		p.databases = append(p.databases, d)
	}
	slices.SortStableFunc(p.databases, func(a, b database) int { return a.rank() - b.rank() })
	return p, nil
}

func openDatabase(file string) (database, error) {
	bytes, err := mapFile(file)
	if err != nil {
		return database{}, err
	}
	r, err := maxminddb.OpenBytes(bytes)
	if err != nil {
		return database{}, errors.Join(err, unmapFile(bytes))
	}
	return database{filepath.Base(file), r, bytes}, nil
}

// rank puts databases that know cities first.
func (d database) rank() int {
	if strings.Contains(strings.ToLower(d.file+d.reader.Metadata.DatabaseType), "city") {
		return 0
	}
	return 1
}

// Locate implements Locator.
func (p *Places) Locate(a netip.Addr) (Place, bool) {
	if len(p.databases) == 0 {
		return Place{}, false
	}
	a = a.Unmap()
	p.dropLater()
	for _, d := range p.databases {
		var found record
		if err := d.reader.Lookup(a).Decode(&found); err == nil && found.Country != "" {
			return Place(found), true
		}
	}
	return Place{}, false
}

// dropAfter is how long pages of the files stay with the process after they were read.
const dropAfter = time.Second

// dropLater gives the pages read from the files back to the system soon: they stay in its cache, where they cost a
// microsecond to read again, and do not count as memory of this process.
func (p *Places) dropLater() {
	if p.dirty.CompareAndSwap(false, true) {
		time.AfterFunc(dropAfter, p.drop)
	}
}

func (p *Places) drop() {
	p.dirty.Store(false)
	p.closing.Lock()
	defer p.closing.Unlock()
	for _, d := range p.databases {
		dropPages(d.bytes)
	}
}

// Installed tells whether any database was found.
func (p *Places) Installed() bool { return len(p.databases) > 0 }

// Name is what the database is called, for the page that shows its places; empty when none is installed.
func (p *Places) Name() string {
	if !p.Installed() {
		return ""
	}
	d := p.databases[0]
	if k, ok := knownSource(d.file); ok {
		return k.name
	}
	return d.reader.Metadata.DatabaseType
}

// Link is the address that the database's licence wants on pages that show its places; empty when it wants none.
func (p *Places) Link() string {
	if !p.Installed() {
		return ""
	}
	k, _ := knownSource(p.databases[0].file)
	return k.link
}

// source is who made a database, by the beginning of its file's name.
type source struct{ prefix, name, link string }

var sources = []source{
	{"dbip-", "IP Geolocation by DB-IP", "https://db-ip.com"},
	{"GeoLite2-", "GeoLite2 by MaxMind", "https://www.maxmind.com"},
	{"geo-whois-asn-country", "geo-whois-asn-country", ""},
}

func knownSource(file string) (source, bool) {
	for _, s := range sources {
		if strings.HasPrefix(file, s.prefix) {
			return s, true
		}
	}
	return source{}, false
}

// Close lets go of the files. No Locate may follow.
func (p *Places) Close() error {
	p.closing.Lock()
	defer p.closing.Unlock()
	var all []error
	for _, d := range p.databases {
		all = append(all, d.reader.Close(), unmapFile(d.bytes))
	}
	p.databases = nil
	return errors.Join(all...)
}
