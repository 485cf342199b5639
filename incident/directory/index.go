package directory

// index names a table of keyed hashes. The numbers are part of what is hashed, and of the names of files.
type index uint8

const (
	byUser index = iota
	byMail
	byFoldedMail // only what differs from its plain form
	byFormer
	byDigest
	byMailbox
	byBrokenUser
	byCut
	byPair
	byNameAndOrganisation
	byNameAndCity
	byOrganisation
	byBrokenOrganisation
	byDomain
	indexes // how many there are

	byName // hashed for pairs; no table
	byLink // hashed to find who shares addresses; no table
)

// cuts are the lengths at which systems cut texts off, in bytes.
var cuts = [...]int{16, 20, 24, 32, 40, 48, 50, 64}

func isCut(length int) bool {
	for _, c := range cuts {
		if length == c {
			return true
		}
	}
	return false
}
