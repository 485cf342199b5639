package enrich

import (
	"strings"

	"github.com/oschwald/maxminddb-golang/v2/mmdbdata"
)

// record reads an entry of a database in either of two shapes: flat texts (country_code, state1, city), or MaxMind's
// nested maps (country.iso_code, subdivisions[0].names.en, city.names.en).
type record Place

// UnmarshalMaxMindDB implements mmdbdata.Unmarshaler.
func (r *record) UnmarshalMaxMindDB(d *mmdbdata.Decoder) error {
	entries, _, err := d.ReadMap()
	if err != nil {
		return err
	}
	for key, err := range entries {
		if err != nil {
			return err
		}
		if err := r.read(d, string(key)); err != nil {
			return err
		}
	}
	r.City = withoutDistrict(r.City)
	return nil
}

func (r *record) read(d *mmdbdata.Decoder, key string) error {
	switch key {
	case "country_code":
		return text(d, &r.Country)
	case "state1":
		return text(d, &r.Region)
	case "country":
		return inside(d, "iso_code", &r.Country)
	case "subdivisions":
		return first(d, func() error { return english(d, &r.Region) })
	case "city":
		return textOrEnglish(d, &r.City)
	}
	return d.SkipValue()
}

// withoutDistrict cuts "Shenyang (Sujiatun Qu)" to the city.
func withoutDistrict(city string) string {
	before, _, _ := strings.Cut(city, " (")
	return before
}

func text(d *mmdbdata.Decoder, into *string) error {
	s, err := d.ReadString()
	*into = s
	return err
}

func textOrEnglish(d *mmdbdata.Decoder, into *string) error {
	kind, err := d.PeekKind()
	if err != nil {
		return err
	}
	if kind == mmdbdata.KindString {
		return text(d, into)
	}
	return english(d, into)
}

// english reads names.en.
func english(d *mmdbdata.Decoder, into *string) error {
	return each(d, "names", func() error { return inside(d, "en", into) })
}

// inside reads the text under one key of a map.
func inside(d *mmdbdata.Decoder, key string, into *string) error {
	return each(d, key, func() error { return text(d, into) })
}

// each goes through a map and calls read where the key is met.
func each(d *mmdbdata.Decoder, key string, read func() error) error {
	entries, _, err := d.ReadMap()
	if err != nil {
		return err
	}
	for k, err := range entries {
		if err != nil {
			return err
		}
		if string(k) != key {
			err = d.SkipValue()
		} else {
			err = read()
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// first calls read at the first element of a list and skips the others.
func first(d *mmdbdata.Decoder, read func() error) error {
	elements, _, err := d.ReadSlice()
	if err != nil {
		return err
	}
	seen := false
	for err := range elements {
		if err != nil {
			return err
		}
		if seen {
			err = d.SkipValue()
		} else {
			err = read()
		}
		if err != nil {
			return err
		}
		seen = true
	}
	return nil
}
