package publish

import "jejak/exposure"

var (
	readers   = []Reader{User, Admin, Developer}
	urgencies = []Urgency{Now, Soon, Know}
)

// advised are the actions that exposed classes ask for. They cannot be left out.
var advised = []struct {
	key     string
	reader  Reader
	urgency Urgency
	classes []exposure.Class
}{
	{"rotate", User, Now, []exposure.Class{exposure.Credentials}},
	{"rotate", Developer, Now, []exposure.Class{exposure.Credentials}},
	{"password", User, Now, []exposure.Class{exposure.Password}},
	{"card", User, Now, []exposure.Class{exposure.Card, exposure.BankAccount}},
	{"phishing", User, Now, []exposure.Class{exposure.Email, exposure.Phone, exposure.Address}},
	{"mfa", User, Soon, []exposure.Class{exposure.Email, exposure.Password}},
	{"admin", Admin, Now, []exposure.Class{exposure.Organised, exposure.Email}},
}

// advice is what the exposed classes ask for.
func advice(s *exposure.Summary) (out []Action) {
	if s == nil {
		return nil
	}
	exposed := map[exposure.Class]bool{}
	for _, e := range s.Classes {
		exposed[e.Class] = true
	}
	for _, a := range advised {
		for _, c := range a.classes {
			if exposed[c] {
				out = append(out, Action{a.reader, a.urgency, phrase("advice." + a.key + ".do"), phrase("advice." + a.key + ".why")})
				break
			}
		}
	}
	return out
}
