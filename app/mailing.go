package app

import (
	"jejak/incident/notify"
	"jejak/incident/notify/mail"
)

// Mailing says how notices leave. Without a relay none does.
type Mailing struct {
	Relay   mail.Relay
	Sender  mail.Sender
	Keys    []mail.Key
	Witness notify.Witness // nil: doubts wait for reports or people
	Pace    notify.Pace
}

func (m Mailing) isSet() bool { return m.Relay.Address != "" }
