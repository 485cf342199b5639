package evidence

import _ "embed"

// Method says how what is in a package was made, and how it is checked by hand.
//
//go:embed method.txt
var Method string
