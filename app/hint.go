package app

import (
	"errors"
	"fmt"
	"io/fs"
	"syscall"
)

// hinted is an error with a word about what to do.
type hinted struct {
	error
	hint string
}

// Hint is one line for people.
func (h hinted) Hint() string { return h.hint }

// Unwrap lets errors.Is see the error.
func (h hinted) Unwrap() error { return h.error }

// explainListen says why the address cannot be had.
func explainListen(address string, err error) error {
	told := fmt.Errorf("cannot listen on %s: %w", address, err)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return hinted{told, "another program uses this address; end it, or choose another with --listen"}
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		return hinted{told, "this machine does not have this address; 0.0.0.0 means all it has"}
	case errors.Is(err, fs.ErrPermission):
		return hinted{told, "ports below 1024 are for the administrator; choose another with --listen"}
	default:
		return told
	}
}

// explainStore says why the store cannot be opened.
func explainStore(err error) error {
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return hinted{err, "another jejak runs on this data folder; stop it first"}
	}
	return err
}
