package main

import (
	"os"
	"strconv"
	"strings"
	"time"

	"jejak/test/server"
)

// started is a new server that runs. remove ends it and takes its folder away.
func started(program string) (s *server.Server, remove func(), err error) {
	dir, err := os.MkdirTemp("", "jejak-bench-")
	if err != nil {
		return nil, nil, err
	}
	s, err = server.New(program, dir)
	if err == nil {
		_, err = s.Start()
	}
	if err != nil {
		_ = os.RemoveAll(dir)
		return nil, nil, err
	}
	return s, func() { s.Kill(); _ = os.RemoveAll(dir) }, nil
}

// processorTime is what a process has used so far.
func processorTime(pid int) time.Duration {
	b, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return 0
	}
	fields := strings.Fields(string(b[strings.LastIndexByte(string(b), ')')+1:]))
	user, _ := strconv.Atoi(fields[11])
	system, _ := strconv.Atoi(fields[12])
	return time.Duration(user+system) * 10 * time.Millisecond
}
