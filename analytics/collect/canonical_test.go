package collect

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/valyala/fastjson"
)

func canonicalOf(t testing.TB, text string) string {
	v, err := fastjson.Parse(text)
	if err != nil {
		t.Skip("not JSON: ", err)
	}
	var c Canonical
	return string(c.Append(nil, v))
}

func TestCanonical(t *testing.T) {
	for in, want := range map[string]string{
		` [ 1 , "a" , true , false , null ] `:    `[1,"a",true,false,null]`,
		`{"b":1,"a":{"d":1,"c":2}}`:              `{"a":{"c":2,"d":1},"b":1}`,
		`{"a":1,"b":2,"a":3}`:                    `{"a":3,"b":2}`,
		`{"a":1,"\u0061":2}`:                     `{"a":2}`,
		`[1.0,1e0,10e-1,-0,0.5,1e21,1e-7]`:       `[1,1,1,0,0.5,1e+21,1e-07]`,
		`["\u00e9\n\u0000\/\"\\"]`:               `["é\u000a\u0000/\"\\"]`,
		`[NaN,-Infinity]`:                        `[null,null]`,
		`{"z":[{"y":1,"x":2},{"y":1}],"a":[{}]}`: `{"a":[{}],"z":[{"x":2,"y":1},{"y":1}]}`,
		`[]`:                                     `[]`,
		`{}`:                                     `{}`,
	} {
		if got := canonicalOf(t, in); got != want {
			t.Errorf("%s becomes %s, want %s", in, got, want)
		}
	}
}

// FuzzCanonical: what the standard library understands keeps its meaning, and canonical text stays as it is.
func FuzzCanonical(f *testing.F) {
	for _, seed := range []string{`{"b":1,"a":[1.5,"x\n",null]}`, `{"a":1,"a":2}`, `[1e999]`, `["\ud800"]`, `["\ud83d\ude00"]`, "[\"\x00\"]"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		records, _ := Payload{Text: []byte(text)}.Split(nil, EventLimits)
		if len(records) != 1 || records[0].Fault != "" {
			return
		}
		once := canonicalOf(t, string(records[0].Text))
		var meaning any
		if err := json.Unmarshal([]byte(once), &meaning); err != nil {
			t.Fatalf("%q becomes %q, which is no JSON: %v", text, once, err)
		}
		if twice := canonicalOf(t, once); twice != once {
			t.Fatalf("%q is not stable: %q", once, twice)
		}
		var original any
		if json.Unmarshal(records[0].Text, &original) == nil && isWellFormed(text) && !reflect.DeepEqual(original, meaning) {
			t.Fatalf("%q means %v, its canonical form %v", text, original, meaning)
		}
	})
}

// isWellFormed leaves out texts with lone surrogates, which the two parsers replace differently.
func isWellFormed(text string) bool {
	for i := 0; i+1 < len(text); i++ {
		if text[i] == '\\' && text[i+1] == 'u' {
			return false
		}
	}
	return true
}
