package vendor

import (
	"cmp"
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"jejak/exposure"
)

// VendorQuestion is one of the forty that a vendor is asked; each is put so that yes is the good answer.
type VendorQuestion struct {
	Key        string `json:"key"` // stable
	English    string `json:"en"`
	Indonesian string `json:"id"`
}

//go:embed questions.json
var questionsFile []byte

// Questions are all, in the order in which they are asked.
func Questions() (list []VendorQuestion) {
	if err := json.Unmarshal(questionsFile, &list); err != nil {
		panic("BUG: the questions cannot be read")
	}
	return list
}

// VendorReview is a look at a vendor that somebody must take by a day.
type VendorReview struct {
	ID       int64                   `json:"id"`
	Version  int                     `json:"version"`
	Vendor   ID                      `json:"vendor"`
	Name     string                  `json:"name"`
	Reason   Reason                  `json:"reason" enum:"incident,new_class,new_sub_processor,yearly,other"`
	Incident exposure.IncidentID     `json:"incident,omitempty"`
	Shared   []exposure.Class        `json:"shared,omitempty"` // with the vendor of the incident
	Opened   time.Time               `json:"opened_at"`
	Due      time.Time               `json:"due_at"`
	Answers  map[string]ReviewAnswer `json:"answers,omitempty"`
	Closed   time.Time               `json:"closed_at,omitzero"`
}

// Reason is why a review is taken.
type Reason string

// The reasons.
const (
	AfterIncident   Reason = "incident"
	NewClass        Reason = "new_class"
	NewSubProcessor Reason = "new_sub_processor"
	Yearly          Reason = "yearly"
	OtherReason     Reason = "other"
)

// ReviewAnswer is what a vendor answers to a question, with its evidence.
type ReviewAnswer struct {
	Says     string    `json:"says" enum:"yes,partly,no,unknown"`
	Note     string    `json:"note,omitempty" maxLength:"1000"`
	Evidence string    `json:"evidence,omitempty" maxLength:"200" doc:"SHA-256 of a file, or where it lies."`
	Expires  time.Time `json:"expires,omitzero" doc:"From then on the evidence shows nothing."`
}

// JudgedReview is a VendorReview with what it says now.
type JudgedReview struct {
	VendorReview
	Overdue bool     `json:"overdue"`
	Risk    int      `json:"risk"`    // 0 to 100: how much is held, and how little is shown about it
	Expired []string `json:"expired"` // questions whose evidence has run out
}

// weights say how much harm a class does once it is out; what is not listed is 1.
var weights = map[exposure.Class]int{
	exposure.Password: 5, exposure.Credentials: 5, exposure.GovernmentID: 5, exposure.Card: 5, exposure.BankAccount: 5, exposure.Content: 5,
	exposure.Phone: 3, exposure.Address: 3, exposure.Birth: 3, exposure.Email: 2, exposure.Name: 2, exposure.Browsing: 2, exposure.IP: 2,
}

func weight(classes []exposure.Class) (most int) {
	for _, c := range classes {
		most = max(most, weights[c], 1)
	}
	return most
}

// daysFor is how long a review may take: the graver what is held, the less.
func daysFor(classes []exposure.Class) int {
	switch w := weight(classes); {
	case w >= 5:
		return 7
	case w >= 3:
		return 14
	default:
		return 30
	}
}

// risk is by what is held first, not by how well known somebody is.
func (v *VendorReview) risk(held []exposure.Class, now time.Time) int {
	questions := Questions()
	missing := 2 * len(questions)
	for _, q := range questions {
		a := v.Answers[q.Key]
		if !a.Expires.IsZero() && !a.Expires.After(now) {
			continue
		}
		switch a.Says {
		case "yes":
			missing -= 2
		case "partly":
			missing--
		}
	}
	return weight(held) * 20 * missing / (2 * len(questions))
}

// Reviews are all, those that are due first and then by risk. It needs Follow.
func (r *Register) Reviews(ctx context.Context) ([]JudgedReview, error) {
	if err := mayRead(ctx); err != nil {
		return nil, err
	}
	vendors, err := r.List(ctx)
	if err != nil {
		return nil, err
	}
	reviews, err := all[VendorReview](ctx, r, kindReview)
	if err != nil {
		return nil, err
	}
	list := make([]JudgedReview, len(reviews))
	for i, v := range reviews {
		list[i] = judged(v, vendors, r.now())
	}
	slices.SortStableFunc(list, func(a, b JudgedReview) int {
		return cmp.Or(b.isOpen()-a.isOpen(), a.Due.Compare(b.Due), b.Risk-a.Risk)
	})
	return list, nil
}

func (v *VendorReview) isOpen() int {
	if v.Closed.IsZero() {
		return 1
	}
	return 0
}

func judged(v VendorReview, vendors []Vendor, now time.Time) JudgedReview {
	j := JudgedReview{VendorReview: v, Overdue: v.Closed.IsZero() && !now.Before(v.Due), Expired: []string{}}
	for _, q := range Questions() {
		if a := v.Answers[q.Key]; !a.Expires.IsZero() && !a.Expires.After(now) {
			j.Expired = append(j.Expired, q.Key)
		}
	}
	for i := range vendors {
		if vendors[i].ID == v.Vendor {
			j.Risk = v.risk(vendors[i].Classes(), now)
		}
	}
	return j
}

// OpenReview opens one, due by what the vendor holds. It needs Respond. access.ErrNotFound.
func (r *Register) OpenReview(ctx context.Context, id ID, reason Reason) (VendorReview, error) {
	if err := mayAct(ctx); err != nil {
		return VendorReview{}, err
	}
	v, err := r.Get(ctx, id)
	if err != nil {
		return VendorReview{}, err
	}
	if !slices.Contains([]Reason{AfterIncident, NewClass, NewSubProcessor, Yearly, OtherReason}, reason) {
		return VendorReview{}, invalid("reason", "malformed", "this is no reason")
	}
	list, err := r.openReviews(ctx, []VendorReview{{Vendor: id, Name: v.Name, Reason: reason, Due: r.now().AddDate(0, 0, daysFor(v.Classes()))}})
	if err != nil {
		return VendorReview{}, err
	}
	return list[0], nil
}

// ReviewAfter opens a review of every other vendor who holds a class that the vendor of an incident held, due by the gravest class that
// they share. Who is under review for this incident already is left out. It needs Respond. access.ErrNotFound.
func (r *Register) ReviewAfter(ctx context.Context, incident exposure.IncidentID, id ID) ([]VendorReview, error) {
	if err := mayAct(ctx); err != nil {
		return nil, err
	}
	at, err := r.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	vendors, err := r.List(ctx)
	if err != nil {
		return nil, err
	}
	reviews, err := all[VendorReview](ctx, r, kindReview)
	if err != nil {
		return nil, err
	}
	var list []VendorReview
	for _, v := range vendors {
		shared := slices.DeleteFunc(v.Classes(), func(c exposure.Class) bool { return !slices.Contains(at.Classes(), c) })
		known := slices.ContainsFunc(reviews, func(o VendorReview) bool { return o.Vendor == v.ID && o.Incident == incident })
		if v.ID != id && len(shared) > 0 && !known {
			list = append(list, VendorReview{Vendor: v.ID, Name: v.Name, Reason: AfterIncident, Incident: incident, Shared: shared, Due: r.now().AddDate(0, 0, daysFor(shared))})
		}
	}
	return r.openReviews(ctx, list)
}

func (r *Register) openReviews(ctx context.Context, list []VendorReview) ([]VendorReview, error) {
	for i := range list {
		if err := r.record(ctx, "vendor.review_opened", fmt.Sprintf("vendor %d, %s %s", list[i].Vendor, list[i].Reason, list[i].Incident)); err != nil {
			return nil, err
		}
		list[i].Opened = r.now()
		if err := r.saveReview(ctx, &list[i]); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func (r *Register) saveReview(ctx context.Context, v *VendorReview) error {
	row, err := r.prepare(ctx, kindReview, v.ID, v.Version, func(id int64, version int) any {
		v.ID, v.Version = id, version
		return v
	})
	if err != nil {
		return err
	}
	return r.keep(ctx, row)
}

// AnswerReview adds answers to a review, and closes it when done. It needs Respond. access.ErrNotFound, access.Invalid.
func (r *Register) AnswerReview(ctx context.Context, id int64, answers map[string]ReviewAnswer, done bool) (VendorReview, error) {
	if err := mayAct(ctx); err != nil {
		return VendorReview{}, err
	}
	v, err := one[VendorReview](ctx, r, kindReview, id)
	if err != nil {
		return VendorReview{}, err
	}
	if v.Answers == nil {
		v.Answers = map[string]ReviewAnswer{}
	}
	questions := Questions()
	for key, a := range answers {
		if !slices.ContainsFunc(questions, func(q VendorQuestion) bool { return q.Key == key }) || !slices.Contains([]string{"yes", "partly", "no", "unknown"}, a.Says) {
			return VendorReview{}, invalid("answers", "malformed", "there is no such question, or the answer is none of yes, partly, no and unknown")
		}
		v.Answers[key] = a
	}
	if done {
		v.Closed = r.now()
	}
	if err := r.record(ctx, "vendor.review_answered", fmt.Sprintf("review %d of vendor %d", id, v.Vendor)); err != nil {
		return VendorReview{}, err
	}
	return v, r.saveReview(ctx, &v)
}
