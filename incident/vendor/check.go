package vendor

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"jejak/exposure"
	"jejak/ground/access"
	"jejak/ground/detect"
	"jejak/ground/egress"
)

// ErrChanged: somebody else has changed it meanwhile.
var ErrChanged = errors.New("this was changed meanwhile; read it again")

var bases = []Basis{"consent", "contract", "legal_obligation", "vital_interest", "public_task", "legitimate_interest"}

func invalid(field, code, format string, a ...any) error {
	return &access.Invalid{Field: field, Code: code, Message: fmt.Sprintf(format, a...)}
}

// normalise brings a vendor into the form in which it is kept, or says what is wrong with it.
func (v *Vendor) normalise() error {
	if err := oneLine("name", v.Name, 100); err != nil {
		return err
	}
	if v.Country = strings.ToUpper(v.Country); !isCountry(v.Country) {
		return invalid("country", "malformed", "a country has two letters")
	}
	names := map[string]bool{}
	for i := range v.Services {
		s := &v.Services[i]
		at := fmt.Sprintf("services[%d]", i)
		if err := oneLine(at+".name", s.Name, 100); err != nil {
			return err
		}
		if names[s.Name] {
			return invalid(at+".name", "duplicate", "two services have this name")
		}
		names[s.Name] = true
		for j := range s.Flows {
			if err := s.Flows[j].normalise(fmt.Sprintf("%s.flows[%d]", at, j)); err != nil {
				return err
			}
		}
	}
	for i, s := range v.SubProcessors {
		if err := oneLine(fmt.Sprintf("sub_processors[%d].name", i), s.Name, 100); err != nil {
			return err
		}
		if !isCountry(s.Country) {
			return invalid(fmt.Sprintf("sub_processors[%d].country", i), "malformed", "a country has two capital letters")
		}
	}
	return nil
}

func (f *Flow) normalise(at string) error {
	if len(f.Classes) == 0 || len(f.Hosts) == 0 {
		return invalid(at, "too_short", "a flow has classes and hosts")
	}
	for _, c := range f.Classes {
		if !slices.Contains(exposure.Classes(), c) {
			return invalid(at+".classes", "unknown_class", "this is no class of data; they are keys such as user.contact.email")
		}
	}
	f.Classes = exposure.Sorted(f.Classes)
	if !slices.Contains([]Direction{To, From, Both}, f.Direction) || !slices.Contains(bases, f.Basis) {
		return invalid(at, "malformed", "the direction or the legal basis is unknown")
	}
	for i, h := range f.Hosts {
		host, err := pattern(h)
		if err != nil {
			return invalid(fmt.Sprintf("%s.hosts[%d]", at, i), "malformed", "a host is a name such as api.example.com, or *.example.com for all below")
		}
		f.Hosts[i] = host
	}
	for _, c := range f.Regions {
		if c == "" || !isCountry(c) {
			return invalid(at+".regions", "malformed", "a region is a country of two capital letters")
		}
	}
	if holdsSecret(f.Credential) {
		return invalid(at+".credential", "secret", "this is a key itself; write its name and where it lies")
	}
	return nil
}

// pattern is a host, or all hosts below one, in the form in which it is compared.
func pattern(h string) (string, error) {
	below, all := strings.CutPrefix(h, "*.")
	host, err := egress.Host(below)
	if err == nil && all {
		host = "*." + host
	}
	return host, err
}

// matches tells whether a host is what a pattern declares.
func matches(pattern, host string) bool {
	if below, all := strings.CutPrefix(pattern, "*."); all {
		return strings.HasSuffix(host, "."+below)
	}
	return pattern == host
}

// domainOf is the registrable domain of a pattern.
func domainOf(pattern string) string { return egress.Domain(strings.TrimPrefix(pattern, "*.")) }

func isCountry(c string) bool {
	return c == "" || len(c) == 2 && c[0] >= 'A' && c[0] <= 'Z' && c[1] >= 'A' && c[1] <= 'Z'
}

// oneLine refuses a text that is empty, too long, or has characters that change how others are shown.
func oneLine(field, text string, most int) error {
	if text == "" || len(text) > most {
		return invalid(field, "too_long", "this has 1 to %d bytes", most)
	}
	if strings.ContainsFunc(text, isUnruly) {
		return invalid(field, "malformed", "this has line ends, control characters or marks that turn the direction of writing")
	}
	return nil
}

func isUnruly(r rune) bool {
	return r < ' ' || r >= 0x7f && r < 0xa0 || r == 0x61c || r >= 0x200e && r <= 0x200f || r >= 0x2028 && r <= 0x202e || r >= 0x2066 && r <= 0x2069 || r == 0xfffd
}

func holdsSecret(text string) bool {
	return slices.ContainsFunc(detect.Value("credential_name", text, nil), func(f detect.Finding) bool { return f.Class == detect.Secret })
}
