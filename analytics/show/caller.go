package show

import (
	"context"
	"errors"
	"net/http"
	"time"

	"jejak/ground/access"
)

// cookieName is a cookie that only this host, over https or on localhost, can set and read, on every path.
const cookieName = "__Host-jejak"

func cookieOf(r *http.Request) string {
	c, err := r.Cookie(cookieName)
	if err != nil {
		return ""
	}
	return c.Value
}

// sessionCookie carries the session for as long as it may last at most.
func sessionCookie(session access.Session) string { return cookie(session.Token, session.Expires) }

// noCookie takes it away.
func noCookie() string { return cookie("", time.Unix(1, 0)) }

func cookie(value string, until time.Time) string {
	return (&http.Cookie{
		Name: cookieName, Value: value, Path: "/", Expires: until,
		Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	}).String()
}

// visit is the request behind a context, for the few handlers that need more of it than their input.
type visit struct {
	door    access.Door
	cookie  string
	control *http.ResponseController
}

// takeTime lets a handler work for longer than a request may take to arrive: the connection's limit for reading would
// otherwise end it.
func (v visit) takeTime() {
	if v.control != nil {
		_ = v.control.SetReadDeadline(time.Time{}) // a connection without deadlines has none to lift
	}
}

type visitKey struct{}

func visitOf(ctx context.Context) visit {
	v, _ := ctx.Value(visitKey{}).(visit)
	return v
}

// identified puts the caller into the context of requests to the API. Who is nobody stays nobody: the first line of
// each handler decides what nobody may do.
func (s *server) identified(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !isAPI(r.URL.Path) {
			next.ServeHTTP(w, r)
			return
		}
		w.Header().Set("Cache-Control", "no-store")
		ctx := context.WithValue(r.Context(), visitKey{}, visit{doorOf(r), cookieOf(r), http.NewResponseController(w)})
		who, err := s.caller(r)
		if err != nil {
			writeProblem(w, s.problemOf(ctx, err))
			return
		}
		next.ServeHTTP(w, r.WithContext(access.With(ctx, who)))
	})
}

// caller is who sent the request. Wrong Basic credentials are an error; an old cookie is nobody's, so that a browser
// that holds one can still sign in.
func (s *server) caller(r *http.Request) (access.Identity, error) {
	user, secret, basic := r.BasicAuth()
	token := cookieOf(r)
	if token == "" && !basic {
		return access.Identity{}, nil
	}
	who, err := s.Access.Identify(r.Context(), token, user, secret)
	if errors.Is(err, access.ErrUnauthenticated) && !basic {
		return access.Identity{}, nil
	}
	return who, err
}
