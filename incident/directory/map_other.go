//go:build !linux

package directory

import "os"

// Other systems read the whole file into memory.
func mapFile(name string) ([]byte, error) { return os.ReadFile(name) }

func unmapFile([]byte) error { return nil }
