package mixpanel

import (
	"encoding/base64"
	"errors"
	"net/http"
	"strings"

	"jejak/analytics/collect"
	"jejak/event"
)

// credentials are what the request offers: the Basic scheme, encoded or, as some scripts send it, in plain text, with
// a colon or without; or the legacy api_key. ok is false when it offers nothing.
func credentials(r *http.Request, p *parameters) (c collect.Credentials, ok bool) {
	c.Key, c.ProjectID = p.key, p.project
	scheme, offered, _ := strings.Cut(strings.TrimSpace(r.Header.Get("Authorization")), " ")
	if strings.EqualFold(scheme, "Basic") {
		c.User, c.Secret = pair(strings.TrimSpace(offered))
	}
	return c, c.User != "" || c.Key != ""
}

// pair is user and secret. What holds a colon cannot be base64, so it is the plain form.
func pair(offered string) (user, secret string) {
	if !strings.Contains(offered, ":") {
		if plain, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(offered, "=")); err == nil {
			offered = string(plain)
		}
	}
	user, secret, _ = strings.Cut(offered, ":")
	return user, secret
}

// authenticate finds the project. A wrong secret is counted for the project it was meant for, where that is known.
func (d *door) authenticate(r *http.Request, c collect.Credentials) (collect.Project, error) {
	if c.User == "" && c.Key == "" {
		return collect.Project{}, collect.ErrCredentials
	}
	project, err := d.projects.Authenticate(r.Context(), c)
	if errors.Is(err, collect.ErrCredentials) && project.ID != 0 {
		d.road.Refused(project.ID, event.Refusal{At: -1, Reason: event.BadCredentials, Message: "Invalid credentials"})
	}
	return project, err
}
