package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"

	"jejak/test/server"
)

// engaged is how many people the updates are about.
const engaged = 50_000

// measureEngage: updates of profiles, each answered when it is durable: one a request, and in requests of 50 as SDKs send them.
func measureEngage(o options, t *table) error {
	if err := measureEngageBy(o, t, 1, trackers); err != nil {
		return err
	}
	return measureEngageBy(o, t, 50, 20)
}

func measureEngageBy(o options, t *table, size, connections int) error {
	s, remove, err := started(o.binary)
	if err != nil {
		return err
	}
	defer remove()
	requests := engageRequests(s, 100_000/size, size)
	watch, stopWatch := context.WithCancel(context.Background())
	peak := server.WatchMemory(watch, s.Pid())
	answers, took, err := trackAll(s, requests, o.length, connections)
	stopWatch()
	if err != nil {
		return err
	}
	rate := float64(len(answers)*size) / took.Seconds()
	fmt.Printf("engage: %d requests of %d in %.1f s, %d connections, %d people\n", len(answers), size, took.Seconds(), connections, engaged)
	t.atLeast(fmt.Sprintf("/engage, updates durable a second, %d a request", size), rate, 10_000, "updates/s")
	t.atMost("/engage, p99 of an answer", millis(quantile(answers, 0.99)), 1000, "ms")
	t.atMost("/engage, resident memory, highest", peak(), 400, "MB")
	return s.Stop()
}

// engageRequests are whole HTTP requests, made before the clock runs.
func engageRequests(s *server.Server, n, size int) [][]byte {
	r := rand.New(rand.NewPCG(1, 1))
	host := strings.TrimPrefix(s.Base, "http://")
	requests := make([][]byte, n)
	for i := range requests {
		updates := make([]string, size)
		for k := range updates {
			updates[k] = anUpdate(r, s.Project.Token)
		}
		body := "[" + strings.Join(updates, ",") + "]"
		requests[i] = fmt.Appendf(nil, "POST /engage HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nUser-Agent: bench\r\nContent-Length: %d\r\n\r\n%s", host, len(body), body)
	}
	return requests
}

// anUpdate is one of somebody: mostly what a page sets with each visit, personal values among it.
func anUpdate(r *rand.Rand, token string) string {
	who := r.IntN(engaged)
	operation := [...]string{
		fmt.Sprintf(`"$set":{"$email":"user%d@mail.example","$first_name":"Siti","$last_name":"Rahma","plan":"team","$os":"Linux","$browser":"Chrome","seats":%d}`, who, r.IntN(9)),
		fmt.Sprintf(`"$set":{"plan":"pro","$browser_version":%d}`, 100+r.IntN(20)),
		`"$add":{"logins":1,"credits":-2}`,
		fmt.Sprintf(`"$union":{"features":["playground","api-%d"]}`, r.IntN(5)),
		`"$set_once":{"$initial_referrer":"$direct","$initial_referring_domain":"$direct"}`,
	}[r.IntN(5)]
	return fmt.Sprintf(`{"$token":%q,"$distinct_id":"user-%d",%s}`, token, who, operation)
}
