package mail

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"regexp"
)

// Verdict is what is known of a mail whose last answer was lost.
type Verdict int

// The verdicts.
const (
	Open  Verdict = iota // nobody can tell
	Held                 // the relay has it, or had it
	Never                // the relay never got it
)

// Postfix asks a relay on this machine: a mail that it took is in its queue, or was, and then its log has the line with which the
// queue manager picked it up. Both name the return path, and that the token.
type Postfix struct {
	// Queue lists the queue; nil: the program postqueue.
	Queue func(ctx context.Context) (io.ReadCloser, error)
	// Logs are the files of the mail log that reach back to the first notice, the oldest first.
	Logs []string
}

// sender finds the token of a return path, in the lines of the queue's list and of the log.
var sender = regexp.MustCompile(`(?:qmgr\[\d+\]: \w+: from=<|"sender": ?")b\+([a-z2-7]{26})@`)

// Ask tells of each token whether the relay took it. The queue is read first: what leaves it meanwhile is in the log. It MUST be
// asked after the relay's own patience with a silent connection (smtpd_timeout, 300 s as it comes) is over, for Never to be true.
func (p Postfix) Ask(ctx context.Context, tokens []Token) (map[Token]Verdict, error) {
	asked := make(map[Token]Verdict, len(tokens))
	for _, t := range tokens {
		asked[t] = Never
	}
	queue := p.Queue
	if queue == nil {
		queue = postqueue
	}
	q, err := queue(ctx)
	if err != nil {
		return nil, fmt.Errorf("cannot list the relay's queue: %w", err)
	}
	if err := errors.Join(mark(q, asked), q.Close()); err != nil {
		return nil, fmt.Errorf("cannot list the relay's queue: %w", err)
	}
	for _, path := range p.Logs {
		f, err := os.Open(path)
		if errors.Is(err, fs.ErrNotExist) && path != p.Logs[len(p.Logs)-1] {
			continue // not rotated yet
		}
		if err != nil {
			return nil, fmt.Errorf("cannot read the relay's log: %w", err)
		}
		if err := errors.Join(mark(f, asked), f.Close()); err != nil {
			return nil, fmt.Errorf("cannot read the relay's log: %w", err)
		}
	}
	return asked, nil
}

// mark notes every token that a text names as one that the relay took.
func mark(from io.Reader, asked map[Token]Verdict) error {
	lines := bufio.NewScanner(from)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		found := sender.FindSubmatch(lines.Bytes())
		if found == nil {
			continue
		}
		if t, err := ParseToken(string(found[1])); err == nil {
			if _, isAsked := asked[t]; isAsked {
				asked[t] = Held
			}
		}
	}
	return lines.Err()
}

func postqueue(ctx context.Context) (io.ReadCloser, error) {
	c := exec.CommandContext(ctx, "postqueue", "-j")
	out, err := c.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := c.Start(); err != nil {
		return nil, err
	}
	return &running{out, c}, nil
}

// running is a program's output; Close says how it ended.
type running struct {
	io.ReadCloser
	command *exec.Cmd
}

func (r *running) Close() error { return r.command.Wait() }
