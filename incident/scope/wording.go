package scope

import (
	"fmt"
	"strings"

	"jejak/exposure"
)

// words are what may be said, in each language. They are made of the numbers and of nothing else.
func (c *Certificate) words() map[exposure.Locale]string {
	return map[exposure.Locale]string{exposure.English: c.english(), exposure.Indonesian: c.bahasa()}
}

func (c *Certificate) english() string {
	class := c.Class.In(exposure.English)
	scanned := fmt.Sprintf("Every one of %s cells in %s was looked at (%s bytes).", grouped(c.Cells, ","), files(c.Files, "file", "files"), grouped(c.Bytes, ","))
	switch c.Why {
	case Present:
		return fmt.Sprintf("The file holds this class of data (%s), in %s cells.", class, grouped(c.Confirmed, ","))
	case Unfindable:
		return fmt.Sprintf("No column is named as one of this class (%s). That it is absent cannot be certified: it cannot be told by its form.", class)
	case NothingRead:
		return fmt.Sprintf("Nothing can be said about this class (%s): the file was not read to its end.", class)
	case NotWholeRead:
		return fmt.Sprintf("0 confirmed of this class (%s). That it is absent cannot be certified, because parts were not read: %s.", class, strings.Join(c.Unread, "; "))
	case PoorControls:
		worst := c.worst()
		return fmt.Sprintf("0 confirmed of this class (%s). That it is absent cannot be certified: of values planted as a control (%s) only %d of %d were found.", class, worst.Kind, worst.Found, worst.Planted)
	}
	found, planted, least := c.sums()
	text := fmt.Sprintf("%s 0 confirmed (%s). Control: %s of %s planted values were found (of each kind at least %s %%, with 95 %% confidence).",
		scanned, class, grouped(int64(found), ","), grouped(int64(planted), ","), hundredths(least, "."))
	if n := c.turnedDown(); n > 0 {
		text += fmt.Sprintf(" %s candidates were turned down, with the reasons in the certificate.", grouped(n, ","))
	}
	if len(c.Unread) > 0 {
		text += " Not covered: " + strings.Join(c.Unread, "; ") + "."
	}
	return text
}

func (c *Certificate) bahasa() string {
	class := c.Class.In(exposure.Indonesian)
	scanned := fmt.Sprintf("Seluruh %s sel dalam %s telah diperiksa (%s bita).", grouped(c.Cells, "."), files(c.Files, "berkas", "berkas"), grouped(c.Bytes, "."))
	switch c.Why {
	case Present:
		return fmt.Sprintf("Berkas ini memuat jenis data berikut (%s), dalam %s sel.", class, grouped(c.Confirmed, "."))
	case Unfindable:
		return fmt.Sprintf("Tidak ada kolom yang namanya menunjukkan jenis data ini (%s). Ketiadaannya tidak dapat disertifikasi: bentuknya tidak dapat dikenali.", class)
	case NothingRead:
		return fmt.Sprintf("Belum ada yang dapat dikatakan tentang jenis data ini (%s): berkas belum dibaca sampai selesai.", class)
	case NotWholeRead:
		return fmt.Sprintf("0 temuan pasti untuk jenis data ini (%s). Ketiadaannya tidak dapat disertifikasi karena ada bagian yang tidak terbaca: %s.", class, strings.Join(c.Unread, "; "))
	case PoorControls:
		worst := c.worst()
		return fmt.Sprintf("0 temuan pasti untuk jenis data ini (%s). Ketiadaannya tidak dapat disertifikasi: dari nilai kontrol yang ditanam (%s) hanya %d dari %d yang ditemukan.", class, worst.Kind, worst.Found, worst.Planted)
	}
	found, planted, least := c.sums()
	text := fmt.Sprintf("%s 0 temuan pasti (%s). Kontrol: %s dari %s nilai yang ditanam ditemukan (tiap jenis sedikitnya %s %%, dengan keyakinan 95 %%).",
		scanned, class, grouped(int64(found), "."), grouped(int64(planted), "."), hundredths(least, ","))
	if n := c.turnedDown(); n > 0 {
		text += fmt.Sprintf(" %s kandidat ditolak; alasannya tercantum dalam sertifikat.", grouped(n, "."))
	}
	if len(c.Unread) > 0 {
		text += " Tidak tercakup: " + strings.Join(c.Unread, "; ") + "."
	}
	return text
}

func (c *Certificate) worst() Control {
	worst := c.Controls[0]
	for _, x := range c.Controls {
		if x.AtLeast < worst.AtLeast {
			worst = x
		}
	}
	return worst
}

func (c *Certificate) sums() (found, planted, least int) {
	for _, x := range c.Controls {
		found, planted = found+x.Found, planted+x.Planted
	}
	return found, planted, c.worst().AtLeast
}

func (c *Certificate) turnedDown() (n int64) {
	for _, x := range c.Resolved {
		n += x.Cells
	}
	return n
}

func files(n int, one, more string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, more)
}

// hundredths is ten thousandths in per cent.
func hundredths(n int, point string) string { return fmt.Sprintf("%d%s%02d", n/100, point, n%100) }

// grouped is a number in groups of three.
func grouped(n int64, by string) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + by + s[i:]
	}
	return s
}
