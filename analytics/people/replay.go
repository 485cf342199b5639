package people

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"

	"jejak/analytics/store"
	"jejak/event"
)

// Earlier versions kept updates sealed in a ledger, and let none take effect. They are replayed once, in their order; the
// ledger of the shadow says how far that has come, in the entries that hold the rows. docs/format/ledgers.md draws both.

// Opener decrypts what was sealed for a project.
type Opener func(sealed []byte) ([]byte, error)

// replayBatch is how many old updates take effect at a time.
const replayBatch = 500

// replay lets the old updates that are not in effect yet take effect.
func (s *Service) replay(ctx context.Context, p *project) error {
	from, done, err := s.replayed(p.id)
	if err != nil || done {
		return err
	}
	var open Opener
	b, n := event.ProfileBatch{Project: p.id}, uint64(0)
	for body, err := range s.o.Store.Records(p.id, store.Profiles) {
		if err != nil {
			return err
		}
		if n++; n <= from {
			continue
		}
		if open == nil {
			if open, err = s.o.Old(ctx, p.id); err != nil {
				return err
			}
		}
		old, err := oldUpdate(body, open)
		if err != nil {
			return err
		}
		if b.Profiles = append(b.Profiles, old); len(b.Profiles) == replayBatch {
			if _, err := s.take(ctx, p, &b, mark(n, false)); err != nil {
				return err
			}
			b = event.ProfileBatch{Project: p.id}
		}
	}
	if n == 0 {
		return nil // nothing was ever kept: there is nothing to say about it
	}
	_, err = s.take(ctx, p, &b, mark(n, true))
	return err
}

func oldUpdate(body []byte, open Opener) (event.Profile, error) {
	if len(body) < 10 || body[0] != 1 || body[1] > 1 {
		return event.Profile{}, errors.New("a record of an old update is damaged or of a later version")
	}
	plain, err := open(body[10:])
	if err != nil {
		return event.Profile{}, fmt.Errorf("cannot open an old update: %w", err)
	}
	return event.Profile{Group: body[1] == 1, Received: event.Millis(binary.LittleEndian.Uint64(body[2:])), Body: plain}, nil
}

const markVersion = 1

// mark says that so many old updates are in effect, and whether that is all.
func mark(n uint64, done bool) []store.Record {
	body := binary.LittleEndian.AppendUint64([]byte{markVersion, 0}, n)
	if done {
		body[1] = 1
	}
	return []store.Record{{Kind: store.Profiles, Body: body}}
}

// replayed is how far the replay has come.
func (s *Service) replayed(p event.ProjectID) (n uint64, done bool, err error) {
	for body, err := range s.o.Store.Records(Shadow(p), store.Profiles) {
		if err == nil && (len(body) != 10 || body[0] != markVersion) {
			err = errors.New("a record about old updates is damaged or of a later version")
		}
		if err != nil {
			return 0, false, err
		}
		n, done = binary.LittleEndian.Uint64(body[2:]), body[1] == 1
	}
	return n, done, nil
}
