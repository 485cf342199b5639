package vendor

import (
	"fmt"

	"jejak/exposure"
)

// stepsOf is the checklist of a vendor: what no program can do from here.
func stepsOf(v *Vendor) []VendorStep {
	list := []VendorStep{
		step("content_security_policy", "Take the vendor's hosts out of the Content-Security-SitePolicy; the new text is made for you",
			"Hapus host vendor dari Content-Security-SitePolicy; teks barunya dibuatkan untuk Anda"),
		step("server_egress", "Deny the vendor's domains in the egress proxy or firewall of every other server",
			"Tolak domain vendor di proksi keluar atau firewall setiap server lain"),
		step("sdk", "Take the vendor's SDK and tags out of sites, apps and the tag manager, and switch its flag off in released apps",
			"Hapus SDK dan tag vendor dari situs, aplikasi, dan pengelola tag, serta matikan penandanya di aplikasi yang sudah dirilis"),
		step("accounts", "End the vendor's accounts and OAuth grants on your systems, second and test accounts included",
			"Akhiri akun dan izin OAuth vendor di sistem Anda, termasuk akun kedua dan akun uji"),
		step("their_keys", "Revoke the keys and tokens that you hold at the vendor, in every project and region",
			"Cabut kunci dan token Anda di vendor, di setiap proyek dan wilayah"),
	}
	n := 0
	for _, s := range v.Services {
		for _, f := range s.Flows {
			if f.Credential == "" {
				continue
			}
			n++
			list = append(list, step(fmt.Sprintf("key_%d", n), "Revoke and replace: "+clean(f.Credential, 200), "Cabut dan ganti: "+clean(f.Credential, 200)))
		}
	}
	return append(list,
		step("queues", "Empty the queues of other senders; what waits there is sent when they start again",
			"Kosongkan antrean pengirim lain; yang menunggu di sana akan terkirim saat mereka dijalankan lagi"),
		step("scan", "Look for the vendor's hosts in all built pages and servers (jejak vendor scan, jejak vendor crawl)",
			"Cari host vendor di semua halaman dan server yang sudah dibangun (jejak vendor scan, jejak vendor crawl)"),
		step("deletion", "Send the request for deletion; its text is made for you and its answer is chased",
			"Kirim permintaan penghapusan; teksnya dibuatkan untuk Anda dan jawabannya ditagih"))
}

func step(key, english, indonesian string) VendorStep {
	return VendorStep{Key: key, What: map[exposure.Locale]string{exposure.English: english, exposure.Indonesian: indonesian}}
}
