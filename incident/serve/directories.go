package serve

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"jejak/incident/directory"
)

// Directories is what is served of who could be in a leaked file. Each method checks access first.
type Directories interface {
	List(ctx context.Context) ([]directory.Info, error)
	Take(ctx context.Context, from directory.Sources) (directory.Info, error)
}

// Directory is a snapshot of users and organisations.
type Directory directory.Info

// newDirectory is a directory that comes in: its tables one after the other. They are read while they come, and never held as a whole.
type newDirectory struct {
	ContentType string `header:"Content-Type" doc:"multipart/form-data with its boundary."`

	body io.Reader
}

// Resolve implements huma.Resolver.
func (n *newDirectory) Resolve(ctx huma.Context) []error {
	n.body = ctx.BodyReader()
	_ = ctx.SetReadDeadline(time.Now().Add(takingPatience)) // where it cannot be set, the server's own holds
	return nil
}

func offerDirectories(api huma.API, fail Fail, d Directories) {
	const path = "/incidents/directories"
	told := func(ctx context.Context, err error) error { return fail(ctx, problemOfDirectory(err)) }
	register(api, told, operation("listDirectories", http.MethodGet, path, "The directories that were taken in"),
		func(ctx context.Context, _ *struct{}) (*answered[[]Directory], error) {
			list, err := d.List(ctx)
			out := make([]Directory, len(list))
			for i, x := range list {
				out[i] = Directory(x)
			}
			return answer(out), err
		})
	take := operation("takeDirectory", http.MethodPost, path, "Take in who could be in a leaked file")
	take.Description = "Each table is CSV or JSON lines, in this order: organisations and users, then memberships. Only users is required. When a row is wrong nothing is kept, and the first wrong rows are named."
	table := &huma.Schema{Type: huma.TypeString, Format: "binary"}
	take.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
		"multipart/form-data": {Schema: &huma.Schema{
			Type: huma.TypeObject, Required: []string{"users"}, Format: "binary", // or huma reads the body as a whole
			Properties: map[string]*huma.Schema{"organisations": table, "users": table, "memberships": table},
		}},
	}}
	register(api, told, take, func(ctx context.Context, in *newDirectory) (*answered[Directory], error) {
		p := &parts{from: in} // it is read once access is granted
		x, err := d.Take(ctx, directory.Sources{
			Organisations: &part{p, directory.Organisations, nil}, Users: &part{p, directory.Users, nil}, Memberships: &part{p, directory.Memberships, nil},
		})
		return answer(Directory(x)), err
	})
}

var (
	errForm  = errors.New("the body is not multipart/form-data with a boundary")
	errOrder = errors.New("the parts of the form are organisations, users, memberships, in this order, and each once")
)

// parts are those of a form, one after the other.
type parts struct {
	from *newDirectory
	in   *multipart.Reader
	next *multipart.Part // read, and of nobody yet
}

// advance reads up to the next part, unless one waits.
func (p *parts) advance() (err error) {
	if p.in == nil {
		kind, words, err := mime.ParseMediaType(p.from.ContentType)
		if err != nil || kind != "multipart/form-data" || words["boundary"] == "" {
			return errForm
		}
		p.in = multipart.NewReader(p.from.body, words["boundary"])
	}
	if p.next == nil {
		if p.next, err = p.in.NextPart(); err != nil && err != io.EOF {
			return fmt.Errorf("%w: %w", errForm, err)
		}
	}
	return nil
}

// part is a table in a form.
type part struct {
	of    *parts
	table directory.Table
	rows  directory.Rows
}

// Next implements directory.Rows. A table that is not in the form has no rows.
func (p *part) Next() (directory.Row, error) {
	if p.rows == nil {
		if err := p.begin(); err != nil {
			return directory.Row{}, err
		}
	}
	row, err := p.rows.Next()
	if err == io.EOF && p.table == directory.Memberships { // it is the last
		if _, err := p.of.in.NextPart(); err != io.EOF {
			return row, errOrder
		}
	}
	return row, err
}

func (p *part) begin() (err error) {
	if err := p.of.advance(); err != nil {
		return err
	}
	if p.of.next == nil || p.of.next.FormName() != string(p.table) {
		if p.table == directory.Users {
			return errOrder
		}
		if p.table == directory.Memberships && p.of.next != nil {
			return errOrder
		}
		return io.EOF
	}
	p.rows, err = directory.NewRows(p.table, p.of.next)
	p.of.next = nil
	return err
}

// problemOfDirectory gives the errors of directories their answers.
func problemOfDirectory(err error) error {
	var r *directory.Refused
	switch {
	case errors.As(err, &r):
		var details []error
		for _, e := range r.Errors {
			details = append(details, &huma.ErrorDetail{Message: e.Problem, Location: fmt.Sprintf("%s.%d.%s", e.Table, e.Line, e.Column)})
		}
		return huma.NewError(http.StatusUnprocessableEntity, "the directory was not taken in; nothing of it was kept", details...)
	case errors.Is(err, errForm), errors.Is(err, errOrder):
		return huma.NewError(http.StatusUnprocessableEntity, err.Error())
	case errors.Is(err, directory.ErrTooLarge):
		return huma.NewError(http.StatusRequestEntityTooLarge, err.Error())
	case errors.Is(err, directory.ErrNotFound):
		return huma.NewError(http.StatusNotFound, err.Error())
	case errors.Is(err, directory.ErrDamaged):
		return huma.NewError(http.StatusConflict, err.Error())
	}
	return err
}
