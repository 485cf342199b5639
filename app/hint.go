package app

import (
	"errors"
	"fmt"
	"io/fs"
	"syscall"
)

// explainListen says why the address cannot be had, and what to do.
func explainListen(address string, err error) error {
	hint := ""
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		hint = "\nhint: another program uses this address; end it, or choose another with --listen"
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		hint = "\nhint: this machine does not have this address; 0.0.0.0 means all it has"
	case errors.Is(err, fs.ErrPermission):
		hint = "\nhint: ports below 1024 are for the administrator; choose another with --listen"
	}
	return fmt.Errorf("cannot listen on %s: %w%s", address, err, hint)
}

// explainStore says why the store cannot be opened.
func explainStore(err error) error {
	if isInUse(err) {
		return fmt.Errorf("%w\nhint: another jejak runs on this data folder; stop it first", err)
	}
	return err
}

// isInUse tells whether the store could not be opened because another process has it.
func isInUse(err error) bool { return errors.Is(err, syscall.EWOULDBLOCK) }
