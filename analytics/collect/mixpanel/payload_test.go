package mixpanel

import (
	"net/url"
	"testing"
)

func TestUnescape(t *testing.T) {
	for in, want := range map[string]string{
		"plain":        "plain",
		"a+b%20c":      "a b c",
		"%7B%22%7d":    `{"}`,
		"100%":         "100%",
		"%zz%4":        "%zz%4",
		"%e2%82%ac":    "€",
		"a%2Bb%2Fc%3D": "a+b/c=",
	} {
		if got := string(unescape([]byte(in))); got != want {
			t.Errorf("%q becomes %q, want %q", in, got, want)
		}
	}
}

func TestParametersOfTheBodyWin(t *testing.T) {
	var p parameters
	p.read([]byte("verbose=1&ip=0&project_id=7&api_key=a%20b&strict=1&img=0"))
	p.read([]byte("ip=1&verbose=0&data=x"))
	if p.verbose || p.ip != "1" || p.project != 7 || p.key != "a b" || !p.strict || p.image || string(p.data) != "x" {
		t.Errorf("%+v", p)
	}
	for _, wrong := range []string{"project_id=-1", "project_id=4294967296", "project_id=x", "project_id="} {
		p = parameters{}
		if p.read([]byte(wrong)); p.project != 0 {
			t.Errorf("%s is project %d", wrong, p.project)
		}
	}
}

// FuzzForm: wherever the standard library understands a form, the parameters are the same.
func FuzzForm(f *testing.F) {
	f.Add("data=%7B%7D&verbose=1&ip=0")
	f.Add("data=a+b&data=%zz&&=&callback=f")
	f.Fuzz(func(t *testing.T, text string) {
		var p parameters
		p.read([]byte(text))
		values, err := url.ParseQuery(text)
		if err != nil {
			return
		}
		last := func(name string) string {
			if all := values[name]; len(all) > 0 {
				return all[len(all)-1]
			}
			return ""
		}
		if p.callback != last("callback") || p.ip != last("ip") || string(p.data) != last("data") {
			t.Fatalf("%q is %+v", text, p)
		}
	})
}

// FuzzBase64: what was encoded comes out again, and anything else ends in an error or a text.
func FuzzBase64(f *testing.F) {
	f.Add(base64Of(oneEvent))
	f.Add("YS1i_w")
	f.Add("a b=")
	f.Fuzz(func(t *testing.T, s string) {
		if text, err := decodeBase64([]byte(base64Of(s))); err != nil || string(text) != s {
			t.Fatalf("base64 of %q comes out as %q, %v", s, text, err)
		}
		_, _ = decodeBase64([]byte(s))
	})
}
