package store

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// InParallel calls f for 0 to n-1 on all cores: views of a snapshot prepare its sections so. A panic in f is the caller's.
func InParallel(n int, f func(int)) {
	var next atomic.Int64
	var wait sync.WaitGroup
	var once sync.Once
	var failed any
	for range min(n, runtime.GOMAXPROCS(0)) {
		wait.Go(func() {
			defer func() {
				if p := recover(); p != nil {
					once.Do(func() { failed = p })
				}
			}()
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				f(i)
			}
		})
	}
	wait.Wait()
	if failed != nil {
		panic(failed)
	}
}
