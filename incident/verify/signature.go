package verify

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"regexp"
	"slices"
	"strings"

	"github.com/emersion/go-msgauth/dkim"
)

// Sealing says whose signatures are ours.
type Sealing struct {
	Domain  string   // of the From of notices: the official one, lower case. "": no mail can be checked
	Signers []string // domains that sign notices (d= of DKIM); none: Domain
	Resolve Resolver
}

// Resolver reads DNS. *net.Resolver is one.
type Resolver interface {
	LookupTXT(ctx context.Context, name string) ([]string, error)
}

// ErrLater says that it cannot be told now: the keys in DNS are not to be had.
var ErrLater = errors.New("the keys that mails are checked with cannot be read from DNS now: try again later")

// ErrNoDomain says that the installation has no domain that notices come from.
var ErrNoDomain = errors.New("no domain of notices is configured: mails cannot be checked")

// maxSignatures bounds how many of a mail's signatures that name us are checked.
const maxSignatures = 4

// signed is what the signatures of a mail say.
type signed struct {
	ours   bool // one of ours holds, for everything that a mail program shows
	broken bool // one that names us does not hold
	partly bool // one that names us leaves a part of the mail unsigned
	other  bool // somebody else has signed
}

// mustSign are the fields that a signature of ours covers: what people see, and what the text is decoded by.
var mustSign = []string{"from", "to", "subject", "date", "content-type", "content-transfer-encoding"}

func (s Sealing) signers() []string {
	if len(s.Signers) == 0 {
		return []string{s.Domain}
	}
	return s.Signers
}

// signaturesOf checks those that name us; of others nobody's DNS is asked for a stranger's sake. ErrLater.
func (s Sealing) signaturesOf(ctx context.Context, m *message) (out signed, err error) {
	checked := 0
	for i, f := range m.fields {
		if f.name != "dkim-signature" {
			continue
		}
		if !slices.Contains(s.signers(), tag(f.value(), "d")) {
			out.other = true
			continue
		}
		if checked++; checked > maxSignatures {
			break
		}
		if err := s.check(ctx, m, i, &out); err != nil {
			return out, err
		}
	}
	return out, nil
}

func (s Sealing) check(ctx context.Context, m *message, i int, out *signed) error {
	if tag(m.fields[i].value(), "l") != "" {
		out.partly = true
		return nil
	}
	v, err := s.verify(ctx, m.with(i))
	switch {
	case err != nil:
		return err
	case v.Err != nil:
		out.broken = true
	case !covers(v.HeaderKeys, m):
		out.partly = true
	default:
		out.ours = true
	}
	return nil
}

// verify looks at the one signature that is left in a mail.
func (s Sealing) verify(ctx context.Context, raw []byte) (v *dkim.Verification, err error) {
	defer func() {
		if r := recover(); r != nil { // a hostile mail must not take the server down
			v, err = &dkim.Verification{Err: fmt.Errorf("cannot check a signature: %v", r)}, nil
		}
	}()
	all, err := dkim.VerifyWithOptions(bytes.NewReader(raw), &dkim.VerifyOptions{LookupTXT: func(name string) ([]string, error) {
		return s.key(ctx, name)
	}})
	if err != nil || len(all) != 1 {
		return &dkim.Verification{Err: errMail}, nil
	}
	if dkim.IsTempFail(all[0].Err) {
		return nil, ErrLater
	}
	return all[0], nil
}

// key reads a key of ours; no other name is ever asked for.
func (s Sealing) key(ctx context.Context, name string) ([]string, error) {
	ours := slices.ContainsFunc(s.signers(), func(d string) bool { return strings.HasSuffix(name, "._domainkey."+d) })
	if !ours || len(name) > 253 {
		return nil, &net.DNSError{Err: "not ours", Name: "_domainkey", IsNotFound: true}
	}
	return s.Resolve.LookupTXT(ctx, name)
}

// with is the mail with the signature in field i and no other.
func (m *message) with(i int) []byte {
	var b bytes.Buffer
	for j, f := range m.fields {
		if j == i || f.name != "dkim-signature" {
			b.WriteString(f.text)
		}
	}
	b.WriteString("\r\n")
	b.Write(m.body)
	return b.Bytes()
}

// covers tells whether what people see is signed. A field that is missing needs no signature.
func covers(keys []string, m *message) bool {
	for _, name := range mustSign {
		if len(m.all(name)) > 0 && !slices.ContainsFunc(keys, func(k string) bool { return strings.EqualFold(k, name) }) {
			return false
		}
	}
	return true
}

var tags = regexp.MustCompile(`(?:^|;)\s*([a-z]+)\s*=\s*([^;\s]*)`)

// tag is a tag of a signature, lower case; "" when it is not there.
func tag(value, name string) string {
	for _, m := range tags.FindAllStringSubmatch(value, -1) {
		if m[1] == name {
			return strings.ToLower(m[2])
		}
	}
	return ""
}
