package app

import (
	"errors"
	"fmt"
	"io"
	stdlog "log"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"
)

// newServer bounds what a connection may cost. Live streams stay open longer than that: they lift the limit for reading,
// and each of their writes has a limit of its own.
func newServer(h http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler:           recovered(h, log),
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       2 * time.Minute,
		WriteTimeout:      2 * time.Minute,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          stdlog.New(io.Discard, "", 0), // its lines hold addresses; recovered says what matters
	}
}

// recovered ends the request, not the server, when a handler panics, and logs it without the client's address.
func recovered(next http.Handler, log *slog.Logger) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			p := recover()
			if p == nil {
				return
			}
			if err, ok := p.(error); !ok || !errors.Is(err, http.ErrAbortHandler) {
				log.Error("a request ended in a panic", "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
			}
			panic(http.ErrAbortHandler) // close the connection: the answer may be half written
		}()
		next.ServeHTTP(w, r)
	})
}
