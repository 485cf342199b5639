package exposure

import "slices"

// Class is a kind of data by its key in the Fides taxonomy of data categories, or one of ours where that has none.
type Class string

// The classes that a scope tells apart.
const (
	Name         Class = "user.name"
	Email        Class = "user.contact.email"
	Phone        Class = "user.contact.phone_number"
	Address      Class = "user.contact.address"
	City         Class = "user.contact.address.city"
	Region       Class = "user.contact.address.state"
	Country      Class = "user.contact.address.country"
	Device       Class = "user.device"
	IP           Class = "user.device.ip_address"
	Browsing     Class = "user.behavior.browsing_history"
	UserID       Class = "user.unique_id"
	Pseudonym    Class = "user.unique_id.pseudonymous"
	Credentials  Class = "user.authorization.credentials"
	Password     Class = "user.authorization.password"
	GovernmentID Class = "user.government_id"
	Card         Class = "user.payment.card_number"
	BankAccount  Class = "user.financial.bank_account"
	Birth        Class = "user.demographic.date_of_birth"
	Content      Class = "user.content.private"
	Organised    Class = "organisation.unique_id"
	Referrer     Class = "user.behavior.referrer"
)

// words are what people are told a class is.
var words = []struct {
	class   Class
	english string
	bahasa  string
}{
	{Name, "name", "nama"},
	{Email, "e-mail address", "alamat email"},
	{Phone, "phone number", "nomor telepon"},
	{Address, "postal address", "alamat pos"},
	{City, "city", "kota"},
	{Region, "region or state", "provinsi"},
	{Country, "country", "negara"},
	{Device, "browser, operating system and device", "peramban, sistem operasi, dan perangkat"},
	{IP, "IP address", "alamat IP"},
	{Browsing, "pages visited", "halaman yang dikunjungi"},
	{UserID, "user ID", "ID pengguna"},
	{Pseudonym, "pseudonymous ID", "ID samaran"},
	{Credentials, "key or access token", "kunci atau token akses"},
	{Password, "password", "kata sandi"},
	{GovernmentID, "government ID number", "nomor identitas resmi"},
	{Card, "payment card number", "nomor kartu pembayaran"},
	{BankAccount, "bank account number", "nomor rekening bank"},
	{Birth, "date of birth", "tanggal lahir"},
	{Content, "private messages or texts", "pesan atau teks pribadi"},
	{Organised, "organisation ID", "ID organisasi"},
	{Referrer, "referring website", "situs perujuk"},
}

// Classes are all of them, in the order in which people are told.
func Classes() []Class {
	out := make([]Class, len(words))
	for i, w := range words {
		out[i] = w.class
	}
	return out
}

// In is the class in words. It is the key itself for a class that is not among Classes.
func (c Class) In(l Locale) string {
	for _, w := range words {
		if w.class == c {
			if l == Indonesian {
				return w.bahasa
			}
			return w.english
		}
	}
	return string(c)
}

// IsLocation tells whether the class says where somebody is.
func (c Class) IsLocation() bool {
	return c == Address || c == City || c == Region || c == Country
}

// NeedsRotation tells whether who lost it must change a key or a password.
func (c Class) NeedsRotation() bool { return c == Credentials || c == Password }

// Sorted returns the classes in the order in which people are told, each once.
func Sorted(classes []Class) []Class {
	var out []Class
	for _, w := range words {
		if slices.Contains(classes, w.class) {
			out = append(out, w.class)
		}
	}
	return out
}
