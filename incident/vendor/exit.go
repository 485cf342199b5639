package vendor

import (
	"context"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"jejak/exposure"
	"jejak/ground/audit"
)

// chaseDays is how long a vendor has to prove deletion when the contract does not say.
const chaseDays = 30

// remindEach is how often they are reminded when the time is up.
const remindEach = 7 * 24 * time.Hour

// VendorExit is a deletion that a vendor was asked for. It is chased until its proof is here.
type VendorExit struct {
	ID        int64          `json:"id"`
	Version   int            `json:"version"`
	Vendor    ID             `json:"vendor"`
	Name      string         `json:"name"`
	Asked     time.Time      `json:"asked_at"`
	Due       time.Time      `json:"due_at"`
	Reminders []time.Time    `json:"reminders,omitempty"`
	Proof     *DeletionProof `json:"proof,omitempty"`
}

// DeletionProof is what a vendor sent to show that they have deleted.
type DeletionProof struct {
	SHA256   string    `json:"sha256" pattern:"^[0-9a-f]{64}$" doc:"Of the file that they sent."`
	What     string    `json:"what" minLength:"1" maxLength:"500" doc:"What it says: which systems, backups included, and by when."`
	Received time.Time `json:"received_at,omitzero"`
}

// HeldData is a VendorExit with what is to be said of it now.
type HeldData struct {
	VendorExit
	Overdue    bool             `json:"overdue"`
	RemindNow  bool             `json:"remind_now"`
	StillHolds []exposure.Class `json:"still_holds"` // what they were given; empty once the proof is here
}

// AskDeletion begins the exit of a vendor: at the end of a contract, for example. It needs Respond. access.ErrNotFound.
func (r *Register) AskDeletion(ctx context.Context, id ID) (VendorExit, error) {
	if err := mayAct(ctx); err != nil {
		return VendorExit{}, err
	}
	v, err := r.Get(ctx, id)
	if err != nil {
		return VendorExit{}, err
	}
	days := v.Contract.DeletionDays
	if days == 0 {
		days = chaseDays
	}
	e := VendorExit{Vendor: id, Name: v.Name, Asked: r.now(), Due: r.now().AddDate(0, 0, days)}
	if err := r.record(ctx, "vendor.deletion_asked", fmt.Sprintf("vendor %d", id)); err != nil {
		return VendorExit{}, err
	}
	row, err := r.prepareExit(ctx, &e)
	if err != nil {
		return VendorExit{}, err
	}
	return e, r.keep(ctx, row)
}

func (r *Register) prepareExit(ctx context.Context, e *VendorExit) (row, error) {
	return r.prepare(ctx, kindExit, e.ID, e.Version, func(id int64, version int) any {
		e.ID, e.Version = id, version
		return e
	})
}

// Reminded says that the vendor was reminded now. It needs Respond. access.ErrNotFound.
func (r *Register) Reminded(ctx context.Context, exit int64) (VendorExit, error) {
	if err := mayAct(ctx); err != nil {
		return VendorExit{}, err
	}
	return r.changeExit(ctx, exit, "vendor.deletion_chased", func(e *VendorExit) { e.Reminders = append(e.Reminders, r.now()) })
}

// Prove keeps the proof of a deletion, and ends the chase. It needs Respond. access.Invalid, access.ErrNotFound.
func (r *Register) Prove(ctx context.Context, exit int64, p DeletionProof) (VendorExit, error) {
	if err := mayAct(ctx); err != nil {
		return VendorExit{}, err
	}
	if b, err := hex.DecodeString(p.SHA256); err != nil || len(b) != 32 || p.What == "" || len(p.What) > 500 {
		return VendorExit{}, invalid("proof", "malformed", "a proof has the SHA-256 of a file and says what it covers")
	}
	p.Received = r.now()
	return r.changeExit(ctx, exit, "vendor.deletion_proven", func(e *VendorExit) { e.Proof = &p })
}

func (r *Register) changeExit(ctx context.Context, exit int64, act audit.Act, change func(*VendorExit)) (VendorExit, error) {
	e, err := one[VendorExit](ctx, r, kindExit, exit)
	if err != nil {
		return VendorExit{}, err
	}
	if err := r.record(ctx, act, fmt.Sprintf("exit %d of vendor %d", exit, e.Vendor)); err != nil {
		return VendorExit{}, err
	}
	change(&e)
	row, err := r.prepareExit(ctx, &e)
	if err != nil {
		return VendorExit{}, err
	}
	return e, r.keep(ctx, row)
}

// Exits are all deletions that were asked for, and all that should have been: a contract that is over without one is among them with
// number 0. It needs Follow.
func (r *Register) Exits(ctx context.Context) ([]HeldData, error) {
	if err := mayRead(ctx); err != nil {
		return nil, err
	}
	vendors, err := r.List(ctx)
	if err != nil {
		return nil, err
	}
	exits, err := all[VendorExit](ctx, r, kindExit)
	if err != nil {
		return nil, err
	}
	list, asked := []HeldData{}, map[ID]bool{}
	for _, e := range exits {
		asked[e.Vendor] = true
		list = append(list, held(e, vendors, r.now()))
	}
	for _, v := range vendors {
		if end := v.Contract.Until; !asked[v.ID] && !end.IsZero() && end.Before(r.now()) {
			list = append(list, held(VendorExit{Vendor: v.ID, Name: v.Name, Due: end}, vendors, r.now()))
		}
	}
	return list, nil
}

func held(e VendorExit, vendors []Vendor, now time.Time) HeldData {
	h := HeldData{VendorExit: e, StillHolds: []exposure.Class{}}
	if e.Proof != nil {
		return h
	}
	for _, v := range vendors {
		if v.ID == e.Vendor {
			h.StillHolds = append(h.StillHolds, v.Classes()...)
		}
	}
	h.Overdue = !now.Before(e.Due)
	last := e.Due
	if n := len(e.Reminders); n > 0 {
		last = e.Reminders[n-1].Add(remindEach)
	}
	h.RemindNow = h.Overdue && !now.Before(last)
	return h
}

// DeletionText is the letter that asks for deletion, in a language. It needs Respond. access.ErrNotFound.
func (r *Register) DeletionText(ctx context.Context, exit int64, l exposure.Locale) (string, error) {
	if err := mayAct(ctx); err != nil {
		return "", err
	}
	e, err := one[VendorExit](ctx, r, kindExit, exit)
	if err != nil {
		return "", err
	}
	v, err := r.Get(ctx, e.Vendor)
	if err != nil {
		return "", err
	}
	return letter(v, e, l), nil
}

func letter(v Vendor, e VendorExit, l exposure.Locale) string {
	var classes []string
	for _, c := range v.Classes() {
		classes = append(classes, c.In(l))
	}
	text := letterEnglish
	if l == exposure.Indonesian {
		text = letterIndonesian
	}
	return fmt.Sprintf(text, v.Name, strings.Join(classes, ", "), e.Due.Format(time.DateOnly))
}

const letterEnglish = `To %s

Please delete all personal data that you process for us, and have your sub-processors delete it: %s.
This includes backups, logs, exports and copies made for tests or analysis.

By %s please send us a signed statement that names the systems, the time of deletion in each, when backups run out,
and what the law makes you keep, with the law and the time.
`

const letterIndonesian = `Kepada %s

Mohon hapus semua data pribadi yang Anda proses untuk kami, dan pastikan subprosesor Anda menghapusnya: %s.
Ini termasuk cadangan, log, ekspor, dan salinan untuk uji atau analisis.

Paling lambat %s mohon kirim pernyataan bertanda tangan yang menyebut sistemnya, waktu penghapusan di tiap sistem, kapan
cadangan berakhir, serta apa yang wajib Anda simpan menurut hukum, dengan dasar hukum dan jangka waktunya.
`
