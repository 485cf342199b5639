package decode

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"strconv"
	"strings"

	"jejak/leak"
)

// maxShared bounds the texts that the sheets of a workbook share, in bytes: they are kept in memory.
const maxShared = 256 << 20

// sheetSample is how many rows of a sheet are looked at to tell whether the first names the columns.
const sheetSample = 20

func workbookOf(z *zip.Reader) *zip.File { return partOf(z, "xl/workbook.xml") }

func partOf(z *zip.Reader, name string) *zip.File {
	for _, f := range z.File {
		if strings.EqualFold(strings.TrimPrefix(f.Name, "/"), name) {
			return f
		}
	}
	return nil
}

// workbook reads an XLSX file. Formulas are texts and never computed; their last results are what is read. Numbers are as
// they are stored: dates are numbers of days.
type workbook struct {
	r      *reader
	out    *out
	z      *zip.Reader
	shared sharedTexts
	others *table
}

func (r *reader) xlsx(o *out, z *zip.Reader, book *zip.File) error {
	w := &workbook{r: r, out: o, z: z}
	names, err := w.sheetNames(book)
	if err != nil {
		return err
	}
	if f := partOf(z, "xl/sharedStrings.xml"); f != nil {
		w.part(f, w.shared.read)
	}
	for i, f := range z.File {
		if o.failed != nil {
			return o.failed
		}
		if i >= r.limits.Members {
			o.gap(leak.Gap{Why: leak.TooMany, Note: "parts of a workbook", Count: int64(len(z.File) - i)})
			return nil
		}
		name := strings.TrimPrefix(f.Name, "/")
		switch sheet, isSheet := names[name]; {
		case isSheet:
			w.part(f, func(x *xml.Decoder) error { return w.sheet(sheet, x) })
		case name == "xl/sharedStrings.xml", strings.HasPrefix(name, "xl/theme/"), strings.HasSuffix(name, "/"), name == "xl/styles.xml", name == "[Content_Types].xml":
		case strings.HasSuffix(name, ".xml"), strings.HasSuffix(name, ".rels"), strings.HasSuffix(name, ".vml"):
			w.part(f, func(x *xml.Decoder) error { return w.other(name, x) })
		default:
			o.gap(leak.Gap{Why: leak.Unsupported, Note: "a part of the workbook that is no XML"})
		}
	}
	return o.failed
}

// part reads one part of the workbook. What is wrong in it is a gap.
func (w *workbook) part(f *zip.File, read func(*xml.Decoder) error) {
	plain, err := f.Open()
	if err != nil {
		w.out.gap(gapOf(err, 0))
		return
	}
	defer plain.Close()
	m := w.r.metered(plain, func() int64 { return int64(f.CompressedSize64) })
	m.from = 0
	x := xml.NewDecoder(m)
	x.Strict = false
	x.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil }
	if err := read(x); err != nil && err != io.EOF && w.out.failed == nil {
		if errors.As(err, new(*xml.SyntaxError)) {
			err = io.ErrUnexpectedEOF
		}
		w.out.gap(gapOf(err, 0))
	}
}

// sheetNames are the names of sheets by the paths of their parts.
func (w *workbook) sheetNames(book *zip.File) (map[string]string, error) {
	targets := map[string]string{}
	if rels := partOf(w.z, "xl/_rels/workbook.xml.rels"); rels != nil {
		w.part(rels, eachElement(func(e xml.StartElement) {
			if target := strings.TrimPrefix(attribute(e, "Target"), "/"); e.Name.Local == "Relationship" && len(targets) < 10_000 {
				if !strings.HasPrefix(target, "xl/") {
					target = path.Join("xl", target)
				}
				targets[attribute(e, "Id")] = target
			}
		}))
	}
	names := map[string]string{}
	w.part(book, eachElement(func(e xml.StartElement) {
		if e.Name.Local == "sheet" && len(names) < 10_000 {
			if target, ok := targets[attribute(e, "id")]; ok && strings.Contains(target, "worksheets/") {
				names[target] = attribute(e, "name")
			}
		}
	}))
	for _, f := range w.z.File { // what the workbook does not name is read all the same
		name := strings.TrimPrefix(f.Name, "/")
		if _, named := names[name]; !named && strings.HasPrefix(name, "xl/worksheets/") && strings.HasSuffix(name, ".xml") {
			names[name] = path.Base(name)
		}
	}
	return names, nil
}

func eachElement(do func(xml.StartElement)) func(*xml.Decoder) error {
	return func(x *xml.Decoder) error {
		for {
			token, err := x.RawToken()
			if err != nil {
				return err
			}
			if e, ok := token.(xml.StartElement); ok {
				do(e)
			}
		}
	}
}

func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// other makes texts and attributes of a part that is no sheet rows of their own: comments, links, caches of pivots, who
// wrote it.
func (w *workbook) other(name string, x *xml.Decoder) error {
	if w.others == nil {
		if w.others = w.out.table("(other parts)", "part", "text"); w.others == nil {
			return nil
		}
	}
	row := func(text []byte) error {
		w.others.plain(0, []byte(name))
		w.others.plain(1, text)
		return w.others.end()
	}
	for {
		token, err := x.RawToken()
		if err != nil {
			return err
		}
		switch e := token.(type) {
		case xml.StartElement:
			for _, a := range e.Attr {
				if a.Name.Space != "xmlns" && a.Name.Local != "xmlns" && len(a.Value) > 3 {
					err = errors.Join(err, row([]byte(a.Value)))
				}
			}
		case xml.CharData:
			if strings.TrimSpace(string(e)) != "" {
				err = row(e)
			}
		}
		if err != nil {
			return err
		}
	}
}

// sharedTexts are the texts that cells name by their number.
type sharedTexts struct {
	all  []byte
	ends []int
}

func (s *sharedTexts) read(x *xml.Decoder) error {
	inText, inReading := false, false
	for {
		token, err := x.RawToken()
		if err != nil {
			return err
		}
		switch e := token.(type) {
		case xml.StartElement:
			inText = e.Name.Local == "t"
			inReading = inReading || e.Name.Local == "rPh"
		case xml.EndElement:
			inText = false
			switch e.Name.Local {
			case "rPh":
				inReading = false
			case "si":
				s.ends = append(s.ends, len(s.all))
			}
		case xml.CharData:
			if inText && !inReading {
				s.all = append(s.all, e...)
			}
		}
		if len(s.all)+8*len(s.ends) > maxShared {
			return errTotal
		}
	}
}

// text is a shared text; false when there is none of this number.
func (s *sharedTexts) text(number string) ([]byte, bool) {
	n, err := strconv.Atoi(number)
	if err != nil || n < 0 || n >= len(s.ends) {
		return nil, false
	}
	from := 0
	if n > 0 {
		from = s.ends[n-1]
	}
	return s.all[from:s.ends[n]], true
}
