package notify

import (
	"math"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Pace is how fast mails go to each receiving provider: google, microsoft, yahoo, apple, proton, and other for all the rest.
// A burst hurts the name on which sign-in mails depend, so it starts slowly and grows.
type Pace struct {
	PerHour map[string]int // 0 or missing: as fast as the relay takes them
	// Growth is by how much the pace grows each day after the first, for example 0.5; 0: it stays.
	Growth float64
	// Since is when the first mail of the stream went out, for example the day notices began; zero: now.
	Since time.Time
}

var allProviders = []string{"google", "microsoft", "yahoo", "apple", "proton", otherProvider}

// perHour is the pace at a time.
func (p Pace) perHour(provider string, at time.Time) float64 {
	base := float64(p.PerHour[provider])
	if base == 0 {
		return math.Inf(1)
	}
	days := max(0, int(at.Sub(p.Since)/(24*time.Hour)))
	return base * math.Pow(1+p.Growth, float64(min(days, 30)))
}

// pacer gives out what the pace allows. It begins with nothing: a restart is no reason for a burst.
type pacer struct {
	pace    Pace
	mu      sync.Mutex
	buckets map[string]*rate.Limiter
}

func newPacer(p Pace) *pacer { return &pacer{pace: p, buckets: map[string]*rate.Limiter{}} }

// allowed is how many mails to a provider may go now, at most want.
func (p *pacer) allowed(provider string, now time.Time, want int) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	perHour := p.pace.perHour(provider, now)
	if math.IsInf(perHour, 1) {
		return want
	}
	b := p.buckets[provider]
	if b == nil {
		if p.pace.Since.IsZero() {
			p.pace.Since = now
		}
		burst := max(1, int(perHour/60)) // a minute's worth
		b = rate.NewLimiter(rate.Limit(perHour/3600), burst)
		b.AllowN(now, burst)
		p.buckets[provider] = b
	}
	b.SetLimitAt(now, rate.Limit(perHour/3600))
	return min(want, max(0, int(b.TokensAt(now))))
}

// spend takes what was claimed.
func (p *pacer) spend(provider string, now time.Time, n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if b := p.buckets[provider]; b != nil && n > 0 {
		b.AllowN(now, n)
	}
}

// Deadline is a time by which people must be told.
type Deadline struct {
	Name string    `json:"name"` // of the clock, for example "UU PDP 46"
	At   time.Time `json:"at"`
}

// Forecast is how far the sending is at a deadline, at this pace.
type Forecast struct {
	Deadline
	Share float64   `json:"share"` // of the open notices, from 0 to 1
	Done  time.Time `json:"done"`  // when the last goes out; zero: after more than a year
	Late  []string  `json:"late"`  // providers that are not done by then
}

// Forecast tells what of the open notices is sent at each deadline. It reads nothing: progress is what Progress tells.
func (p Pace) Forecast(progress Progress, now time.Time, deadlines []Deadline) (list []Forecast) {
	if p.Since.IsZero() {
		p.Since = now
	}
	for _, d := range deadlines {
		f := Forecast{Deadline: d, Share: 1, Late: []string{}}
		open, sent := 0.0, 0.0
		for _, name := range allProviders {
			n := float64(progress.Providers[name].Open)
			done := p.doneAt(name, n, now)
			if done.After(f.Done) {
				f.Done = done
			}
			some := min(n, p.sentBy(name, now, d.At))
			if some < n {
				f.Late = append(f.Late, name)
			}
			open, sent = open+n, sent+some
		}
		if open > 0 {
			f.Share = sent / open
		}
		list = append(list, f)
	}
	return list
}

// sentBy is how many mails a provider takes between two times.
func (p Pace) sentBy(provider string, from, to time.Time) (n float64) {
	for h := from; h.Before(to); h = h.Add(time.Hour) {
		n += p.perHour(provider, h) * min(1, to.Sub(h).Hours())
	}
	return n
}

// doneAt is when so many are sent, to the hour; a year later at most.
func (p Pace) doneAt(provider string, n float64, from time.Time) time.Time {
	at := from
	for range 366 * 24 {
		if n <= 0 {
			return at
		}
		n -= p.perHour(provider, at)
		at = at.Add(time.Hour)
	}
	return at
}
