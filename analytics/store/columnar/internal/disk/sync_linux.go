package disk

import (
	"os"
	"syscall"
)

// syncData makes the content and the length durable, and leaves out the times of the file.
func syncData(f *os.File) error {
	for {
		err := syscall.Fdatasync(int(f.Fd()))
		if err != syscall.EINTR {
			return os.NewSyscallError("fdatasync", err)
		}
	}
}

// giveBack drops the pages of a mapping; they stay in the system's cache.
func giveBack(b []byte) { _ = syscall.Madvise(b, syscall.MADV_DONTNEED) }
