package show

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"jejak/analytics/lexicon"
	"jejak/event"
)

// LookupTable is a lookup table without its rows.
type LookupTable struct {
	Name    string         `json:"name"`
	Of      string         `json:"of" doc:"The property whose values are its keys."`
	Columns []LookupColumn `json:"columns" nullable:"false"`
	Rows    int            `json:"rows"`
	Created time.Time      `json:"created"`
	Changed time.Time      `json:"changed"`
}

// LookupColumn is a column of a lookup table, beside that of the keys.
type LookupColumn struct {
	lexicon.Column
	Property string `json:"property" doc:"What stands in the place of a property's name: =lookup(\"products\", properties[\"sku\"], \"price\")."`
}

// OneLookup is the input of an operation on one of them.
type OneLookup struct {
	InProject
	Table string `path:"table" minLength:"1" maxLength:"400" doc:"Its name, 1 to 100 characters."`
}

type newLookup struct {
	OneLookup
	Of      string `query:"of" required:"true" minLength:"1" maxLength:"1024" doc:"The property whose values are the keys, as in a question: sku, or =user[\"plan\"]."`
	RawBody []byte `contentType:"text/csv"`
}

func (s *server) offerLookups(api huma.API) {
	const tables = "/projects/{id}/lookup-tables"
	register(s, api, operation("listLookups", http.MethodGet, tables, "The project's lookup tables", byBoth), s.listLookups)
	put := operation("putLookup", http.MethodPut, tables+"/{table}", "Make or replace a lookup table of a CSV", bySession)
	put.Description = "The first line names the columns, the first column holds the keys. A table with personal values is refused: they belong into people's profiles."
	put.MaxBodyBytes = lexicon.MaxTableBytes + 1 // and one byte too many for the lexicon to name
	put.BodyReadTimeout = time.Minute
	put.SkipValidateBody = true
	register(s, api, put, s.putLookup)
	register(s, api, operation("deleteLookup", http.MethodDelete, tables+"/{table}", "Delete it; to questions that name it nothing is in it", bySession), s.deleteLookup)
}

func (s *server) listLookups(ctx context.Context, in *InProject) (*answered[[]LookupTable], error) {
	tables, err := s.Lexicon.Lookups(ctx, event.ProjectID(in.ID))
	list := make([]LookupTable, len(tables))
	for i, t := range tables {
		list[i] = lookupOf(t)
	}
	return answer(list), err
}

func lookupOf(t lexicon.Lookup) LookupTable {
	out := LookupTable{Name: t.Name, Of: t.Of, Rows: t.Rows, Created: t.Created, Changed: t.Changed, Columns: []LookupColumn{}}
	for _, c := range t.Columns {
		out.Columns = append(out.Columns, LookupColumn{c, t.In(c.Name)})
	}
	return out
}

func (s *server) putLookup(ctx context.Context, in *newLookup) (*answered[LookupTable], error) {
	t, err := s.Lexicon.PutLookup(ctx, event.ProjectID(in.ID), in.Table, in.Of, in.RawBody)
	return answer(lookupOf(t)), err
}

func (s *server) deleteLookup(ctx context.Context, in *OneLookup) (*none, error) {
	return &none{}, s.Lexicon.DeleteLookup(ctx, event.ProjectID(in.ID), in.Table)
}
