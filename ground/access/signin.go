package access

import "context"

// SignInPassword signs in with password and code; the code is the authenticator app's or a recovery code.
// ErrCredentials, *Limited.
func (s *Service) SignInPassword(ctx context.Context, d Door, login, password, code string) (Session, error) {
	return Session{}, nil
}

// ChangePassword gives the caller another password. All sessions of the caller end; the answer is a new one.
// ErrCredentials, *Invalid, *Limited.
func (s *Service) ChangePassword(ctx context.Context, d Door, password, code, next string) (Session, error) {
	return Session{}, nil
}

// BeginPasskey begins a sign-in with whichever passkey the browser has for this site. ErrNoPasskeyHere, *Limited.
func (s *Service) BeginPasskey(ctx context.Context, d Door) (Ceremony, error) { return Ceremony{}, nil }

// FinishPasskey takes the browser's answer (PublicKeyCredential as JSON). ErrCredentials, ErrCeremony, *Limited.
func (s *Service) FinishPasskey(ctx context.Context, d Door, ceremony string, credential []byte) (Session, error) {
	return Session{}, nil
}

// SignInLink signs in with a token of IssueLoginLink and uses it up. ErrLink, *Limited.
func (s *Service) SignInLink(ctx context.Context, d Door, token string) (Session, error) {
	return Session{}, nil
}

// SignOut ends the session; ending one that is over is no error.
func (s *Service) SignOut(ctx context.Context, sessionToken string) error { return nil }
