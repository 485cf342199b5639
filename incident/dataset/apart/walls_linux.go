package apart

import (
	"net"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"syscall"

	seccomp "github.com/elastic/go-seccomp-bpf"
	"github.com/elastic/go-seccomp-bpf/arch"
)

// rlimitData bounds the memory that a process may write to. (The bound on addresses would stop the Go runtime, which
// reserves more of them than it uses.)
const rlimitData = 2

// putUpWalls takes from this process what it does not need. What the system does not offer is told, and not an error.
func putUpWalls(j job) Walls {
	runtime.LockOSThread() // the filter is set by one thread for all
	defer runtime.UnlockOSThread()
	debug.SetMemoryLimit(j.Memory / 4 * 3)
	var w Walls
	w.Network = isAlone()
	w.Memory = bound(rlimitData, uint64(j.Memory))
	w.CPUTime = bound(syscall.RLIMIT_CPU, uint64(j.CPU))
	w.FileSize = bound(syscall.RLIMIT_FSIZE, uint64(j.Spool))
	bound(syscall.RLIMIT_CORE, 0)
	w.Calls = filterCalls() == nil
	return w
}

func bound(resource int, limit uint64) bool {
	return syscall.Setrlimit(resource, &syscall.Rlimit{Cur: limit, Max: limit}) == nil
}

// isAlone tells whether there is no network but a loopback that is down.
func isAlone() bool {
	all, err := net.Interfaces()
	if err != nil {
		return false
	}
	for _, i := range all {
		if i.Flags&net.FlagLoopback == 0 || i.Flags&net.FlagUp != 0 {
			return false
		}
	}
	return true
}

// allowed are the calls that the Go runtime makes and those on files that are open. Everything else fails.
var allowed = []string{
	"read", "readv", "pread64", "write", "writev", "pwrite64", "close", "fstat", "lseek", "fcntl", "ftruncate",
	"mmap", "munmap", "mprotect", "madvise", "mremap", "brk", "mincore",
	"futex", "nanosleep", "clock_nanosleep", "clock_gettime", "clock_getres", "gettimeofday", "sched_yield", "sched_getaffinity",
	"clone", "clone3", "set_robust_list", "rseq", "set_tid_address", "exit", "exit_group", "gettid", "getpid", "tgkill", "restart_syscall",
	"rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sigaltstack", "timer_create", "timer_settime", "timer_delete", "setitimer",
	"epoll_create1", "epoll_ctl", "epoll_wait", "epoll_pwait", "eventfd2", "pipe2", "poll", "ppoll", "getrandom", "getrlimit", "prlimit64", "prctl",
}

func filterCalls() error {
	here, err := arch.GetInfo("")
	if err != nil {
		return err
	}
	var names []string
	for _, n := range allowed {
		if _, known := here.SyscallNames[n]; known {
			names = append(names, n)
		}
	}
	return seccomp.LoadFilter(seccomp.Filter{
		NoNewPrivs: true,
		Flag:       seccomp.FilterFlagTSync,
		Policy: seccomp.Policy{
			DefaultAction: seccomp.ActionErrno,
			Syscalls:      []seccomp.SyscallGroup{{Action: seccomp.ActionAllow, Names: names}},
		},
	})
}

// start starts the child with as few rights as the system grants: in a network of its own, as root or else as a user of
// its own, or else as it is.
func start(make func() *exec.Cmd) (*exec.Cmd, error) {
	alone := &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Cloneflags: syscall.CLONE_NEWNET | syscall.CLONE_NEWIPC}
	asUser := &syscall.SysProcAttr{
		Pdeathsig: syscall.SIGKILL, Cloneflags: syscall.CLONE_NEWUSER | syscall.CLONE_NEWNET | syscall.CLONE_NEWIPC,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 65534, HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 65534, HostID: os.Getgid(), Size: 1}},
	}
	var err error
	for _, a := range []*syscall.SysProcAttr{asUser, alone, {Pdeathsig: syscall.SIGKILL}} {
		c := make()
		c.SysProcAttr = a
		if err = c.Start(); err == nil {
			return c, nil
		}
	}
	return nil, err
}
