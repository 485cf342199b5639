package detect

import "strings"

// hints are what the name of a property says about its values.
type hints struct {
	classes uint16
	version bool // versions and builds
	number  bool // amounts, times and counters: a bare number is one of these
}

func (h hints) has(c Class) bool { return h.classes&bitOf[c] != 0 }

var bitOf = func() map[Class]uint16 {
	t := map[Class]uint16{}
	for i, c := range Classes {
		t[c] = 1 << i
	}
	return t
}()

// hintWords are words of names, and pairs of neighbouring words joined.
var hintWords = map[string]hints{}

func hintAt(h hints, words string) {
	for _, w := range strings.Fields(words) {
		hintWords[w] = h
	}
}

func init() {
	hintAt(hints{classes: bitOf[Email]}, "email mail emailaddress")
	hintAt(hints{classes: bitOf[Phone]}, "phone phonenumber mobile msisdn telephone tel telp telepon hp nohp nomorhp whatsapp wa handphone cellphone fax")
	hintAt(hints{classes: bitOf[IP]}, "ip ipaddress ipaddr ipv4 ipv6 remoteaddr clientip xforwardedfor remoteip userip")
	hintAt(hints{classes: bitOf[Name]}, `firstname lastname fullname givenname familyname surname middlename nama namalengkap namadepan namabelakang
		customername contactname recipientname ownername cardholder cardholdername realname personname patientname studentname
		employeename buyername sendername passengername guestname accountholder`)
	hintAt(hints{classes: bitOf[Card]}, "card cardnumber creditcard cc ccnumber pan kartu nokartu nomorkartu debitcard")
	hintAt(hints{classes: bitOf[IBAN]}, "iban bankaccount")
	hintAt(hints{classes: bitOf[NIK]}, "nik ktp noktp nomorktp nonik nationalid identitynumber ektp")
	hintAt(hints{classes: bitOf[KK]}, "kk nokk nomorkk kartukeluarga")
	hintAt(hints{classes: bitOf[NPWP]}, "npwp nonpwp nomornpwp taxid taxnumber")
	hintAt(hints{classes: bitOf[Passport]}, "passport passportnumber passportno paspor nopaspor nomorpaspor")
	hintAt(hints{classes: bitOf[SSN]}, "ssn socialsecurity socialsecuritynumber")
	hintAt(hints{classes: bitOf[Secret]}, `password passwd pwd passphrase secret apikey apisecret apitoken accesstoken refreshtoken authtoken bearertoken clientsecret
		privatekey secretkey katasandi sandi pin otp cvv cvc authorization sessiontoken idtoken`)
	hintAt(hints{version: true}, "version ver build release sdk browserversion osversion appversion libversion useragent")
	hintAt(hints{number: true}, `amount price total revenue cost value quantity qty count duration time timestamp ts date at ms seconds millis elapsed
		size bytes length width height score rank index sequence seq order orderid orderno invoice sku latitude longitude lat lng lon id
		uuid guid hash session trace span request tracking checksum offset version build cursor page`)
}

// hintsOf reads a name: words are divided by anything but letters and digits, and by capitals.
func hintsOf(name string) (h hints) {
	if len(name) > 100 {
		name = name[:100]
	}
	var w words
	at := 0
	for i := 0; i < len(name); i++ {
		c := name[i]
		capital := c >= 'A' && c <= 'Z' && i > 0 && name[i-1] >= 'a' && name[i-1] <= 'z'
		if !is(c, letter|digit) || capital {
			w.end(at)
		}
		if is(c, letter|digit) {
			w.text[at] = lowered[c]
			at++
		}
	}
	w.end(at)
	return w.hints()
}

// words are those of a name, one behind the other, so that neighbours are joined already.
type words struct {
	text [100]byte
	ends [12]int
	n    int
}

// end closes a word, if there is one.
func (w *words) end(at int) {
	if at > w.start(w.n) && w.n < len(w.ends) {
		w.ends[w.n] = at
		w.n++
	}
}

func (w *words) start(i int) int {
	if i == 0 {
		return 0
	}
	return w.ends[i-1]
}

// lastOnly are classes that a name means only with its last word.
var lastOnly = bitOf[Name] | bitOf[Secret]

// hints are those of the longest runs of words first: card number is a card, number alone is not.
func (w *words) hints() (h hints) {
	for i := 0; i < w.n; i++ {
		for k := min(3, w.n-i); k > 0; k-- {
			x, known := hintWords[string(w.text[w.start(i):w.ends[i+k-1]])]
			if !known || x.classes&lastOnly != 0 && i+k < w.n {
				continue // a password's strength is no password
			}
			h.classes |= x.classes
			h.version, h.number = h.version || x.version, h.number || x.number
			i += k - 1
			break
		}
	}
	if h.classes != 0 {
		h.number = false
	}
	return h
}

var lowered = func() (t [256]byte) {
	for i := range t {
		t[i] = byte(i)
	}
	for c := 'A'; c <= 'Z'; c++ {
		t[c] = byte(c) + 32
	}
	return t
}()

// confidence is Sure where the name says the class.
func (s *scanner) confidence(c Class) Confidence {
	if s.hints.has(c) {
		return Sure
	}
	return Likely
}

// says tells whether one of the words stands shortly before byte i.
func (s *scanner) says(i int, words ...string) bool {
	before := strings.ToLower(s.text[max(0, i-24):i])
	for _, w := range words {
		at := strings.LastIndex(before, w)
		if at < 0 {
			continue
		}
		end := at + len(w)
		if (at == 0 || !is(before[at-1], letter|digit)) && (end == len(before) || !is(before[end], letter|digit)) {
			return true
		}
	}
	return false
}
