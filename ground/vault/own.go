package vault

import (
	"fmt"

	"jejak/event"
)

// Own names what the program seals for itself and reads again without being asked by anybody: keys and definitions, never a value
// that came in for a person. Those have OpenFor as their only way out.
type Own string

// What there is.
const (
	ExportKey  Own = "export key"  // makes the pseudonyms of one export
	ExportSpec Own = "export spec" // what was exported: a filter in it may name somebody

	DatasetKey     Own = "dataset key"     // under which the copy of a leaked file is sealed
	DatasetReceipt Own = "dataset receipt" // from whom and how a leaked file came
	DatasetOpening Own = "dataset opening" // that two people opened one

	VendorRecord Own = "vendor record" // what is known of a vendor, and where its hosts were seen

	DirectoryKey  Own = "directory key"  // of the keyed hashes by which a directory finds people
	DirectorySeal Own = "directory seal" // under which the people of a directory are sealed

	ScopeKey Own = "scope key" // under which who is in a leaked file is sealed

	MailBack Own = "mail back" // an address that a stranger typed, until the answer has gone there

	IncidentLine Own = "incident line" // of the register of incidents
	NoticeKey    Own = "notice key"    // under which the recipients of an incident's notices are sealed
)

func (o Own) known() bool {
	switch o {
	case ExportKey, ExportSpec, DatasetKey, DatasetReceipt, DatasetOpening, VendorRecord, DirectoryKey, DirectorySeal, ScopeKey, MailBack, IncidentLine, NoticeKey:
		return true
	}
	return false
}

// SealOwn encrypts something of the program's own for a project. It is bound to what it is and to the name that the program gives it.
func (v *Vault) SealOwn(p event.ProjectID, what Own, name string, plain []byte) ([]byte, error) {
	return v.Seal(p, what.purpose(name), plain)
}

// OpenOwn is the way back of SealOwn, and of nothing else. Where the result leads to a person it is the caller's to ask who may and to
// record it first.
func (v *Vault) OpenOwn(p event.ProjectID, what Own, name string, sealed []byte) ([]byte, error) {
	return v.open(p, what.purpose(name), sealed)
}

func (o Own) purpose(name string) string {
	if !o.known() {
		panic(fmt.Sprintf("BUG: the vault has nothing of its own called %q", string(o)))
	}
	return "own " + string(o) + " " + name
}
