package show

import (
	"context"
	"encoding/hex"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"jejak/event"
	"jejak/ground/approve"
)

// Approval is something that one person asked for and another must allow.
type Approval struct {
	ID        string    `json:"id"`
	Act       string    `json:"act" doc:"What is to be done, for example export.built."`
	Hash      string    `json:"hash" doc:"SHA-256 of what is to be done, hexadecimal: allowing means this and nothing else."`
	Title     string    `json:"title"`
	AskedBy   string    `json:"asked_by"`
	Asked     time.Time `json:"asked"`
	Expires   time.Time `json:"expires"`
	Decision  string    `json:"decision" enum:"open,granted,refused,used"`
	DecidedBy string    `json:"decided_by,omitempty"`
}

type (
	oneApproval struct {
		InProject
		Approval string `path:"approval" maxLength:"64"`
	}
	onesApproval struct { // of the installation
		Approval string `path:"approval" maxLength:"64"`
	}
	grantedForAll struct {
		Approval string `path:"approval" maxLength:"64"`
		Body     grantedHash
	}
	grantedHash struct {
		Hash string `json:"hash" maxLength:"64" doc:"That of the request as you saw it."`
	}
	grantedApproval struct {
		InProject
		Approval string `path:"approval" maxLength:"64"`
		Body     grantedHash
	}
)

func (s *server) offerApprovals(api huma.API) {
	const path = "/projects/{id}/approvals"
	register(s, api, operation("listApprovals", http.MethodGet, path, "What was asked for and who allowed it", bySession), s.listApprovals)
	register(s, api, operation("grantApproval", http.MethodPost, path+"/{approval}/grant", "Allow what another person asked for", bySession), s.grantApproval)
	register(s, api, operation("refuseApproval", http.MethodPost, path+"/{approval}/refuse", "Refuse it, or take your own request back", bySession), s.refuseApproval)

	register(s, api, operation("listAllApprovals", http.MethodGet, "/approvals", "What was asked for that concerns all projects", bySession), s.listAllApprovals)
	register(s, api, operation("grantForAll", http.MethodPost, "/approvals/{approval}/grant", "Allow what another person asked for, in all projects", bySession), s.grantForAll)
	register(s, api, operation("refuseForAll", http.MethodPost, "/approvals/{approval}/refuse", "Refuse it, or take your own request back", bySession), s.refuseForAll)
}

func (s *server) listAllApprovals(ctx context.Context, _ *none) (*answered[[]Approval], error) {
	return s.approvals(ctx, 0)
}

func (s *server) grantForAll(ctx context.Context, in *grantedForAll) (*answered[Approval], error) {
	return s.grant(ctx, 0, in.Approval, in.Body.Hash)
}

func (s *server) refuseForAll(ctx context.Context, in *onesApproval) (*answered[Approval], error) {
	r, err := s.Approve.Refuse(ctx, 0, in.Approval)
	return answer(approvalOf(r)), err
}

func (s *server) listApprovals(ctx context.Context, in *InProject) (*answered[[]Approval], error) {
	return s.approvals(ctx, event.ProjectID(in.ID))
}

func (s *server) approvals(ctx context.Context, p event.ProjectID) (*answered[[]Approval], error) {
	requests, err := s.Approve.List(ctx, p)
	list := make([]Approval, len(requests))
	for i, r := range requests {
		list[i] = approvalOf(r)
	}
	return answer(list), err
}

func approvalOf(r approve.Request) Approval {
	return Approval{
		r.ID, string(r.Act), hex.EncodeToString(r.Hash[:]), r.Title, r.AskedBy, r.Asked, r.Expires, string(r.Decision), r.DecidedBy,
	}
}

func (s *server) grantApproval(ctx context.Context, in *grantedApproval) (*answered[Approval], error) {
	return s.grant(ctx, event.ProjectID(in.ID), in.Approval, in.Body.Hash)
}

func (s *server) grant(ctx context.Context, p event.ProjectID, id, hash string) (*answered[Approval], error) {
	var h approve.Hash
	if b, err := hex.DecodeString(hash); err != nil || copy(h[:], b) != len(h) {
		return nil, approve.ErrChanged
	}
	r, err := s.Approve.Grant(ctx, p, id, h)
	return answer(approvalOf(r)), err
}

func (s *server) refuseApproval(ctx context.Context, in *oneApproval) (*answered[Approval], error) {
	r, err := s.Approve.Refuse(ctx, event.ProjectID(in.ID), in.Approval)
	return answer(approvalOf(r)), err
}
