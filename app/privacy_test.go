package app

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
	"unicode/utf16"
)

// What a visit brings that must never be written. The addresses are of documentation ranges.
var (
	secretAddresses = []string{
		"203.0.113.77", "198.51.100.201", "192.0.2.149", // in X-Forwarded-For, as properties.ip, of a visitor without an id
		"2001:db8:7a31:9cc4:52e1:8ffa:31d7:64b9", "2001:db8:1f0e:83b2:44d9:c6a5:9e72:08f3",
	}
	secretValues = []string{
		"raw-user-4711", "device-b0a1c2d3", "siti.rahma@mail.example", "Siti Rahmawati", "+62 812-5550-147", "ibu-kota-grup-9",
		"Mozilla/5.0 (X11; Linux x86_64) Distinctive/77.3",
	}
)

// marker is written: it shows that the search would find what is there.
const marker = "harmless-marker-86"

// TestNoAddressOnDisk: after visits, no byte of an address, of an identifier or of a profile is anywhere in the data
// folder, beside it or in the log, neither while the server runs nor after it has stopped.
func TestNoAddressOnDisk(t *testing.T) {
	h := newHouse(t)
	visitPrivately(h)
	engagePrivately(h)
	searchStore(t, h)
	if n := h.total("Private visit", "total"); n != 8 {
		t.Fatalf("%v visits, want 8", n)
	}
	searchDisk(t, h.folder, "while the server runs")
	h.stop()
	searchDisk(t, h.folder, "after it has stopped")
	searchFor(t, h.said.Bytes(), "the log")
}

// visitPrivately comes in through every door, with everything that must not be kept.
func visitPrivately(h *house) {
	agent := []string{"User-Agent", secretValues[6]}
	for _, address := range []string{secretAddresses[0], secretAddresses[3]} {
		h.track("Private visit", fmt.Sprintf(`,"distinct_id":%q,"$device_id":%q,"$user_id":%q,"marker":%q`,
			secretValues[0], secretValues[1], secretValues[0], marker), append(agent, "X-Forwarded-For", address)...)
	}
	for _, address := range []string{secretAddresses[1], secretAddresses[4]} {
		h.track("Private visit", fmt.Sprintf(`,"distinct_id":%q,"ip":%q`, secretValues[2], address), agent...)
	}
	h.track("Private visit", "", append(agent, "X-Forwarded-For", secretAddresses[2])...)
	h.ask("POST", "/track?ip=1", fmt.Sprintf(`[{"event":"Private visit","properties":{"token":%q,"$device_id":%q}}]`,
		h.project.Token, secretValues[1]), "Content-Type", "application/json", "X-Forwarded-For", secretAddresses[2]).want(h.t, 200)
	visitLoosely(h)
	profile := fmt.Sprintf(`[{"$token":%q,"$distinct_id":%q,"$ip":%q,"$set":{"$email":%q,"$name":%q,"$phone":%q}}]`,
		h.project.Token, secretValues[0], secretAddresses[1], secretValues[2], secretValues[3], secretValues[4])
	h.ask("POST", "/engage", profile, "Content-Type", "application/json", "X-Forwarded-For", secretAddresses[0]).want(h.t, 200)
	group := fmt.Sprintf(`[{"$token":%q,"$group_key":"company","$group_id":%q,"$set":{"contact":%q}}]`,
		h.project.Token, secretValues[5], secretValues[2])
	h.ask("POST", "/groups", group, "Content-Type", "application/json").want(h.t, 200)
	// What is refused must not be written either.
	h.ask("POST", "/track", fmt.Sprintf(`[{"event":"","properties":{"token":%q,"distinct_id":%q,"ip":%q}}]`,
		h.project.Token, secretValues[0], secretAddresses[1]), "Content-Type", "application/json")
}

// visitLoosely puts personal values where nobody should: into free text, addresses of pages, lists, objects and names.
func visitLoosely(h *house) {
	mail, name, phone := secretValues[2], secretValues[3], secretValues[4]
	loose := fmt.Sprintf(`,"distinct_id":"somebody","note":%q,"$current_url":%q,"$referrer":%q,"tags":["a",[%q]],"user":{"first_name":%q,"plan":"team"},`+
		`"full_name":%q,%q:true`,
		"call "+phone+" or mail "+mail, "https://x.example/?mail="+url.QueryEscape(mail), "https://y.example/"+mail, mail, name, name, mail)
	h.track("Private visit", loose)
	h.track("Private visit to "+mail, `,"distinct_id":"somebody"`)
	event := fmt.Sprintf(`{"event":"Private visit","properties":{"time":%d,"$insert_id":"i1"%s}}`, time.Now().Unix(), loose)
	h.ask("POST", fmt.Sprintf("/import?strict=1&project_id=%d", h.project.ID), "["+event+"]", "Content-Type", "application/json",
		"Authorization", basic(h.project.ServiceAccount.Username, h.project.ServiceAccount.Secret)).want(h.t, 200)
}

func basic(user, secret string) string {
	r := http.Request{Header: http.Header{}}
	r.SetBasicAuth(user, secret)
	return r.Header.Get("Authorization")
}

// searchDisk looks into every file, at its name and at every byte.
func searchDisk(t *testing.T, folder, when string) {
	t.Helper()
	found := false
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		found = found || bytes.Contains(text, []byte(marker))
		where := d.Name() + " " + when
		searchFor(t, text, where)
		searchFor(t, []byte(path), "the name of "+where)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if !found {
		t.Errorf("%s the search does not find what is there: it proves nothing", when)
	}
}

func searchFor(t *testing.T, text []byte, where string) {
	t.Helper()
	for _, trace := range tracesIn(text) {
		t.Errorf("%s holds %s", where, trace)
	}
}

// tracesIn are the secrets that text holds, in any of their forms.
func tracesIn(text []byte) (traces []string) {
	small := lower(text)
	for secret, forms := range formsOfSecrets() {
		for _, form := range forms {
			if bytes.Contains(text, form) || bytes.Contains(small, lower(form)) {
				traces = append(traces, fmt.Sprintf("%s as %q", secret, form))
			}
		}
	}
	return traces
}

// formsOfSecrets are the ways in which each could have been written.
func formsOfSecrets() map[string][][]byte {
	forms := map[string][][]byte{}
	for _, value := range secretValues {
		forms[value] = formsOf([]byte(value))
	}
	for _, value := range secretAddresses {
		address := netip.MustParseAddr(value)
		raw := address.AsSlice()
		swapped := slices.Clone(raw)
		slices.Reverse(swapped)
		forms[value] = append(formsOf([]byte(value)), raw, swapped, []byte(hex.EncodeToString(raw)), []byte(address.StringExpanded()))
	}
	return forms
}

// formsOf are the ways in which a text could have been written: as it is, in hexadecimal, in base64, in URLs, in UTF-16.
func formsOf(text []byte) [][]byte {
	whole := len(text) / 3 * 3 // what is encoded alike whatever follows
	forms := [][]byte{
		text, []byte(hex.EncodeToString(text)), []byte(base64.StdEncoding.EncodeToString(text[:whole])),
		[]byte(url.QueryEscape(string(text))), []byte(url.PathEscape(string(text))),
	}
	var little, big []byte
	for _, u := range utf16.Encode([]rune(string(text))) {
		little, big = binary.LittleEndian.AppendUint16(little, u), binary.BigEndian.AppendUint16(big, u)
	}
	return append(forms, little, big)
}

// lower changes ASCII letters only: the rest of a file is no text.
func lower(text []byte) []byte {
	small := bytes.Clone(text)
	for i, c := range small {
		if 'A' <= c && c <= 'Z' {
			small[i] = c + 'a' - 'A'
		}
	}
	return small
}

// TestTheSearchFinds: every form of every secret is found where it is.
func TestTheSearchFinds(t *testing.T) {
	for secret, forms := range formsOfSecrets() {
		for _, form := range forms {
			text := slices.Concat([]byte("\x00\xffbefore"), form, []byte("after\xfe"))
			if len(tracesIn(text)) == 0 {
				t.Errorf("%s as %q is not found", secret, form)
			}
		}
	}
	if found := tracesIn([]byte("nothing of it: 203.0.113.7 and 2001:db8::1")); found != nil {
		t.Errorf("found %v where it is not", found)
	}
}
