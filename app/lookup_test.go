package app

import (
	"fmt"
	"strings"
	"testing"

	"jejak/analytics/show"
)

// TestLookups makes a table, asks with it, replaces it and deletes it.
func TestLookups(t *testing.T) {
	h := newHouse(t)
	h.signIn()
	h.track("pay", `,"distinct_id":"u","sku":"a"`)
	h.track("pay", `,"distinct_id":"u","sku":5`)
	at := fmt.Sprintf("/api/v1/projects/%d/lookup-tables", h.project.ID)

	var products show.LookupTable
	made := h.browse("PUT", at+"/products?of=sku", "sku,price,kind\na,10,book\n5,2.5,\"pen, blue\"\nb,,book\n")
	made.want(t, 200)
	made.into(t, &products)
	if products.Rows != 3 || len(products.Columns) != 2 || products.Columns[0].Type != "number" || products.Columns[1].Type != "string" {
		t.Errorf("made %+v", products)
	}
	worth := fmt.Sprintf(`{"kind":"trend","range":{"last":2,"unit":"day","zone":"UTC"},"interval":"month","metrics":[{"name":"A","event":"pay","measure":"sum","property":%q}]}`,
		products.Columns[0].Property)
	h.wantTotal(worth, "12.5")
	h.browse("PUT", at+"/products?of=sku", "sku,price\na,1\n").want(t, 200)
	h.wantTotal(worth, "1")
	var list []show.LookupTable
	h.script("GET", "/lookup-tables", "").into(t, &list)
	if len(list) != 1 || list[0].Rows != 1 || list[0].Of != "sku" {
		t.Errorf("there are %+v", list)
	}
	h.browse("DELETE", at+"/products", "").want(t, 204)
	h.browse("DELETE", at+"/products", "").want(t, 404)
	h.wantTotal(worth, "0")
}

func TestLookupsRefused(t *testing.T) {
	h := newHouse(t)
	h.signIn()
	at := fmt.Sprintf("/api/v1/projects/%d/lookup-tables", h.project.ID)
	for body, want := range map[string]string{
		"\n":                                     "line 1 bad_table",
		"sku\na\n":                               "line 1 bad_table",
		"sku,price,price\n":                      "line 1 bad_name",
		"sku,price\na,1\nb\n":                    "line 3 bad_table",
		"sku,price\na,1\n\"b,1\n":                "line 3 bad_table",
		"sku,price\n,1\n":                        "line 2 key_required",
		"sku,price\na,1\nb,2\na,3":               "line 4 duplicate_key",
		"sku,price\n\xff,1\n":                    " bad_table",
		"sku," + strings.Repeat("x", 101) + "\n": "line 1 bad_name",
	} {
		a := h.browse("PUT", at+"/t?of=sku", body)
		a.want(t, 422)
		if f := faultOf(t, a); f.Location+" "+f.Code != want {
			t.Errorf("%q: %+v", body, f)
		}
	}
	h.browse("PUT", at+"/t?of=%3D1%2B", "a,b\n1,2\n").want(t, 422)
}

// TestNoPersonalValueInLookups: a table with personal values is refused, its message tells none of them, and nothing of it is kept.
func TestNoPersonalValueInLookups(t *testing.T) {
	h := newHouse(t)
	h.signIn()
	at := fmt.Sprintf("/api/v1/projects/%d/lookup-tables/people?of=email", h.project.ID)
	for what, body := range map[string]string{
		"ana.lovelace@example.com": "id,contact\n1,x\n2,ana.lovelace@example.com\n",
		"ben.hur@example.org":      "email,plan\nben.hur@example.org,pro\n",
		"+62 812-3456-7890":        "id,phone\n1,+62 812-3456-7890\n",
	} {
		a := h.browse("PUT", at, body)
		a.want(t, 422)
		if f := faultOf(t, a); f.Code != "personal_values" || strings.Contains(a.body, what) {
			t.Errorf("%q: %s", body, a.body)
		}
		h.wantNowhere(what)
	}
}
