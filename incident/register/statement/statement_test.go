package statement

import (
	"slices"
	"strings"
	"testing"
)

const english = `On 9 November 2025 we detected that an attacker had phished an employee.
The access was revoked on November 9, 2025.
Names, e-mail addresses and coarse locations were exported.
About 970,000 users of 4,987 organisations are concerned.
Passwords, API keys and payment data were not exposed.
We have rotated all credentials and notified the authorities.
Questions: incident@example.com.`

const indonesian = `Pada 9 November 2025 kami mendeteksi pengelabuan terhadap seorang karyawan.
Aksesnya dicabut pada 9 November 2025.
Nama, alamat email, dan kota terungkap.
Jumlahnya belum diketahui, pembaruan berikutnya pada 12 November 2025.
Kata sandi tidak terungkap.
Kami telah mengganti semua kunci dan memberi tahu yang berwenang.
Hubungi insiden@example.co.id.`

func TestWholeStatements(t *testing.T) {
	for _, text := range []string{english, indonesian} {
		if r := Check(text); !r.Complete || len(r.Items) != 8 || len(r.Claims) != 0 {
			t.Errorf("%+v", r)
		}
	}
}

// TestEachItemIsMissed: without the sentence that says it a statement is not complete, and the item is named (IR-17).
func TestEachItemIsMissed(t *testing.T) {
	for _, text := range []string{english, indonesian} {
		lines := strings.Split(text, "\n")
		for n, item := range map[int]Item{1: Contained, 2: What, 3: HowMany, 4: NotAffected, 5: Actions, 6: Contact} {
			r := Check(strings.Join(slices.Delete(slices.Clone(lines), n, n+1), "\n"))
			at := slices.IndexFunc(r.Items, func(f SaidItem) bool { return f.Item == item })
			if r.Complete || r.Items[at].Said || r.Items[at].Missing == "" {
				t.Errorf("without %q: %+v", lines[n], r.Items[at])
			}
		}
		for item, word := range map[Item][2]string{
			Detected: {"9 November 2025", "recently"},
			Cause:    {"", ""},
		} {
			short := strings.Replace(text, word[0], word[1], 1)
			if item == Cause {
				short = strings.NewReplacer("phished an employee", "had access", "pengelabuan terhadap seorang karyawan", "akses", "credentials", "doors").Replace(text)
			}
			r := Check(short)
			if at := slices.IndexFunc(r.Items, func(f SaidItem) bool { return f.Item == item }); r.Items[at].Said {
				t.Errorf("%s is said in %q", item, r.Items[at].Sentence)
			}
		}
	}
}

// TestThinStatement is like the one of the founding case: late and without content.
func TestThinStatement(t *testing.T) {
	r := Check("We take security seriously. We recently experienced a security incident that affected a limited number of our customers. There is no evidence of misuse.")
	if r.Complete || len(r.Claims) != 1 {
		t.Errorf("%+v", r)
	}
	for _, f := range r.Items {
		if f.Said {
			t.Errorf("%s is said in %q", f.Item, f.Sentence)
		}
	}
}

// TestNoEvidence: the phrase is refused without what was searched and until when; with it, it passes (IR-27).
func TestNoEvidence(t *testing.T) {
	for _, bad := range []string{
		"There is no evidence of misuse.", "We have no indication that the data was abused.", "We found no evidence that data was misused, and we searched hard.",
		"We have not seen any evidence of fraud.", "Tidak ada bukti penyalahgunaan.", "Kami belum menemukan bukti bahwa data disalahgunakan.",
	} {
		if len(Check(bad).Claims) != 1 {
			t.Errorf("%q passes", bad)
		}
	}
	for _, good := range []string{
		"We examined the login records of all 970,243 accounts until 2026-11-25 and found no evidence of misuse there; that does not mean that there is no risk.",
		"Kami memeriksa catatan masuk semua akun hingga 2026-11-25 dan tidak menemukan bukti penyalahgunaan di sana; itu tidak berarti bahwa tidak ada risiko.",
		"We found no evidence of misuse. We reviewed all log-ins through 24 November 2026.",
		"The export is evidence of an attack.", "We have no further questions.",
	} {
		if c := Check(good).Claims; len(c) != 0 {
			t.Errorf("%q is refused", c)
		}
	}
}

// TestLongTexts: expressions are RE2's, so a long text takes no long time.
func TestLongTexts(t *testing.T) {
	Check(strings.Repeat("no not any ", MaxText/11))
}
