package demo

// what is a kind of deed.
type what uint8

const (
	visit what = iota
	signUpStarted
	signUpCompleted
	keyCreated
	firstCall
	call
	playground
	consoleOpened
	invited
	upgraded
	invoicePaid
	supportAsked
)

// The likelihood of each next step, and how many of the frequent deeds follow.
const (
	startsSignUp    = 0.46
	finishesSignUp  = 0.78
	createsKey      = 0.74
	makesCall       = 0.81
	triesPlayground = 0.42
	invites         = 0.14
	pays            = 0.17
	asks            = 0.06
	comesBack       = 0.76 // to the console, day by day
)

// live appends everything the person does to deeds.
func (w *world) live(p *person, deeds []deed) []deed {
	t := w.rhythm.any(w.random, p.place.east)
	do := func(at int64, x what, known bool) {
		deeds = append(deeds, deed{at: at, who: p, what: x, dice: w.random.Uint32(), known: known})
	}
	for range w.about(3.4) {
		do(t, visit, false)
		t += w.minutes(1, 9)
	}
	if p.bot || !w.chance(startsSignUp) {
		return deeds
	}
	do(t, signUpStarted, false)
	if !w.chance(finishesSignUp) {
		return deeds
	}
	t += w.minutes(1, 6)
	do(t, signUpCompleted, true)
	w.settleIn(p, t, do)
	return deeds
}

// settleIn is life after the sign-up.
func (w *world) settleIn(p *person, t int64, do func(at int64, x what, known bool)) {
	do(t+w.minutes(0, 2), consoleOpened, true)
	if w.chance(triesPlayground) {
		for range w.about(3) {
			t += w.minutes(1, 12)
			do(t, playground, true)
		}
	}
	if w.chance(asks) {
		do(t+w.minutes(5, 400), supportAsked, true)
	}
	if !w.chance(createsKey) {
		return
	}
	t += w.minutes(1, 600)
	do(t, keyCreated, true)
	if !w.chance(makesCall) {
		return
	}
	t += w.minutes(2, 900)
	do(t, firstCall, true)
	w.work(p, t, do)
}

// work is the days of somebody who uses the API.
func (w *world) work(p *person, t int64, do func(at int64, x what, known bool)) {
	if w.chance(invites) {
		for range w.about(2) {
			do(onDay(w.random, t+w.minutes(0, 20_000), p.place.east), invited, true)
		}
	}
	if p.org.plan != "Free" && w.chance(3*pays) {
		paid := onDay(w.random, t+w.minutes(600, 15_000), p.place.east)
		do(paid, upgraded, true)
		for ; paid < w.until; paid += 30 * dayMillis {
			do(paid+w.minutes(1, 5), invoicePaid, true)
		}
	}
	for day := t; day < w.until && w.chance(comesBack+0.2*float64(p.index%4)/4); day += int64(1+w.random.IntN(4)) * dayMillis {
		at := onDay(w.random, day, p.place.east)
		if w.chance(0.6) {
			do(at, consoleOpened, true)
		}
		if w.chance(0.3) {
			do(at+w.minutes(1, 30), visit, true)
		}
		for range w.about(4) {
			at += w.minutes(0, 20)
			do(at, call, true)
		}
	}
}

// minutes is a length of time in ms from a to b minutes.
func (w *world) minutes(a, b int64) int64 { return a*60_000 + w.random.Int64N((b-a)*60_000+1) }
