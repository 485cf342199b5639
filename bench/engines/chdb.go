package main

import (
	"errors"
	"fmt"
	"runtime"
	"unsafe"

	"github.com/ebitengine/purego"
)

// chdb is ClickHouse as a library, bound without cgo. Not safe for many goroutines.
type chdb struct {
	connect     func(argc int32, argv **byte) *uintptr
	closeAll    func(connection *uintptr)
	queryN      func(connection uintptr, query *byte, length uintptr, format *byte, formatLength uintptr) uintptr
	buffer      func(result uintptr) *byte
	length      func(result uintptr) uintptr
	failure     func(result uintptr) string
	destroy     func(result uintptr)
	connection  *uintptr
	connectArgs [][]byte
}

// openCHDB loads the library and opens the database in a folder.
func openCHDB(library, folder string) (*chdb, error) {
	handle, err := purego.Dlopen(library, purego.RTLD_NOW|purego.RTLD_GLOBAL)
	if err != nil {
		return nil, fmt.Errorf("cannot load ClickHouse (run npm ci in bench/engines): %w", err)
	}
	c := &chdb{}
	for name, f := range map[string]any{
		"chdb_connect": &c.connect, "chdb_close_conn": &c.closeAll, "chdb_query_n": &c.queryN,
		"chdb_result_buffer": &c.buffer, "chdb_result_length": &c.length, "chdb_result_error": &c.failure,
		"chdb_destroy_query_result": &c.destroy,
	} {
		purego.RegisterLibFunc(f, handle, name)
	}
	return c, c.open(folder)
}

func (c *chdb) open(folder string) error {
	runtime.LockOSThread() // the library keeps things by thread
	for _, word := range []string{"clickhouse", "--path=" + folder} {
		c.connectArgs = append(c.connectArgs, append([]byte(word), 0))
	}
	argv := make([]*byte, len(c.connectArgs)+1)
	for i, word := range c.connectArgs {
		argv[i] = &word[0]
	}
	c.connection = c.connect(int32(len(c.connectArgs)), &argv[0])
	if c.connection == nil || *c.connection == 0 {
		return errors.New("cannot open ClickHouse's database")
	}
	return nil
}

// query runs one statement and gives what it printed.
func (c *chdb) query(sql, format string) ([]byte, error) {
	result := c.queryN(*c.connection, unsafe.StringData(sql), uintptr(len(sql)), unsafe.StringData(format), uintptr(len(format)))
	if result == 0 {
		return nil, errors.New("ClickHouse gave no result")
	}
	defer c.destroy(result)
	if message := c.failure(result); message != "" {
		return nil, errors.New(message)
	}
	n := c.length(result)
	if n == 0 {
		return nil, nil
	}
	return append([]byte(nil), unsafe.Slice(c.buffer(result), n)...), nil
}

func (c *chdb) close() { c.closeAll(c.connection) }
