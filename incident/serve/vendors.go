package serve

import (
	"context"
	"errors"
	"io"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"jejak/exposure"
	"jejak/incident/vendor"
)

// Vendors is what is served of the register of vendors. Each method checks access first.
type Vendors interface {
	List(ctx context.Context) ([]vendor.Vendor, error)
	Get(ctx context.Context, id vendor.ID) (vendor.Vendor, error)
	Save(ctx context.Context, v vendor.Vendor) (vendor.Vendor, error)
	FindingsOf(ctx context.Context, days int) ([]vendor.VendorFinding, error)
	AddRecording(ctx context.Context, from io.Reader) (vendor.ObservedRun, error)
	Plan(ctx context.Context, id vendor.ID) (vendor.CutPlan, error)
	CutOff(ctx context.Context, id vendor.ID, incident exposure.IncidentID) (vendor.VendorCut, error)
	Restore(ctx context.Context, id vendor.ID) (vendor.VendorCut, error)
	Standing(ctx context.Context, id vendor.ID) (vendor.VendorCut, error)
	Tick(ctx context.Context, id vendor.ID, step string) (vendor.VendorCut, error)
	PolicyWithout(ctx context.Context, id vendor.ID, policy string) (vendor.SitePolicy, error)
	SilenceOf(ctx context.Context, id vendor.ID, days int) (vendor.SignedStatement, error)
	Exits(ctx context.Context) ([]vendor.HeldData, error)
	AskDeletion(ctx context.Context, id vendor.ID) (vendor.VendorExit, error)
	DeletionText(ctx context.Context, exit int64, l exposure.Locale) (string, error)
	Reminded(ctx context.Context, exit int64) (vendor.VendorExit, error)
	Prove(ctx context.Context, exit int64, p vendor.DeletionProof) (vendor.VendorExit, error)
	Reviews(ctx context.Context) ([]vendor.JudgedReview, error)
	OpenReview(ctx context.Context, id vendor.ID, reason vendor.Reason) (vendor.VendorReview, error)
	ReviewAfter(ctx context.Context, incident exposure.IncidentID, id vendor.ID) ([]vendor.VendorReview, error)
	AnswerReview(ctx context.Context, id int64, answers map[string]vendor.ReviewAnswer, done bool) (vendor.VendorReview, error)
}

// The inputs. They are exported because huma reads exported fields only.
type (
	// OneVendor is the input of an operation on one.
	OneVendor struct {
		Vendor int64 `path:"vendor" minimum:"1" doc:"The vendor's number."`
	}
	// NewVendor is a vendor that is made.
	NewVendor struct{ Body vendor.Vendor }
	// ChangedVendor is a vendor as it is to be.
	ChangedVendor struct {
		OneVendor
		Body vendor.Vendor
	}
	// SinceDay is from when on findings count.
	SinceDay struct {
		Days int `query:"days" minimum:"1" maximum:"400" default:"30" doc:"How many days back."`
	}
	// CutVendor is a vendor to cut off.
	CutVendor struct {
		OneVendor
		Body struct {
			Incident string `json:"incident,omitempty" pattern:"^[0-9]{4}-[0-9]{2,4}$"`
		}
	}
	// StepOfCut is a step that was done.
	StepOfCut struct {
		OneVendor
		Step string `path:"step" maxLength:"60"`
	}
	// PolicyText is a Content-Security-Policy.
	PolicyText struct {
		OneVendor
		Body struct {
			Policy string `json:"policy" maxLength:"16384"`
		}
	}
	// SilentDays is how long a vendor should have been silent.
	SilentDays struct {
		OneVendor
		Days int `query:"days" minimum:"1" maximum:"90" default:"3"`
	}
	// OneExit is the input of an operation on a deletion.
	OneExit struct {
		Exit   int64  `path:"exit" minimum:"1"`
		Locale string `query:"locale" enum:"en,id" default:"en"`
	}
	// ProvenExit is the proof of a deletion.
	ProvenExit struct {
		OneExit
		Body vendor.DeletionProof
	}
	// NewReview is a review to open.
	NewReview struct {
		OneVendor
		Body struct {
			Reason vendor.Reason `json:"reason" enum:"incident,new_class,new_sub_processor,yearly,other"`
		}
	}
	// ReviewsAfter opens reviews after an incident.
	ReviewsAfter struct {
		OneIncident
		Body struct {
			Vendor int64 `json:"vendor" minimum:"1"`
		}
	}
	// AnsweredReview adds answers.
	AnsweredReview struct {
		Review int64 `path:"review" minimum:"1"`
		Body   struct {
			Answers map[string]vendor.ReviewAnswer `json:"answers"`
			Done    bool                           `json:"done,omitempty"`
		}
	}
	// Recording is a HAR file.
	Recording struct{ body io.Reader }
	// DeletionLetter asks a vendor to delete.
	DeletionLetter struct {
		Text string `json:"text"`
	}
)

// Resolve implements huma.Resolver: a recording is read while it comes in.
func (r *Recording) Resolve(ctx huma.Context) []error {
	r.body = ctx.BodyReader()
	return nil
}

func (o OneVendor) id() vendor.ID { return vendor.ID(o.Vendor) }

const vendors = "/vendors"

func offerVendors(api huma.API, fail Fail, v Vendors) {
	told := func(ctx context.Context, err error) error { return fail(ctx, problemOfVendor(err)) }
	offer(api, told, operation("listVendors", http.MethodGet, vendors, "All vendors"), func(ctx context.Context, _ *struct{}) ([]vendor.Vendor, error) { return v.List(ctx) })
	offer(api, told, operation("createVendor", http.MethodPost, vendors, "Add a vendor"), func(ctx context.Context, in *NewVendor) (vendor.Vendor, error) {
		in.Body.ID = 0
		return v.Save(ctx, in.Body)
	})
	offer(api, told, operation("getVendor", http.MethodGet, vendors+"/{vendor}", "A vendor"), func(ctx context.Context, in *OneVendor) (vendor.Vendor, error) { return v.Get(ctx, in.id()) })
	offer(api, told, operation("changeVendor", http.MethodPut, vendors+"/{vendor}", "Change a vendor; earlier versions are kept"), func(ctx context.Context, in *ChangedVendor) (vendor.Vendor, error) {
		in.Body.ID = in.id()
		return v.Save(ctx, in.Body)
	})
	offer(api, told, operation("listVendorFindings", http.MethodGet, vendors+"/findings", "What was observed and is not declared, the gravest first"),
		func(ctx context.Context, in *SinceDay) ([]vendor.VendorFinding, error) {
			return v.FindingsOf(ctx, in.Days)
		})
	offerRecording(api, told, v)
	offerCuts(api, told, v)
	offerExits(api, told, v)
	offerReviews(api, told, v)
}

// offer is register for what answers with a value.
func offer[I, O any](api huma.API, fail Fail, op huma.Operation, do func(context.Context, *I) (O, error)) {
	register(api, fail, op, func(ctx context.Context, in *I) (*answered[O], error) {
		out, err := do(ctx, in)
		return answer(out), err
	})
}

func offerRecording(api huma.API, told Fail, v Vendors) {
	har := operation("addVendorRecording", http.MethodPost, vendors+"/recordings", "Add a HAR file: which hosts a browser asked")
	har.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
		"application/octet-stream": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}},
	}}
	offer(api, told, har, func(ctx context.Context, in *Recording) (vendor.ObservedRun, error) {
		return v.AddRecording(ctx, in.body)
	})
}

func offerCuts(api huma.API, told Fail, v Vendors) {
	const path = vendors + "/{vendor}/cut"
	offer(api, told, operation("planVendorCut", http.MethodGet, path+"/plan", "What cutting a vendor off would do"), func(ctx context.Context, in *OneVendor) (vendor.CutPlan, error) { return v.Plan(ctx, in.id()) })
	offer(api, told, operation("getVendorCut", http.MethodGet, path, "The cut under which a vendor is"), func(ctx context.Context, in *OneVendor) (vendor.VendorCut, error) { return v.Standing(ctx, in.id()) })
	offer(api, told, operation("cutOffVendor", http.MethodPost, path, "Cut a vendor off; a second person must allow it, then do the same again"), func(ctx context.Context, in *CutVendor) (vendor.VendorCut, error) {
		return v.CutOff(ctx, in.id(), exposure.IncidentID(in.Body.Incident))
	})
	offer(api, told, operation("restoreVendor", http.MethodPost, path+"/restore", "Send to a vendor again; a second person must allow it"), func(ctx context.Context, in *OneVendor) (vendor.VendorCut, error) { return v.Restore(ctx, in.id()) })
	offer(api, told, operation("doVendorStep", http.MethodPost, path+"/steps/{step}", "Say that a step of the checklist was done"), func(ctx context.Context, in *StepOfCut) (vendor.VendorCut, error) {
		return v.Tick(ctx, in.id(), in.Step)
	})
	offer(api, told, operation("takeVendorOutOfPolicy", http.MethodPost, path+"/policy", "A Content-Security-Policy without the vendor"), func(ctx context.Context, in *PolicyText) (vendor.SitePolicy, error) {
		return v.PolicyWithout(ctx, in.id(), in.Body.Policy)
	})
	offer(api, told, operation("stateVendorSilence", http.MethodPost, path+"/silence", "A signed statement of what went to a vendor since the cut"), func(ctx context.Context, in *SilentDays) (vendor.SignedStatement, error) {
		return v.SilenceOf(ctx, in.id(), in.Days)
	})
}

func offerExits(api huma.API, told Fail, v Vendors) {
	offer(api, told, operation("listVendorExits", http.MethodGet, vendors+"/exits", "Deletions that were asked for or should have been, and what is still held"), func(ctx context.Context, _ *struct{}) ([]vendor.HeldData, error) { return v.Exits(ctx) })
	offer(api, told, operation("askVendorDeletion", http.MethodPost, vendors+"/{vendor}/exit", "Ask a vendor to delete, and chase it"), func(ctx context.Context, in *OneVendor) (vendor.VendorExit, error) {
		return v.AskDeletion(ctx, in.id())
	})
	offer(api, told, operation("getDeletionLetter", http.MethodGet, vendors+"/exits/{exit}/letter", "The letter that asks for deletion"), func(ctx context.Context, in *OneExit) (DeletionLetter, error) {
		text, err := v.DeletionText(ctx, in.Exit, exposure.Locale(in.Locale))
		return DeletionLetter{text}, err
	})
	offer(api, told, operation("remindVendor", http.MethodPost, vendors+"/exits/{exit}/reminders", "Say that the vendor was reminded"), func(ctx context.Context, in *OneExit) (vendor.VendorExit, error) { return v.Reminded(ctx, in.Exit) })
	offer(api, told, operation("proveVendorDeletion", http.MethodPost, vendors+"/exits/{exit}/proof", "Keep the proof of a deletion"), func(ctx context.Context, in *ProvenExit) (vendor.VendorExit, error) {
		return v.Prove(ctx, in.Exit, in.Body)
	})
}

func offerReviews(api huma.API, told Fail, v Vendors) {
	offer(api, told, operation("listVendorQuestions", http.MethodGet, vendors+"/questions", "The forty questions"), func(ctx context.Context, _ *struct{}) ([]vendor.VendorQuestion, error) {
		_, err := v.List(ctx)
		return vendor.Questions(), err
	})
	offer(api, told, operation("listVendorReviews", http.MethodGet, vendors+"/reviews", "Reviews, those that are due first"), func(ctx context.Context, _ *struct{}) ([]vendor.JudgedReview, error) { return v.Reviews(ctx) })
	offer(api, told, operation("openVendorReview", http.MethodPost, vendors+"/{vendor}/reviews", "Open a review"), func(ctx context.Context, in *NewReview) (vendor.VendorReview, error) {
		return v.OpenReview(ctx, in.id(), in.Body.Reason)
	})
	offer(api, told, operation("answerVendorReview", http.MethodPost, vendors+"/reviews/{review}/answers", "Add answers to a review"), func(ctx context.Context, in *AnsweredReview) (vendor.VendorReview, error) {
		return v.AnswerReview(ctx, in.Review, in.Body.Answers, in.Body.Done)
	})
	offer(api, told, operation("reviewVendorsAfter", http.MethodPost, "/incidents/{incident}/vendor-reviews", "Open a review of every vendor that shares a class of data with the one of an incident"),
		func(ctx context.Context, in *ReviewsAfter) ([]vendor.VendorReview, error) {
			list, err := v.ReviewAfter(ctx, in.id(), vendor.ID(in.Body.Vendor))
			if list == nil {
				list = []vendor.VendorReview{}
			}
			return list, err
		})
}

// problemOfVendor gives the errors of the register of vendors their answers.
func problemOfVendor(err error) error {
	for known, status := range map[error]int{
		vendor.ErrChanged: http.StatusConflict, vendor.ErrCutAlready: http.StatusConflict, vendor.ErrNotCut: http.StatusConflict,
		vendor.ErrHAR: http.StatusUnprocessableEntity,
	} {
		if errors.Is(err, known) {
			return huma.NewError(status, known.Error())
		}
	}
	return err
}
