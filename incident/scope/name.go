package scope

import (
	"slices"
	"strings"

	"jejak/exposure"
	"jejak/ground/detect"
	"jejak/leak"
)

// role is what the name of a column says about its cells.
type role struct {
	class  classes // at most one
	kind   Kind    // under which owners are looked for
	tells  tells
	hints  detect.Named
	lookup bool // owners are looked for at all
}

// tells is what of a row a column tells when the row is grouped.
type tells uint8

const (
	tellsNothing tells = iota
	tellsEvent
	tellsReferrer
	tellsSource
	tellsTime
)

// dictionary has the names of columns by what they hold: the last part of a path, its letters and digits alone, in small letters.
var dictionary = map[string]exposure.Class{}

func init() {
	for class, names := range map[exposure.Class]string{
		exposure.Name: `name fullname firstname lastname givenname familyname surname middlename displayname realname nama namalengkap namadepan
			namabelakang customername contactname recipientname personname cardholdername`,
		exposure.Email:        "email mail emailaddress useremail surel alamatemail emails contactemail customeremail mailaddress formeremails",
		exposure.Phone:        "phone phonenumber mobile mobilenumber msisdn telephone telp telepon nohp hp whatsapp handphone",
		exposure.Address:      "address street streetaddress postaladdress addressline1 addressline2 alamat postalcode postcode zip zipcode kodepos latitude longitude lat lng lon",
		exposure.City:         "city cityname geoipcityname kota kabupaten town",
		exposure.Region:       "region regionname province provinsi subdivision geoipsubdivision1name geoipsubdivision1code",
		exposure.Country:      "country countrycode mpcountrycode countryname geoipcountrycode geoipcountryname negara",
		exposure.Device:       "os osversion osname browser browserversion device devicemodel devicetype useragent rawuseragent model brand manufacturer screenwidth screenheight screendpi carrier platform devicefamily",
		exposure.IP:           "ip ipaddress clientip remoteaddr remoteip userip geoipip",
		exposure.Referrer:     "referrer referrerurl referringdomain initialreferrer initialreferringdomain referer",
		exposure.Browsing:     "currenturl url pageurl pathname currenturlpath mppagetitle pagetitle currentpage visitedurl",
		exposure.UserID:       "userid uid memberid customerid accountid username login externalid",
		exposure.Pseudonym:    "distinctid deviceid anonymousid anonid visitorid amplitudeid cookieid personid person",
		exposure.Organised:    "organizationid organisationid orgid companyid groupid teamid tenantid workspaceid",
		exposure.GovernmentID: "nik ktp noktp nomorktp nokk npwp passport passportnumber nopaspor ssn nationalid",
		exposure.Card:         "cardnumber creditcard ccnumber pan nokartu",
		exposure.BankAccount:  "iban bankaccount bankaccountnumber norekening rekening",
		exposure.Birth:        "birthday birthdate dateofbirth dob tanggallahir tgllahir birthyear",
		exposure.Password:     "password passwd pwd katasandi passwordhash hashedpassword encryptedpassword passphrase",
		exposure.Credentials:  "apikey apisecret accesstoken refreshtoken authtoken bearertoken clientsecret privatekey secretkey sessiontoken idtoken",
		exposure.Content:      "message messagebody chat chatmessage prompt completion transcript ticketbody comment pesan emailbody",
	} {
		for _, n := range strings.Fields(names) {
			dictionary[n] = class
		}
	}
}

// things are what a name is not a person's in: organisation.name.
var things = strings.Fields("org organization organisation company team tenant workspace event product plan page file browser os campaign utm group item project app device screen category")

var telling = map[string]tells{
	"event": tellsEvent, "eventname": tellsEvent, "eventtype": tellsEvent, "mpeventname": tellsEvent, "action": tellsEvent,
	"source": tellsSource, "mplib": tellsSource, "lib": tellsSource, "utmsource": tellsSource, "library": tellsSource,
	"time": tellsTime, "timestamp": tellsTime, "eventtime": tellsTime, "mptime": tellsTime, "createdat": tellsTime, "created": tellsTime,
}

// roleOf reads the name of a column; columns are its neighbours.
func roleOf(table, column string, columns []string, meanings []Meaning) role {
	own, parent := parts(column)
	r := role{hints: detect.Under(column[strings.LastIndexByte(column, '.')+1:]), tells: telling[own], class: bitOf[dictionary[own]]}
	if r.class == 0 && own == "state" && slices.ContainsFunc(columns[:min(len(columns), 200)], isCity) {
		r.class = bitOf[exposure.Region] // a state beside a city is one of a country
	}
	if r.class == bitOf[exposure.Name] && slices.Contains(things, parent) {
		r.class = 0
	}
	for _, m := range meanings {
		if m.Column == column && (m.Table == "" || m.Table == table) {
			r.class = bitOf[m.Class]
		}
	}
	if r.class == bitOf[exposure.Referrer] {
		r.tells = tellsReferrer
	}
	r.kind, r.lookup = kindOf(r)
	return r
}

func isCity(column string) bool {
	own, _ := parts(column)
	return dictionary[own] == exposure.City
}

func kindOf(r role) (k Kind, lookup bool) {
	switch r.class {
	case bitOf[exposure.Email]:
		return Mail, true
	case bitOf[exposure.UserID], bitOf[exposure.Pseudonym]:
		return User, true
	case bitOf[exposure.Organised]:
		return Organisational, true
	case bitOf[exposure.Name]:
		return Called, true
	case bitOf[exposure.City]:
		return Town, true
	case 0:
		return Anything, r.tells == tellsNothing
	}
	return Anything, false
}

// parts are the last part of a path and the one before it, in the dictionary's form.
func parts(column string) (own, parent string) {
	if len(column) > 300 {
		column = column[len(column)-300:]
	}
	column = strings.TrimRight(column, "[]")
	if i := strings.LastIndexByte(column, '.'); i >= 0 {
		own, parent = column[i+1:], column[:i]
		parent = parent[strings.LastIndexByte(parent, '.')+1:]
	} else {
		own = column
	}
	return plain(own), plain(parent)
}

func plain(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'A' && r <= 'Z':
			return r + 32
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			return r
		}
		return -1
	}, text)
}

// place is a table of a file.
type place struct {
	Member leak.MemberID
	Table  leak.TableID
}
