//go:build !linux

package enrich

import "os"

// Other systems read the whole file into memory.
func mapFile(name string) ([]byte, error) { return os.ReadFile(name) }

func unmapFile([]byte) error { return nil }

func dropPages([]byte) {}
