package filing

import "jejak/exposure"

// FactNames are all facts that a base may have, with what people call them.
var FactNames = []struct {
	Fact Fact
	In   map[exposure.Locale]string
}{
	{"incident", both("reference of the incident", "nomor insiden")},
	{"organisation", both("who notifies", "yang memberi tahu")},
	{"contact", both("contact", "kontak")},
	{"role", both("role of the organisation", "peran organisasi")},
	{"vendor", both("processor or vendor involved", "prosesor atau vendor yang terlibat")},
	{"title", both("what happened", "apa yang terjadi")},
	{"breach_types", both("nature of the breach", "sifat kegagalan")},
	{"cause", both("cause", "penyebab")},
	{"systems", both("systems", "sistem")},
	{"happened_from", both("when it began", "kapan dimulai")},
	{"happened_to", both("when it ended", "kapan berakhir")},
	{"known", both("when we knew", "kapan kami mengetahuinya")},
	{"found", both("how it was found", "bagaimana ditemukan")},
	{"contained", both("when it was contained", "kapan dihentikan")},
	{"people", both("people affected", "orang yang terdampak")},
	{"records", both("records", "catatan")},
	{"organisations", both("organisations affected", "organisasi yang terdampak")},
	{"classes", both("personal data disclosed", "data pribadi yang terungkap")},
	{"absences", both("what is proven not to be disclosed", "yang terbukti tidak terungkap")},
	{"unread", both("parts that could not be read", "bagian yang tidak dapat dibaca")},
	{"vulnerable", both("vulnerable groups", "kelompok rentan")},
	{"protected", both("encryption and tokens", "enkripsi dan token")},
	{"consequences", both("likely consequences", "akibat yang mungkin")},
	{"risk", both("risk for people", "risiko bagi orang")},
	{"measures", both("measures taken", "tindakan yang diambil")},
	{"planned", both("measures planned", "tindakan yang direncanakan")},
	{"people_told", both("when people were told", "kapan orang diberi tahu")},
	{"authorities", both("authorities notified", "otoritas yang diberi tahu")},
	{"countries", both("countries", "negara")},
	{"vendor_days", both("requests to the vendor", "permintaan kepada vendor")},
	{"timeline", both("chronology", "kronologi")},
	{"next_report", both("next report", "laporan berikutnya")},
}

func both(english, indonesian string) map[exposure.Locale]string {
	return map[exposure.Locale]string{exposure.English: english, exposure.Indonesian: indonesian}
}
