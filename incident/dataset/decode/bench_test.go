package decode

import (
	"bytes"
	"fmt"
	"testing"

	"jejak/leak"
)

type nothing struct{}

func (nothing) Table(leak.Table) error   { return nil }
func (nothing) Rows(*leak.Batch) error   { return nil }
func (nothing) Member(leak.Member) error { return nil }

func manyCSV(rows int) []byte {
	var b bytes.Buffer
	b.WriteString("user_id,name,email,city,region,country,os,browser,referrer,org_id,time\n")
	for i := range rows {
		fmt.Fprintf(&b, "user-%09d,Person %d,person%d@example.com,Jakarta,DKI Jakarta,ID,Mac OS X,Chrome,https://search.example.com/page/%d,org-%05d,2025-11-%02dT10:00:00Z\n", i, i, i, i%997, i%5000, i%28+1)
	}
	return b.Bytes()
}

func manyLines(rows int) []byte {
	var b bytes.Buffer
	for i := range rows {
		fmt.Fprintf(&b, `{"event":"Docs viewed","properties":{"time":%d,"distinct_id":"user-%d","$insert_id":"i%d","$email":"person%d@example.com","$os":"Mac OS X","$browser":"Chrome","$city":"Jakarta","$current_url":"https://docs.example.com/guide/%d","$screen_height":1080,"tags":["a","b"],"name":"Jos\u00e9 %d"}}`+"\n", 1795435145000+i, i%997, i, i, i%300, i)
	}
	return b.Bytes()
}

func manyCopies(rows int) []byte {
	var b bytes.Buffer
	b.WriteString("--\n-- PostgreSQL database dump\n--\n\nCOPY public.users (id, name, mail, city) FROM stdin;\n")
	for i := range rows {
		fmt.Fprintf(&b, "%d\tPerson %d\tperson%d@example.com\tJakarta\n", i, i, i)
	}
	b.WriteString("\\.\n")
	return b.Bytes()
}

func manyInserts(rows int) []byte {
	var b bytes.Buffer
	b.WriteString("-- MySQL dump\n")
	for i := range rows {
		if i%1000 == 0 {
			if i > 0 {
				b.WriteString(";\n")
			}
			b.WriteString("INSERT INTO `users` VALUES ")
		} else {
			b.WriteString(",")
		}
		fmt.Fprintf(&b, "(%d,'Person %d','person%d@example.com','Jakarta',NULL)", i, i, i)
	}
	b.WriteString(";\n")
	return b.Bytes()
}

func manyCells(rows int) string {
	var b bytes.Buffer
	b.WriteString("<worksheet><sheetData>")
	for i := range rows {
		fmt.Fprintf(&b, `<row r="%d"><c r="A%d"><v>%d</v></c><c r="B%d" t="s"><v>1</v></c><c r="C%d" t="inlineStr"><is><t>person%d@example.com</t></is></c></row>`, i+1, i+1, i, i+1, i+1, i)
	}
	b.WriteString("</sheetData></worksheet>")
	return b.String()
}

func BenchmarkRead(b *testing.B) {
	for _, c := range []struct {
		name string
		text []byte
	}{
		{"csv", manyCSV(100_000)}, {"lines", manyLines(60_000)}, {"copy", manyCopies(200_000)}, {"insert", manyInserts(200_000)},
		{"parquet", parquetFile(b, 50_000, 25_000)}, {"xlsx", workbookFile(manyCells(20_000))}, {"gzip", gzipped(manyCSV(100_000))},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(int64(len(c.text)))
			b.ReportAllocs()
			for b.Loop() {
				if err := Read(source("x", c.text), Options{}, nothing{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
