package verify

import "jejak/exposure"

// words are what the pages say, by key. A test holds that each locale has each.
var words = map[string]map[exposure.Locale]string{
	"notice.title":   {"en": "Is this notice from us?", "id": "Apakah pemberitahuan ini dari kami?"},
	"notice.words":   {"en": "Every notice that we send has a code of its own. Enter it, and see what we really sent, when, and to whom.", "id": "Setiap pemberitahuan kami memiliki kode tersendiri. Masukkan kode itu untuk melihat apa yang benar-benar kami kirim, kapan, dan kepada siapa."},
	"notice.code":    {"en": "Code: 16 letters and digits", "id": "Kode: 16 huruf dan angka"},
	"notice.check":   {"en": "Check", "id": "Periksa"},
	"notice.unknown": {"en": "No notice of ours has this code. If it stands in a mail, that mail is not from us, or the code was typed differently.", "id": "Tidak ada pemberitahuan kami dengan kode ini. Jika kode ini ada dalam sebuah email, email itu bukan dari kami, atau kodenya salah ketik."},

	"shown.title":    {"en": "We sent this notice", "id": "Kami mengirim pemberitahuan ini"},
	"shown.sent":     {"en": "Sent", "id": "Dikirim"},
	"shown.incident": {"en": "Incident", "id": "Insiden"},
	"shown.to":       {"en": "To a mailbox like", "id": "Ke kotak surat seperti"},
	"shown.subject":  {"en": "Subject", "id": "Subjek"},
	"shown.compare":  {"en": "Compare. If your mailbox does not end like this, or your mail says anything else, then somebody has copied a code: do not do what it asks.", "id": "Bandingkan. Jika kotak surat Anda tidak berakhir seperti ini, atau email Anda berbunyi lain, seseorang telah menyalin kode: jangan lakukan yang diminta."},
	"shown.text":     {"en": "Its exact text", "id": "Teks persisnya"},
	"shown.asks":     {"en": "It asks of you what stands in this text, and nothing else.", "id": "Pemberitahuan ini meminta apa yang tertulis dalam teks ini, tidak lebih."},
	"shown.replayed": {"en": "Warning: this code was looked up from many places. Somebody is sending copies of it around. Trust only what this page shows.", "id": "Peringatan: kode ini diperiksa dari banyak tempat. Seseorang menyebarkan salinannya. Percayai hanya yang ditampilkan halaman ini."},

	"proof.title":    {"en": "Proof", "id": "Bukti"},
	"proof.words":    {"en": "Before the first notice went out, the number of notices and all their texts were fixed: %d. This one is among them. The file proves it without asking us; it holds your notice, so keep it to yourself.", "id": "Sebelum pemberitahuan pertama dikirim, jumlah dan semua teksnya telah ditetapkan: %d. Yang ini termasuk di dalamnya. Berkas ini membuktikannya tanpa bertanya kepada kami; isinya pemberitahuan Anda, jadi simpanlah untuk diri sendiri."},
	"proof.download": {"en": "Download the proof", "id": "Unduh bukti"},
	"proof.root":     {"en": "All notices together:", "id": "Semua pemberitahuan bersama:"},
	"proof.none":     {"en": "There is no proof that this text was fixed before notices were sent. Ask the contact on our incident page.", "id": "Tidak ada bukti bahwa teks ini ditetapkan sebelum pemberitahuan dikirim. Tanyakan kepada kontak di halaman insiden kami."},

	"mail.title":  {"en": "Or show us the whole mail", "id": "Atau tunjukkan seluruh emailnya"},
	"mail.words":  {"en": "Save the mail as a file (.eml) and choose it. We compare it with what we sent, and keep nothing of it.", "id": "Simpan email sebagai berkas (.eml) lalu pilih. Kami membandingkannya dengan yang kami kirim dan tidak menyimpan apa pun."},
	"mail.file":   {"en": "The mail as a file", "id": "Email sebagai berkas"},
	"mail.really": {"en": "What we really sent with this code", "id": "Yang benar-benar kami kirim dengan kode ini"},
	"mail.none":   {"en": "No mail was chosen, or it is larger than a megabyte.", "id": "Tidak ada email yang dipilih, atau ukurannya lebih dari satu megabita."},

	"verdict.real":     {"en": "This mail is from us, and nothing in it was changed", "id": "Email ini dari kami, dan tidak ada yang diubah"},
	"verdict.altered":  {"en": "This mail was changed: do not trust it", "id": "Email ini telah diubah: jangan percayai"},
	"verdict.not_ours": {"en": "This mail is not a notice from us: do not trust it", "id": "Email ini bukan pemberitahuan dari kami: jangan percayai"},
	"verdict.fine":     {"en": "The signature is ours, the code is known, and the text is what we sent.", "id": "Tanda tangannya milik kami, kodenya dikenal, dan teksnya sama dengan yang kami kirim."},
	"inside.title":     {"en": "The mail attached to it:", "id": "Email yang dilampirkan di dalamnya:"},

	"reason.unreadable":       {"en": "It cannot be read as a mail.", "id": "Tidak dapat dibaca sebagai email."},
	"reason.foreign_sender":   {"en": "It does not come from our domain alone.", "id": "Tidak hanya berasal dari domain kami."},
	"reason.look_alike":       {"en": "Its sender has a domain that looks like ours and is another.", "id": "Pengirimnya memakai domain yang mirip domain kami tetapi bukan."},
	"reason.doubled_header":   {"en": "It has a line twice that a mail has once, such as its sender: programs show different ones.", "id": "Ada baris ganda yang seharusnya hanya satu, misalnya pengirim: setiap program menampilkan yang berbeda."},
	"reason.unsigned":         {"en": "It carries no signature. All our notices do.", "id": "Tidak bertanda tangan. Semua pemberitahuan kami bertanda tangan."},
	"reason.signed_by_other":  {"en": "It is signed by another domain, not by ours.", "id": "Ditandatangani domain lain, bukan domain kami."},
	"reason.broken_signature": {"en": "Our signature on it belongs to another text.", "id": "Tanda tangan kami di dalamnya milik teks lain."},
	"reason.partly_signed":    {"en": "The signature leaves a part of the mail open to changes.", "id": "Tanda tangannya membiarkan sebagian email dapat diubah."},
	"reason.no_code":          {"en": "There is no code in it. All our notices have one.", "id": "Tidak ada kode di dalamnya. Semua pemberitahuan kami memilikinya."},
	"reason.unknown_code":     {"en": "No notice of ours has the code in it.", "id": "Tidak ada pemberitahuan kami dengan kode di dalamnya."},
	"reason.other_text":       {"en": "Its text is not what we sent with this code.", "id": "Teksnya bukan yang kami kirim dengan kode ini."},
	"reason.other_parts":      {"en": "It has parts that we do not send, such as a second text or an attachment.", "id": "Ada bagian yang tidak kami kirim, misalnya teks kedua atau lampiran."},
	"reason.reply":            {"en": "It answers another mail. Our notices never do.", "id": "Email ini membalas email lain. Pemberitahuan kami tidak pernah."},
	"reason.later":            {"en": "We have sent further notices about this incident since. Our incident page has the newest state.", "id": "Sejak itu kami mengirim pemberitahuan lain tentang insiden ini. Halaman insiden kami memuat keadaan terbaru."},
	"reason.replayed":         {"en": "Copies of it are sent around. It is meant for the one mailbox shown below.", "id": "Salinannya disebarkan. Email ini hanya untuk kotak surat yang ditampilkan di bawah."},
	"reason.not_sent_yet":     {"en": "We have not sent it yet.", "id": "Belum kami kirim."},

	"affected.title":   {"en": "Was I affected?", "id": "Apakah saya terdampak?"},
	"affected.words":   {"en": "Enter your e-mail address. The answer goes to that mailbox and nowhere else: this page says the same whatever you enter.", "id": "Masukkan alamat email Anda. Jawabannya hanya dikirim ke kotak surat itu: halaman ini selalu berkata sama apa pun yang Anda masukkan."},
	"affected.address": {"en": "E-mail address", "id": "Alamat email"},
	"affected.ask":     {"en": "Send me the answer", "id": "Kirim jawabannya"},
	"asked.title":      {"en": "The answer goes to the mailbox", "id": "Jawabannya dikirim ke kotak surat"},
	"asked.words":      {"en": "If what you entered is an e-mail address, a mail with the answer is on its way, yes or no. A mailbox gets one a day. Look in the spam folder, too.", "id": "Jika yang Anda masukkan alamat email, jawaban sedang dikirim, ya atau tidak. Setiap kotak surat menerima satu jawaban sehari. Periksa juga folder spam."},

	"problem.many":  {"en": "Too many attempts came from your network. Try again later.", "id": "Terlalu banyak percobaan dari jaringan Anda. Coba lagi nanti."},
	"problem.busy":  {"en": "Too many questions wait for their answer. Try again in an hour.", "id": "Terlalu banyak pertanyaan menunggu jawaban. Coba lagi satu jam lagi."},
	"problem.later": {"en": "This cannot be told now. Try again later.", "id": "Saat ini belum dapat dipastikan. Coba lagi nanti."},
	"never":         {"en": "We never ask for your password, key, code or payment.", "id": "Kami tidak pernah meminta kata sandi, kunci, kode, atau pembayaran."},
}
