package main

import "fmt"

// somebody is a person of many events.
var somebody = uint32(actorOf(10))

// lifeQuestions are about what each person did, in which order.
var lifeQuestions = []asked{
	{
		name:  "one person's timeline",
		jejak: fmt.Sprintf(`{"kind":"timeline",RANGE,"person":%d,"limit":100}`, somebody),
		click: fmt.Sprintf(`SELECT toUnixTimestamp64Milli(time), name, path, item, price FROM events WHERE person = %d ORDER BY time DESC LIMIT 100`, somebody),
		duck:  fmt.Sprintf(`SELECT epoch_ms(time), name, path, item, price FROM events WHERE person = %d ORDER BY time DESC LIMIT 100`, somebody),
	},
}
