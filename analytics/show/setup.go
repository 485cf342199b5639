package show

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"jejak/ground/access"
)

// Confirmed ends a set-up. The recovery codes are shown this once.
type Confirmed struct {
	RecoveryCodes []string `json:"recovery_codes,omitempty"`
}

// PasskeySetup goes to navigator.credentials.create.
type PasskeySetup struct {
	Enrolment string          `json:"enrolment"`
	PublicKey json.RawMessage `json:"publicKey" doc:"PublicKeyCredentialCreationOptions as JSON."`
}

// entered is an answer that brings a session.
type entered[T any] struct {
	SetCookie string `header:"Set-Cookie"`
	Body      T
}

type (
	setupToken struct {
		Body struct {
			Token string `json:"token" maxLength:"200"`
		}
	}
	setupPassword struct {
		Body struct {
			Token    string `json:"token" maxLength:"200"`
			Login    string `json:"login" maxLength:"200"`
			Password string `json:"password" maxLength:"1000"`
		}
	}
	setupCode struct {
		Body struct {
			Token     string `json:"token" maxLength:"200"`
			Enrolment string `json:"enrolment" maxLength:"200"`
			Code      string `json:"code" maxLength:"100"`
		}
	}
	setupLogin struct {
		Body struct {
			Token string `json:"token" maxLength:"200"`
			Login string `json:"login" maxLength:"200"`
		}
	}
	setupCredential struct {
		Body struct {
			Token      string          `json:"token" maxLength:"200"`
			Enrolment  string          `json:"enrolment" maxLength:"200"`
			Credential json.RawMessage `json:"credential" doc:"PublicKeyCredential as JSON."`
		}
	}
)

// offerSetup lets the holder of the one-time link make the owner's account.
func (s *server) offerSetup(api huma.API) {
	post := func(id, path, summary string) huma.Operation {
		return operation(id, http.MethodPost, "/setup/"+path, summary, byAnybody)
	}
	register(s, api, post("checkSetup", "check", "Whether a set-up link still works"), s.checkSetup)
	register(s, api, post("setUpPassword", "password", "Begin the owner's account with a password"), s.setUpPassword)
	register(s, api, post("confirmSetup", "confirm", "Prove the authenticator app and sign in"), s.confirmSetup)
	register(s, api, post("beginSetupPasskey", "passkey/begin", "Begin the owner's account with a passkey"), s.beginSetupPasskey)
	register(s, api, post("finishSetupPasskey", "passkey/finish", "Take the passkey and sign in"), s.finishSetupPasskey)
}

func (s *server) checkSetup(ctx context.Context, in *setupToken) (*none, error) {
	return &none{}, s.Access.CheckSetup(ctx, visitOf(ctx).door, in.Body.Token)
}

func (s *server) setUpPassword(ctx context.Context, in *setupPassword) (*answered[access.Enrolment], error) {
	enrolment, err := s.Access.SetUpPassword(ctx, visitOf(ctx).door, in.Body.Token, in.Body.Login, in.Body.Password)
	return answer(enrolment), err
}

func (s *server) confirmSetup(ctx context.Context, in *setupCode) (*entered[Confirmed], error) {
	signed, err := s.Access.ConfirmSetup(ctx, visitOf(ctx).door, in.Body.Token, in.Body.Enrolment, in.Body.Code)
	return confirmed(signed), err
}

func (s *server) beginSetupPasskey(ctx context.Context, in *setupLogin) (*answered[PasskeySetup], error) {
	ceremony, err := s.Access.BeginSetupPasskey(ctx, visitOf(ctx).door, in.Body.Token, in.Body.Login)
	return answer(PasskeySetup{ceremony.ID, ceremony.Options}), err
}

func (s *server) finishSetupPasskey(ctx context.Context, in *setupCredential) (*entered[Confirmed], error) {
	signed, err := s.Access.FinishSetupPasskey(ctx, visitOf(ctx).door, in.Body.Token, in.Body.Enrolment, in.Body.Credential)
	return confirmed(signed), err
}

func confirmed(signed access.Signed) *entered[Confirmed] {
	return &entered[Confirmed]{sessionCookie(signed.Session), Confirmed{signed.RecoveryCodes}}
}
