package show

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"jejak/ground/access"
)

// PasskeyCeremony goes to navigator.credentials.get.
type PasskeyCeremony struct {
	Ceremony  string          `json:"ceremony"`
	PublicKey json.RawMessage `json:"publicKey" doc:"PublicKeyCredentialRequestOptions as JSON."`
}

// cookied is an answer of nothing but a cookie.
type cookied struct {
	SetCookie string `header:"Set-Cookie"`
}

type (
	signInPassword struct {
		Body struct {
			Login    string `json:"login" maxLength:"200"`
			Password string `json:"password" maxLength:"1000"`
			Code     string `json:"code" maxLength:"100" doc:"Of the authenticator app, or a recovery code."`
		}
	}
	signInPasskey struct {
		Body struct {
			Ceremony   string          `json:"ceremony" maxLength:"200"`
			Credential json.RawMessage `json:"credential" doc:"PublicKeyCredential as JSON."`
		}
	}
	signInLink struct {
		Body struct {
			Token string `json:"token" maxLength:"200"`
		}
	}
)

// offerSession lets people in and out.
func (s *server) offerSession(api huma.API) {
	at := func(id, method, path, summary string) huma.Operation {
		return operation(id, method, "/session"+path, summary, byAnybody)
	}
	post := http.MethodPost
	register(s, api, at("signInPassword", post, "/password", "Sign in with password and code"), s.signInPassword)
	register(s, api, at("beginPasskey", post, "/passkey/begin", "Begin to sign in with a passkey"), s.beginPasskey)
	register(s, api, at("finishPasskey", post, "/passkey/finish", "Sign in with a passkey"), s.finishPasskey)
	register(s, api, at("signInLink", post, "/link", "Sign in with a one-time link"), s.signInLink)
	register(s, api, at("signOut", http.MethodDelete, "", "Sign out"), s.signOut)
}

func (s *server) signInPassword(ctx context.Context, in *signInPassword) (*cookied, error) {
	session, err := s.Access.SignInPassword(ctx, visitOf(ctx).door, in.Body.Login, in.Body.Password, in.Body.Code)
	return &cookied{sessionCookie(session)}, err
}

func (s *server) beginPasskey(ctx context.Context, _ *none) (*answered[PasskeyCeremony], error) {
	ceremony, err := s.Access.BeginPasskey(ctx, visitOf(ctx).door)
	return answer(PasskeyCeremony{ceremony.ID, ceremony.Options}), err
}

func (s *server) finishPasskey(ctx context.Context, in *signInPasskey) (*cookied, error) {
	session, err := s.Access.FinishPasskey(ctx, visitOf(ctx).door, in.Body.Ceremony, in.Body.Credential)
	return &cookied{sessionCookie(session)}, err
}

func (s *server) signInLink(ctx context.Context, in *signInLink) (*cookied, error) {
	session, err := s.Access.SignInLink(ctx, visitOf(ctx).door, in.Body.Token)
	return &cookied{sessionCookie(session)}, err
}

func (s *server) signOut(ctx context.Context, _ *none) (*cookied, error) {
	if access.Caller(ctx).Kind != access.User {
		return &cookied{noCookie()}, nil
	}
	return &cookied{noCookie()}, s.Access.SignOut(ctx, visitOf(ctx).cookie)
}
