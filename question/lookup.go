package question

// ValidateLookup names what is wrong with the name of a lookup table, and with the property whose values are its keys.
func ValidateLookup(name, of string) Faults {
	var f Faults
	validateCustomName(&f, name)
	if of == "" {
		f.add("of", PropertyRequired, "the property whose values are the keys is required")
	}
	validateProperty(&f, "of", of)
	if len(of) > MaxPropertyBytes {
		f.add("of", TooLong, "the key is computed by at most %d bytes", MaxPropertyBytes)
	}
	return f
}
