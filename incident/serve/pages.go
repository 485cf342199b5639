package serve

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"maps"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"jejak/exposure"
	"jejak/ground/access"
	"jejak/ground/approve"
	"jejak/incident/publish"
)

// Pages is what is served of the public pages of incidents. Each method checks access first.
type Pages interface {
	Standing(ctx context.Context, id exposure.IncidentID) (publish.Standing, error)
	Save(ctx context.Context, id exposure.IncidentID, d publish.Draft) (publish.Standing, error)
	Ask(ctx context.Context, id exposure.IncidentID) (approve.Request, error)
	Asked(ctx context.Context, id exposure.IncidentID, request string) (publish.Set, error)
	Publish(ctx context.Context, id exposure.IncidentID, request string) (publish.Version, error)
}

type (
	savePage struct {
		OneIncident
		Body publish.Draft
	}
	askedPage struct {
		OneIncident
		Approval string `path:"approval" maxLength:"64" doc:"The request to publish it."`
	}
	askedFile struct {
		OneIncident
		Approval string `path:"approval" maxLength:"64" doc:"The request to publish it."`
		File     string `path:"file" maxLength:"100" doc:"The file's name."`
	}
)

// PageFile is a file of a page that waits to be published.
type PageFile struct {
	Name   string `json:"name"`
	SHA256 string `json:"sha256"`
	Size   int    `json:"size"`
}

func offerPages(api huma.API, fail Fail, p Pages) {
	const path = "/incidents/{incident}/page"
	told := func(ctx context.Context, err error) error { return fail(ctx, problemOfPage(err)) }
	register(api, told, operation("getPage", http.MethodGet, path, "The public page of an incident: draft, problems, versions"),
		func(ctx context.Context, in *OneIncident) (*answered[publish.Standing], error) {
			s, err := p.Standing(ctx, exposure.IncidentID(in.Incident))
			return answer(s), err
		})
	register(api, told, operation("savePage", http.MethodPut, path, "Keep a draft of the page, and tell why it cannot be published"),
		func(ctx context.Context, in *savePage) (*answered[publish.Standing], error) {
			s, err := p.Save(ctx, exposure.IncidentID(in.Incident), in.Body)
			return answer(s), err
		})
	register(api, told, operation("askToPublishPage", http.MethodPost, path+"/ask", "Ask a second person to allow that exactly this page is published"),
		func(ctx context.Context, in *OneIncident) (*answered[Asked], error) {
			q, err := p.Ask(ctx, exposure.IncidentID(in.Incident))
			return answer(asked(q)), err
		})
	register(api, told, operation("publishPage", http.MethodPost, path+"/publish", "Publish the page"),
		func(ctx context.Context, in *withApproval) (*answered[publish.Version], error) {
			v, err := p.Publish(ctx, exposure.IncidentID(in.Incident), in.Body.Approval)
			return answer(v), err
		})
	offerAskedPages(api, told, p)
}

// offerAskedPages lets the second person read what they are to allow.
func offerAskedPages(api huma.API, told Fail, p Pages) {
	const path = "/incidents/{incident}/page/asked/{approval}"
	register(api, told, operation("listAskedPage", http.MethodGet, path, "The files of a page that waits to be published"),
		func(ctx context.Context, in *askedPage) (*answered[[]PageFile], error) {
			set, err := p.Asked(ctx, exposure.IncidentID(in.Incident), in.Approval)
			if err != nil {
				return nil, err
			}
			list := []PageFile{}
			for _, name := range slices.Sorted(maps.Keys(set)) {
				sum := sha256.Sum256(set[name])
				list = append(list, PageFile{name, hex.EncodeToString(sum[:]), len(set[name])})
			}
			return answer(list), nil
		})
	register(api, told, operation("readAskedPage", http.MethodGet, path+"/{file}", "A file of a page that waits to be published"),
		func(ctx context.Context, in *askedFile) (*document, error) {
			set, err := p.Asked(ctx, exposure.IncidentID(in.Incident), in.Approval)
			if err != nil {
				return nil, err
			}
			body, is := set[in.File]
			if !is {
				return nil, access.ErrNotFound
			}
			return &document{publish.Media(in.File), "default-src 'none'; style-src 'self'; sandbox", body}, nil
		})
}

// problemOfPage gives the errors of pages their answers.
func problemOfPage(err error) error {
	if errors.Is(err, publish.ErrStale) {
		return huma.NewError(http.StatusConflict, publish.ErrStale.Error())
	}
	return problemOfScope(err)
}
