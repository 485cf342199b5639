package guard

// placeholders are what programs write when they have no identifier (wire spec, 1.5), in lower case.
var placeholders = map[string]bool{
	"00000000-0000-0000-0000-000000000000": true,

	"anon": true, "anonymous": true, "unknown": true,
	"nil": true, "<nil>": true, "none": true, "null": true, "undefined": true,
	"n/a": true, "na": true,
	"0": true, "-1": true, "true": true, "false": true, "[]": true, "{}": true,
}

const longestPlaceholder = 36

// placeholder tells whether id is one, in any case.
func placeholder(id string) bool {
	if len(id) > longestPlaceholder {
		return false
	}
	var lower [longestPlaceholder]byte
	for i := range len(id) {
		c := id[i]
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		lower[i] = c
	}
	return placeholders[string(lower[:len(id)])]
}
