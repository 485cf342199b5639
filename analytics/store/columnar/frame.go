package columnar

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
)

// The layouts here are drawn in docs/format/log.md.
const (
	segmentMagic   = "JEJAKLOG"
	segmentVersion = 1
	segmentHead    = 64
	frameMagic     = "JFR1"
	frameHead      = 32
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func checksum(b []byte) uint32 { return crc32.Checksum(b, castagnoli) }

// updateSum goes on with a checksum over more bytes.
func updateSum(sum uint32, b []byte) uint32 { return crc32.Update(sum, castagnoli, b) }

var (
	errNotWhole = errors.New("not whole")
	errVersion  = errors.New("of a version this program does not know")
)

// segmentHeader is the first thing in a segment.
type segmentHeader struct {
	number      uint64
	first       uint64 // LSN of the first entry to come
	previous    uint64 // number of the segment before; 0: none
	previousEnd int64  // where its durable frames end
	// salt goes into the checksum of each frame's header, so that nobody can send an event that holds a frame: a torn
	// frame with such an event inside would look like damage.
	salt uint32
}

func (h segmentHeader) encode() []byte {
	b := make([]byte, segmentHead)
	copy(b, segmentMagic)
	binary.LittleEndian.PutUint32(b[8:], segmentVersion)
	binary.LittleEndian.PutUint64(b[16:], h.number)
	binary.LittleEndian.PutUint64(b[24:], h.first)
	binary.LittleEndian.PutUint64(b[32:], h.previous)
	binary.LittleEndian.PutUint64(b[40:], uint64(h.previousEnd))
	binary.LittleEndian.PutUint32(b[48:], h.salt)
	binary.LittleEndian.PutUint32(b[60:], checksum(b[:60]))
	return b
}

func decodeSegmentHeader(b []byte) (segmentHeader, error) {
	if len(b) < segmentHead || string(b[:8]) != segmentMagic || checksum(b[:60]) != binary.LittleEndian.Uint32(b[60:]) {
		return segmentHeader{}, errNotWhole
	}
	if binary.LittleEndian.Uint32(b[8:]) != segmentVersion {
		return segmentHeader{}, errVersion
	}
	return segmentHeader{
		number:      binary.LittleEndian.Uint64(b[16:]),
		first:       binary.LittleEndian.Uint64(b[24:]),
		previous:    binary.LittleEndian.Uint64(b[32:]),
		previousEnd: int64(binary.LittleEndian.Uint64(b[40:])),
		salt:        binary.LittleEndian.Uint32(b[48:]),
	}, nil
}

// frame is one commit. Its body is entries behind one another.
type frame struct {
	first   uint64
	entries uint32
	body    []byte
}

// sealFrame fills in the header of a frame whose body stands from byte frameHead of b on.
func sealFrame(b []byte, first uint64, entries, salt uint32) {
	head := b[:frameHead]
	clear(head)
	copy(head, frameMagic)
	binary.LittleEndian.PutUint32(head[4:], uint32(len(b)-frameHead))
	binary.LittleEndian.PutUint64(head[8:], first)
	binary.LittleEndian.PutUint32(head[16:], entries)
	binary.LittleEndian.PutUint32(head[20:], checksum(b[frameHead:]))
	binary.LittleEndian.PutUint32(head[28:], updateSum(salt, head[:28]))
}

// decodeFrame reads the frame at the start of b. The frame takes frameHead + len(body) bytes.
func decodeFrame(b []byte, salt uint32) (frame, error) {
	if len(b) < frameHead || string(b[:4]) != frameMagic || updateSum(salt, b[:28]) != binary.LittleEndian.Uint32(b[28:]) {
		return frame{}, errNotWhole
	}
	length := uint64(binary.LittleEndian.Uint32(b[4:]))
	if length > uint64(len(b)-frameHead) {
		return frame{}, errNotWhole
	}
	body := b[frameHead : frameHead+length : frameHead+length]
	if checksum(body) != binary.LittleEndian.Uint32(b[20:]) {
		return frame{}, errNotWhole
	}
	return frame{first: binary.LittleEndian.Uint64(b[8:]), entries: binary.LittleEndian.Uint32(b[16:]), body: body}, nil
}

// findFrame is the place of the first whole frame at or after from whose first LSN is at least lsn, or -1.
func findFrame(b []byte, from int, lsn uint64, salt uint32) int {
	for from < len(b) {
		i := bytes.Index(b[from:], []byte(frameMagic))
		if i < 0 {
			return -1
		}
		from += i
		if f, err := decodeFrame(b[from:], salt); err == nil && f.first >= lsn {
			return from
		}
		from++
	}
	return -1
}
