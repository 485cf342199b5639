package decode

// Limits bound what a hostile file may cost. The zero value of a field means Default's.
type Limits struct {
	Depth   int   // archives in archives
	Members int   // files in the file, of all depths
	Tables  int   // in a member
	Columns int   // in a table; more are read into one
	Cell    int   // bytes of a cell; what is behind is cut
	Ratio   int64 // bytes out for each byte in, of each layer and of the whole; small files may have Floor
	Floor   int64 // bytes that anything may unpack to
	Total   int64 // bytes unpacked of all members
	Spool   int64 // bytes of a member that is kept at hand, because its format must be read out of order
}

// Default are the limits that a server reads with.
var Default = Limits{
	Depth: 5, Members: 10_000, Tables: 10_000, Columns: 16_384, Cell: 1 << 20,
	Ratio: 200, Floor: 64 << 20, Total: 2 << 40, Spool: 64 << 30,
}

func (l Limits) orDefault() Limits {
	or(&l.Depth, Default.Depth)
	or(&l.Members, Default.Members)
	or(&l.Tables, Default.Tables)
	or(&l.Columns, Default.Columns)
	or(&l.Cell, Default.Cell)
	or(&l.Ratio, Default.Ratio)
	or(&l.Floor, Default.Floor)
	or(&l.Total, Default.Total)
	or(&l.Spool, Default.Spool)
	return l
}

func or[N int | int64](n *N, fallback N) {
	if *n == 0 {
		*n = fallback
	}
}

// Limits that nobody needs to set.
const (
	maxName     = 1 << 10   // bytes of the name of a member, table or column
	maxNesting  = 64        // JSON in JSON; deeper values are read as text
	maxGaps     = 20        // of one kind in a member that are told apart
	batchSize   = 256 << 10 // bytes after which rows are delivered
	pieceSize   = 4 << 20   // bytes after which a row is delivered in pieces
	pieceCells  = 1 << 16   // cells likewise
	headSize    = 64 << 10  // bytes that tell the format
	maxRewinds  = 100       // unclosed quotes after which quotes mean nothing
	maxZipIndex = 64 << 20  // bytes of a zip's directory
)
