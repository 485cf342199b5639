package app

import (
	"log/slog"
	"net/http"
	"time"
)

// newServer bounds what a connection may cost. Answers have no time limit here: live streams stay open, and each write
// of theirs has its own. Bodies are timed by the doors that read them.
func newServer(h http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       2 * time.Minute,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
}
