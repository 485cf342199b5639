package enrich

import "strings"

// isHarmless tells whether a parameter of the site's own pages may be kept: its key is no usual name of a secret or of
// something personal, and its value is no address and not as long as a secret.
func isHarmless(key, value string) bool {
	if isCampaign(key, value) {
		return true
	}
	if len(value) > maxHarmless || strings.Contains(value, "@") || strings.Contains(value, "%40") {
		return false
	}
	key = strings.ToLower(key)
	if strings.ContainsAny(key, "%@") || telling[key] {
		return false
	}
	for _, part := range tellingParts {
		if strings.Contains(key, part) {
			return false
		}
	}
	return true
}

const maxHarmless = 64 // bytes of a value

// telling keys name a secret or a person; keys that contain one of tellingParts do too. In lower case.
var telling = map[string]bool{
	"code": true, "state": true, "key": true, "pin": true, "otp": true, "sig": true, "hash": true, "nonce": true,
	"ticket": true, "jwt": true, "sid": true, "hmac": true, "invite": true, "pass": true, "pwd": true,
	"user": true, "uid": true, "userid": true, "user_id": true, "login": true, "mail": true, "tel": true,
	"name": true, "fname": true, "lname": true, "address": true, "dob": true, "birthday": true, "iban": true, "ssn": true,
	"lat": true, "lng": true, "lon": true, "ip": true,
}

var tellingParts = []string{
	"token", "secret", "passw", "auth", "session", "signature", "credential", "api_key", "apikey", "api-key", "saml",
	"email", "e-mail", "phone", "mobile", "username", "user_name", "user-name", "firstname", "first_name", "first-name",
	"lastname", "last_name", "last-name", "fullname", "full_name", "full-name", "birth", "card",
}
