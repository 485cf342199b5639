package vault

import (
	"errors"
	"fmt"
	"io"
	"strconv"

	"jejak/ground/vault/internal/seal"
)

// A key that is split among n people is the exclusive or of n random pieces. Person i has all pieces but the i-th: two
// people together have all, and one lacks a piece, without which every key is equally likely.

const (
	minPeople = 2
	maxPeople = 5
	needed    = 2 // shares that open a key
)

// share is what one person keeps.
type share struct {
	number rootNumber
	person int // from 1
	people int
	pieces []byte // all but that of the person's own number, in order
}

// splitKey makes the shares of a root key.
func splitKey(rand io.Reader, key [seal.KeySize]byte, people int) ([]share, error) {
	if people < minPeople || people > maxPeople {
		return nil, fmt.Errorf("a key is split among %d to %d people", minPeople, maxPeople)
	}
	pieces := make([][seal.KeySize]byte, people)
	pieces[0] = key
	for i := 1; i < people; i++ {
		if _, err := io.ReadFull(rand, pieces[i][:]); err != nil {
			return nil, fmt.Errorf("cannot draw a share: %w", err)
		}
		xor(&pieces[0], pieces[i][:])
	}
	all := make([]share, people)
	for i := range all {
		all[i] = share{number: numberOf(key), person: i + 1, people: people}
		for n := range pieces {
			if n != i {
				all[i].pieces = append(all[i].pieces, pieces[n][:]...)
			}
		}
	}
	return all, nil
}

func xor(into *[seal.KeySize]byte, b []byte) {
	for i := range into {
		into[i] ^= b[i]
	}
}

// piece is the n-th, from 0; nil is the one that the person does not have.
func (s share) piece(n int) []byte {
	switch own := s.person - 1; {
	case n == own:
		return nil
	case n > own:
		n--
	}
	return s.pieces[n*seal.KeySize : (n+1)*seal.KeySize]
}

func (s share) join(other share) (key [seal.KeySize]byte, err error) {
	if s.number != other.number || s.people != other.people {
		return key, errors.New("the shares are not of one key")
	}
	if s.person == other.person {
		return key, errors.New("the same share was given twice: it takes two different ones")
	}
	for n := range s.people {
		p := s.piece(n)
		if p == nil {
			p = other.piece(n)
		}
		xor(&key, p)
	}
	return key, nil
}

// text is a share as its person keeps it.
func (s share) text() string {
	return summed(shareWord, s.number.String(), strconv.Itoa(s.person), strconv.Itoa(s.people), encode(s.pieces))
}

// parseShare reads one; comments may stand around it. Its errors never hold a part of it.
func parseShare(text string) (s share, err error) {
	fields, err := theLine([]byte(text))
	if err != nil {
		return s, err
	}
	if len(fields) != 6 || fields[0] != shareWord {
		return s, errors.New("it does not have the form of a share")
	}
	if !sumFits(fields) {
		return s, errors.New("its checksum does not fit")
	}
	if s.number, err = parseNumber(fields[1]); err != nil {
		return share{}, err
	}
	if s.people, err = parseCount(fields[3], minPeople, maxPeople); err != nil {
		return share{}, err
	}
	if s.person, err = parseCount(fields[2], 1, s.people); err != nil {
		return share{}, err
	}
	s.pieces, err = decode(fields[4], (s.people-1)*seal.KeySize)
	return s, err
}

func (k *keyFile) askShares(u Unlock) (key [seal.KeySize]byte, err error) {
	if u.Shares == nil {
		return key, fmt.Errorf("the key is split among %d people, and no shares were given\nhint: start at a terminal, or name the files of two shares with --key-share", k.people)
	}
	texts, err := u.Shares(needed)
	if err != nil {
		return key, err
	}
	if len(texts) < needed {
		return key, fmt.Errorf("the key is split among %d people: it takes %d shares, %d were given", k.people, needed, len(texts))
	}
	var two [needed]share
	for i := range two {
		if two[i], err = parseShare(texts[i]); err != nil {
			return key, fmt.Errorf("share %d: %w", i+1, err)
		}
		if two[i].number != k.number {
			return key, fmt.Errorf("share %d is of another key, %v; this one is %v", i+1, two[i].number, k.number)
		}
	}
	return two[0].join(two[1])
}
