package serve

import (
	"context"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"jejak/ground/approve"
	"jejak/incident/dataset"
)

// Files is what is served of leaked files. Each method checks access first.
type Files interface {
	List(ctx context.Context) ([]dataset.Dataset, error)
	Take(ctx context.Context, r dataset.Receipt, from io.Reader) (dataset.Dataset, error)
	Receipt(ctx context.Context, id dataset.ID) (dataset.Receipt, error)
	AskToOpen(ctx context.Context, id dataset.ID) (approve.Request, error)
}

// takingPatience is how long a leaked file may take to come in.
const takingPatience = 12 * time.Hour

// OneFile is the input of an operation on a leaked file.
type OneFile struct {
	File string `path:"file" maxLength:"64" doc:"The leaked file's id."`
}

// NewFile is a leaked file that comes in. What is personal stands in headers: URLs are kept in logs.
type NewFile struct {
	Name string `header:"X-File-Name" maxLength:"3000" doc:"Of the file, percent-encoded."`
	From string `header:"X-Received-From" maxLength:"3000" doc:"Who handed it over, percent-encoded."`
	How  string `header:"X-Received-How" maxLength:"3000" doc:"How it came, percent-encoded."`

	body io.Reader
}

// Resolve implements huma.Resolver: the body is read while it is sealed, and never held as a whole.
func (n *NewFile) Resolve(ctx huma.Context) []error {
	n.body = ctx.BodyReader()
	_ = ctx.SetReadDeadline(time.Now().Add(takingPatience)) // where it cannot be set, the server's own holds
	return nil
}

// AskedToOpen is the request that a second person must allow.
type AskedToOpen struct {
	Approval string    `json:"approval"`
	Hash     string    `json:"hash" doc:"SHA-256 of what is to be done, hexadecimal."`
	Title    string    `json:"title"`
	Expires  time.Time `json:"expires"`
}

func offerFiles(api huma.API, fail Fail, f Files) {
	const path = "/incidents/files"
	told := func(ctx context.Context, err error) error { return fail(ctx, problemOfFile(err)) }
	register(api, told, operation("listLeakedFiles", http.MethodGet, path, "The leaked files that were taken in"),
		func(ctx context.Context, _ *struct{}) (*answered[[]dataset.Dataset], error) {
			list, err := f.List(ctx)
			return answer(list), err
		})
	take := operation("takeLeakedFile", http.MethodPost, path, "Take a leaked file in")
	take.Description = "The body is the file as it came. It is sealed while it is read; its hash, size and who took it in go into the audit log."
	take.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
		"application/octet-stream": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}},
	}}
	register(api, told, take, func(ctx context.Context, in *NewFile) (*answered[dataset.Dataset], error) {
		r, err := in.receipt()
		if err != nil {
			return nil, err
		}
		d, err := f.Take(ctx, r, in.body)
		return answer(d), err
	})
	register(api, told, operation("getLeakedFileReceipt", http.MethodGet, path+"/{file}/receipt", "From whom and how a leaked file came"),
		func(ctx context.Context, in *OneFile) (*answered[dataset.Receipt], error) {
			r, err := f.Receipt(ctx, dataset.ID(in.File))
			return answer(r), err
		})
	register(api, told, operation("askToOpenLeakedFile", http.MethodPost, path+"/{file}/open", "Ask a second person to allow that the copy is opened"),
		func(ctx context.Context, in *OneFile) (*answered[AskedToOpen], error) {
			q, err := f.AskToOpen(ctx, dataset.ID(in.File))
			return answer(AskedToOpen{q.ID, hex.EncodeToString(q.Hash[:]), q.Title, q.Expires}), err
		})
}

func (n *NewFile) receipt() (r dataset.Receipt, err error) {
	for _, x := range []struct {
		to   *string
		text string
	}{{&r.Name, n.Name}, {&r.From, n.From}, {&r.How, n.How}} {
		if *x.to, err = url.PathUnescape(x.text); err != nil {
			return r, dataset.ErrReceipt
		}
	}
	return r, nil
}

// problemOfFile gives the errors of leaked files their answers.
func problemOfFile(err error) error {
	for known, status := range map[error]int{
		dataset.ErrNotFound: http.StatusNotFound, dataset.ErrCustody: http.StatusConflict,
		dataset.ErrReceipt: http.StatusUnprocessableEntity, dataset.ErrTooLarge: http.StatusRequestEntityTooLarge,
	} {
		if errors.Is(err, known) {
			return huma.NewError(status, known.Error())
		}
	}
	return err
}
