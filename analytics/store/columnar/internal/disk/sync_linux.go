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
