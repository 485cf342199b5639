package guard

import (
	"fmt"
	"strings"
	"testing"

	"jejak/event"
)

func many(n int) (all []event.Property) {
	for i := range n {
		all = append(all, event.Property{Name: fmt.Sprint("p", i), Value: event.NumberOf(float64(i))})
	}
	return all
}

func TestNumberOfProperties(t *testing.T) {
	for n, want := range map[int]event.Reason{0: "", 254: "", 255: event.TooManyProps} {
		if _, no := one(t, event.Track, false, func(e *event.Event) { e.Properties = many(n) }); no.Reason != want {
			t.Errorf("%d properties: reason %q, want %q", n, no.Reason, want)
		}
	}
}

func TestPropertiesAreTrimmed(t *testing.T) {
	long := strings.Repeat("ñ", 256)
	got, _ := one(t, event.Track, false, func(e *event.Event) {
		e.Properties = []event.Property{
			{Name: "token", Value: event.StringOf("t")},
			{Name: "text", Value: event.StringOf(long)},
			{Name: "gone", Value: event.Value{}},
			{Name: long, Value: event.NumberOf(1)},
			{Name: long + "x", Value: event.NumberOf(2)},
			{Name: "ip", Value: event.StringOf("203.0.113.9")},
			{Name: "$device_id", Value: event.StringOf("d")},
			{Name: "list", Value: event.ListOf(`["a"]`)},
		}
	})
	want := []event.Property{
		{Name: "text", Value: event.StringOf(strings.Repeat("ñ", 255))},
		{Name: strings.Repeat("ñ", 255), Value: event.NumberOf(2)},
		{Name: "list", Value: event.ListOf(`["a"]`)},
	}
	if fmt.Sprint(got.Properties) != fmt.Sprint(want) {
		t.Errorf("properties %+v, want %+v", got.Properties, want)
	}
}

func TestTextIsUTF8(t *testing.T) {
	_, no := one(t, event.Import, true, func(e *event.Event) { e.Set("utm_source", event.StringOf("a\xffb")) })
	wantRefusal(t, no, event.NotUTF8, "properties.utm_source", "properties.utm_source is invalid: string should be valid utf8")
	_, no = one(t, event.Import, true, func(e *event.Event) { e.Set("a\xff", event.NumberOf(1)) })
	wantRefusal(t, no, event.NotUTF8, "properties", "properties is invalid: name should be valid utf8")
	_, no = one(t, event.Import, true, func(e *event.Event) { e.Set("100%d", event.ListOf("[\"\xff\"]")) })
	wantRefusal(t, no, event.NotUTF8, "properties.100%d", "properties.100%d is invalid: string should be valid utf8")
}
