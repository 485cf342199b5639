package show

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"jejak/ground/access"
)

// Me is what the console asks first: how far this browser is.
type Me struct {
	State   string    `json:"state" enum:"setup,signed_out,signed_in" doc:"setup: the installation has no owner yet."`
	Login   string    `json:"login,omitempty"`
	Role    string    `json:"role,omitempty"`
	Demo    bool      `json:"demo" doc:"The data is invented."`
	Places  PlaceData `json:"place_data"`
	Version string    `json:"version"`
}

// PlaceData is the location database in use. Its licence wants Name and Link on pages that show places.
type PlaceData struct {
	Installed bool   `json:"installed"`
	Name      string `json:"name"`
	Link      string `json:"link"`
}

// States of Me.
const (
	stateSetup     = "setup"
	stateSignedOut = "signed_out"
	stateSignedIn  = "signed_in"
)

func (s *server) offerMe(api huma.API) {
	op := operation("getMe", http.MethodGet, "/me", "How far this browser is: set-up, signed out or signed in", byAnybody)
	register(s, api, op, s.me)
}

func (s *server) me(ctx context.Context, _ *none) (*answered[Me], error) {
	me := Me{State: stateSignedOut, Demo: s.Demo, Places: s.Places, Version: s.Version}
	if who := access.Caller(ctx); who.Kind != access.Nobody {
		me.State, me.Login, me.Role = stateSignedIn, who.Login, who.Role
		return answer(me), nil
	}
	needed, err := s.Access.SetUpNeeded(ctx)
	if err != nil {
		return nil, err
	}
	if needed {
		me.State = stateSetup
	}
	return answer(me), nil
}
