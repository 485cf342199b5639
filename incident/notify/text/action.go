package text

import (
	"slices"

	"jejak/exposure"
)

// Urgency is how soon an action is to be taken. The least comes first.
type Urgency int

// The urgencies.
const (
	Now Urgency = iota
	Soon
	GoodToKnow
)

// maxActions is how many things one notice asks for at most: more are not done.
const maxActions = 5

// Action is something that a notice asks of its recipient, and why.
type Action struct {
	ID      string
	When    Urgency
	Heading string // the urgency in words
	Do, Why string
}

// advice is an action with whom it is for: anybody who lost one of the classes.
type advice struct {
	id      string
	when    Urgency
	classes []exposure.Class
	english [2]string // what to do, why
	bahasa  [2]string
}

// advices are in the order of their weight: what does not fit into maxActions falls off the end.
var advices = []advice{
	{"rotate", Now, []exposure.Class{exposure.Credentials},
		[2]string{"Make new keys and delete the old ones.", "A key of yours is in the file, and it opens your account."},
		[2]string{"Buat kunci baru dan hapus kunci lama.", "Kunci Anda ada di berkas itu dan dapat membuka akun Anda."}},
	{"reset", Now, []exposure.Class{exposure.Password},
		[2]string{"Change your password, here and wherever you use it.", "Your password is in the file."},
		[2]string{"Ganti kata sandi Anda, di sini dan di tempat lain yang memakainya.", "Kata sandi Anda ada di berkas itu."}},
	{"bank", Now, []exposure.Class{exposure.Card, exposure.BankAccount},
		[2]string{"Call your bank and check your payments.", "A number with which money is moved is in the file."},
		[2]string{"Hubungi bank Anda dan periksa transaksi Anda.", "Nomor untuk memindahkan uang ada di berkas itu."}},
	{"phishing", Now, []exposure.Class{exposure.Email, exposure.Phone, exposure.Name, exposure.Address},
		[2]string{"Do not trust mails or calls about this incident that ask you for something.", "Thieves use what they know of you to seem real."},
		[2]string{"Jangan percaya pesan atau telepon tentang insiden ini yang meminta sesuatu.", "Pencuri memakai data Anda agar tampak asli."}},
	{"identity", Soon, []exposure.Class{exposure.GovernmentID, exposure.Birth},
		[2]string{"Watch for accounts that others open in your name.", "Your ID data is in the file."},
		[2]string{"Awasi akun yang dibuka orang lain atas nama Anda.", "Data identitas Anda ada di berkas itu."}},
	{"second_factor", Soon, nil,
		[2]string{"Turn on sign-in in two steps.", "It keeps others out, even with your password."},
		[2]string{"Aktifkan masuk dengan dua langkah.", "Orang lain tetap tidak bisa masuk, meski tahu kata sandi Anda."}},
	{"never_ask", GoodToKnow, nil,
		[2]string{"We never ask for a password, a key, a code or a payment.", "Who asks for one is not us."},
		[2]string{"Kami tidak pernah meminta kata sandi, kunci, kode, atau pembayaran.", "Siapa pun yang memintanya bukan kami."}},
}

// noReset is said only where certificates cover passwords and keys.
var noReset = advice{"no_reset", GoodToKnow, nil,
	[2]string{"You do not need to change your password or keys.", "We searched the whole file, and none are in it."},
	[2]string{"Anda tidak perlu mengganti kata sandi atau kunci.", "Kami memeriksa seluruh berkas dan tidak menemukannya."}}

var headings = map[exposure.Locale][3]string{
	exposure.English:    {"Do now", "Do soon", "Good to know"},
	exposure.Indonesian: {"Lakukan sekarang", "Lakukan segera", "Perlu diketahui"},
}

// actions follow from what the recipient lost. Who lost a key or a password is told to change it, and never that there is no
// need to; that there is none is told to others only on the ground of certificates.
func actions(l exposure.Locale, n Notice, absent []exposure.Class) (out []Action) {
	for _, a := range advices {
		if a.isFor(n) {
			out = append(out, a.in(l))
		}
	}
	if saysNoReset(n, absent) {
		out = append(out, noReset.in(l))
	}
	slices.SortStableFunc(out, func(a, b Action) int { return int(a.When) - int(b.When) })
	return out[:min(len(out), maxActions)]
}

func (a advice) isFor(n Notice) bool {
	return a.classes == nil || slices.ContainsFunc(a.classes, func(c exposure.Class) bool { return slices.Contains(n.lost(), c) })
}

func saysNoReset(n Notice, absent []exposure.Class) bool {
	return !slices.ContainsFunc(n.lost(), exposure.Class.NeedsRotation) &&
		slices.Contains(absent, exposure.Credentials) && slices.Contains(absent, exposure.Password)
}

func (a advice) in(l exposure.Locale) Action {
	text := a.english
	if l == exposure.Indonesian {
		text = a.bahasa
	}
	return Action{ID: a.id, When: a.when, Heading: headings[l][a.when], Do: text[0], Why: text[1]}
}
