package decode

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/ulikunitz/xz"

	"jejak/leak"
)

// transcript writes down what a reading says, a line for each row and each member.
type transcript struct {
	b       strings.Builder
	tables  map[string][]string
	members []leak.Member
	rows    int64
	fail    error // returned once after rows
	at      leak.Position
	whole   []leak.Position
}

func (s *transcript) Table(t leak.Table) error {
	if s.tables == nil {
		s.tables = map[string][]string{}
	}
	key := fmt.Sprint(t.Member, "/", t.ID)
	_, known := s.tables[key]
	if t.First > len(s.tables[key]) {
		return fmt.Errorf("columns are missing before %d", t.First)
	}
	s.tables[key] = append(s.tables[key][:t.First], t.Columns...)
	if !known && t.Name != "" {
		fmt.Fprintf(&s.b, "table %s\n", t.Name)
	}
	return nil
}

func (s *transcript) Rows(b *leak.Batch) error {
	names := s.tables[fmt.Sprint(b.Member, "/", b.Table)]
	for r := range b.Rows() {
		s.rows++
		fmt.Fprintf(&s.b, "%d", r.Number)
		if r.Continued {
			s.b.WriteString("+")
		}
		for _, c := range r.Cells {
			fmt.Fprintf(&s.b, "|%s=%s", names[c.Column], c.Text)
		}
		s.b.WriteString("\n")
	}
	if !b.Open {
		s.whole = append(s.whole, b.Position())
	}
	if s.fail != nil && !b.Open {
		s.at = b.Position()
		return s.fail
	}
	return nil
}

func (s *transcript) Member(m leak.Member) error {
	s.members = append(s.members, m)
	fmt.Fprintf(&s.b, "end %s %s %s rows=%d", m.ID, m.Name, m.Format, m.Rows)
	for _, g := range m.Gaps {
		fmt.Fprintf(&s.b, " [%s]", g)
	}
	s.b.WriteString("\n")
	return nil
}

func source(name string, text []byte) Source {
	return Source{Name: name, At: bytes.NewReader(text), Size: int64(len(text))}
}

func read(t testing.TB, name string, text []byte, o Options) string {
	t.Helper()
	s := &transcript{}
	if err := Read(source(name, text), o, s); err != nil {
		t.Fatal(err)
	}
	return s.b.String()
}

func gzipped(text []byte) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	z.Write(text)
	z.Close()
	return b.Bytes()
}

func zstded(text []byte) []byte {
	z, _ := zstd.NewWriter(nil)
	return z.EncodeAll(text, nil)
}

func xzed(text []byte) []byte {
	var b bytes.Buffer
	z, _ := xz.NewWriter(&b)
	z.Write(text)
	z.Close()
	return b.Bytes()
}

// packed is a member of an archive that a test makes.
type packed struct {
	name string
	text []byte
}

func tarred(members ...packed) []byte {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, m := range members {
		w.WriteHeader(&tar.Header{Name: m.name, Mode: 0o600, Size: int64(len(m.text))})
		w.Write(m.text)
	}
	w.Close()
	return b.Bytes()
}

func zipped(method uint16, members ...packed) []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, m := range members {
		f, _ := w.CreateHeader(&zip.FileHeader{Name: m.name, Method: method, Modified: time.Unix(0, 0)})
		f.Write(m.text)
	}
	w.Close()
	return b.Bytes()
}

func inUTF16(order binary.AppendByteOrder, mark bool, s string) []byte {
	var b []byte
	if mark {
		b = order.AppendUint16(b, 0xfeff)
	}
	for _, u := range utf16.Encode([]rune(s)) {
		b = order.AppendUint16(b, u)
	}
	return b
}

const people = "id,email,city\n1,ani@example.com,Jakarta\n2,budi@example.com,\"Kota \"\"X\"\", Bandung\"\n"

const peopleRead = "1|id=1|email=ani@example.com|city=Jakarta\n2|id=2|email=budi@example.com|city=Kota \"X\", Bandung\n"

func TestFormats(t *testing.T) {
	for _, c := range []struct {
		name string
		text []byte
		want string
	}{
		{"plain.csv", []byte(people), peopleRead + "end 1 plain.csv csv rows=2\n"},
		{"crlf.csv", []byte(strings.ReplaceAll(people, "\n", "\r\n")), peopleRead + "end 1 crlf.csv csv rows=2\n"},
		{"bom.csv", []byte("\ufeff" + people), peopleRead + "end 1 bom.csv csv rows=2\n"},
		{"utf16le.csv", inUTF16(binary.LittleEndian, true, people), peopleRead + "end 1 utf16le.csv csv rows=2\n"},
		{"utf16be.csv", inUTF16(binary.BigEndian, false, people), peopleRead + "end 1 utf16be.csv csv rows=2\n"},
		{"mac.csv", []byte("id,name\r1,Ani\r2,Budi\r"), "1|id=1|name=Ani\n2|id=2|name=Budi\nend 1 mac.csv csv rows=2\n"},
		{"latin.csv", []byte("id;name\n1;Jos\xe9\n2;\x93x\x94\n"), "1|id=1|name=José\n2|id=2|name=“x”\nend 1 latin.csv csv rows=2\n"},
		{"tabs", []byte("a@b.example\t1\nc@d.example\t2\n"), "1|column 1=a@b.example|column 2=1\n2|column 1=c@d.example|column 2=2\nend 1 tabs csv rows=2\n"},
		{"words", []byte("Ani,Jakarta\nBudi,Bandung\n"), "1|column 1=Ani|column 2=Jakarta\n2|column 1=Budi|column 2=Bandung\nend 1 words csv rows=2\n"},
		{"list", []byte("a@b.example\nc@d.example"), "1|column 1=a@b.example\n2|column 1=c@d.example\nend 1 list csv rows=2\n"},
		{"ragged", []byte("id,email\n1,a@b.example,more\n\n2\n3,x\n"), "1|id=1|email=a@b.example|column 3=more\n2|id=2\n3|id=3|email=x\nend 1 ragged csv rows=3\n"},
		{"quote", []byte("id,email\n1,\"a@b.example\n2,c@d.example\n"), "1|id=1|email=\"a@b.example\n2|id=2|email=c@d.example\nend 1 quote csv rows=2 [quotes, row 1, byte 11]\n"},
		{"inner", []byte("id,email\n1,\"a \"b\" c\"\n2,x\n"), "1|id=1|email=a \"b\" c\n2|id=2|email=x\nend 1 inner csv rows=2\n"},
		{"props.csv", []byte("id,properties\n1,\"{\"\"city\"\": \"\"Solo\"\", \"\"n\"\": [1, 2]}\"\n"), "1|id=1|properties.city=Solo|properties.n[]=1|properties.n[]=2\nend 1 props.csv csv rows=1\n"},

		{"lines.json", []byte(`{"event":"a","properties":{"distinct_id":"u1","n":1.5,"x":null}}` + "\n" + `{"event":"b\u0041\ud83d\ude00","properties":{"n":2}}` + "\n"),
			"1|event=a|properties.distinct_id=u1|properties.n=1.5\n2|event=bA😀|properties.n=2\nend 1 lines.json json rows=2\n"},
		{"bad.json", []byte(`{"a":1}` + "\n" + `{"a":2,` + "\n" + `{"a":3}` + "\nrubbish\n" + `{"a":4}`),
			"1|a=1\n2|a=2\n3|\n4|a=4\n"},
		{"array.json", []byte(`[{"a":1,"b":{"c":true}}, {"a":"2"}]`), "1|a=1|b.c=true\n2|a=2\nend 1 array.json json rows=2\n"},
		{"page.json", []byte(`{"page":0,"results":[{"$distinct_id":"u","$properties":{"$email":"a@b.example"}}],"status":"ok"}`),
			"table results\n1|page=0\n1|$distinct_id=u|$properties.$email=a@b.example\n1+|status=ok\nend 1 page.json json rows=2\n"},
		{"query.json", []byte(`{"columns":["a","b"],"results":[[1,"x"],[2,"y"]]}`),
			"table results\n1|columns[]=a|columns[]=b\n1|column 1=1|column 2=x\n2|column 1=2|column 2=y\nend 1 query.json json rows=3\n"},

		{"pg.sql", []byte("--\n-- PostgreSQL database dump\n--\n\nSET x = 0;\nCREATE TABLE public.users (\n id integer, name text DEFAULT 'a,b'\n);\n" +
			"COPY public.users (id, name) FROM stdin;\n1\tAni\\tX\n2\t\\N\n\\.\n\nINSERT INTO public.users VALUES (3, 'O''Hara; x', now()), (4, E'a\\nb', '2026-01-01'::date);\n"),
			"table (statements)\ntable users\n1|text=--\n\n2|text=-- PostgreSQL database dump\n\n3|text=--\n\n4|text=SET x = 0\n5|text=CREATE TABLE public.users (\n id integer, name text DEFAULT 'a,b'\n)\n" +
				"1|id=1|name=Ani\tX\n2|id=2\n3|id=3|name=O'Hara; x|column 3=now()\n4|id=4|name=a\nb|column 3=2026-01-01\nend 1 pg.sql sql rows=9\n"},
		{"my.sql", []byte("-- MySQL dump 10.13\n/*!40101 SET NAMES utf8 */;\nCREATE TABLE `users` (\n `id` int NOT NULL,\n `mail` varchar(9) DEFAULT NULL,\n PRIMARY KEY (`id`)\n) ENGINE=InnoDB;\n" +
			"INSERT INTO `users` VALUES (1,'a\\'b@c.example'),(2,NULL),(3,_binary 'x\\\\'),(-4.5,0x4142);\n"),
			"table (statements)\ntable users\n1|text=-- MySQL dump 10.13\n\n2|text=/*!40101 SET NAMES utf8 */\n3|text=CREATE TABLE `users` (\n `id` int NOT NULL,\n `mail` varchar(9) DEFAULT NULL,\n PRIMARY KEY (`id`)\n) ENGINE=InnoDB\n" +
				"1|id=1|mail=a'b@c.example\n2|id=2\n3|id=3|mail=x\\\n4|id=-4.5|mail=0x4142\nend 1 my.sql sql rows=7\n"},

		{"people.csv.gz", gzipped([]byte(people)), peopleRead + "end 1.1 people.csv csv rows=2\nend 1 people.csv.gz gzip rows=0\n"},
		{"people.zst", zstded([]byte(people)), peopleRead + "end 1.1 people csv rows=2\nend 1 people.zst zstd rows=0\n"},
		{"people.xz", xzed([]byte(people)), peopleRead + "end 1.1 people csv rows=2\nend 1 people.xz xz rows=0\n"},
		{"nested.tgz", gzipped(tarred(packed{"../../etc/a.csv", []byte(people)}, packed{"b.zip", zipped(zip.Deflate, packed{"c.csv", []byte(people)}, packed{"x.png", []byte("\x89PNG\r\n")})})),
			peopleRead + "end 1.1.1 ../../etc/a.csv csv rows=2\n" + peopleRead + "end 1.1.2.1 c.csv csv rows=2\nend 1.1.2.2 x.png png rows=0 [unsupported: not read]\nend 1.1.2 b.zip zip rows=0\nend 1.1 nested tar rows=0\nend 1 nested.tgz gzip rows=0\n"},
		{"stored.zip", zipped(zip.Store, packed{"a.csv", []byte(people)}), peopleRead + "end 1.1 a.csv csv rows=2\nend 1 stored.zip zip rows=0\n"},
		{"empty", nil, "end 1 empty empty rows=0\n"},
		{"binary", []byte("\x00\x01\x02\x03\x04\xff\x00\x07"), "end 1 binary unknown rows=0 [unsupported: not a text and no known format]\n"},
	} {
		got := read(t, c.name, c.text, Options{})
		if c.name == "bad.json" {
			if n := strings.Count(got, "row_damaged"); n != 2 || !strings.Contains(got, "|a=1\n") || !strings.Contains(got, "|a=4\n") {
				t.Errorf("%s:\n%s", c.name, got)
			}
			continue
		}
		if got != c.want {
			t.Errorf("%s:\n%s\nwant\n%s", c.name, got, c.want)
		}
	}
}

var _ = fs.ModeDir
