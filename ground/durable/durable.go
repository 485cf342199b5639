// Package durable makes files and folders that survive a loss of power: what it returns without an error is on the disk.
package durable

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// Create makes a file and fills it. It replaces none; its name lasts when its folder was synced, too. fill is given a buffer.
func Create(path string, mode fs.FileMode, fill func(io.Writer) error) error {
	return create(path, mode, func(f io.Writer) error {
		out := bufio.NewWriterSize(f, 256<<10)
		return errors.Join(fill(out), out.Flush())
	})
}

// Write is Create with a text.
func Write(path string, mode fs.FileMode, text []byte) error {
	return create(path, mode, func(f io.Writer) error {
		_, err := f.Write(text)
		return err
	})
}

func create(path string, mode fs.FileMode, fill func(io.Writer) error) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err == nil {
		err = errors.Join(fill(f), f.Sync(), f.Close())
	}
	if err != nil {
		return fmt.Errorf("cannot write a file: %w", err)
	}
	return nil
}

// Sync makes the names in folders last, one folder after the other.
func Sync(folders ...string) error {
	for _, path := range folders {
		d, err := os.Open(path)
		if err == nil {
			err = errors.Join(d.Sync(), d.Close())
		}
		if err != nil {
			return fmt.Errorf("cannot make a folder durable: %w", err)
		}
	}
	return nil
}
