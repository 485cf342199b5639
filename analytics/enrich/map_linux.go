package enrich

import (
	"errors"
	"os"
	"syscall"
)

var errEmpty = errors.New("the file is empty")

// mapFile maps a file into memory, to be read in no order.
func mapFile(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if info.Size() == 0 {
		return nil, errEmpty
	}
	b, err := syscall.Mmap(int(f.Fd()), 0, int(info.Size()), syscall.PROT_READ, syscall.MAP_SHARED)
	if err != nil {
		return nil, err
	}
	_ = syscall.Madvise(b, syscall.MADV_RANDOM) // advice: without it reading is as right, and reads ahead
	return b, nil
}

func unmapFile(b []byte) error { return syscall.Munmap(b) }

// dropPages gives the pages back. Reading goes on as before, at once or later.
func dropPages(b []byte) { _ = syscall.Madvise(b, syscall.MADV_DONTNEED) }
