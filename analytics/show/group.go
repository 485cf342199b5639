package show

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"jejak/analytics/people"
	"jejak/event"
	"jejak/ground/access"
	"jejak/ground/vault"
)

// GroupKey is a property of events that names groups.
type GroupKey struct {
	Key  string `json:"key" maxLength:"100" doc:"The name of the property, such as company."`
	Name string `json:"name,omitempty" maxLength:"200" doc:"What people call it; absent: the key."`
}

type (
	groupKeys struct {
		InProject
		Body []GroupKey `maxItems:"20" nullable:"false"`
	}
	oneGroup struct {
		InProject
		Key    string `path:"key" minLength:"1" maxLength:"100"`
		Number uint32 `path:"number" format:"int64" minimum:"1"`
	}
	revealedGroup struct {
		InProject
		Key    string `path:"key" minLength:"1" maxLength:"100"`
		Number uint32 `path:"number" format:"int64" minimum:"1"`
		Body   Reason
	}
	soughtGroup struct {
		InProject
		Key  string `path:"key" minLength:"1" maxLength:"100"`
		Body struct {
			GroupID string `json:"group_id" minLength:"1" maxLength:"1000" doc:"As clients send it, or the token that events have in its place."`
			Purpose string `json:"purpose" enum:"support,fraud,incident,retrieval,notice" doc:"Why; it goes into the audit log."`
		}
	}
)

func (s *server) offerGroups(api huma.API) {
	const keys, path = "/projects/{id}/group-keys", "/projects/{id}/groups/{key}"
	register(s, api, operation("listGroupKeys", http.MethodGet, keys, "The properties that name groups", byBoth), s.listGroupKeys)
	register(s, api, operation("setGroupKeys", http.MethodPut, keys, "Replace the list; from then on events hold tokens in the place of groups' IDs", bySession), s.setGroupKeys)
	register(s, api, operation("getGroup", http.MethodGet, path+"/{number}", "What is known of a group, without personal values", byBoth), s.getGroup)
	register(s, api, operation("revealGroup", http.MethodPost, path+"/{number}/reveal", "The same with personal values and its ID; it is recorded first", bySession), s.revealGroup)
	register(s, api, operation("findGroup", http.MethodPost, path+"/find", "The number of the group with an ID; it is recorded first", bySession), s.findGroup)
}

func (s *server) listGroupKeys(ctx context.Context, in *InProject) (*answered[[]GroupKey], error) {
	list, err := s.Access.GroupKeys(ctx, event.ProjectID(in.ID))
	return answer(groupKeysOf(list)), err
}

func (s *server) setGroupKeys(ctx context.Context, in *groupKeys) (*answered[[]GroupKey], error) {
	list := make([]access.GroupKey, len(in.Body))
	for i, k := range in.Body {
		list[i] = access.GroupKey(k)
	}
	kept, err := s.Access.SetGroupKeys(ctx, event.ProjectID(in.ID), list)
	return answer(groupKeysOf(kept)), err
}

func groupKeysOf(list []access.GroupKey) []GroupKey {
	out := make([]GroupKey, len(list))
	for i, k := range list {
		out[i] = GroupKey(k)
	}
	return out
}

func (s *server) getGroup(ctx context.Context, in *oneGroup) (*answered[Profile], error) {
	k, err := s.People.Profile(ctx, event.ProjectID(in.ID), people.Section(in.Key), event.Actor(in.Number))
	if err != nil {
		return nil, err
	}
	return answer(profileOf(k)), nil
}

func (s *server) revealGroup(ctx context.Context, in *revealedGroup) (*answered[RevealedProfile], error) {
	o, err := s.People.Reveal(ctx, event.ProjectID(in.ID), people.Section(in.Key), event.Actor(in.Number), vault.Purpose(in.Body.Purpose))
	if err != nil {
		return nil, err
	}
	return answer(revealedOf(o)), nil
}

func (s *server) findGroup(ctx context.Context, in *soughtGroup) (*answered[Found], error) {
	a, err := s.People.FindGroup(ctx, event.ProjectID(in.ID), event.GroupID{Key: in.Key, ID: in.Body.GroupID}, vault.Purpose(in.Body.Purpose))
	if err != nil {
		return nil, err
	}
	return answer(Found{uint32(a)}), nil
}
