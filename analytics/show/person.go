package show

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"jejak/analytics/people"
	"jejak/event"
	"jejak/ground/vault"
)

// Profile is what is known of a person or a group.
type Profile struct {
	Number     uint32         `json:"number" format:"int64" doc:"The person's, whichever of their numbers was asked for; or the group's."`
	Others     []uint32       `json:"others,omitempty" nullable:"false" doc:"The numbers of a person's other identifiers."`
	Properties map[string]any `json:"properties" nullable:"true" doc:"Personal values stand as tokens such as [email:9f8a7b6c5d4e3f21]; null: there is no profile."`
}

// RevealedProfile is a Profile with its personal values.
type RevealedProfile struct {
	Profile
	IDs []string `json:"ids" nullable:"false" doc:"Distinct ids of a person, $device: in front of a device's; the ID of a group."`
}

// Found is the number of somebody.
type Found struct {
	Number uint32 `json:"number" format:"int64"`
}

// FoundPeople are the numbers of those who are known.
type FoundPeople struct {
	Numbers []uint32 `json:"numbers" nullable:"false" doc:"Ascending, each once: what people of a cohort's definition takes."`
	Unknown int      `json:"unknown" doc:"How many of the identifiers nobody has."`
}

// Reason is why somebody wants to see a personal value.
type Reason struct {
	Purpose string `json:"purpose" enum:"support,fraud,incident,retrieval,notice" doc:"Why; it goes into the audit log."`
}

type (
	onePerson struct {
		InProject
		Number uint32 `path:"number" format:"int64" minimum:"1" doc:"The number of a person, as answers name people."`
	}
	revealedPerson struct { // flat: huma looks into one level of embedded structs only
		InProject
		Number uint32 `path:"number" format:"int64" minimum:"1"`
		Body   Reason
	}
	soughtPerson struct {
		InProject
		Body struct {
			DistinctID string `json:"distinct_id" minLength:"1" maxLength:"1000" doc:"As clients send it; $device: in front of a device's."`
			Purpose    string `json:"purpose" enum:"support,fraud,incident,retrieval,notice" doc:"Why; it goes into the audit log."`
		}
	}
)

type soughtPeople struct {
	InProject
	Body struct {
		DistinctIDs []string `json:"distinct_ids" minItems:"1" maxItems:"100000" nullable:"false" doc:"As clients send them; $device: in front of a device's. They are looked up and not kept."`
		Purpose     string   `json:"purpose" enum:"support,fraud,incident,retrieval,notice" doc:"Why; it goes into the audit log."`
	}
}

// maxSoughtBytes bounds a list of identifiers.
const maxSoughtBytes = 8 << 20

func (s *server) offerPeople(api huma.API) {
	const path = "/projects/{id}/people"
	register(s, api, operation("getPerson", http.MethodGet, path+"/{number}", "What is known of a person, without personal values", byBoth), s.getPerson)
	register(s, api, operation("revealPerson", http.MethodPost, path+"/{number}/reveal", "The same with personal values and identifiers; it is recorded first", bySession), s.revealPerson)
	register(s, api, operation("findPerson", http.MethodPost, path+"/find", "The number of the person with an identifier; it is recorded first", bySession), s.findPerson)
	many := operation("findPeople", http.MethodPost, path+"/find-many", "The numbers of the people with some identifiers, for a cohort that lists them; it is recorded first", bySession)
	many.MaxBodyBytes = maxSoughtBytes
	register(s, api, many, s.findPeople)
	api.OpenAPI().Components.Schemas.Map()["FoundPeople"].Properties["numbers"].Items.Format = "int64" // they fill 32 bits; int32 has 31
}

func (s *server) findPeople(ctx context.Context, in *soughtPeople) (*answered[FoundPeople], error) {
	people, unknown, err := s.People.FindPeople(ctx, event.ProjectID(in.ID), in.Body.DistinctIDs, vault.Purpose(in.Body.Purpose))
	if err != nil {
		return nil, err
	}
	found := FoundPeople{Numbers: make([]uint32, len(people)), Unknown: unknown}
	for i, a := range people {
		found.Numbers[i] = uint32(a)
	}
	return answer(found), nil
}

func (s *server) getPerson(ctx context.Context, in *onePerson) (*answered[Profile], error) {
	k, err := s.People.Profile(ctx, event.ProjectID(in.ID), people.Users, event.Actor(in.Number))
	if err != nil {
		return nil, err
	}
	return answer(profileOf(k)), nil
}

func (s *server) revealPerson(ctx context.Context, in *revealedPerson) (*answered[RevealedProfile], error) {
	o, err := s.People.Reveal(ctx, event.ProjectID(in.ID), people.Users, event.Actor(in.Number), vault.Purpose(in.Body.Purpose))
	if err != nil {
		return nil, err
	}
	return answer(revealedOf(o)), nil
}

func (s *server) findPerson(ctx context.Context, in *soughtPerson) (*answered[Found], error) {
	a, err := s.People.FindPerson(ctx, event.ProjectID(in.ID), in.Body.DistinctID, vault.Purpose(in.Body.Purpose))
	if err != nil {
		return nil, err
	}
	return answer(Found{uint32(a)}), nil
}

func profileOf(k people.Known) Profile {
	p := Profile{Number: uint32(k.Number), Properties: k.Properties}
	for _, a := range k.Others {
		p.Others = append(p.Others, uint32(a))
	}
	return p
}

func revealedOf(o people.Opened) RevealedProfile {
	ids := o.IDs
	if ids == nil {
		ids = []string{}
	}
	return RevealedProfile{profileOf(o.Known), ids}
}
