package decode

import (
	"archive/zip"
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/parquet-go/parquet-go"
)

type parquetPerson struct {
	ID       int64     `parquet:"id"`
	Email    string    `parquet:"email"`
	City     *string   `parquet:"city,optional"`
	Tags     []string  `parquet:"tags,list"`
	Seen     time.Time `parquet:"seen,timestamp(millisecond)"`
	Born     int32     `parquet:"born,date"`
	Spent    int64     `parquet:"spent,decimal(2:18)"`
	Active   bool      `parquet:"active"`
	Props    string    `parquet:"properties"`
	Location struct {
		Lat float64 `parquet:"lat"`
	} `parquet:"location"`
}

func parquetFile(t testing.TB, n, perGroup int) []byte {
	t.Helper()
	var b bytes.Buffer
	w := parquet.NewGenericWriter[parquetPerson](&b, parquet.MaxRowsPerRowGroup(int64(perGroup)), parquet.Compression(&parquet.Zstd))
	city := "Jakarta"
	for i := range n {
		p := parquetPerson{ID: int64(i), Email: "a@b.example", Seen: time.Unix(1763000000, 5e6), Born: 1, Spent: -5, Active: true, Props: `{"$os":"Linux"}`}
		p.Location.Lat = -6.2
		if i%2 == 0 {
			p.City, p.Tags = &city, []string{"x", "y"}
		}
		if _, err := w.Write([]parquetPerson{p}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestParquet(t *testing.T) {
	file := parquetFile(t, 2, 10)
	want := "1|id=0|email=a@b.example|city=Jakarta|tags[]=x|tags[]=y|seen=2025-11-13T02:13:20.005Z|born=1970-01-02|spent=-0.05|active=true|properties.$os=Linux|location.lat=-6.2\n" +
		"2|id=1|email=a@b.example|seen=2025-11-13T02:13:20.005Z|born=1970-01-02|spent=-0.05|active=true|properties.$os=Linux|location.lat=-6.2\n"
	if got := read(t, "x.parquet", file, Options{}); got != want+"end 1 x.parquet parquet rows=2\n" {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	if got := read(t, "x.tgz", gzipped(tarred(packed{"x.parquet", file})), Options{}); !strings.HasPrefix(got, want) {
		t.Errorf("packed: %s\nwant\n%s", got, want)
	}
}

// TestParquetGroupDamaged: of three groups of rows the middle one is damaged; the others are read.
func TestParquetGroupDamaged(t *testing.T) {
	file := parquetFile(t, 3000, 1000)
	for i := len(file) / 2; i < len(file)/2+40; i++ {
		file[i] ^= 0xff
	}
	s := &transcript{}
	if err := Read(source("x", file), Options{}, s); err != nil {
		t.Fatal(err)
	}
	if s.rows < 2000 || s.rows >= 3000 || len(s.members[0].Gaps) != 1 {
		t.Errorf("%d rows, %v", s.rows, s.members)
	}
}

func workbookFile(sheet string) []byte {
	return zipped(zip.Deflate,
		packed{"[Content_Types].xml", []byte(`<Types/>`)},
		packed{"xl/workbook.xml", []byte(`<workbook xmlns:r="x"><sheets><sheet name="People" sheetId="1" r:id="rId1"/></sheets></workbook>`)},
		packed{"xl/_rels/workbook.xml.rels", []byte(`<Relationships><Relationship Id="rId1" Type="t" Target="worksheets/sheet1.xml"/></Relationships>`)},
		packed{"xl/sharedStrings.xml", []byte(`<sst><si><t>email</t></si><si><r><t>ani@</t></r><r><t>example.com</t></r><rPh><t>kana</t></rPh></si></sst>`)},
		packed{"xl/worksheets/sheet1.xml", []byte(sheet)},
		packed{"xl/comments1.xml", []byte(`<comments><authors><author>Dewi</author></authors></comments>`)},
		packed{"xl/media/image1.png", []byte("\x89PNG")},
	)
}

func TestXLSX(t *testing.T) {
	file := workbookFile(`<worksheet><sheetData>` +
		`<row r="1"><c r="A1" t="s"><v>0</v></c><c r="C1" t="inlineStr"><is><t>visits</t></is></c></row>` +
		`<row r="3"><c r="A3" t="s"><v>1</v></c><c r="C3"><f>HYPERLINK("x")&amp;1+2</f><v>3</v></c></row>` +
		`<row r="4"><c r="A4" t="s"><v>99</v></c></row>` +
		`</sheetData></worksheet>`)
	got := read(t, "x.xlsx", file, Options{})
	for _, want := range []string{
		"table People\n", "1|email=ani@example.com|visits=3|visits==HYPERLINK(\"x\")&1+2\n", "|part=xl/comments1.xml|text=Dewi\n",
		"a text that the workbook does not have", "a part of the workbook that is no XML", "end 1 x.xlsx xlsx",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing in\n%s", want, got)
		}
	}
}
