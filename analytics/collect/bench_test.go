package collect

import (
	"bytes"
	"fmt"
	"net/http/httptest"
	"testing"
)

// typicalLines is n events of 15 properties as NDJSON.
func typicalLines(n int) []byte {
	var b bytes.Buffer
	for i := range n {
		fmt.Fprintf(&b, `{"event":"Docs viewed","properties":{"time":%d,"distinct_id":"user-%d","$insert_id":"i%d","$device_id":"dev-%d","$user_id":"user-%d",`+
			`"$os":"Mac OS X","$browser":"Chrome","$browser_version":%d,"$current_url":"https://docs.example.com/guide/%d","$screen_height":1080,"$screen_width":1920,`+
			`"mp_lib":"web","$lib_version":"2.83.0","plan":"pro","seats":%d,"trial":false,"$referrer":"https://search.example.com/","tags":["a","b"],"latency_ms":%d.5,"page":"guide %d"}}`+"\n",
			1795435145000+i, i%997, i, i%997, i%997, 120+i%9, i%300, i%50, i%2000, i%300)
	}
	return b.Bytes()
}

func BenchmarkDecodeImport(b *testing.B) {
	const n = 2000
	text := typicalLines(n)
	zipped := zip(text)
	bodies := NewBodies(64 << 20)
	b.ReportAllocs()
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		r := httptest.NewRequest("POST", "/import", bytes.NewReader(zipped))
		body, err := bodies.Read(nil, r, 10<<20)
		if err != nil {
			b.Fatal(err)
		}
		records, err := Payload{Text: body.Bytes}.Split(nil, EventLimits)
		if err != nil {
			b.Fatal(err)
		}
		d := TakeDecoder()
		for i, r := range records {
			if _, _, no := d.Event(r, i); no != nil {
				b.Fatal(no)
			}
		}
		d.Give()
		body.Release()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/event")
}
